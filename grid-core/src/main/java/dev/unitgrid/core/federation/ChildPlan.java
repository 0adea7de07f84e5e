/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.federation;

import dev.unitgrid.api.json.Json;
import java.time.Instant;
import java.util.Optional;

/**
 * What a child is to do for one copy. Immutable.
 *
 * @param action the next write; what follows it is planned from its answer
 * @param status the copy's status as it should read; empty if it is not to be written
 * @param nextCheckAt when time alone changes the answer, if ever
 */
public record ChildPlan(
    Optional<ChildAction> action, Optional<Json> status, Optional<Instant> nextCheckAt) {}
