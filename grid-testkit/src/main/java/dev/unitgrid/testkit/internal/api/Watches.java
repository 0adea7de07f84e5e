/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonObject;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.testkit.internal.store.Change;
import dev.unitgrid.testkit.internal.store.Store;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The open watches. Not thread-safe: the server's lock guards it. */
final class Watches {
  private static final Duration BOOKMARK_PERIOD = Duration.ofMinutes(1);

  /** So long before its timeout a watch is told where it is. */
  private static final Duration LAST_BOOKMARK = Duration.ofSeconds(2);

  private final Store store;
  private final Set<Watcher> watchers = new LinkedHashSet<>();

  Watches(Store store) {
    this.store = store;
    store.listen(this::changed);
  }

  /** An open watch. */
  final class Watcher {
    private final ResourceKind kind;
    private final Predicate<JsonObject> selected;
    private final boolean bookmarks;
    private final long after;
    private final WatchSink sink;
    private final List<Scheduler.Task> tasks = new ArrayList<>();

    private Watcher(
        ResourceKind kind, Predicate<JsonObject> selected, ListOptions options, WatchSink sink) {
      this.kind = kind;
      this.selected = selected;
      this.bookmarks = options.bookmarks();
      this.after = options.isOfAnyVersion() ? 0 : Lists.watchedVersion(options.resourceVersion());
      this.sink = sink;
    }

    void close() {
      watchers.remove(this);
      tasks.forEach(Scheduler.Task::cancel);
    }

    void end() {
      if (watchers.contains(this)) {
        close();
        sink.end();
      }
    }

    private void tell(Change change, Rendered rendered) {
      JsonObject before = change.before();
      JsonObject after = change.after();
      boolean was = before != null && selected.test(before);
      boolean is = after != null && selected.test(after);
      if (is) {
        sink.frame(rendered.frame(was ? "MODIFIED" : "ADDED", kind));
      } else if (was) {
        sink.frame(rendered.frame("DELETED", kind));
      }
    }

    private void bookmarkIfOpen() {
      if (watchers.contains(this)) {
        bookmark(false);
      }
    }

    void bookmark(boolean endOfInitialEvents) {
      JsonObject metadata = Trees.objectOf("resourceVersion", Long.toString(store.version()));
      if (endOfInitialEvents) {
        metadata.add("annotations", Trees.objectOf("k8s.io/initial-events-end", "true"));
      }
      JsonObject object =
          Trees.objectOf(
              "kind", kind.kind(), "apiVersion", kind.apiVersion(), "metadata", metadata);
      sink.frame(Watches.frame("BOOKMARK", object));
    }
  }

  /** A change as bytes, made once for all watches that are told the same of it. */
  private static final class Rendered {
    private final Change change;
    private final Map<String, byte[]> frames = new HashMap<>();

    private Rendered(Change change) {
      this.change = change;
    }

    /** One of the change's frames: by what it tells, and by the version that it tells it in. */
    byte[] frame(String type, ResourceKind kind) {
      return frames.computeIfAbsent(
          type + " " + kind.apiVersion(),
          unused -> {
            boolean isLast = type.equals("DELETED");
            JsonObject object = isLast ? change.lastState() : change.newState();
            return Watches.frame(type, Presentation.as(object, kind));
          });
    }
  }

  private void changed(Change change) {
    Rendered rendered = new Rendered(change);
    for (Watcher watcher : List.copyOf(watchers)) {
      boolean isNews = change.version() > watcher.after;
      if (isNews && watcher.kind.storage().equals(change.key().resource())) {
        watcher.tell(change, rendered);
      }
    }
  }

  /** Opens a watch; what it must hear at once is told before this returns. */
  Watcher open(
      ResourceKind kind,
      String namespace,
      Predicate<JsonObject> selected,
      ListOptions options,
      Scheduler scheduler,
      java.util.concurrent.locks.Lock lock,
      WatchSink sink) {
    Predicate<JsonObject> here =
        namespace.isEmpty()
            ? selected
            : selected.and(
                object -> Trees.string(object, "metadata", "namespace").equals(namespace));
    Watcher watcher = new Watcher(kind, here, options, sink);
    if (options.timeoutSeconds().orElse(0L) < 0) {
      // It is over before it began.
      sink.end();
      return watcher;
    }
    if (!replay(watcher, options)) {
      sink.end();
      return watcher;
    }
    sink.caughtUp();
    watchers.add(watcher);
    schedule(watcher, options, scheduler, lock);
    return watcher;
  }

  private boolean replay(Watcher watcher, ListOptions options) {
    if (options.sendInitialEvents().orElse(options.isOfAnyVersion())) {
      for (JsonObject object : store.all(watcher.kind.storage()).values()) {
        if (watcher.selected.test(object)) {
          watcher.sink.frame(frame("ADDED", Presentation.as(object, watcher.kind)));
        }
      }
      // Also where the watch began so without asking: the real server asks for it.
      if (watcher.bookmarks) {
        watcher.bookmark(true);
      }
      return true;
    }
    if (options.isOfAnyVersion()) {
      return true;
    }
    if (watcher.after < store.compacted()) {
      StatusException expired =
          StatusException.expired(
              "too old resource version: " + watcher.after + " (" + store.compacted() + ")");
      watcher.sink.frame(frame("ERROR", expired.toJson()));
      return false;
    }
    for (Change change : store.changesAfter(watcher.kind.storage(), watcher.after)) {
      watcher.tell(change, new Rendered(change));
    }
    return true;
  }

  private void schedule(
      Watcher watcher,
      ListOptions options,
      Scheduler scheduler,
      java.util.concurrent.locks.Lock lock) {
    options
        .timeoutSeconds()
        .filter(seconds -> seconds > 0)
        .map(seconds -> scheduler.schedule(Duration.ofSeconds(seconds), locked(lock, watcher::end)))
        .ifPresent(watcher.tasks::add);
    if (watcher.bookmarks) {
      scheduleBookmark(watcher, scheduler, lock);
      options
          .timeoutSeconds()
          .map(Duration::ofSeconds)
          .filter(timeout -> timeout.compareTo(LAST_BOOKMARK) > 0)
          .map(
              timeout ->
                  scheduler.schedule(
                      timeout.minus(LAST_BOOKMARK), locked(lock, () -> watcher.bookmarkIfOpen())))
          .ifPresent(watcher.tasks::add);
    }
  }

  private void scheduleBookmark(
      Watcher watcher, Scheduler scheduler, java.util.concurrent.locks.Lock lock) {
    watcher.tasks.add(
        scheduler.schedule(
            BOOKMARK_PERIOD,
            locked(
                lock,
                () -> {
                  if (watchers.contains(watcher)) {
                    watcher.bookmark(false);
                    scheduleBookmark(watcher, scheduler, lock);
                  }
                })));
  }

  private static Runnable locked(java.util.concurrent.locks.Lock lock, Runnable task) {
    return () -> {
      lock.lock();
      try {
        task.run();
      } finally {
        lock.unlock();
      }
    };
  }

  /** Sends a bookmark to every watch that allows them. */
  void bookmarkAll() {
    for (Watcher watcher : List.copyOf(watchers)) {
      if (watcher.bookmarks) {
        watcher.bookmark(false);
      }
    }
  }

  /** Ends every watch, as a server that stops does. */
  void endAll() {
    List.copyOf(watchers).forEach(Watcher::end);
  }

  int count() {
    return watchers.size();
  }

  static byte[] frame(String type, JsonObject object) {
    return Trees.bytes(Trees.objectOf("type", type, "object", object));
  }
}
