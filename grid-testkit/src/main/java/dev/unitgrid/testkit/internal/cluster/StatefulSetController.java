/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.cluster.ClusterPart;
import dev.unitgrid.testkit.internal.rules.Selectors;
import dev.unitgrid.testkit.internal.store.Change;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** StatefulSets to pods by ordinal, with their claims and revisions. */
final class StatefulSetController implements Controller {
  private static final String REVISION = "controller-revision-hash";
  private static final String CLAIMS = "persistentvolumeclaims";

  private final World world;
  private final SetRevisions revisions;

  StatefulSetController(World world) {
    this.world = world;
    this.revisions = new SetRevisions(world);
  }

  /** A set, as one look at it sees it. */
  private record View(
      JsonObject set, ObjectKey key, long first, long end, String current, String update) {
    static View of(JsonObject set, ObjectKey key, String update) {
      long first = Trees.number(set, 0, "spec", "ordinals", "start");
      String before = Trees.string(set, "status", "currentRevision");
      return new View(
          set,
          key,
          first,
          first + Trees.number(set, 1, "spec", "replicas"),
          before.isEmpty() ? update : before,
          update);
    }

    boolean isOrdered() {
      return !Trees.string(set, "spec", "podManagementPolicy").equals("Parallel");
    }

    boolean isRolling() {
      return Trees.string(set, "spec", "updateStrategy", "type").equals("RollingUpdate");
    }

    long partition() {
      return Trees.number(set, 0, "spec", "updateStrategy", "rollingUpdate", "partition");
    }

    long patience() {
      return Trees.number(set, 0, "spec", "minReadySeconds");
    }

    /** The revision of a pod that is created now. */
    String revisionOf(long ordinal) {
      return isRolling() && ordinal < first + partition() ? current : update;
    }
  }

  @Override
  public void changed(Change change, Consumer<ObjectKey> touched) {
    world.touchedOwner(change, World.STATEFUL_SETS, "StatefulSet", World.PODS, touched);
    if (change.key().resource().equals(World.PODS) && change.after() == null) {
      // A set of the same name may have waited for the pod's name.
      String owner = change.key().name().replaceAll("-[0-9]+$", "");
      ObjectKey key = new ObjectKey(World.STATEFUL_SETS, change.key().namespace(), owner);
      if (world.get(key) != null) {
        touched.accept(key);
      }
    }
  }

  @Override
  public void all(Consumer<ObjectKey> touched) {
    world.keysOf(World.STATEFUL_SETS, touched);
  }

  @Override
  public void sync(ObjectKey key) {
    JsonObject set = world.get(key);
    if (set == null || World.isTerminating(set)) {
      return;
    }
    adoptOrphans(set, key);
    View view = View.of(set, key, revisions.of(set));
    if (fill(view) && shrink(view)) {
      update(view);
    }
    status(view);
    world.awaitAvailability(ClusterPart.STATEFUL_SETS, key, pods(view).values(), view.patience());
    revisions.forgetOld(set, Stream.of(view.current(), view.update()), pods(view).values());
  }

  private NavigableMap<Long, JsonObject> pods(View view) {
    NavigableMap<Long, JsonObject> pods = new TreeMap<>();
    String uid = Trees.string(view.set(), "metadata", "uid");
    String prefix = view.key().name() + "-";
    for (JsonObject pod : world.controlledBy(uid, World.PODS)) {
      String name = Trees.string(pod, "metadata", "name");
      String ordinal = name.substring(Math.min(name.length(), prefix.length()));
      if (name.startsWith(prefix) && ordinal.matches("[0-9]{1,9}")) {
        pods.put(Long.parseLong(ordinal), pod);
      }
    }
    return pods;
  }

  /** A set adopts what has its selector's labels and a name of its form. */
  private void adoptOrphans(JsonObject set, ObjectKey key) {
    JsonObject selector = Trees.object(set, "spec", "selector");
    for (JsonObject pod : world.orphansIn(World.PODS, key.namespace())) {
      if (!World.isTerminating(pod)
          && Trees.string(pod, "metadata", "name").matches(Pattern.quote(key.name()) + "-[0-9]+")
          && Selectors.matches(selector, Trees.strings(pod, "metadata", "labels"))) {
        world.adopt(World.PODS, pod, set);
      }
    }
  }

  private boolean isAvailable(View view, JsonObject pod) {
    return !World.isTerminating(pod) && world.isAvailable(pod, view.patience());
  }

  /** Creates what is missing, and anew what ended; false while the order makes it wait. */
  private boolean fill(View view) {
    NavigableMap<Long, JsonObject> pods = pods(view);
    for (long ordinal = view.first(); ordinal < view.end(); ordinal++) {
      JsonObject pod = pods.get(ordinal);
      boolean waits = pod == null || !isAvailable(view, pod);
      if (pod == null) {
        create(view, ordinal);
      } else if (ServiceBackends.hasEnded(pod) && !World.isTerminating(pod)) {
        world.deleteGracefully(World.key(World.PODS, pod));
      }
      if (waits && view.isOrdered()) {
        return false;
      }
    }
    return true;
  }

