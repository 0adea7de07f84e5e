/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.federation;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.json.Json;

/**
 * The Lease of a cluster namespace, as far as it tells whether its child lives.
 *
 * @param holder the uid of the child's namespace {@code kube-system}; empty if nobody holds it
 * @param spec its spec, which changes with each renewal
 * @param contender what another cluster that wants it wrote last; empty if none did
 */
record ClusterLease(String holder, Json spec, String contender) {
  static ClusterLease decode(Json lease) {
    return new ClusterLease(
        lease.get("spec", "holderIdentity").asString(""),
        lease.get("spec"),
        lease.get("metadata", "annotations", Annotations.CONTENDER).asString(""));
  }

  /** The uid of the other cluster's namespace {@code kube-system}. */
  String contenderUid() {
    int blank = contender.indexOf(' ');
    return blank < 0 ? contender : contender.substring(0, blank);
  }
}
