/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.testkit.internal.access.Identity;
import dev.unitgrid.testkit.internal.fields.FieldsException;
import dev.unitgrid.testkit.internal.fields.GoText;
import dev.unitgrid.testkit.internal.patch.JsonPatch;
import dev.unitgrid.testkit.internal.patch.MergePatch;
import dev.unitgrid.testkit.internal.patch.PatchException;
import dev.unitgrid.testkit.internal.patch.StrategicMergePatch;
import dev.unitgrid.testkit.internal.schema.WrongTypeException;
import dev.unitgrid.testkit.internal.store.Change;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.store.Store;
import dev.unitgrid.testkit.internal.tree.StrictJson;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The server's semantics: requests in, answers and watch frames out. It has no thread; one lock
 * makes every request one step. Thread-safe.
 */
public final class ApiServer {
  /** The longest body that is read, in bytes: the real server's limit. */
  public static final int LONGEST_BODY = 3 << 20;

  /** Of a group that is not served the real server says no more. */
  private static final ApiResponse NO_PAGE =
      new ApiResponse(
          404,
          Map.of("Content-Type", "text/plain; charset=utf-8"),
          "404 page not found\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));

  private static final Map<String, String> JSON_TYPE = Map.of("Content-Type", "application/json");

  // Fair: else the simulated controllers, who always want it, keep clients from it.
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Store store = new Store();
  private final Kinds kinds = new Kinds();
  private final Scheduler scheduler;
  private final ObjectWriter writer;
  private final Deletions deletions;
  private final Lists lists;
  private final Watches watches;
  private final Scales scales;
  private final Evictions evictions;
  private final Bindings bindings;
  private final Gate gate;
  private final Reviews reviews;
  private final Discovery discovery;
  private final OpenApi openApi;
  private final Shapes shapes;

  /** An empty server with the namespaces that every cluster has. */
  public ApiServer(Scheduler scheduler, Random random) {
    this.scheduler = scheduler;
    this.writer = new ObjectWriter(store, kinds, scheduler.clock(), random);
    this.deletions = new Deletions(store, scheduler.clock());
    this.lists = new Lists(store);
    this.watches = new Watches(store);
    this.scales = new Scales(writer);
    this.evictions = new Evictions(store, writer, deletions, kinds);
    this.bindings = new Bindings(store, writer);
    this.gate = new Gate(store, kinds, writer, scheduler.clock(), random);
    this.reviews = new Reviews(store, gate, scheduler.clock());
    this.discovery = new Discovery(store, kinds);
    this.openApi = new OpenApi(store, kinds);
    this.shapes = new Shapes(store, kinds, scheduler.clock());
    store.listen(this::definitionChanged);
    store.listen(new Aggregation(store, kinds, writer)::changed);
    store.listen(new Establishing(kinds, writer)::changed);
    for (String namespace : List.of("default", "kube-node-lease", "kube-public", "kube-system")) {
      writer.create(
          kinds.byStorage("namespaces"),
          "",
          Trees.objectOf("metadata", Trees.objectOf("name", namespace)),
          Request.untracked("kube-apiserver"));
    }
  }

  /** Runs {@code work} while no request runs. */
  public <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  /** Whether somebody waits while {@link #locked} work runs. */
  public boolean isWanted() {
    return lock.hasQueuedThreads();
  }

  /** {@code listener} hears of every change, under the lock. */
  public void listen(Consumer<Change> listener) {
    store.listen(listener);
  }

  /** The objects; only under the lock. */
  public Store store() {
    return store;
  }

  /** The kinds that are served; only under the lock. */
  public Kinds kinds() {
    return kinds;
  }

  /** The way to write without a request; only under the lock. */
  public ObjectWriter writer() {
    return writer;
  }

  /** {@code admission} sees every write from now on. */
  public void admitWith(Admission admission) {
    lock.lock();
    try {
      writer.admitWith(admission);
      deletions.admitWith(admission);
    } finally {
      lock.unlock();
    }
  }

  /** The way to delete without a request; only under the lock. */
  public Deletions deletions() {
    return deletions;
  }

  /** Who is let in; only under the lock. */
  public Gate gate() {
    return gate;
  }

  /**
   * Who sent a request.
   *
   * @param authorization the header; empty for none
   * @param headers the other headers, by their names in small letters
   * @throws StatusException for one who is not let in
   */
  public Identity identify(String authorization, Map<String, List<String>> headers) {
    return locked(() -> gate.identify(authorization, headers));
  }

  /** Forgets history. */
  public void compact() {
    lock.lock();
    try {
      store.compact();
    } finally {
      lock.unlock();
    }
  }

  /** Sends a bookmark on every watch that allows them. */
  public void bookmark() {
    lock.lock();
    try {
      watches.bookmarkAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends every watch. */
  public void endWatches() {
    lock.lock();
    try {
      watches.endAll();
    } finally {
      lock.unlock();
    }
  }

  /** How many watches are open. */
  public int openWatches() {
    return locked(watches::count);
  }

  /** The answer to anything but a watch. */
  public ApiResponse answer(Call call) {
    return answer(call, -1);
  }

  /** The answer, a list as it was at version {@code lag} if that is not negative. */
  public ApiResponse answer(Call call, long lag) {
    lock.lock();
    try {
      return Shapes.encoded(
          call,
          orRefusal(
              () -> {
                gate.admit(call);
                Shapes.Shape shape = shapes.of(call);
                writer.takeWarnings(true);
                // A refused one is warned as well of what was dropped from it before.
                ApiResponse answer = orRefusal(() -> shape.of(dispatch(call, lag)));
                boolean ofDropped = !call.query("fieldValidation").equals("Ignore");
                return warned(answer, writer.takeWarnings(ofDropped));
              }));
    } finally {
      lock.unlock();
    }
  }

  private static ApiResponse orRefusal(Supplier<ApiResponse> answer) {
    try {
      return answer.get();
    } catch (StatusException status) {
      return refusal(status);
    } catch (PatchException patch) {
      return refusal(StatusException.ofPatch(patch.status(), String.valueOf(patch.getMessage())));
    } catch (FieldsException fields) {
      return refusal(StatusException.of(500, "", String.valueOf(fields.getMessage())));
    }
  }

  private static ApiResponse warned(ApiResponse answer, List<String> warnings) {
    if (warnings.isEmpty()) {
      return answer;
    }
    List<String> values =
        warnings.stream().map(text -> "299 - \"" + text.replace("\"", "\\\"") + "\"").toList();
    Map<String, String> headers = new HashMap<>(answer.headers());
    // One that is there already comes first.
    headers.merge("warning", String.join(", ", values), (before, more) -> before + ", " + more);
    return new ApiResponse(answer.status(), headers, answer.body());
  }

  /** The answer that {@code status} is. */
  public static ApiResponse refusal(StatusException status) {
    return json(status.code(), status.toJson());
  }

  /** The answer of an injected failure. */
  public static ApiResponse refusal(int code, String reason, String message) {
    return refusal(StatusException.of(code, reason, message));
  }

  private static ApiResponse json(int code, JsonElement body) {
    return new ApiResponse(code, JSON_TYPE, Trees.bytes(body));
  }

  private ApiResponse dispatch(Call call, long lag) {
    if (call.body().length > LONGEST_BODY) {
      throw StatusException.of(
          413, "RequestEntityTooLarge", "Request entity too large: limit is " + LONGEST_BODY);
    }
    if (List.of("/healthz", "/readyz", "/livez").contains(call.path())) {
      return new ApiResponse(
          200,
          Map.of("Content-Type", "text/plain"),
          "ok".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    if (call.method().equals("GET")) {
      Optional<ApiResponse> described = described(call);
      if (described.isPresent()) {
        return described.get();
      }
    }
    if (Reviews.serves(call.path())) {
      return review(call);
    }
    if (!call.method().equals("GET") && discovery.describes(call.path())) {
      throw StatusException.methodNotAllowed();
    }
    if (!discovery.knowsGroup(call.path())) {
      return NO_PAGE;
    }
    Route route = Route.of(call.path(), kinds);
    String deprecation = route.kind().deprecation();
    return deprecation.isEmpty()
        ? ofResource(route, call, lag)
        : warned(orRefusal(() -> ofResource(route, call, lag)), List.of(deprecation));
  }

  private ApiResponse ofResource(Route route, Call call, long lag) {
    boolean ofAllNamespaces = route.kind().namespaced() && route.namespace().isEmpty();
    if (ofAllNamespaces && !call.method().equals("GET")) {
      throw StatusException.methodNotAllowed();
    }
    if (route.subresource().equals("scale")) {
      return json(200, scales.answer(route, call, object(route)));
    }
    if (route.subresource().equals("eviction")) {
      return json(201, evictions.answer(route, call, object(route)));
    }
    if (route.subresource().equals("binding")) {
      return json(201, bindings.answer(route, call));
    }
    return switch (call.method()) {
      case "GET" -> route.name().isEmpty() ? list(route, call, lag) : get(route, call);
      case "POST" -> create(route, call);
      case "PUT" -> put(route, call);
      case "PATCH" -> patch(route, call);
      case "DELETE" -> route.name().isEmpty() ? deleteAll(route, call) : delete(route, call);
      default -> throw StatusException.methodNotAllowed();
    };
  }

  private Optional<ApiResponse> described(Call call) {
    Map<String, String> type =
        Map.of(
            "Content-Type",
            Discovery.isAggregated(call) ? Discovery.AGGREGATED : "application/json");
    return discovery
        .answer(call)
        .map(answer -> new ApiResponse(200, type, Trees.bytes(answer)))
        .or(() -> openApi.answer(call));
  }

  private ApiResponse review(Call call) {
    if (!call.method().equals("POST") || !(Bodies.patch(call) instanceof JsonObject body)) {
      throw StatusException.methodNotAllowed();
    }
    return json(201, reviews.answer(call, body).orElseThrow(StatusException::noSuchPath));
  }

  private JsonObject object(Route route) {
    JsonObject object = store.get(route.key());
    if (object == null) {
      throw StatusException.notFound(route.kind(), route.name());
    }
    return object;
  }

  private ApiResponse get(Route route, Call call) {
    String version = call.query("resourceVersion");
    long asked = version.isEmpty() ? 0 : Lists.watchedVersion(version);
    if (asked > store.version()) {
      throw StatusException.tooLargeVersion(asked, store.version());
    }
    return json(200, Presentation.as(object(route), route.kind()));
  }

  private ApiResponse list(Route route, Call call, long lag) {
    return json(200, lists.list(route.kind(), route.namespace(), selector(route, call), call, lag));
  }

  private static Predicate<JsonObject> selector(Route route, Call call) {
    Predicate<Map<String, String>> labels = LabelSelectors.parse(call.query("labelSelector"));
    Predicate<JsonObject> fields = FieldSelectors.parse(call.query("fieldSelector"), route.kind());
    if (call.query("labelSelector").isBlank()) {
      return fields;
    }
    return fields.and(object -> labels.test(Trees.strings(object, "metadata", "labels")));
  }

  private ApiResponse create(Route route, Call call) {
    if (!route.name().isEmpty()) {
      throw StatusException.methodNotAllowed();
    }
    Request request = WriteOptions.ofCreate(call);
    StrictJson.Document body = Bodies.document(call, route.kind());
    JsonObject created =
        writer.create(
            route.kind(),
            route.namespace(),
            body.value().getAsJsonObject(),
            request.with(body.duplicates()));
    return json(201, Presentation.as(created, route.kind()));
  }

  private ApiResponse put(Route route, Call call) {
    if (route.name().isEmpty()) {
      throw StatusException.methodNotAllowed();
    }
    StrictJson.Document read = Bodies.document(call, route.kind());
    Request request = WriteOptions.ofUpdate(call).with(read.duplicates());
    JsonObject body = read.value().getAsJsonObject();
    JsonObject live = store.get(route.key());
    if (live == null && Strategies.createsOnUpdate(route.kind())) {
      checkPut(route, body, new JsonObject(), request);
      gate.admitCreation(call);
      Trees.child(body, "metadata").remove("resourceVersion");
      return json(
          201,
          Presentation.as(
              writer.create(route.kind(), route.namespace(), body, request), route.kind()));
    }
    if (live == null) {
      writer.checkReadable(route.kind(), route.key(), body, request);
      throw StatusException.notFound(route.kind(), route.name());
    }
    checkPut(route, body, live, request);
    return json(
        200,
        Presentation.as(
            writer.update(route.kind(), route.key(), route.subresource(), request, old -> body),
            route.kind()));
  }

  /** What cannot be read is told before whose it is. */
  private void checkPut(Route route, JsonObject body, JsonObject live, Request request) {
    try {
      ObjectWriter.checkName(route.name(), body);
      checkPutUid(route, body, live);
    } catch (StatusException another) {
      writer.checkReadable(route.kind(), route.key(), body, request);
      throw another;
    }
  }

  private static void checkPutUid(Route route, JsonObject body, JsonObject live) {
    String uid = Trees.string(body, "metadata", "uid");
    String there = Trees.string(live, "metadata", "uid");
    if (!uid.isEmpty() && !uid.equals(there)) {
      throw StatusException.conflict(
          route.kind(),
          route.name(),
          "Precondition failed: UID in precondition: " + uid + ", UID in object meta: " + there);
    }
  }

  private ApiResponse patch(Route route, Call call) {
    if (route.name().isEmpty()) {
      throw StatusException.methodNotAllowed();
    }
    String type = Bodies.mediaType(call);
    if (type.startsWith("application/apply-patch")) {
      return apply(route, call);
    }
    Request request = WriteOptions.ofPatch(call, false);
    UnaryOperator<JsonObject> change = change(type, route, call);
    JsonObject live = object(route);
    // The version of the live object is part of what is patched, so it always agrees with itself.
    JsonObject next =
        writer.update(
            route.kind(),
            route.key(),
            route.subresource(),
            request,
            new ObjectWriter.Edit(
                old -> change.apply(Presentation.as(live, route.kind()).deepCopy()),
                (kind, result, wrong) -> refusedPatch(type, call, live, result, wrong)));
    return json(200, Presentation.as(next, route.kind()));
  }

  private static StatusException refusedPatch(
      String type, Call call, JsonObject live, JsonObject result, WrongTypeException wrong) {
    return type.startsWith("application/strategic")
        ? StatusException.invalidPatch(
            GoText.of(StrategicMergePatch.used(Bodies.patch(call).getAsJsonObject(), live)),
            wrong.restoring())
        : StatusException.invalidPatch(result.toString(), String.valueOf(wrong.getMessage()));
  }

  private UnaryOperator<JsonObject> change(String type, Route route, Call call) {
    return switch (type) {
      case "application/json-patch+json" -> {
        JsonElement patch = Bodies.patch(call);
        yield live -> JsonPatch.apply(live, patch);
      }
      case "application/merge-patch+json" -> {
        JsonElement patch = Bodies.patch(call);
        yield live -> MergePatch.apply(live, patch);
      }
      case "application/strategic-merge-patch+json" -> {
        if (!route.kind().builtIn()) {
          throw StatusException.unsupportedPatch();
        }
        JsonElement patch = Bodies.patch(call);
        Numbers.makeWhole(patch);
        yield live -> typed(StrategicMergePatch.apply(live, patch, route.kind().schema()), live);
      }
      default -> throw StatusException.noPatch();
    };
  }

  /** A strategic patch cannot say another kind: the real server has the object's Go type. */
  private static JsonObject typed(JsonObject patched, JsonObject live) {
    patched.add("kind", live.get("kind"));
    patched.add("apiVersion", live.get("apiVersion"));
    return patched;
  }

  private ApiResponse apply(Route route, Call call) {
    Request request = WriteOptions.ofPatch(call, true);
    if (store.get(route.key()) == null && route.subresource().isEmpty()) {
      gate.admitCreation(call);
    }
    JsonObject config = Bodies.object(call, route.kind());
    if (route.kind().builtIn()) {
      Numbers.makeWhole(config);
    }
    ObjectWriter.Applied applied =
        writer.apply(
            route.kind(), route.key(), route.subresource(), request, call.isSet("force"), config);
    return json(applied.created() ? 201 : 200, Presentation.as(applied.object(), route.kind()));
  }

  private ApiResponse delete(Route route, Call call) {
    if (!route.subresource().isEmpty()) {
      throw StatusException.methodNotAllowed();
    }
    JsonObject body = Bodies.deleteOptions(call);
    JsonObject before = object(route);
    Deletions.Options options = Deletions.Options.of(body);
    if (route.kind().storage().equals(Definitions.STORAGE) && !options.dryRun()) {
      deleteInstances(before);
    }
    Deletions.Outcome outcome = deletions.delete(route.kind(), route.key(), options);
    if (!outcome.gone()) {
      return json(200, Presentation.as(outcome.last(), route.kind()));
    }
    return json(
        200,
        Strategies.returnsDeleted(route.kind())
            ? deleted(outcome.last())
            : Success.deleted(route, before));
  }

  /** What is gone shows the version at which it went. */
  private JsonObject deleted(JsonObject before) {
    JsonObject last = before.deepCopy();
    Trees.child(last, "metadata").addProperty("resourceVersion", Long.toString(store.version()));
    return last;
  }

  private void deleteInstances(JsonObject definition) {
    List<ObjectKey> instances =
        List.copyOf(store.all(Trees.string(definition, "metadata", "name")).keySet());
    for (ObjectKey instance : instances) {
      if (!Trees.array(store.get(instance), "metadata", "finalizers").isEmpty()) {
        throw StatusException.notImplemented(
            "the deletion of a definition while " + instance.name() + " has finalizers");
      }
    }
    instances.forEach(store::remove);
  }

  private ApiResponse deleteAll(Route route, Call call) {
    if (!Strategies.deletesCollections(route.kind())) {
      throw StatusException.methodNotAllowed();
    }
    JsonObject page = lists.list(route.kind(), route.namespace(), selector(route, call), call, -1);
    Deletions.Options options = Deletions.Options.of(Bodies.deleteOptions(call));
    for (JsonObject item : Trees.objects(page, "items")) {
      ObjectKey key =
          new ObjectKey(
              route.kind().storage(),
              Trees.string(item, "metadata", "namespace"),
              Trees.string(item, "metadata", "name"));
      if (route.kind().storage().equals(Definitions.STORAGE) && !options.dryRun()) {
        deleteInstances(item);
      }
      deletions.delete(route.kind(), key, options);
    }
    return json(200, page);
  }

  /**
   * Opens the watch that {@code call} asks for.
   *
   * @param accepted runs, under the lock, before the first frame
   * @return what closes it, or the refusal
   */
  public Opened watch(Call call, WatchSink sink, Runnable accepted) {
    lock.lock();
    try {
      gate.admit(call);
      Route route = Route.of(call.path(), kinds);
      Predicate<JsonObject> selected = selector(route, call);
      ListOptions options = ListOptions.ofWatch(call);
      if (!options.isOfAnyVersion()) {
        Lists.watchedVersion(options.resourceVersion());
      }
      WatchSink shaped = shapes.of(call).around(sink);
      accepted.run();
      Watches.Watcher watcher =
          watches.open(route.kind(), route.namespace(), selected, options, scheduler, lock, shaped);
      return new Opened(null, () -> close(watcher));
    } catch (StatusException status) {
      return new Opened(Shapes.encoded(call, refusal(status)), () -> {});
    } finally {
      lock.unlock();
    }
  }

  /** A watch that was opened, or its refusal. */
  public record Opened(@org.jspecify.annotations.Nullable ApiResponse refusal, Runnable close) {}

  private void close(Watches.Watcher watcher) {
    lock.lock();
    try {
      watcher.close();
    } finally {
      lock.unlock();
    }
  }

  private void definitionChanged(Change change) {
    if (!change.key().resource().equals("customresourcedefinitions.apiextensions.k8s.io")) {
      return;
    }
    JsonObject before = change.before();
    if (before != null) {
      kinds.removeAll(
          Trees.string(before, "spec", "group"), Trees.string(before, "spec", "names", "plural"));
    }
    JsonObject after = change.after();
    if (after != null && !Definitions.isRefused(after)) {
      CustomResources.kinds(after).forEach(kinds::add);
    }
  }
}
