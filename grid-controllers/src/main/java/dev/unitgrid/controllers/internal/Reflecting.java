/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.internal;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.runtime.codec.Decoder;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.reflect.DeltaSink;
import dev.unitgrid.runtime.reflect.Reflector;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.transport.ApiTransport;
import java.util.random.RandomGenerator;

/** What all reflectors of one cluster are made with. */
public record Reflecting(
    ApiTransport transport,
    Scheduler scheduler,
    RandomGenerator random,
    Metrics metrics,
    Runnable onState) {
  /** A reflector that is still to be built; {@code namespace} is empty for all. */
  public <T> Reflector.Builder<T> of(
      ResourceType type, Decoder<T> decoder, DeltaSink<T> sink, String namespace) {
    return Reflector.<T>of(type, decoder, sink, transport, scheduler, random)
        .namespace(namespace)
        .metrics(metrics)
        .onState(state -> onState.run());
  }
}
