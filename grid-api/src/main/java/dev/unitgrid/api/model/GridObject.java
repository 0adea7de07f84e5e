/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.model;

import com.google.gson.JsonObject;
import com.google.gson.annotations.SerializedName;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.GridSpec;
import dev.unitgrid.api.GridStatus;
import dev.unitgrid.api.json.Json;
import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import org.jspecify.annotations.Nullable;

/**
 * What the three kinds share. Gson's reflection reads and writes the fields; spec and status are
 * kept as they came, so that what no model knows is written back. They never leave this class: as
 * Gson's objects are mutable, they are handed out as {@link Json}.
 */
abstract class GridObject implements KubernetesObject {
  @SerializedName("apiVersion")
  private String apiVersion;

  @SerializedName("kind")
  private String kind;

  @SerializedName("metadata")
  private V1ObjectMeta metadata = new V1ObjectMeta();

  @SerializedName("spec")
  private JsonObject spec = new JsonObject();

  @SerializedName("status")
  private @Nullable JsonObject status;

  GridObject(GridKind kind) {
    this.apiVersion = kind.type().apiVersion();
    this.kind = kind.type().kind();
  }

  abstract GridKind gridKind();

  @Override
  public String getApiVersion() {
    return apiVersion;
  }

  @Override
  public String getKind() {
    return kind;
  }

  /** The metadata itself: a change of it is a change of this object. */
  @Override
  public V1ObjectMeta getMetadata() {
    return metadata;
  }

  /** Replaces the metadata. */
  public void setMetadata(V1ObjectMeta metadata) {
    this.metadata = metadata;
  }

  /** The spec as a value; what cannot be read is in {@link GridSpec#problems()}. */
  public GridSpec getSpec() {
    return GridSpec.parse(getSpecJson());
  }

  /** The spec as it stands, unknown fields and all. */
  public Json getSpecJson() {
    return Json.from(spec);
  }

  /** Replaces the spec. */
  public void setSpecJson(Json spec) {
    this.spec = spec.toJsonObject();
  }

  /** The status as a value; {@link GridStatus#EMPTY} before there is one. */
  public GridStatus getStatus() {
    return GridStatus.parse(getStatusJson());
  }

  /** The status as it stands; JSON null before there is one. */
  public Json getStatusJson() {
    return Json.from(status);
  }

  /** The grid as the core takes it. */
  public Grid toGrid() {
    return Grid.parse(gridKind(), toJson());
  }

  /** The whole object. */
  public Json toJson() {
    return Json.from(JSON.getGson().toJsonTree(this));
  }

  /** Equal if they are of one kind and say the same. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GridObject that
        && gridKind() == that.gridKind()
        && toJson().equals(that.toJson());
  }

  @Override
  public int hashCode() {
    return toJson().hashCode();
  }

  /** Compact JSON. */
  @Override
  public String toString() {
    return toJson().toString();
  }
}
