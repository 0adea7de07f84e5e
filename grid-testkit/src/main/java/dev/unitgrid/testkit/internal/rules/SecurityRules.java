/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

/** What is refused in the security contexts of pods and containers. Stateless. */
final class SecurityRules {
  private static final long LARGEST_ID = Integer.MAX_VALUE;

  private SecurityRules() {}

  static void pod(Field spec) {
    if (spec.isTrue("shareProcessNamespace") && spec.isTrue("hostPID")) {
      spec.get("securityContext", "shareProcessNamespace")
          .invalid("true", "ShareProcessNamespace and HostPID cannot both be enabled");
    }
    Field context = spec.get("securityContext");
    if (!context.isThere() || context.isEmpty()) {
      return;
    }
    ids(context, "runAsUser", "runAsGroup", "fsGroup");
    for (Field group : context.items("supplementalGroups")) {
      group.between(0, LARGEST_ID);
    }
    for (Field sysctl : context.items("sysctls")) {
      sysctl.get("name").requiredIfEmpty();
    }
    seccomp(context);
  }

  private static void ids(Field context, String... fields) {
    for (String field : fields) {
      if (context.has(field)) {
        context.get(field).between(0, LARGEST_ID);
      }
    }
  }

  private static void seccomp(Field context) {
    context.get("seccompProfile", "type").oneOfIfThere("Localhost", "RuntimeDefault", "Unconfined");
  }

  static void container(Field container) {
    Field context = container.get("securityContext");
    if (!context.isThere()) {
      return;
    }
    ids(context, "runAsUser", "runAsGroup");
    context.get("procMount").oneOfIfThere("Default", "Unmasked");
    seccomp(context);
  }
}
