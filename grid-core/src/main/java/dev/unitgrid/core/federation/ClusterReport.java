/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.federation;

import dev.unitgrid.api.json.Json;
import java.util.Optional;

/**
 * What the parent knows of one grid in one cluster. Immutable.
 *
 * @param cluster the cluster's namespace
 * @param link whether it lives
 * @param status the status of the copy there; empty without one
 */
public record ClusterReport(String cluster, Link link, Optional<Json> status) {}
