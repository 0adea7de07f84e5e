/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.topology.ServedVersions;
import dev.unitgrid.node.NodeMetrics;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.metrics.MetricNames;
import dev.unitgrid.runtime.time.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one kind as this node's clients are served them. Whoever feeds it says what
 * changes; lists and watches of clients see each batch of changes whole. Not thread-safe: every
 * call is made by the one loop that owns it. Only the {@link Body}s of its answers are read
 * elsewhere.
 */
public final class ServedKind {
  private static final Duration BOOKMARKS = Duration.ofMinutes(1);

  private final ServedResource resource;
  private final Serving serving;
  private final Pages pages;
  private final Set<Watching> watches = new LinkedHashSet<>();
  private final TreeMap<ObjectKey, ServedObject> objects = new TreeMap<>();
  private ChangeLog log;
  private @Nullable ServedVersions versions;
  private @Nullable ImmutableList<ServedObject> all;
  private boolean ticking;
  private boolean absent;
  private Runnable whenAsked = () -> {};
  // Read by watches to date their bookmarks: written after the log holds all up to it.
  private volatile long reached;
  private volatile int open;

  /** A kind that is not ready: nothing of it is served until it begins. */
  public ServedKind(ServedResource resource, Serving serving) {
    this.resource = resource;
    this.serving = serving;
    this.pages = new Pages(serving.limits().heldPages());
    this.log = newLog(0);
  }

  /** How many watches are open. Any thread may ask. */
  public int openWatches() {
    return open;
  }

  private ChangeLog newLog(long start) {
    return new ChangeLog(serving.limits(), this::isServed, start);
  }

  private boolean isServed(ServedObject object) {
    ServedObject now = objects.get(object.key());
    return now != null && now.version() == object.version();
  }

  /** Which kind. */
  public ServedResource resource() {
    return resource;
  }

  /** Runs {@code action} in the loop at each request that comes before it is ready. */
  public void whenAsked(Runnable action) {
    whenAsked = action;
  }

  /**
   * Serves these objects from now on, and only them: the start, or a new one after the API server's
   * versions ran backwards. Watches that are open end with 410, and no version from before is good
   * for a new one.
   *
   * @param versions the version before the first change, and the one reached with {@code objects}
   * @param objects in any order, none above the current version
   */
  public void begin(ServedVersions versions, Collection<ServedObject> objects) {
    objects.forEach(this::checked);
    stop();
    for (ServedObject object : objects) {
      this.objects.put(object.key(), object);
    }
    this.versions = versions;
    this.log = newLog(versions.current());
    this.reached = versions.current();
    this.absent = false;
  }

  /** Serves nothing until it begins (again). */
  public void unready() {
    stop();
    absent = false;
  }

  /** The API server does not have this kind: so says every answer, until it begins. */
  public void absent() {
    stop();
    absent = true;
  }

  private void stop() {
    if (versions != null) {
      Refusal expired = Refusal.expired("too old resource version: the objects began anew");
      List.copyOf(watches).forEach(watch -> watch.fail(expired));
    }
    forgetWatches();
    pages.clear();
    objects.clear();
    versions = null;
    all = null;
  }

  private void forgetWatches() {
    watches.clear();
    open = 0;
  }

  /** Whether it is served. */
  public boolean isReady() {
    return versions != null;
  }

  /**
   * Takes over a batch of changes as one: no list sees a part of it.
   *
   * @param batch in the order of their versions, each above the one before it and the first above
   *     the current version; a {@link ServedChange.Gone} of an object that is not there is passed
   *     over
   * @throws IllegalArgumentException if versions do not grow, or an object is not written as it
   *     must be; nothing is taken over then
   * @throws IllegalStateException if the kind has not begun
   */
  public void apply(List<ServedChange> batch) {
    long version = versions().current();
    for (ServedChange change : batch) {
      if (change.version() <= version) {
        throw new IllegalArgumentException(
            change.key() + " changes in version " + change.version() + " after " + version);
      }
      version = change.version();
      if (change instanceof ServedChange.Put put) {
        checked(put.object());
      }
    }
    List<Logged> logged = new ArrayList<>(batch.size());
    batch.forEach(change -> take(change, logged));
    if (!logged.isEmpty()) {
      all = null;
      log.append(logged, objects.size());
    }
    advance(version);
    if (!logged.isEmpty()) {
      tellWatches();
    }
  }

  private void take(ServedChange change, List<Logged> logged) {
    ServedObject after = change instanceof ServedChange.Put put ? put.object() : null;
    ServedObject before =
        after == null ? objects.remove(change.key()) : objects.put(change.key(), after);
    if (before == null && after == null) {
      return;
    }
    if (before != null) {
      log.superseded(before);
    }
    logged.add(
        new Logged(change.version(), change.key(), told(before, after), after, before == null));
  }

