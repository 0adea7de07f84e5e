/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import com.google.gson.JsonObject;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.internal.api.Admission.Write;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Admission hooks as lambdas: they see every write of clients and of the simulated controllers,
 * after field ownership is recorded and before validation, where a real server calls its webhooks.
 * Mutating hooks come first, in the order of their registration, then the validating ones. A hook
 * runs while the server waits: it must not ask the server. Thread-safe.
 *
 * <pre>{@code
 * cluster.admission().mutating("pods", review ->
 *     review.object().withAt(List.of("spec", "priorityClassName"), Json.of("low")));
 * cluster.admission().validating("deployments.apps", review ->
 *     review.object().get("spec", "replicas").asLong(1) > 9
 *         ? Optional.of("too many")
 *         : Optional.empty());
 * }</pre>
 */
public final class Admission {
  private final List<Hook> mutating = new CopyOnWriteArrayList<>();
  private final List<Hook> validating = new CopyOnWriteArrayList<>();

  private final ResourceNames names;

  Admission(ResourceNames names) {
    this.names = names;
  }

  private record Hook(String resource, Function<Review, Json> mutate, Consumer<Review> validate) {}

  /**
   * One write.
   *
   * @param operation {@link Verb#CREATE}, {@link Verb#UPDATE} (patches too) or {@link Verb#DELETE}
   * @param resource the plural, with the group after a dot unless it is the core group
   * @param namespace empty for none
   * @param name empty where it is still to be generated
   * @param subresource empty for none
   * @param dryRun whether nothing will be stored
   * @param object what is to be stored; JSON null for a delete
   * @param oldObject what is stored; JSON null for a create
   */
  public record Review(
      Verb operation,
      String resource,
      String namespace,
      String name,
      String subresource,
      boolean dryRun,
      Json object,
      Json oldObject) {}

  /**
   * {@code hook} answers what creates and updates of {@code resource} store instead.
   *
   * @throws IllegalArgumentException if no write can be of it, with the name that may be meant
   */
  public void mutating(String resource, Function<Review, Json> hook) {
    mutating.add(new Hook(names.checked(resource), hook, review -> {}));
  }

  /**
   * {@code hook} answers why a create, update or delete of {@code resource} is not to be: 400 with
   * that sentence, as from a real webhook that says no code.
   *
   * @throws IllegalArgumentException if no write can be of it, with the name that may be meant
   */
  public void validating(String resource, Function<Review, Optional<String>> hook) {
    names.checked(resource);
    validating.add(new Hook(resource, Review::object, review -> deny(resource, hook, review)));
  }

  private static void deny(
      String resource, Function<Review, Optional<String>> hook, Review review) {
    Optional<String> why = hook.apply(review);
    if (why.isPresent()) {
      throw dev.unitgrid.testkit.internal.api.Admission.denied(resource + ".testkit", why.get());
    }
  }

  /** Forgets all hooks. */
  public void clear() {
    mutating.clear();
    validating.clear();
  }

  /** The hooks as the server calls them. */
  dev.unitgrid.testkit.internal.api.Admission internal() {
    return new dev.unitgrid.testkit.internal.api.Admission() {
      @Override
      public Optional<JsonObject> mutate(Write write) {
        Optional<JsonObject> changed = Optional.empty();
        for (Hook hook : mutating) {
          if (hook.resource().equals(write.kind().storage())) {
            Review review = review(write, changed.orElseGet(write::next));
            changed = Optional.of(hook.mutate().apply(review).toJsonObject());
          }
        }
        return changed;
      }

      @Override
      public void validate(Write write) {
        for (Hook hook : validating) {
          if (hook.resource().equals(write.kind().storage())) {
            hook.validate().accept(review(write, write.next()));
          }
        }
      }
    };
  }

  private static Review review(Write write, JsonObject next) {
    return new Review(
        Verb.valueOf(write.operation()),
        write.kind().resource(),
        write.namespace(),
        write.name(),
        write.subresource(),
        write.dryRun(),
        json(next),
        json(write.old()));
  }

  private static Json json(JsonObject object) {
    return object.isEmpty() ? Json.ofNull() : Json.from(object);
  }
}
