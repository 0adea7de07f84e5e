/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import com.google.common.collect.ImmutableSet;

/**
 * Names of fields that the API server fills in where nobody says anything. A live field that we do
 * not render and that is none of these was injected, or is one that we are about to drop.
 */
final class ServerDefaults {
  private static final ImmutableSet<String> NAMES =
      ImmutableSet.of(
          // pod templates
          "apiVersion",
          "creationTimestamp",
          "defaultMode",
          "dnsPolicy",
          "failureThreshold",
          "imagePullPolicy",
          "periodSeconds",
          "protocol",
          "resources",
          "restartPolicy",
          "schedulerName",
          "scheme",
          "securityContext",
          "serviceAccount",
          "successThreshold",
          "terminationGracePeriodSeconds",
          "terminationMessagePath",
          "terminationMessagePolicy",
          "timeoutSeconds",
          // workloads
          "persistentVolumeClaimRetentionPolicy",
          "podManagementPolicy",
          "progressDeadlineSeconds",
          "replicas",
          "revisionHistoryLimit",
          "status",
          "strategy",
          "updateStrategy",
          "volumeMode",
          // Services
          "clusterIP",
          "clusterIPs",
          "internalTrafficPolicy",
          "ipFamilies",
          "ipFamilyPolicy",
          "nodePort",
          "sessionAffinity",
          "targetPort",
          "type");

  private ServerDefaults() {}

  static boolean contain(String field) {
    return NAMES.contains(field);
  }
}