  /** What was there before, if a selector may tell it from what is there now. */
  private @Nullable ServedObject told(@Nullable ServedObject before, @Nullable ServedObject after) {
    if (before == null || after == null) {
      return before;
    }
    Attributes then = Attributes.of(resource, before.json());
    return then.equals(Attributes.of(resource, after.json())) ? null : before;
  }

  private void tellWatches() {
    long oldest = log.oldest();
    for (Watching watch : List.copyOf(watches)) {
      if (watch.evictBefore(oldest)) {
        forget(watch);
        serving
            .metrics()
            .count(NodeMetrics.EVICTED_WATCHES, MetricNames.TAG_KIND, resource.type().kind());
      } else {
        watch.wake();
      }
    }
  }

  private void forget(Watching watch) {
    watches.remove(watch);
    open = watches.size();
  }

  /**
   * The kind has reached {@code version} without a change of it, as a bookmark of the API server
   * says; nothing happens if it is there already.
   *
   * @throws IllegalStateException if the kind has not begun
   */
  public void advance(long version) {
    ServedVersions before = versions();
    if (version > before.current()) {
      versions = new ServedVersions(before.start(), version);
      reached = version;
    }
  }

  /**
   * Where the kind begins and what it has reached.
   *
   * @throws IllegalStateException if the kind has not begun
   */
  public ServedVersions versions() {
    if (versions == null) {
      throw new IllegalStateException(resource + " is not served yet");
    }
    return versions;
  }

  /** What is served of an object. */
  public Optional<ServedObject> object(ObjectKey key) {
    return Optional.ofNullable(objects.get(key));
  }

  /** What is served, sorted by namespace and name; shared until the next change. */
  public ImmutableList<ServedObject> all() {
    if (all == null) {
      all = ImmutableList.copyOf(objects.values());
    }
    return all;
  }

  private void checked(ServedObject object) {
    if (!resource.begins(object.json()) || !Attributes.areIn(resource, object.json())) {
      throw new IllegalArgumentException(
          object.key() + " does not begin with its kind: not written for " + resource);
    }
  }

  /**
   * Answers a client.
   *
   * @param wake called by the loop when a watch that it is answered with has something to read;
   *     quick, and never reads itself
   */
  public Answer answer(Read read, Runnable wake) {
    if (absent) {
      return new Answer.Refused(Refusal.noSuchPath());
    }
    if (versions == null) {
      whenAsked.run();
      if (versions == null) {
        return new Answer.Refused(Refusal.notReady());
      }
    }
    try {
      if (read.watch()) {
        return watch(read, wake);
      }
      return read.name().isEmpty() ? list(read) : one(read);
    } catch (Refusal.Thrown refused) {
      return new Answer.Refused(refused.refusal());
    }
  }

  private Answer one(Read read) {
    String asked = read.query("resourceVersion");
    refuseUnlessNow(versions().listNotOlderThan(asked), asked, true);
    ServedObject object = objects.get(new ObjectKey(read.namespace(), read.name()));
    if (object == null) {
      throw Refusal.notFound(resource, read.name()).thrown();
    }
    return new Answer.One(
        Form.of(resource, read, serving.scheduler().clock()).object(object.json()));
  }

  private Answer list(Read read) {
    ListOptions options = ListOptions.of(read);
    Selection selection = Selection.of(resource, read);
    Form form = Form.of(resource, read, serving.scheduler().clock());
    long version = versions().current();
    ImmutableList<ServedObject> state = all();
    int from = 0;
    if (!options.continueToken().isEmpty()) {
      Pages.Token token = Pages.Token.of(options.continueToken());
      if (!options.isOfAnyVersion()) {
        throw Refusal.badRequest("specifying resource version is not allowed when using continue")
            .thrown();
      }
      if (!token.isOfNow() && token.version() != version) {
        version = token.version();
        state = pages.state(token, serving.scheduler().elapsed());
      }
      from = placeAfter(state, token.after());
    } else if (!options.isOfAnyVersion()) {
      version = versionOf(options, version);
    }
    // Version 0 is answered whole, as the API server does from its cache.
    boolean whole = options.resourceVersion().equals("0") && options.continueToken().isEmpty();
    long limit = whole ? 0 : options.limit();
    return listed(state, from, version, limit, selection, form);
  }

  /** The version of a list that asks for one. */
  private long versionOf(ListOptions options, long current) {
    boolean exact =
        options.match().equals(ListOptions.EXACT)
            || (options.match().isEmpty() && options.limit() > 0);
    ServedVersions.Answer answer =
        exact
            ? versions().listExactly(options.resourceVersion())
            : versions().listNotOlderThan(options.resourceVersion());
    if (exact && answer instanceof ServedVersions.Answer.Expired) {
      long asked = Long.parseLong(options.resourceVersion());
      if (asked >= log.newest().version()) {
        return asked; // nothing has changed since
      }
    }
    refuseUnlessNow(answer, options.resourceVersion(), false);
    return current;
  }

