/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.truth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.Rule;
import dev.unitgrid.core.template.NormalisedTemplate;
import dev.unitgrid.core.template.Templates;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which duplicates in a template server-side apply refuses, list by list. */
@Rule(8)
@RealControlPlane
class DuplicatesTest {
  /** Fields of the pod's spec, each with a list that has two equal or like items. */
  private static final List<String> OF_PODS =
      List.of(
          "initContainers: [{name: a, image: i}, {name: a, image: j}]",
          "volumes: [{name: v, emptyDir: {}}, {name: v, emptyDir: {medium: Memory}}]",
          "imagePullSecrets: [{name: s}, {name: s}]",
          "hostAliases: [{ip: 10.0.0.1, hostnames: [a]}, {ip: 10.0.0.1, hostnames: [b]}]",
          "hostAliases: [{ip: 10.0.0.1, hostnames: [a, a]}]",
          "topologySpreadConstraints: [TSC, TSC]"
              .replace("TSC", "{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}"),
          "schedulingGates: [{name: g}, {name: g}]",
          "resourceClaims: [{name: r, resourceClaimName: x}, {name: r, resourceClaimName: y}]",
          "tolerations: [{key: a, operator: Exists}, {key: a, operator: Exists}]",
          "readinessGates: [{conditionType: a.b/c}, {conditionType: a.b/c}]",
          "dnsConfig: {nameservers: [10.0.0.1, 10.0.0.1], searches: [a, a], "
              + "options: [{name: ndots}, {name: ndots}]}",
          "securityContext: {supplementalGroups: [1, 1], "
              + "sysctls: [{name: a.b, value: '1'}, {name: a.b, value: '2'}]}",
          "volumes: [{name: v, configMap: {name: c, items: [{key: k, path: p}, {key: k, path:"
              + " p}]}}]",
          "volumes: [{name: v, projected: {sources: [{secret: {name: s}}, {secret: {name: s}}]}}]",
          "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [P, P]}}"
              .replace(
                  "P",
                  "{weight: 1, preference: {matchExpressions: [{key: a, operator: Exists}]}}"));

  /** Fields of the one container. */
  private static final List<String> OF_CONTAINERS =
      List.of(
          "args: [a, a]",
          "env: [{name: A, value: '1'}, {name: A, value: '2'}]",
          "env: [{name: A, value: '1'}, {name: A}]",
          "envFrom: [{configMapRef: {name: c}}, {configMapRef: {name: c}}]",
          "ports: [{containerPort: 80}, {containerPort: 80}]",
          "ports: [{containerPort: 80, protocol: TCP}, {containerPort: 80}]",
          "ports: [{containerPort: 80, protocol: UDP}, {containerPort: 80}]",
          "ports: [{containerPort: 80, name: a}, {containerPort: 80, name: b}]",
          "ports: [{containerPort: 80, name: a, hostPort: 1}, {containerPort: 81, hostPort: 1}]",
          "volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: /a, subPath: x}]",
          "volumeDevices: [{name: v, devicePath: /a}, {name: v, devicePath: /a}]",
          "resources: {claims: [{name: r}, {name: r}]}",
          "resizePolicy: [R, R]".replace("R", "{resourceName: cpu, restartPolicy: NotRequired}"),
          "securityContext: {capabilities: {add: [NET_ADMIN, NET_ADMIN]}}",
          "lifecycle: {postStart: {httpGet: {port: 80, httpHeaders: [HEADER, HEADER]}}}"
              .replace("HEADER", "{name: A, value: x}"));

  /** Fields of the pod's metadata. */
  private static final List<String> OF_METADATA =
      List.of(
          "finalizers: [example.com/a, example.com/a]",
          "ownerReferences: [O, O]".replace("O", "{apiVersion: v1, kind: Pod, name: p, uid: u}"));

  @Test
  void exactly_those_are_merged_or_refused_that_an_apply_would_be_refused_for(RealWorld world) {
    OF_PODS.forEach(list -> compare(world, list, template("{" + list + "}", "{}", "{}")));
    OF_CONTAINERS.forEach(list -> compare(world, list, template("{}", "{" + list + "}", "{}")));
    OF_METADATA.forEach(list -> compare(world, list, template("{}", "{}", "{" + list + "}")));
    compare(
        world,
        "containers",
        template("{containers: [{name: a, image: i}, {name: a, image: j}]}", "{}", "{}"));
  }

  private static void compare(RealWorld world, String list, Json template) {
    boolean merging = refusesToMerge(apply(world, template));
    NormalisedTemplate normalised = Templates.normalise(template, "beijing");
    if (normalised instanceof NormalisedTemplate.Applicable applicable) {
      assertThat(!applicable.merges().isEmpty()).as(list).isEqualTo(merging);
      assertThat(refusesToMerge(apply(world, applicable.template()))).as(list).isFalse();
    } else {
      assertThat(merging).as(list).isTrue();
    }
  }

  private static Json template(String pod, String container, String metadata) {
    Json one = merged(Manifest.json("{name: echo, image: 'echo:1'}"), Manifest.json(container));
    Json spec = merged(Json.object("containers", Json.array(one)), Manifest.json(pod));
    Json labels = Manifest.json("{labels: {app: demo}}");
    return Json.object(
        "selector", Manifest.json("{matchLabels: {app: demo}}"),
        "template", Json.object("metadata", merged(labels, Manifest.json(metadata)), "spec", spec));
  }

  private static Json merged(Json object, Json more) {
    Json all = object;
    for (String field : more.fields().keySet()) {
      all = all.with(field, more.get(field));
    }
    return all;
  }

  /** What it says about values does not matter here. */
  private static boolean refusesToMerge(ApiResponse response) {
    String body = new String(response.body(), StandardCharsets.UTF_8);
    assertThat(body).doesNotContain("field not declared in schema");
    return !response.isSuccess() && body.contains("duplicate entries for key");
  }

  private static ApiResponse apply(RealWorld world, Json spec) {
    Json deployment =
        Json.object(
            "apiVersion",
            "apps/v1",
            "kind",
            "Deployment",
            "metadata",
            Json.object("name", "probe"),
            "spec",
            spec);
    return world
        .api()
        .send(
            ApiRequest.patch(
                    ResourceType.DEPLOYMENT.path(world.namespace(), "probe"),
                    ApiRequest.APPLY_PATCH,
                    deployment.toBytes())
                .query("fieldManager", "probe")
                .query("dryRun", "All"));
  }
}
