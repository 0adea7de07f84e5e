/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.conformance.Api.Reply;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an API server does with a change: optimistic locking, identity, generation. */
abstract class UpdateConformance extends Conformance {
  @Test
  void a_put_with_an_old_version_is_409() {
    Reply created = createDemo();
    api.merge(demo, "{\"spec\":{\"replicas\":3}}");
    Reply refused = api.put(demo, created.body());
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.reason()).isEqualTo("Conflict");
    assertThat(refused.message())
        .isEqualTo(
            "Operation cannot be fulfilled on deployments.apps \"demo\": the object has been"
                + " modified; please apply your changes to the latest version and try again");
  }

  @Test
  void a_patch_with_an_old_version_is_409() {
    Reply created = createDemo();
    api.merge(demo, "{\"spec\":{\"replicas\":3}}");
    Reply refused =
        api.merge(demo, "{\"metadata\":{\"resourceVersion\":\"" + created.version() + "\"}}");
    assertThat(refused.status()).isEqualTo(409);
  }

  @Test
  void a_put_with_another_uid_is_409() {
    Reply created = createDemo();
    Json body =
        created
            .body()
            .withAt(List.of("metadata", "uid"), Json.of("other"))
            .withoutAt(List.of("metadata", "resourceVersion"));
    Reply refused = api.put(demo, body);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.message()).contains("Precondition failed: UID in precondition: other");
  }

  @Test
  void a_patch_with_another_uid_is_422() {
    createDemo();
    Reply refused = api.merge(demo, "{\"metadata\":{\"uid\":\"other\"}}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message())
        .isEqualTo(
            "Deployment.apps \"demo\" is invalid: metadata.uid: Invalid value: \"other\": field is"
                + " immutable");
  }

  @Test
  void an_update_that_changes_nothing_keeps_the_version() {
    Reply created = createDemo();
    Reply same = api.merge(demo, "{\"spec\":{\"replicas\":2}}");
    assertThat(same.version()).isEqualTo(created.version());
  }

  @Test
  void a_selector_cannot_change() {
    createDemo();
    Reply refused =
        api.merge(demo, "{\"spec\":{\"selector\":{\"matchLabels\":{\"app\":null,\"x\":\"y\"}}}}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message())
        .contains(
            "spec.selector: Invalid value: {\"matchLabels\":{\"x\":\"y\"}}: field is immutable");
  }

  @Test
  void a_spec_change_raises_the_generation_and_a_label_does_not() {
    createDemo();
    assertThat(api.merge(demo, "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}").generation())
        .isEqualTo(1);
    assertThat(api.merge(demo, "{\"spec\":{\"replicas\":3}}").generation()).isEqualTo(2);
  }

  @Test
  void an_annotation_raises_the_generation_of_a_deployment() {
    createDemo();
    assertThat(api.merge(demo, "{\"metadata\":{\"annotations\":{\"a\":\"b\"}}}").generation())
        .isEqualTo(2);
  }

  @Test
  void a_service_has_no_generation_and_keeps_its_address() {
    Reply created =
        api.post(
            services, "{\"metadata\":{\"name\":\"web\"},\"spec\":{\"ports\":[{\"port\":80}]}}");
    assertThat(created.generation()).isZero();
    Reply changed = api.merge(services + "/web", "{\"spec\":{\"ports\":[{\"port\":81}]}}");
    assertThat(changed.body().get("spec", "clusterIP"))
        .isEqualTo(created.body().get("spec", "clusterIP"));
    Reply headless = api.merge(services + "/web", "{\"spec\":{\"clusterIP\":\"None\"}}");
    assertThat(headless.status()).isEqualTo(422);
    assertThat(headless.message())
        .isEqualTo(
            "Service \"web\" is invalid: spec.clusterIPs[0]: Invalid value: [\"None\"]: may not"
                + " change once set");
  }

  @Test
  void a_stateful_set_may_change_only_some_fields() {
    String sets = "/apis/apps/v1/namespaces/" + namespace + "/statefulsets";
    String body =
        deployment("set", "\"serviceName\":\"web\",", "")
            .replace("\"Deployment\"", "\"StatefulSet\"");
    assertThat(api.post(sets, body).status()).isEqualTo(201);
    assertThat(api.merge(sets + "/set", "{\"spec\":{\"replicas\":3}}").status()).isEqualTo(200);
    Reply refused = api.merge(sets + "/set", "{\"spec\":{\"serviceName\":\"other\"}}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message())
        .startsWith(
            "StatefulSet.apps \"set\" is invalid: spec: Forbidden: updates to statefulset spec for"
                + " fields other than");
  }

  @Test
  void an_immutable_map_that_was_none_may_not_become_empty() {
    assertThat(api.post(configMaps, "{\"metadata\":{\"name\":\"a\"},\"immutable\":true}").status())
        .isEqualTo(201);
    Reply refused = api.merge(configMaps + "/a", "{\"binaryData\":{\"x\":null}}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message())
        .isEqualTo(
            "ConfigMap \"a\" is invalid: binaryData: Forbidden: field is immutable when `immutable` is set");
  }
}
