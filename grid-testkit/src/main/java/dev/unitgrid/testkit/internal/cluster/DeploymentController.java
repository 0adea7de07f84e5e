/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonObject;
import dev.unitgrid.testkit.cluster.ClusterPart;
import dev.unitgrid.testkit.internal.rules.Selectors;
import dev.unitgrid.testkit.internal.store.Change;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Deployments to ReplicaSets: roll-outs, revisions and status, as the real controller does. */
final class DeploymentController implements Controller {
  static final String REVISION = "deployment.kubernetes.io/revision";
  private static final String HISTORY = "deployment.kubernetes.io/revision-history";
  private static final String DESIRED = "deployment.kubernetes.io/desired-replicas";
  private static final String MOST = "deployment.kubernetes.io/max-replicas";
  private static final Set<String> OWN =
      Set.of(
          REVISION,
          HISTORY,
          DESIRED,
          MOST,
          "kubectl.kubernetes.io/last-applied-configuration",
          "deprecated.deployment.rollback.to");

  private final World world;

  DeploymentController(World world) {
    this.world = world;
  }

  @Override
  public void changed(Change change, Consumer<ObjectKey> touched) {
    world.touchedOwner(change, World.DEPLOYMENTS, "Deployment", World.REPLICA_SETS, touched);
    if (change.key().resource().equals(World.PODS) && change.after() == null) {
      // Recreate waits for the last old pod, which no ReplicaSet's status counts any more.
      recreating(change.before()).ifPresent(touched);
    }
  }

  private Optional<ObjectKey> recreating(@Nullable JsonObject pod) {
    return World.controllerKey(pod, "ReplicaSet", World.REPLICA_SETS)
        .map(world::get)
        .flatMap(set -> World.controllerKey(set, "Deployment", World.DEPLOYMENTS))
        .filter(
            key ->
                RollOut.isRecreate(Objects.requireNonNullElseGet(world.get(key), JsonObject::new)));
  }

  @Override
  public void all(Consumer<ObjectKey> touched) {
    world.keysOf(World.DEPLOYMENTS, touched);
  }

  @Override
  public void sync(ObjectKey key) {
    JsonObject deployment = world.get(key);
    if (deployment == null || World.isTerminating(deployment)) {
      return;
    }
    adoptOrphans(deployment, key.namespace());
    if (Trees.isTrue(deployment, "spec", "paused")) {
      scale(deployment, sets(deployment));
    } else if (isScaling(deployment, sets(deployment))) {
      scale(deployment, sets(deployment));
    } else if (RollOut.isRecreate(deployment)) {
      recreate(deployment, key);
    } else {
      roll(deployment, key);
    }
    List<JsonObject> sets = sets(deployment);
    status(deployment, key, sets);
    forgetOld(deployment, sets);
  }

  /** The ReplicaSets, oldest first. */
  private List<JsonObject> sets(JsonObject deployment) {
    List<JsonObject> sets =
        new ArrayList<>(
            world.controlledBy(Trees.string(deployment, "metadata", "uid"), World.REPLICA_SETS));
    sets.sort(
        Comparator.comparing((JsonObject set) -> Trees.string(set, "metadata", "creationTimestamp"))
            .thenComparing(set -> Trees.string(set, "metadata", "name")));
    return sets;
  }

  private void adoptOrphans(JsonObject deployment, String namespace) {
    JsonObject selector = Trees.object(deployment, "spec", "selector");
    for (JsonObject set : world.orphansIn(World.REPLICA_SETS, namespace)) {
      if (!World.isTerminating(set)
          && Selectors.matches(selector, Trees.strings(set, "metadata", "labels"))) {
        world.adopt(World.REPLICA_SETS, set, deployment);
      }
    }
  }

  private static @Nullable JsonObject current(JsonObject deployment, List<JsonObject> sets) {
    JsonObject wanted = Trees.object(deployment, "spec", "template");
    return sets.stream()
        .filter(set -> Revisions.withoutHash(Trees.object(set, "spec", "template")).equals(wanted))
        .findFirst()
        .orElse(null);
  }

