/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.api.Admission.Write;
import dev.unitgrid.testkit.internal.api.StatusException.Cause;
import dev.unitgrid.testkit.internal.fields.ConflictException;
import dev.unitgrid.testkit.internal.fields.FieldsException;
import dev.unitgrid.testkit.internal.fields.ManagedFields;
import dev.unitgrid.testkit.internal.fields.ManagedFields.Owner;
import dev.unitgrid.testkit.internal.fields.ManagedFields.Reset;
import dev.unitgrid.testkit.internal.fields.Validity;
import dev.unitgrid.testkit.internal.rules.Warnings;
import dev.unitgrid.testkit.internal.schema.GoTypes;
import dev.unitgrid.testkit.internal.schema.WrongTypeException;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.store.Store;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Creates and changes objects: the one way into the store, for requests and for the simulated
 * controllers. Not thread-safe: the server's lock guards it.
 */
public final class ObjectWriter {
  /** What is left of a generated name's 63 characters. */
  private static final int LONGEST_PREFIX = 58;

  /** So many bytes etcd takes; most of what is large is text, and the rest is not counted. */
  private static final long MOST_TEXT = 3L << 19;

  private static final String SUFFIXES = "bcdfghjklmnpqrstvwxz2456789";

  private final Store store;
  private final Kinds kinds;
  private final Clock clock;
  private final Random random;
  private final ClusterIps clusterIps;
  private final Set<String> dropped = new LinkedHashSet<>();
  private final Set<String> warnings = new LinkedHashSet<>();
  private Admission admission = Admission.OPEN;

  ObjectWriter(Store store, Kinds kinds, Clock clock, Random random) {
    this.store = store;
    this.kinds = kinds;
    this.clock = clock;
    this.random = random;
    this.clusterIps = new ClusterIps(store);
  }

  void admitWith(Admission hooks) {
    admission = hooks;
  }

  /**
   * What a client is to be warned of since this was asked last.
   *
   * @param ofDropped whether also of fields that were dropped
   */
  List<String> takeWarnings(boolean ofDropped) {
    List<String> taken = new ArrayList<>(ofDropped ? dropped : Set.of());
    taken.addAll(warnings);
    dropped.clear();
    warnings.clear();
    return taken;
  }

