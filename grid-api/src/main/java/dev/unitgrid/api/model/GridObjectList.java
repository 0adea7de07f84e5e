/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.model;

import com.google.gson.annotations.SerializedName;
import dev.unitgrid.api.GridKind;
import io.kubernetes.client.common.KubernetesListObject;
import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.models.V1ListMeta;
import java.util.ArrayList;
import java.util.List;

/** What the lists of the three kinds share. */
abstract class GridObjectList<G extends KubernetesObject> implements KubernetesListObject {
  @SerializedName("apiVersion")
  private String apiVersion;

  @SerializedName("kind")
  private String kind;

  @SerializedName("metadata")
  private V1ListMeta metadata = new V1ListMeta();

  @SerializedName("items")
  private List<G> items = new ArrayList<>();

  GridObjectList(GridKind kind) {
    this.apiVersion = kind.type().apiVersion();
    this.kind = kind.type().kind() + "List";
  }

  @Override
  public String getApiVersion() {
    return apiVersion;
  }

  @Override
  public String getKind() {
    return kind;
  }

  @Override
  public V1ListMeta getMetadata() {
    return metadata;
  }

  /** Replaces the metadata. */
  public void setMetadata(V1ListMeta metadata) {
    this.metadata = metadata;
  }

  @Override
  public List<G> getItems() {
    return items;
  }

  /** Replaces the items. */
  public void setItems(List<G> items) {
    this.items = new ArrayList<>(items);
  }
}