  private static List<JsonObject> without(List<JsonObject> sets, @Nullable JsonObject current) {
    return sets.stream().filter(set -> !set.equals(current)).toList();
  }

  /** The replicas were changed since the sets were last told of them. */
  private static boolean isScaling(JsonObject deployment, List<JsonObject> sets) {
    String wanted = Long.toString(RollOut.replicas(deployment));
    return sets.stream()
        .filter(set -> RollOut.replicas(set) > 0)
        .map(set -> Trees.string(set, "metadata", "annotations", DESIRED))
        .anyMatch(desired -> !desired.isEmpty() && !desired.equals(wanted));
  }

  /** Spreads a change of replicas over the sets, without going on with a roll-out. */
  private void scale(JsonObject deployment, List<JsonObject> sets) {
    RollOut numbers = RollOut.of(deployment);
    List<JsonObject> active = sets.stream().filter(set -> RollOut.replicas(set) > 0).toList();
    JsonObject current = current(deployment, sets);
    if (active.size() <= 1) {
      JsonObject only = active.isEmpty() ? current : active.get(0);
      if (only != null) {
        scale(deployment, only, numbers.wanted());
      }
      return;
    }
    boolean saturated =
        current != null
            && RollOut.available(current) == numbers.wanted()
            && RollOut.replicas(current) == numbers.wanted();
    if (saturated) {
      without(sets, current).forEach(set -> scale(deployment, set, 0));
      return;
    }
    if (!RollOut.isRecreate(deployment)) {
      proportionally(deployment, numbers, active);
    }
  }

  private void proportionally(JsonObject deployment, RollOut numbers, List<JsonObject> active) {
    long total = RollOut.sum(active);
    long toAdd = numbers.most() - total;
    List<JsonObject> bySize = new ArrayList<>(active);
    bySize.sort(Comparator.comparingLong((JsonObject set) -> -RollOut.replicas(set)));
    long added = 0;
    List<Long> sizes = new ArrayList<>();
    for (JsonObject set : bySize) {
      long part = toAdd == 0 ? 0 : proportion(set, numbers, toAdd, added);
      added += part;
      sizes.add(RollOut.replicas(set) + part);
    }
    for (int i = 0; i < bySize.size(); i++) {
      long rest = i == 0 ? toAdd - added : 0;
      scale(deployment, bySize.get(i), Math.max(0, sizes.get(i) + rest));
    }
  }

  private static long proportion(JsonObject set, RollOut numbers, long toAdd, long added) {
    String text = Trees.string(set, "metadata", "annotations", MOST);
    long before = text.isEmpty() ? 0 : Long.parseLong(text);
    if (before == 0) {
      return 0;
    }
    long size = Math.round((double) RollOut.replicas(set) * numbers.most() / before);
    long fraction = size - RollOut.replicas(set);
    long left = toAdd - added;
    return toAdd > 0 ? Math.min(fraction, left) : Math.max(fraction, left);
  }

  private void recreate(JsonObject deployment, ObjectKey key) {
    List<JsonObject> sets = sets(deployment);
    JsonObject current = current(deployment, sets);
    List<JsonObject> old = without(sets, current);
    if (RollOut.sum(old) > 0) {
      old.forEach(set -> scale(deployment, set, 0));
      return;
    }
    if (old.stream().anyMatch(this::hasPods)) {
      return;
    }
    scale(deployment, currentOrNew(deployment, key, sets), RollOut.replicas(deployment));
  }

  private boolean hasPods(JsonObject set) {
    return world.controlledBy(Trees.string(set, "metadata", "uid"), World.PODS).stream()
        .anyMatch(pod -> !ServiceBackends.hasEnded(pod));
  }

