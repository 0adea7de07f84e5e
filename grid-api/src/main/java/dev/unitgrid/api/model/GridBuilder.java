/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.model;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.Schema;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.util.List;

/**
 * What the builders of the three kinds share. Not thread-safe; may be used again after {@code
 * build()}, what was built does not change.
 *
 * @param <B> the builder itself
 * @param <G> what it builds
 * @param <S> the model of a template
 */
abstract class GridBuilder<B extends GridBuilder<B, G, S>, G extends GridObject, S> {
  private final Schema schema;
  private final V1ObjectMeta metadata = new V1ObjectMeta();
  private Json spec = Json.emptyObject();

  GridBuilder(Schema schema) {
    this.schema = schema;
  }

  abstract B self();

  abstract G empty();

  /** The name. */
  public B name(String name) {
    metadata.setName(name);
    return self();
  }

  /** The namespace. */
  public B namespace(String namespace) {
    metadata.setNamespace(namespace);
    return self();
  }

  /** One more label of the grid; its children carry it too. */
  public B label(String key, String value) {
    metadata.putLabelsItem(key, value);
    return self();
  }

  /** One more annotation of the grid. */
  public B annotation(String key, String value) {
    metadata.putAnnotationsItem(key, value);
    return self();
  }

  /** The node label whose values name the units, e.g. {@code location}. */
  public B gridUniqKey(String key) {
    return field("gridUniqKey", Json.of(key));
  }

  /**
   * The template: a spec as a fluent builder made it, without the empty lists that models write.
   */
  public B template(S template) {
    return template(json(template));
  }

  /** The template as it is written in a manifest; for fields that the models do not know. */
  public B template(Json template) {
    return field("template", template);
  }

  /** The grid. */
  public G build() {
    G grid = empty();
    // A copy by way of the JSON that is sent anyway: the models have no copy constructors.
    grid.setMetadata(JSON.deserialize(JSON.serialize(metadata), V1ObjectMeta.class));
    grid.setSpecJson(spec);
    return grid;
  }

  final B field(String name, Json value) {
    spec = spec.with(name, value);
    return self();
  }

  final B entry(String field, String name, Json value) {
    spec = spec.withAt(List.of(field, name), value);
    return self();
  }

  final Json json(S template) {
    Json object = Json.object("spec", JSON.getGson().toJsonTree(template));
    return schema.withoutEmpties(object).get("spec");
  }
}