  private Answer listed(
      ImmutableList<ServedObject> state,
      int from,
      long version,
      long limit,
      Selection selection,
      Form form) {
    int to = limit == 0 ? state.size() : placeAfterMatches(state, from, limit, selection);
    Map<String, Json> metadata = new LinkedHashMap<>();
    metadata.put("resourceVersion", Json.of(Long.toString(version)));
    long remaining = limit == 0 ? 0 : remaining(state, to, selection);
    if (remaining > 0) {
      pages.hold(version, state, serving.scheduler().elapsed());
      startTicking();
      metadata.put("continue", Json.of(new Pages.Token(version, state.get(to - 1).key()).text()));
      if (selection.isAll()) {
        metadata.put("remainingItemCount", Json.of(remaining));
      }
    }
    return new Answer.Listed(
        new Listing(state, from, to, selection, form, Json.object(metadata).toString()));
  }

  private static long remaining(List<ServedObject> state, int from, Selection selection) {
    return state.subList(from, state.size()).stream().filter(selection::matches).count();
  }

  /** The place after the {@code limit}th object from {@code from} on that is selected. */
  private static int placeAfterMatches(
      List<ServedObject> state, int from, long limit, Selection selection) {
    long found = 0;
    for (int at = from; at < state.size(); at++) {
      if (selection.matches(state.get(at)) && ++found == limit) {
        return at + 1;
      }
    }
    return state.size();
  }

  private static int placeAfter(List<ServedObject> state, ObjectKey key) {
    int low = 0;
    int high = state.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (state.get(middle).key().compareTo(key) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private Answer watch(Read read, Runnable wake) {
    ListOptions options = ListOptions.of(read);
    Selection selection = Selection.of(resource, read);
    Form form = Form.of(resource, read, serving.scheduler().clock());
    Watching watch =
        new Watching(selection, form, options.bookmarks(), () -> reached, wake, this::closed);
    if (!begun(watch, options)) {
      return new Answer.Watched(watch);
    }
    watches.add(watch);
    open = watches.size();
    startTicking();
    options
        .timeoutSeconds()
        .filter(seconds -> seconds > 0)
        .ifPresent(seconds -> watch.endsBy(endAfter(Duration.ofSeconds(seconds), watch)));
    return new Answer.Watched(watch);
  }

  /** Sets where a watch begins; one that cannot begin there has failed, and is not open. */
  private boolean begun(Watching watch, ListOptions options) {
    String asked = options.resourceVersion();
    if (options.sendInitialEvents().orElse(options.isOfAnyVersion())) {
      refuseUnlessNow(versions().listNotOlderThan(asked), asked, true);
      boolean told = options.sendInitialEvents().isPresent() && options.bookmarks();
      watch.from(log.newest(), all(), told ? versions().current() : 0);
      return true;
    }
    ServedVersions.Answer answer = versions().watch(asked, log.oldest());
    if (answer instanceof ServedVersions.Answer.Expired expired) {
      watch.from(log.newest(), ImmutableList.of(), 0);
      watch.fail(Refusal.expired(expired.sentence()));
      return false;
    }
    Logged seen = log.newest();
    if (answer instanceof ServedVersions.Answer.After after) {
      seen = log.at(after.version());
    } else {
      refuseUnlessNow(answer, asked, true);
    }
    watch.from(seen, ImmutableList.of(), 0);
    return true;
  }

  private void refuseUnlessNow(ServedVersions.Answer answer, String asked, boolean ofWatch) {
    if (answer instanceof ServedVersions.Answer.TooLarge tooLarge) {
      throw Refusal.tooLarge(tooLarge.sentence()).thrown();
    }
    if (answer instanceof ServedVersions.Answer.Expired expired) {
      throw Refusal.expired(expired.sentence()).thrown();
    }
    if (answer instanceof ServedVersions.Answer.Invalid) {
      throw (ofWatch ? Refusal.noVersion(asked) : Refusal.noVersionOfList(asked)).thrown();
    }
  }

  private Scheduler.Task endAfter(Duration timeout, Watching watch) {
    return serving
        .scheduler()
        .schedule(timeout, () -> serving.loop().execute(() -> timedOut(watch)));
  }

  private void timedOut(Watching watch) {
    forget(watch);
    watch.end();
  }

  private void closed(Watching watch) {
    serving.loop().execute(() -> forget(watch));
  }

  private void startTicking() {
    if (!ticking) {
      ticking = true;
      scheduleTick();
    }
  }

  private void scheduleTick() {
    serving.scheduler().schedule(BOOKMARKS, () -> serving.loop().execute(this::tick));
  }

  private void tick() {
    pages.expire(serving.scheduler().elapsed());
    List.copyOf(watches).forEach(Watching::bookmark);
    if (watches.isEmpty() && pages.isEmpty()) {
      ticking = false;
    } else {
      scheduleTick();
    }
  }
}