  private void roll(JsonObject deployment, ObjectKey key) {
    RollOut numbers = RollOut.of(deployment);
    JsonObject current = currentOrNew(deployment, key, sets(deployment));
    long next = numbers.next(RollOut.replicas(current), RollOut.sum(sets(deployment)));
    if (next != RollOut.replicas(current)) {
      scale(deployment, current, next);
      return;
    }
    shrinkOld(deployment, numbers);
  }

  private void shrinkOld(JsonObject deployment, RollOut numbers) {
    List<JsonObject> sets = sets(deployment);
    JsonObject current = current(deployment, sets);
    List<JsonObject> old = without(sets, current);
    if (RollOut.sum(old) == 0 || current == null) {
      return;
    }
    long notYet = RollOut.replicas(current) - RollOut.available(current);
    long spare = RollOut.sum(sets) - numbers.fewest() - notYet;
    if (spare <= 0) {
      return;
    }
    // First those that serve nobody, then as many as are more than enough.
    long cleaned = 0;
    for (JsonObject set : old) {
      long sick = RollOut.replicas(set) - RollOut.available(set);
      long less = Math.min(spare - cleaned, Math.min(sick, RollOut.replicas(set)));
      if (less > 0) {
        scale(deployment, set, RollOut.replicas(set) - less);
        cleaned += less;
      }
    }
    long many = sets(deployment).stream().mapToLong(RollOut::available).sum() - numbers.fewest();
    for (JsonObject set : without(sets(deployment), current)) {
      long less = Math.min(many, RollOut.replicas(set));
      if (less > 0) {
        scale(deployment, set, RollOut.replicas(set) - less);
        many -= less;
      }
    }
  }

  private JsonObject currentOrNew(JsonObject deployment, ObjectKey key, List<JsonObject> sets) {
    JsonObject current = current(deployment, sets);
    if (current == null) {
      return createSet(deployment, key, sets);
    }
    long newest =
        without(sets, current).stream().mapToLong(DeploymentController::revision).max().orElse(0);
    long minReady = Trees.number(deployment, 0, "spec", "minReadySeconds");
    boolean moved = revision(current) <= newest;
    boolean patience = Trees.number(current, 0, "spec", "minReadySeconds") != minReady;
    if (!moved && !patience) {
      return current;
    }
    ObjectKey there = World.key(World.REPLICA_SETS, current);
    world.change(
        there,
        "",
        live -> {
          if (moved) {
            moveRevision(Trees.child(live, "metadata", "annotations"), newest + 1);
          }
          Trees.child(live, "spec").addProperty("minReadySeconds", minReady);
        });
    return Objects.requireNonNull(world.get(there));
  }

  private static void moveRevision(JsonObject annotations, long revision) {
    String before = Trees.string(annotations, REVISION);
    String history = Trees.string(annotations, HISTORY);
    annotations.addProperty(HISTORY, history.isEmpty() ? before : history + "," + before);
    annotations.addProperty(REVISION, Long.toString(revision));
  }

