/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.api.StatusException.Cause;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.store.Store;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Deletes: preconditions, grace, finalizers, propagation. Not thread-safe. */
public final class Deletions {
  private final Store store;
  private final Clock clock;
  private Admission admission = Admission.OPEN;

  Deletions(Store store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  void admitWith(Admission hooks) {
    admission = hooks;
  }

  private static final Set<String> IMMORTAL = Set.of("default", "kube-system", "kube-public");

  /**
   * How to delete.
   *
   * @param propagation {@code Background}, {@code Foreground}, {@code Orphan}, or empty
   * @param graceSeconds null for the kind's own
   */
  public record Options(
      String propagation,
      @Nullable Long graceSeconds,
      String uid,
      String resourceVersion,
      boolean dryRun) {
    /** At once, dependents in the background. */
    public static Options now() {
      return new Options("Background", 0L, "", "", false);
    }

    /** What {@code options}, a {@code DeleteOptions}, say; 422 for what makes no sense. */
    static Options of(JsonObject options) {
      String propagation = Trees.string(options, "propagationPolicy");
      String dryRun = "";
      for (JsonElement value : Trees.array(options, "dryRun")) {
        dryRun = value.getAsString();
      }
      // The field that came before the propagation policy; clients still send it.
      boolean old = Trees.at(options, "orphanDependents") != null;
      String before = Trees.isTrue(options, "orphanDependents") ? "Orphan" : "Background";
      List<Cause> causes = new ArrayList<>(problemsOf(propagation, old));
      causes.addAll(WriteOptions.problemsOfDryRun(dryRun));
      if (!causes.isEmpty()) {
        throw StatusException.invalidOptions("DeleteOptions", causes);
      }
      return new Options(
          old ? before : propagation,
          grace(options),
          Trees.string(options, "preconditions", "uid"),
          Trees.string(options, "preconditions", "resourceVersion"),
          dryRun.equals("All"));
    }

    private static List<Cause> problemsOf(String propagation, boolean old) {
      List<Cause> causes = new ArrayList<>();
      String quoted = "\"" + propagation + "\"";
      if (!propagation.isEmpty() && old) {
        causes.add(
            Cause.invalid(
                "propagationPolicy",
                quoted,
                "orphanDependents and deletionPropagation cannot be both set"));
      }
      if (!List.of("", "Foreground", "Background", "Orphan").contains(propagation)) {
        causes.add(
            Cause.unsupported(
                "propagationPolicy",
                quoted,
                "\"Foreground\", \"Background\", \"Orphan\", \"nil\""));
      }
      return causes;
    }

    private static @Nullable Long grace(JsonObject options) {
      if (Trees.at(options, "gracePeriodSeconds") == null) {
        return null;
      }
      long seconds = Trees.number(options, 0, "gracePeriodSeconds");
      // A negative one is taken as the shortest.
      return seconds < 0 ? 1 : seconds;
    }
  }

  /**
   * What a deletion did.
   *
   * @param last the object as it is while it terminates, or as it was last
   * @param gone whether it is gone
   */
  public record Outcome(JsonObject last, boolean gone) {}

  /** Deletes, or begins to. */
  public Outcome delete(ResourceKind kind, ObjectKey key, Options options) {
    JsonObject live = store.get(key);
    if (live == null) {
      throw StatusException.notFound(kind, key.name());
    }
    if (kind.storage().equals("namespaces") && IMMORTAL.contains(key.name())) {
      throw StatusException.forbidden(kind, key.name(), "this namespace may not be deleted");
    }
    checkPreconditions(kind, key, live, options);
    admission.validate(
        new Admission.Write(
            "DELETE",
            kind,
            key.namespace(),
            key.name(),
            "",
            options.dryRun(),
            live,
            new JsonObject()));
    JsonObject next = live.deepCopy();
    JsonObject metadata = Trees.child(next, "metadata");
    propagate(metadata, options.propagation());
    long grace = grace(kind, live, options);
    boolean finalizers =
        !Trees.array(metadata, "finalizers").isEmpty()
            || !Trees.array(next, "spec", "finalizers").isEmpty();
    boolean pod = kind.storage().equals("pods");
    boolean gone = !finalizers && grace == 0;
    if (pod || !gone) {
      terminate(metadata, grace);
    }
    if (options.dryRun()) {
      return new Outcome(next, gone);
    }
    if (kind.storage().equals("namespaces")) {
      Trees.child(next, "status").addProperty("phase", "Terminating");
    }
    // A pod that goes at once is marked first, for those who watch.
    JsonObject last = next.equals(live) || (gone && !pod) ? live : store.put(key, next);
    if (gone) {
      store.remove(key);
    }
    return new Outcome(last, gone);
  }

  private static void checkPreconditions(
      ResourceKind kind, ObjectKey key, JsonObject live, Options options) {
    String uid = Trees.string(live, "metadata", "uid");
    if (!options.uid().isEmpty() && !options.uid().equals(uid)) {
      throw StatusException.deleteConflict(
          kind,
          key.name(),
          "the UID in the precondition ("
              + options.uid()
              + ") does not match the UID in record ("
              + uid
              + "). The object might have been deleted and then recreated");
    }
    String version = Trees.string(live, "metadata", "resourceVersion");
    if (!options.resourceVersion().isEmpty() && !options.resourceVersion().equals(version)) {
      throw StatusException.deleteConflict(
          kind,
          key.name(),
          "the ResourceVersion in the precondition ("
              + options.resourceVersion()
              + ") does not match the ResourceVersion in record ("
              + version
              + "). The object might have been modified");
    }
  }

  private static void propagate(JsonObject metadata, String propagation) {
    JsonArray kept = new JsonArray();
    Trees.array(metadata, "finalizers")
        .forEach(
            finalizer -> {
              boolean ours =
                  finalizer.getAsString().equals("orphan")
                      || finalizer.getAsString().equals("foregroundDeletion");
              if (!ours || propagation.isEmpty()) {
                kept.add(finalizer);
              }
            });
    if (propagation.equals("Orphan")) {
      kept.add("orphan");
    } else if (propagation.equals("Foreground")) {
      kept.add("foregroundDeletion");
    }
    if (kept.isEmpty()) {
      metadata.remove("finalizers");
    } else {
      metadata.add("finalizers", kept);
    }
  }

  private static long grace(ResourceKind kind, JsonObject live, Options options) {
    boolean ended = List.of("Succeeded", "Failed").contains(Trees.string(live, "status", "phase"));
    boolean runs = kind.storage().equals("pods") && !ended;
    if (!runs || Trees.string(live, "spec", "nodeName").isEmpty()) {
      return 0;
    }
    long own = Trees.number(live, 30, "spec", "terminationGracePeriodSeconds");
    return options.graceSeconds() == null ? own : options.graceSeconds();
  }

  private void terminate(JsonObject metadata, long grace) {
    if (metadata.has("deletionTimestamp")
        && Trees.number(metadata, 0, "deletionGracePeriodSeconds") <= grace) {
      return;
    }
    // A shorter grace counts from when the deletion began.
    Instant since =
        metadata.has("deletionTimestamp")
            ? Instant.parse(Trees.string(metadata, "deletionTimestamp"))
                .minusSeconds(Trees.number(metadata, 0, "deletionGracePeriodSeconds"))
            : clock.instant();
    if (!metadata.has("deletionTimestamp") && metadata.has("generation")) {
      metadata.addProperty("generation", Trees.number(metadata, 1, "generation") + 1);
    }
    metadata.addProperty(
        "deletionTimestamp", since.plusSeconds(grace).truncatedTo(ChronoUnit.SECONDS).toString());
    metadata.addProperty("deletionGracePeriodSeconds", grace);
  }
}
