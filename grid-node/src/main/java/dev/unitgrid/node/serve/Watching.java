/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.runtime.time.Scheduler;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A watch of one client: first what was there, if it asked for that, then the changes after it. It
 * holds no frames, only how far it got in the log; so it costs next to nothing however slow the
 * client is, and when the log has forgotten where it is, it is evicted. The loop tells it what to
 * do, and one thread at a time reads.
 */
final class Watching implements Body {
  private final Selection selection;
  private final Form form;
  private final LongSupplier reached;
  private final Runnable wake;
  private final boolean bookmarks;
  private final Consumer<Watching> closed;
  private ImmutableList<ServedObject> initial = ImmutableList.of();
  private int given;
  private long initialEnd;
  // The following are written by the loop and read by the reader, or the other way round.
  private volatile Logged seen = Logged.start(0);
  private volatile boolean bookmarkDue;
  private volatile boolean evicted;
  private volatile boolean ended;
  private volatile @Nullable Refusal failure;
  private volatile Scheduler.@Nullable Task timeout;

  /**
   * A watch.
   *
   * @param bookmarks whether the client understands them
   * @param reached the version that the kind has reached
   * @param wake tells the reader that there is something
   * @param closed told when the client is gone
   */
  Watching(
      Selection selection,
      Form form,
      boolean bookmarks,
      LongSupplier reached,
      Runnable wake,
      Consumer<Watching> closed) {
    this.selection = selection;
    this.form = form;
    this.bookmarks = bookmarks;
    this.reached = reached;
    this.wake = wake;
    this.closed = closed;
  }

  /**
   * Where it begins; said once, before it is read.
   *
   * @param seen the change after which it goes on
   * @param initial what is told first
   * @param initialEnd the version that a bookmark names behind it; 0 for none
   */
  void from(Logged seen, ImmutableList<ServedObject> initial, long initialEnd) {
    this.seen = seen;
    this.initial = initial;
    this.initialEnd = initialEnd;
  }

  /** What ends it in time; it is not needed any more when the client is gone. */
  void endsBy(Scheduler.Task task) {
    timeout = task;
  }

  @Override
  public Next next(Sink sink) {
    if (evicted) {
      return Next.EVICTED;
    }
    if (ended) {
      return end(sink);
    }
    if (nextInitial(sink)) {
      return Next.MORE;
    }
    // Read before the log's end is looked for: all changes up to it are in the log by now.
    long version = reached.getAsLong();
    for (Logged next = seen.next(); next != null; next = next.next()) {
      seen = next;
      Logged.Event event = next.event(selection);
      if (event != Logged.Event.NOTHING) {
        Frames.event(event, form.object(next.shown(event)), sink);
        return Next.MORE;
      }
    }
    if (bookmarkDue) {
      bookmarkDue = false;
      Frames.bookmark(form.bookmark(Math.max(version, seen.version()), false), sink);
      return Next.MORE;
    }
    return Next.LATER;
  }

  private Next end(Sink sink) {
    Refusal why = failure;
    failure = null;
    if (why == null) {
      return Next.END;
    }
    Frames.error(why, sink);
    return Next.MORE;
  }

  private boolean nextInitial(Sink sink) {
    while (given < initial.size()) {
      ServedObject object = initial.get(given++);
      if (selection.matches(object)) {
        Frames.event(Logged.Event.ADDED, form.object(object.json()), sink);
        return true;
      }
    }
    initial = ImmutableList.of();
    given = 0;
    if (initialEnd > 0) {
      Frames.bookmark(form.bookmark(initialEnd, true), sink);
      initialEnd = 0;
      return true;
    }
    return false;
  }

  /** There may be something to read. */
  void wake() {
    wake.run();
  }

  /** Asks for a bookmark behind what there is, if the client understands it. */
  void bookmark() {
    if (bookmarks) {
      bookmarkDue = true;
      wake.run();
    }
  }

  /** Ends it in order. */
  void end() {
    ended = true;
    wake.run();
  }

  /** Ends it with an error. */
  void fail(Refusal why) {
    failure = why;
    end();
  }

  /**
   * Evicts it if changes that it has not read are forgotten.
   *
   * @param oldest the oldest version after which every change is still there
   * @return whether it was
   */
  boolean evictBefore(long oldest) {
    if (seen.version() >= oldest) {
      return false;
    }
    evicted = true;
    wake.run();
    return true;
  }

  @Override
  public void close() {
    Scheduler.Task waiting = timeout;
    if (waiting != null) {
      waiting.cancel();
    }
    // A server's timers may hold what was answered a while longer, and with it all later changes.
    initial = ImmutableList.of();
    given = 0;
    seen = Logged.start(Long.MAX_VALUE);
    closed.accept(this);
  }
}