  private JsonObject createSet(JsonObject deployment, ObjectKey key, List<JsonObject> sets) {
    JsonObject template = Trees.object(deployment, "spec", "template").deepCopy();
    String hash = Revisions.hash(template);
    Trees.child(template, "metadata", "labels").addProperty(Revisions.POD_TEMPLATE_HASH, hash);
    JsonObject selector = Trees.object(deployment, "spec", "selector").deepCopy();
    Trees.child(selector, "matchLabels").addProperty(Revisions.POD_TEMPLATE_HASH, hash);
    long revision = sets.stream().mapToLong(DeploymentController::revision).max().orElse(0) + 1;
    RollOut numbers = RollOut.of(deployment);
    JsonObject annotations = new JsonObject();
    Trees.strings(deployment, "metadata", "annotations")
        .forEach(
            (name, value) -> {
              if (!OWN.contains(name)) {
                annotations.addProperty(name, value);
              }
            });
    annotations.addProperty(REVISION, Long.toString(revision));
    annotations.addProperty(DESIRED, Long.toString(numbers.wanted()));
    annotations.addProperty(MOST, Long.toString(numbers.most()));
    JsonObject metadata =
        Trees.objectOf(
            "name",
            key.name() + "-" + hash,
            "labels",
            Trees.object(template, "metadata", "labels").deepCopy(),
            "annotations",
            annotations,
            "ownerReferences",
            Trees.arrayOf(World.ownerReference(deployment)));
    JsonObject spec =
        Trees.objectOf(
            "replicas", numbers.next(0, RollOut.sum(sets)),
            "selector", selector,
            "template", template);
    long minReady = Trees.number(deployment, 0, "spec", "minReadySeconds");
    if (minReady > 0) {
      spec.addProperty("minReadySeconds", minReady);
    }
    world.create(
        World.REPLICA_SETS, key.namespace(), Trees.objectOf("metadata", metadata, "spec", spec));
    return Objects.requireNonNull(
        world.get(new ObjectKey(World.REPLICA_SETS, key.namespace(), key.name() + "-" + hash)));
  }

  static long revision(JsonObject set) {
    String text = Trees.string(set, "metadata", "annotations", REVISION);
    return text.isEmpty() ? 0 : Long.parseLong(text);
  }

  private void scale(JsonObject deployment, JsonObject set, long replicas) {
    RollOut numbers = RollOut.of(deployment);
    Map<String, String> told =
        Map.of(DESIRED, Long.toString(numbers.wanted()), MOST, Long.toString(numbers.most()));
    boolean stale =
        !Trees.strings(set, "metadata", "annotations").entrySet().containsAll(told.entrySet());
    if (RollOut.replicas(set) == replicas && !stale) {
      return;
    }
    world.change(
        World.key(World.REPLICA_SETS, set),
        "",
        live -> {
          Trees.child(live, "spec").addProperty("replicas", replicas);
          JsonObject annotations = Trees.child(live, "metadata", "annotations");
          told.forEach(annotations::addProperty);
        });
  }

  private void forgetOld(JsonObject deployment, List<JsonObject> sets) {
    JsonObject current = current(deployment, sets);
    long kept = Trees.number(deployment, 10, "spec", "revisionHistoryLimit");
    if (current == null || !DeploymentStatus.of(deployment, current, sets).isComplete()) {
      return;
    }
    List<JsonObject> old = new ArrayList<>(without(sets, current));
    old.sort(Comparator.comparingLong(DeploymentController::revision));
    for (int i = 0; i < old.size() - kept; i++) {
      JsonObject set = old.get(i);
      boolean idle =
          RollOut.replicas(set) == 0
              && Trees.number(set, 0, "status", "replicas") == 0
              && !World.isTerminating(set);
      if (idle) {
        world.delete(World.key(World.REPLICA_SETS, set));
      }
    }
  }

  private void status(JsonObject deployment, ObjectKey key, List<JsonObject> sets) {
    JsonObject current = current(deployment, sets);
    DeploymentStatus next = DeploymentStatus.of(deployment, current, sets);
    JsonObject status = next.write(world.now(), world.instant());
    next.checkAgainIn(status, world.instant())
        .ifPresent(
            delay ->
                world.again(
                    ClusterPart.DEPLOYMENTS, key, delay.isNegative() ? Duration.ZERO : delay));
    String revision =
        current == null ? "" : Trees.string(current, "metadata", "annotations", REVISION);
    boolean known =
        revision.isEmpty()
            || revision.equals(Trees.string(deployment, "metadata", "annotations", REVISION));
    if (Trees.object(deployment, "status").equals(status) && known) {
      return;
    }
    world.changeTracked(
        key,
        "status",
        live -> {
          live.add("status", status);
          if (!known) {
            Trees.child(live, "metadata", "annotations").addProperty(REVISION, revision);
          }
        });
  }
}
