/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.internal.Reflecting;
import dev.unitgrid.core.nodeunit.ObservedNode;
import dev.unitgrid.runtime.reflect.Reflector;
import dev.unitgrid.runtime.reflect.ReflectorState;
import dev.unitgrid.runtime.store.Store;

/** Nodes from a watch of our own, kept as names and labels: a heartbeat changes neither. */
final class ReflectedNodes implements NodeFeed {
  private final Store<ObservedNode> nodes = new Store<>();
  private final Reflector<ObservedNode> reflector;

  ReflectedNodes(Reflecting reflecting) {
    this.reflector =
        reflecting.of(ResourceType.NODE, ReflectedNodes::decode, nodes, "").metadataOnly().build();
  }

  private static ObservedNode decode(Json node) {
    Json metadata = node.get("metadata");
    return ObservedNode.of(metadata.get("name").asString(""), metadata.get("labels").asStrings());
  }

  @Override
  public void start() {
    reflector.start();
  }

  @Override
  public ReflectorState state() {
    return reflector.state();
  }

  @Override
  public Store<ObservedNode> nodes() {
    return nodes;
  }

  @Override
  public void close() {
    reflector.close();
  }
}
