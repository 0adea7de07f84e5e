/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.core.child.ObservedChild;
import java.util.Optional;

/** The cache of children. Thread-safe. */
interface ChildCache {
  /** The child of that name, as far as it was seen. */
  Optional<ObservedChild> find(ResourceType type, String namespace, String name);
}