  /** The current time as objects have it. */
  public String now() {
    return time(clock.instant());
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** Five characters that the real server would put after {@code generateName}. */
  public String suffix() {
    StringBuilder suffix = new StringBuilder();
    for (int i = 0; i < 5; i++) {
      suffix.append(SUFFIXES.charAt(random.nextInt(SUFFIXES.length())));
    }
    return suffix.toString();
  }

  /** Lets Services have addresses of both families. */
  public void dualStack() {
    clusterIps.dualStack();
  }

  /** Creates {@code body} in {@code namespace}; answers what is stored. */
  public JsonObject create(ResourceKind kind, String namespace, JsonObject body, Request request) {
    JsonObject object = decode(kind, body, request, Edit::refusedBody);
    checkNamespace(kind, namespace, object);
    JsonObject metadata = Trees.child(object, "metadata");
    if (Trees.string(metadata, "name").isEmpty()
        && !Trees.string(metadata, "generateName").isEmpty()) {
      String prefix = Trees.string(metadata, "generateName");
      metadata.addProperty(
          "name", prefix.substring(0, Math.min(prefix.length(), LONGEST_PREFIX)) + suffix());
    }
    for (String system :
        List.of("deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "managedFields")) {
      metadata.remove(system);
    }
    if (request.track()) {
      ManagedFields fields = new ManagedFields();
      fields.updateIfTyped(
          empty(kind),
          object,
          kind.schema(),
          new Owner(request.manager(), "Update", kind.apiVersion(), ""),
          now(),
          Strategies.reset(kind, ""));
      fields.writeTo(object);
    }
    return finishCreate(kind, namespace, object, request);
  }

  private JsonObject finishCreate(
      ResourceKind kind, String namespace, JsonObject prepared, Request request) {
    Strategies.prepareForCreate(kind, prepared, now());
    JsonObject object = mutated(kind, created(kind, namespace, prepared, request), request);
    JsonObject metadata = Trees.child(object, "metadata");
    if (kind.namespaced()) {
      metadata.addProperty("namespace", namespace);
    }
    metadata.addProperty("uid", uid().toString());
    metadata.addProperty("creationTimestamp", now());
    if (kind.storage().equals("services")) {
      clusterIps.allocate(kind, object, null);
    }
    validate(kind, object, null, "", List.of());
    admission.validate(created(kind, namespace, object, request));
    if (!request.dryRun() && !Trees.string(metadata, "resourceVersion").isEmpty()) {
      throw StatusException.of(
          500, "", "resourceVersion should not be set on objects to be created");
    }
    ObjectKey key =
        new ObjectKey(
            kind.storage(), kind.namespaced() ? namespace : "", Trees.string(metadata, "name"));
    if (store.get(key) != null) {
      throw StatusException.alreadyExists(
          kind, key.name(), Trees.at(store.get(key), "metadata", "deletionTimestamp") != null);
    }
    if (request.dryRun()) {
      return object;
    }
    refuseTooLarge(object);
    JsonObject stored = store.put(key, CustomResources.stored(object, kind));
    if (kind.storage().equals(Definitions.STORAGE)) {
      update(
          kind,
          key,
          "status",
          Request.of("kube-apiserver"),
          live -> Definitions.judged(live, store.all(Definitions.STORAGE).values(), now()));
    }
    return stored;
  }

  private static Write created(
      ResourceKind kind, String namespace, JsonObject object, Request request) {
    return new Write(
        "CREATE",
        kind,
        namespace,
        Trees.string(object, "metadata", "name"),
        "",
        request.dryRun(),
        new JsonObject(),
        object);
  }

  /** What hooks make of it is read as if a client had sent it. */
  private JsonObject mutated(ResourceKind kind, Write write, Request request) {
    return admission
        .mutate(write)
        .map(next -> decode(kind, next, request, Edit::refusedBody))
        .orElseGet(write::next);
  }

  private static void checkSameNamespace(ResourceKind kind, String namespace, JsonObject object) {
    if (!kind.namespaced()) {
      Trees.child(object, "metadata").remove("namespace");
    }
    String said = Trees.string(object, "metadata", "namespace");
    if (!said.isEmpty() && !said.equals(namespace)) {
      throw StatusException.badRequest(
          "the namespace of the provided object does not match the namespace sent on the request");
    }
  }

  private void checkNamespace(ResourceKind kind, String namespace, JsonObject object) {
    checkSameNamespace(kind, namespace, object);
    if (!kind.namespaced()) {
      return;
    }
    JsonObject there = store.get(new ObjectKey("namespaces", "", namespace));
    if (there == null) {
      throw StatusException.notFound(kinds.byStorage("namespaces"), namespace);
    }
    if (Trees.at(there, "metadata", "deletionTimestamp") != null) {
      throw StatusException.forbidden(
          kind,
          Trees.string(object, "metadata", "name"),
          "unable to create new content in namespace "
              + namespace
              + " because it is being terminated");
    }
  }

  /**
   * Changes one object; {@code change} gets a copy of the live one and answers what it should be.
   */
  public JsonObject update(
      ResourceKind kind,
      ObjectKey key,
      String subresource,
      Request request,
      UnaryOperator<JsonObject> change) {
    return update(kind, key, subresource, request, new Edit(change, Edit::refusedBody));
  }

  /**
   * How a request changes an object, and what is said if the result is no object of the kind.
   *
   * @param refusal is given the result and why
   */
  record Edit(UnaryOperator<JsonObject> change, Refusal refusal) {
    static StatusException refusedBody(
        ResourceKind kind, JsonObject body, WrongTypeException wrong) {
      return StatusException.badRequest(
          cannotBeHandled(kind, body) + String.valueOf(wrong.getMessage()));
    }
  }

  /** What is said of a body that is no object of the kind. */
  @FunctionalInterface
  interface Refusal {
    StatusException of(ResourceKind kind, JsonObject body, WrongTypeException wrong);
  }

  JsonObject update(
      ResourceKind kind, ObjectKey key, String subresource, Request request, Edit edit) {
    JsonObject live = Presentation.as(existing(kind, key), kind);
    JsonObject body = edit.change().apply(live.deepCopy());
    JsonObject next = decode(kind, body, request, edit.refusal());
    checkSameNamespace(kind, key.namespace(), next);
    checkIdentity(kind, live, next);
    if (kind.storage().equals("services")) {
      clusterIps.allocate(kind, next, live);
    }
    if (request.track() && misfit(kind, live, next).isPresent()) {
      // What the real server cannot compare in another owner's version is nobody's any more.
      Trees.child(next, "metadata").remove("managedFields");
    } else if (request.track()) {
      ManagedFields fields = ManagedFields.ofUpdate(live, next);
      fields.updateIfTyped(
          live,
          next,
          kind.schema(),
          new Owner(request.manager(), "Update", kind.apiVersion(), subresource),
          // What owns by a scale has no time on the real server.
          subresource.equals("scale") ? "" : now(),
          Strategies.reset(kind, subresource));
      forgetOtherGroup(kind, fields);
      fields.writeTo(next);
    } else {
      ManagedFields.of(live).writeTo(next);
    }
    // After the ownership: the real server records even what the subresource then does not take.
    Strategies.prepareForUpdate(kind, subresource, live, next);
    return commit(
        kind, key, subresource, live, next, request, Validation.ofEmptied(kind, live, body, next));
  }

  /** Across groups the real server cannot compare what others own, and forgets it. */
  private static void forgetOtherGroup(ResourceKind kind, ManagedFields fields) {
    if (EventVersions.isEvent(kind, kind.apiVersion())) {
      fields.keepOnly(kind.apiVersion());
    }
  }

  /**
   * What one of the versions in which fields of {@code live} are owned does not know, of it or of
   * {@code next}.
   */
  private Optional<String> misfit(ResourceKind kind, JsonObject live, JsonObject next) {
    if (kind.builtIn()) {
      return Optional.empty();
    }
    return Trees.objects(live, "metadata", "managedFields").stream()
        .map(entry -> Trees.string(entry, "apiVersion"))
        .filter(version -> !version.equals(kind.apiVersion()))
        .distinct()
        .flatMap(version -> kinds.find(version, kind.plural()).stream())
        .flatMap(
            other ->
                Stream.concat(
                    Validity.of(live, other.schema()).stream().map(why -> "old object: " + why),
                    Validity.of(next, other.schema()).stream().map(why -> "new object: " + why)))
        .map(why -> "failed to convert " + why)
        .findFirst();
  }

  /** Server-side apply of {@code config}; creates if there is nothing. */
  public Applied apply(
      ResourceKind kind,
      ObjectKey key,
      String subresource,
      Request request,
      boolean force,
      JsonObject config) {
    JsonObject there = store.get(key);
    if (there == null && !subresource.isEmpty() && !Strategies.createsOnUpdate(kind)) {
      throw StatusException.notFound(kind, key.name());
    }
    checkConfig(kind, config);
    if (there == null) {
      return new Applied(applyNew(kind, key, request, config), true);
    }
    JsonObject live = Presentation.as(there, kind);
    JsonObject bare = config.deepCopy();
    ManagedFields fields = ManagedFields.of(live);
    if (fields.isEmpty()) {
      fields.update(
          empty(kind),
          live,
          kind.schema(),
          new Owner("before-first-apply", "Update", kind.apiVersion(), subresource),
          now(),
          Strategies.reset(kind, subresource));
    }
    forgetOtherGroup(kind, fields);
    JsonObject merged = applied(kind, config, fields, live, bare, subresource, request, force);
    misfit(kind, live, merged)
        .ifPresent(
            why -> {
              throw StatusException.of(500, "", why);
            });
    JsonObject next = decode(kind, merged, request, refusedConfig(config), true);
    checkSameNamespace(kind, key.namespace(), next);
    checkIdentity(kind, live, next);
    if (kind.storage().equals("services")) {
      clusterIps.allocate(kind, next, live);
    }
    fields.writeTo(next);
    Strategies.prepareForUpdate(kind, subresource, live, next);
    return new Applied(commit(kind, key, subresource, live, next, request, List.of()), false);
  }

  /** Refuses a body that could not be stored under {@code key} even if there were something. */
  void checkReadable(ResourceKind kind, ObjectKey key, JsonObject body, Request request) {
    JsonObject object = decode(kind, body, request, Edit::refusedBody);
    checkSameNamespace(kind, key.namespace(), object);
    checkName(key.name(), object);
  }

  /** What an apply left, and whether it created it. */
  public record Applied(JsonObject object, boolean created) {}

  private JsonObject applyNew(
      ResourceKind kind, ObjectKey key, Request request, JsonObject config) {
    ManagedFields fields = new ManagedFields();
    JsonObject merged =
        applied(kind, config, fields, empty(kind), config.deepCopy(), "", request, true);
    JsonObject object = decode(kind, merged, request, refusedConfig(config), true);
    String uid = Trees.string(config, "metadata", "uid");
    if (!uid.isEmpty()) {
      throw StatusException.conflict(
          kind,
          key.name(),
          "uid mismatch: the provided object specified uid "
              + uid
              + ", and no existing object was found");
    }
    checkSameNamespace(kind, key.namespace(), object);
    checkName(key.name(), object);
    checkNamespace(kind, key.namespace(), object);
    // The real server takes no offence at a version here, as it does in a POST.
    Trees.child(object, "metadata").remove("resourceVersion");
    fields.writeTo(object);
    return finishCreate(kind, key.namespace(), object, request);
  }

  private JsonObject applied(
      ResourceKind kind,
      JsonObject config,
      ManagedFields fields,
      JsonObject live,
      JsonObject bare,
      String subresource,
      Request request,
      boolean force) {
    Owner owner = new Owner(request.manager(), "Apply", kind.apiVersion(), subresource);
    Reset reset = Strategies.reset(kind, subresource);
    try {
      return LastApplied.apply(
          kind,
          owner,
          live,
          config,
          forced -> fields.apply(live, bare, kind.schema(), owner, forced, now(), reset),
          force);
    } catch (ConflictException conflict) {
      throw StatusException.applyConflict(
          String.valueOf(conflict.getMessage()),
          conflict.causes().stream()
              .map(cause -> new Cause("FieldManagerConflict", cause.message(), cause.field()))
              .toList());
    } catch (FieldsException unmergeable) {
      throw notTyped(kind, config, String.valueOf(unmergeable.getMessage()));
    }
  }

  private static Refusal refusedConfig(JsonObject config) {
    return (kind, body, wrong) ->
        StatusException.of(500, "", unconverted(kind, config) + wrong.converting());
  }

  /** How the real server begins to say that what was applied is no object of the kind. */
  static String unconverted(ResourceKind kind, JsonObject config) {
    return "failed to convert new object ("
        + Trees.string(config, "metadata", "namespace")
        + "/"
        + Trees.string(config, "metadata", "name")
        + "; "
        + gvk(kind.apiVersion(), kind.kind())
        + ") to proper version: unable to convert unstructured object to "
        + gvk(kind.apiVersion(), kind.kind())
        + ": ";
  }

  private static StatusException notTyped(ResourceKind kind, JsonObject config, String why) {
    return StatusException.of(
        500,
        "",
        "failed to create typed patch object ("
            + Trees.string(config, "metadata", "namespace")
            + "/"
            + Trees.string(config, "metadata", "name")
            + "; "
            + gvk(kind.apiVersion(), kind.kind())
            + "): "
            + why);
  }

  static void checkConfig(ResourceKind kind, JsonObject config) {
    if (Trees.at(config, "metadata", "managedFields") != null) {
      throw StatusException.badRequest("metadata.managedFields must be nil");
    }
    checkAppliedType(kind, config);
    List<String> errors = Validity.of(config, kind.schema());
    if (!errors.isEmpty()) {
      throw notTyped(
          kind,
          config,
          errors.size() == 1 ? errors.get(0) : "errors:\n  " + String.join("\n  ", errors));
    }
  }

  private static void checkAppliedType(ResourceKind kind, JsonObject config) {
    String type = Trees.string(config, "kind");
    String version = Trees.string(config, "apiVersion");
    if (!version.equals(kind.apiVersion()) || !type.equals(kind.kind())) {
      throw StatusException.badRequest("invalid object type: " + gvk(version, type));
    }
  }

  private static String gvk(String apiVersion, String kind) {
    return (apiVersion.contains("/") ? "" : "/") + apiVersion + ", Kind=" + kind;
  }

  static void checkName(String name, JsonObject object) {
    String said = Trees.string(object, "metadata", "name");
    if (said.isEmpty()) {
      throw StatusException.badRequest(
          "the name of the object ("
              + name
              + " based on URL) was undeterminable: name must be provided");
    }
    if (!said.equals(name)) {
      throw StatusException.badRequest(
          "the name of the object ("
              + said
              + ") does not match the name on the URL ("
              + name
              + ")");
    }
  }

  private JsonObject commit(
      ResourceKind kind,
      ObjectKey key,
      String subresource,
      JsonObject live,
      JsonObject changed,
      Request request,
      List<Cause> found) {
    JsonObject next =
        mutated(kind, updated(kind, key, subresource, live, changed, request), request);
    List<Cause> causes = new ArrayList<>(identityCauses(live, next));
    causes.addAll(found);
    JsonObject metadata = Trees.child(next, "metadata");
    metadata.remove("selfLink");
    for (String system :
        List.of(
            "namespace",
            "uid",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "generation",
            "resourceVersion")) {
      JsonElement value = Trees.at(live, "metadata", system);
      if (value == null) {
        metadata.remove(system);
      } else {
        metadata.add(system, value);
      }
    }
    if (!subresource.equals("status") && !subresource.equals("binding")) {
      Strategies.setGeneration(kind, live, next);
    }
    validate(kind, next, live, subresource, causes);
    admission.validate(updated(kind, key, subresource, live, next, request));
    JsonObject stored = CustomResources.stored(next, kind);
    if (request.dryRun() || stored.equals(store.get(key))) {
      return stored;
    }
    if (isFinished(next)) {
      store.remove(key);
      return stored;
    }
    refuseTooLarge(stored);
    return store.put(key, stored);
  }

  private static void refuseTooLarge(JsonObject object) {
    if (Trees.textLength(object) > MOST_TEXT) {
      throw StatusException.of(500, "", "etcdserver: request is too large");
    }
  }

  private static Write updated(
      ResourceKind kind,
      ObjectKey key,
      String subresource,
      JsonObject live,
      JsonObject next,
      Request request) {
    return new Write(
        "UPDATE", kind, key.namespace(), key.name(), subresource, request.dryRun(), live, next);
  }

  private static boolean isFinished(JsonObject object) {
    return Trees.at(object, "metadata", "deletionTimestamp") != null
        && Trees.array(object, "metadata", "finalizers").isEmpty()
        && Trees.array(object, "spec", "finalizers").isEmpty()
        && Trees.number(object, 0, "metadata", "deletionGracePeriodSeconds") == 0;
  }

  private void validate(
      ResourceKind kind,
      JsonObject object,
      @Nullable JsonObject before,
      String subresource,
      List<Cause> found) {
    refuseOtherKind(kind, object, before, subresource, found);
    List<Cause> causes = new ArrayList<>(found);
    causes.addAll(Validation.of(kind, object, before, subresource));
    if (!kind.builtIn()) {
      causes.addAll(CustomValidation.of(kind, object, subresource));
      causes.addAll(CustomRules.violations(kind, object, before, causes, warnings));
    }
    if (kind.storage().equals(Definitions.STORAGE) && causes.isEmpty()) {
      causes.addAll(CustomRules.problems(object));
    }
    if (!causes.isEmpty()) {
      throw StatusException.invalid(kind, Trees.string(object, "metadata", "name"), causes);
    }
    if (kind.builtIn() && subresource.isEmpty()) {
      warnings.addAll(Warnings.of(kind.storage(), object, before));
    }
  }

  /** A custom resource that says it is of another kind is read, and then refused as one. */
  private static void refuseOtherKind(
      ResourceKind kind,
      JsonObject object,
      @Nullable JsonObject before,
      String subresource,
      List<Cause> found) {
    String said = Trees.string(object, "kind");
    if (said.equals(kind.kind())) {
      return;
    }
    List<Cause> causes = new ArrayList<>(found);
    if (before != null) {
      causes.addAll(Validation.of(kind, object, before, subresource));
    }
    causes.add(Cause.invalid("kind", "\"" + said + "\"", "must be " + kind.kind()));
    // Only lists are looked at besides.
    CustomValidation.of(kind, object, subresource).stream()
        .filter(cause -> cause.reason().equals("FieldValueDuplicate"))
        .forEach(causes::add);
    throw StatusException.invalid(
        kind.group(), said, Trees.string(object, "metadata", "name"), causes);
  }

  private static void checkIdentity(ResourceKind kind, JsonObject live, JsonObject next) {
    String name = Trees.string(live, "metadata", "name");
    checkName(name, next);
    String version = unlessZero(Trees.string(next, "metadata", "resourceVersion"));
    if (version.isEmpty() && !Strategies.updatesUnconditionally(kind)) {
      throw StatusException.invalidResource(
          kind,
          name,
          List.of(
              Cause.invalid("metadata.resourceVersion", "0", "must be specified for an update")));
    }
    if (!version.isEmpty() && !version.equals(Trees.string(live, "metadata", "resourceVersion"))) {
      throw StatusException.modified(kind, name);
    }
  }

  /**
   * What is said of another uid, or of another time of deletion: twice, as the real server does.
   */
  private static List<Cause> identityCauses(JsonObject live, JsonObject next) {
    List<Cause> causes = new ArrayList<>();
    boolean ends = Trees.at(live, "metadata", "deletionTimestamp") != null;
    for (String name : List.of("uid", "deletionTimestamp", "deletionGracePeriodSeconds")) {
      JsonElement said = Trees.at(next, "metadata", name);
      if (said == null || said.equals(Trees.of("")) || (ends && name.equals("deletionTimestamp"))) {
        continue;
      }
      if (!Trees.same(said, Trees.at(live, "metadata", name))) {
        Cause cause = Cause.invalid("metadata." + name, said.toString(), "field is immutable");
        causes.addAll(List.of(cause, cause));
      }
    }
    return causes;
  }

  /** Zero says no version; 500 for what is no number. */
  private static String unlessZero(String version) {
    if (version.isEmpty() || version.equals("0")) {
      return "";
    }
    try {
      Long.parseUnsignedLong(version);
      return version;
    } catch (NumberFormatException notANumber) {
      throw StatusException.of(
          500, "", "strconv.ParseUint: parsing \"" + version + "\": invalid syntax");
    }
  }

  /** The object as the real server reads it: known fields, normal form, defaults. */
  private JsonObject decode(ResourceKind kind, JsonObject body, Request request, Refusal refusal) {
    return decode(kind, body, request, refusal, false);
  }

  private JsonObject decode(
      ResourceKind kind, JsonObject body, Request request, Refusal refusal, boolean applied) {
    Set<String> unknown = new LinkedHashSet<>();
    JsonObject object;
    try {
      checkType(kind, body);
      object =
          kind.builtIn() && !kind.is("apiextensions.k8s.io", "CustomResourceDefinition")
              ? GoTypes.normalise(body, kind.schema(), unknown)
              : custom(kind, body, unknown);
    } catch (WrongTypeException wrong) {
      throw refusal.of(kind, body, wrong);
    }
    boolean isOfOtherKind =
        !kind.builtIn() && !List.of("", kind.kind()).contains(Trees.string(body, "kind"));
    try {
      judge(kind.builtIn() ? unknown : ofCustomResource(unknown, isOfOtherKind), request);
    } catch (WrongTypeException wrong) {
      throw refusal.of(kind, body, wrong);
    }
    if (!isOfOtherKind) {
      object.addProperty("kind", kind.kind());
    }
    object.addProperty("apiVersion", kind.apiVersion());
    if (kind.builtIn()) {
      Defaults.set(kind, object);
    } else {
      // The result of an apply is read by no decoder: its nulls stay, and are refused.
      if (!applied) {
        CustomResources.removeNulls(object, kind.schema());
      }
      CustomResources.setDefaults(object, kind.schema());
    }
    return object;
  }

  /** Its metadata is read first; of the rest of another kind nothing is known. */
  private static Set<String> ofCustomResource(Set<String> unknown, boolean isOfOtherKind) {
    Stream<String> inMetadata = unknown.stream().filter(path -> path.startsWith("metadata."));
    Stream<String> others = unknown.stream().filter(path -> !path.startsWith("metadata.")).sorted();
    return (isOfOtherKind ? inMetadata : Stream.concat(inMetadata, others))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * Warns of fields that nobody knows.
   *
   * @throws WrongTypeException where the request wants to be refused for them
   */
  void judge(Set<String> unknown, Request request) {
    List<String> sentences =
        Stream.concat(
                request.duplicates().stream().map(path -> "duplicate field \"" + path + "\""),
                unknown.stream().map(path -> "unknown field \"" + path + "\""))
            .toList();
    if (request.strict() && !sentences.isEmpty()) {
      throw new WrongTypeException("strict decoding error: " + String.join(", ", sentences));
    }
    dropped.addAll(sentences);
  }

  /** A definition has a Go type too; but its schemas keep what their JSON says. */
  private static JsonObject custom(ResourceKind kind, JsonObject body, Set<String> unknown) {
    if (kind.builtIn()) {
      GoTypes.normalise(body, kind.schema(), new LinkedHashSet<>());
    }
    return CustomResources.decode(
        kind.builtIn() ? Trees.withoutNulls(body) : body, kind.schema(), unknown);
  }

  private static String cannotBeHandled(ResourceKind kind, JsonObject body) {
    String said = Trees.string(body, "kind");
    String type = said.isEmpty() ? kind.kind() : said;
    String version = Trees.string(body, "apiVersion");
    return type
        + " in version \""
        + (version.isEmpty() ? kind.version() : version.substring(version.indexOf('/') + 1))
        + "\" cannot be handled as a "
        + (kind.builtIn() ? kind.kind() : type)
        + ": ";
  }

  private void checkType(ResourceKind kind, JsonObject body) {
    String type = Trees.string(body, "kind");
    String version = Trees.string(body, "apiVersion");
    boolean otherVersion = !version.isEmpty() && !version.equals(kind.apiVersion());
    boolean otherKind = kind.builtIn() && !type.isEmpty() && !type.equals(kind.kind());
    boolean isReadable = !kind.builtIn() || EventVersions.isEvent(kind, version);
    if (otherVersion && isReadable) {
      throw StatusException.badRequest(
          "the API version in the data ("
              + version
              + ") does not match the expected API version ("
              + kind.apiVersion()
              + ")");
    }
    if (otherVersion || otherKind) {
      refuseToConvert(kind, type.isEmpty() ? kind.kind() : type, version, body);
      throw new WrongTypeException(
          "no kind \""
              + (type.isEmpty() ? kind.kind() : type)
              + "\" is registered for version \""
              + (version.isEmpty() ? kind.apiVersion() : version)
              + "\" in scheme \"pkg/runtime/scheme.go:110\"");
    }
  }

  /** An object of another kind that is known is read as what it says it is. */
  private void refuseToConvert(ResourceKind kind, String type, String version, JsonObject body) {
    Optional<ResourceKind> other =
        kinds.ofObject(version.isEmpty() ? kind.apiVersion() : version, type);
    if (other.filter(ResourceKind::builtIn).isPresent()) {
      GoTypes.normalise(body, other.get().schema(), new LinkedHashSet<>());
      String group = kind.group().isEmpty() ? "core" : kind.group().replaceAll("\\..*", "");
      throw new WrongTypeException(
          "converting ("
              + other.get().version()
              + "."
              + type
              + ") to ("
              + group
              + "."
              + kind.kind()
              + "): unknown conversion");
    }
  }

  /** What the real server compares a new object with: the kind with no field set. */
  private static JsonObject empty(ResourceKind kind) {
    JsonObject empty = Trees.objectOf("apiVersion", kind.apiVersion(), "kind", kind.kind());
    if (!kind.builtIn()) {
      return empty;
    }
    GoTypes.zero(kind.schema())
        .entrySet()
        .forEach(entry -> empty.add(entry.getKey(), entry.getValue()));
    empty.add("metadata", new JsonObject());
    return empty;
  }

  private JsonObject existing(ResourceKind kind, ObjectKey key) {
    JsonObject live = store.get(key);
    if (live == null) {
      throw StatusException.notFound(kind, key.name());
    }
    return live;
  }

  private UUID uid() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    bytes[6] = (byte) ((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (byte) ((bytes[8] & 0x3f) | 0x80);
    java.nio.ByteBuffer buffer = java.nio.ByteBuffer.wrap(bytes);
    return new UUID(buffer.getLong(), buffer.getLong());
  }
}