  private void create(View view, long ordinal) {
    String name = view.key().name() + "-" + ordinal;
    if (world.get(new ObjectKey(World.PODS, view.key().namespace(), name)) != null) {
      // A foreign pod has the name: the real controller waits for it to go, too.
      return;
    }
    String revision = view.revisionOf(ordinal);
    JsonObject pod = PodTemplates.pod(view.set(), revisions.template(view.set(), revision), name);
    JsonObject labels = Trees.child(pod, "metadata", "labels");
    labels.addProperty(REVISION, revision);
    labels.addProperty("statefulset.kubernetes.io/pod-name", name);
    labels.addProperty("apps.kubernetes.io/pod-index", Long.toString(ordinal));
    Trees.child(pod, "metadata").addProperty("generateName", view.key().name() + "-");
    JsonObject spec = Trees.child(pod, "spec");
    spec.addProperty("hostname", name);
    if (!Trees.string(view.set(), "spec", "serviceName").isEmpty()) {
      spec.addProperty("subdomain", Trees.string(view.set(), "spec", "serviceName"));
    }
    addClaims(view, spec, name);
    world.create(World.PODS, view.key().namespace(), pod);
  }

  private void addClaims(View view, JsonObject spec, String pod) {
    List<JsonObject> templates = Trees.objects(view.set(), "spec", "volumeClaimTemplates");
    JsonArray volumes = new JsonArray();
    for (JsonObject template : templates) {
      String volume = Trees.string(template, "metadata", "name");
      createClaim(view, template, volume + "-" + pod);
      volumes.add(
          Trees.objectOf(
              "name",
              volume,
              "persistentVolumeClaim",
              Trees.objectOf("claimName", volume + "-" + pod)));
    }
    // A claim stands in for a volume of the same name.
    Trees.objects(spec, "volumes").stream()
        .filter(
            volume ->
                templates.stream()
                    .noneMatch(
                        template ->
                            Trees.string(template, "metadata", "name")
                                .equals(Trees.string(volume, "name"))))
        .forEach(volumes::add);
    if (!volumes.isEmpty()) {
      spec.add("volumes", volumes);
    }
  }

  private void createClaim(View view, JsonObject template, String name) {
    String namespace = view.key().namespace();
    if (world.get(new ObjectKey(CLAIMS, namespace, name)) != null) {
      return;
    }
    JsonObject metadata = Trees.object(template, "metadata").deepCopy();
    metadata.addProperty("name", name);
    JsonObject labels = Trees.child(metadata, "labels");
    Trees.strings(view.set(), "spec", "selector", "matchLabels").forEach(labels::addProperty);
    world.create(
        CLAIMS,
        namespace,
        Trees.objectOf("metadata", metadata, "spec", Trees.object(template, "spec").deepCopy()));
  }

  /** Deletes what is too much, the highest first; false while it does. */
  private boolean shrink(View view) {
    boolean done = true;
    NavigableMap<Long, JsonObject> pods = pods(view);
    JsonObject unhealthy =
        pods.values().stream().filter(pod -> !isAvailable(view, pod)).findFirst().orElse(null);
    for (Map.Entry<Long, JsonObject> entry : pods.descendingMap().entrySet()) {
      JsonObject pod = entry.getValue();
      if (entry.getKey() >= view.first() && entry.getKey() < view.end()) {
        continue;
      }
      done = false;
      boolean blocked = view.isOrdered() && !isAvailable(view, pod) && !pod.equals(unhealthy);
      if (!World.isTerminating(pod) && !blocked) {
        world.deleteGracefully(World.key(World.PODS, pod));
      }
      if (view.isOrdered()) {
        return false;
      }
    }
    return done;
  }

  /** The highest that is old goes, once all above it are new and available. */
  private void update(View view) {
    if (!view.isRolling()) {
      return;
    }
    NavigableMap<Long, JsonObject> pods = pods(view);
    long lowest = view.first() + view.partition();
    for (long ordinal = view.end() - 1; ordinal >= lowest; ordinal--) {
      JsonObject pod = pods.get(ordinal);
      if (pod == null || World.isTerminating(pod)) {
        return;
      }
      if (!revisionOf(pod).equals(view.update())) {
        world.deleteGracefully(World.key(World.PODS, pod));
        return;
      }
      if (!isAvailable(view, pod)) {
        return;
      }
    }
  }

  private static String revisionOf(JsonObject pod) {
    return Trees.string(pod, "metadata", "labels", REVISION);
  }

  private void status(View view) {
    List<JsonObject> pods =
        pods(view).values().stream()
            .sorted(Comparator.comparing(pod -> Trees.string(pod, "metadata", "name")))
            .toList();
    List<JsonObject> living = pods.stream().filter(pod -> !World.isTerminating(pod)).toList();
    long ready = pods.stream().filter(World::isReady).count();
    long updated = count(living, view.update());
    boolean done =
        view.isRolling() && updated == pods.size() && ready == pods.size() && updated > 0;
    String current = done ? view.update() : view.current();
    JsonObject status =
        Trees.objectOf(
            "observedGeneration", Trees.number(view.set(), 1, "metadata", "generation"),
            "replicas", pods.size());
    put(status, "readyReplicas", ready);
    put(status, "currentReplicas", count(living, current));
    put(status, "updatedReplicas", updated);
    status.addProperty("currentRevision", current);
    status.addProperty("updateRevision", view.update());
    status.addProperty("collisionCount", 0);
    status.addProperty(
        "availableReplicas",
        pods.stream().filter(pod -> world.isAvailable(pod, view.patience())).count());
    if (!Trees.object(view.set(), "status").equals(status)) {
      world.changeTracked(view.key(), "status", live -> live.add("status", status));
    }
  }

  private static long count(List<JsonObject> pods, String revision) {
    return pods.stream().filter(pod -> revisionOf(pod).equals(revision)).count();
  }

  private static void put(JsonObject status, String field, long value) {
    if (value != 0) {
      status.addProperty(field, value);
    }
  }
}
