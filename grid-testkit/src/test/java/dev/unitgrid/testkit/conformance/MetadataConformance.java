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

/** What every object has: names, labels, owners, finalizers, versions. */
abstract class MetadataConformance extends Conformance {
  private Reply create(String metadata) {
    return api.post(configMaps, "{\"metadata\":" + metadata + "}");
  }

  private void assertInvalid(String metadata, String sentence) {
    Reply refused = create(metadata);
    assertThat(refused.message()).isEqualTo("ConfigMap \"a\" is invalid: " + sentence);
    assertThat(refused.status()).isEqualTo(422);
  }

  @Test
  void versions_of_all_kinds_come_from_one_counter() {
    long map = Long.parseLong(configMap("a", "{}").version());
    long deployment = Long.parseLong(createDemo().version());
    long changed =
        Long.parseLong(api.merge(configMaps + "/a", "{\"data\":{\"k\":\"v\"}}").version());
    long list = Long.parseLong(api.get(services).version());
    assertThat(List.of(map, deployment, changed)).isSorted().doesNotHaveDuplicates();
    assertThat(list).isGreaterThanOrEqualTo(changed);
  }

  @Test
  void a_successor_of_the_same_name_has_another_uid() {
    String before = configMap("a", "{}").uid();
    api.delete(configMaps + "/a", "{}");
    assertThat(configMap("a", "{}").uid()).isNotEqualTo(before);
  }

  @Test
  void the_server_alone_says_uid_times_and_deletion() {
    Reply created =
        create(
            "{\"name\":\"a\",\"uid\":\"mine\",\"creationTimestamp\":\"2001-01-01T00:00:00Z\",\"deletionTimestamp\":\"2001-01-01T00:00:00Z\",\"selfLink\":\"/x\"}");
    assertThat(created.status()).as(created.message()).isEqualTo(201);
    Json metadata = created.body().get("metadata");
    assertThat(created.uid()).isNotEqualTo("mine");
    assertThat(metadata.get("creationTimestamp").asString("")).doesNotStartWith("2001");
    assertThat(metadata.has("deletionTimestamp")).isFalse();
    assertThat(metadata.has("selfLink")).isFalse();
    assertThat(metadata.has("managedFields")).isFalse();
  }

  @Test
  void a_new_object_has_no_version_yet() {
    assertThat(create("{\"name\":\"a\",\"resourceVersion\":\"5\"}").message())
        .isEqualTo("resourceVersion should not be set on objects to be created");
  }

  @Test
  void a_given_name_wins_over_a_generated_one() {
    Reply created = create("{\"name\":\"a\",\"generateName\":\"b-\"}");
    assertThat(created.body().get("metadata", "name")).isEqualTo(Json.of("a"));
    assertThat(created.body().get("metadata", "generateName")).isEqualTo(Json.of("b-"));
  }

  @Test
  void a_generated_name_has_at_most_63_characters() {
    Reply created = create("{\"generateName\":\"" + "x".repeat(70) + "\"}");
    assertThat(created.body().get("metadata", "name").asString("")).matches("x{58}[a-z0-9]{5}");
  }

  @Test
  void a_generated_name_must_be_a_name_too() {
    Reply refused = create("{\"generateName\":\"BAD-\"}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message())
        .contains("metadata.generateName: Invalid value: \"BAD-\": a lowercase RFC 1123 subdomain")
        .contains("metadata.name: Invalid value: \"BAD-");
  }

  @Test
  void a_name_has_at_most_253_characters() {
    Reply refused = create("{\"name\":\"" + "x".repeat(254) + "\"}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message()).endsWith("must be no more than 253 characters");
  }

  @Test
  void a_service_is_named_like_a_host() {
    assertThat(
            api.post(
                    services,
                    "{\"metadata\":{\"name\":\"1a\"},\"spec\":{\"ports\":[{\"port\":80}]}}")
                .message())
        .contains("metadata.name: Invalid value: \"1a\": a DNS-1035 label must consist of");
  }

  @Test
  void a_role_may_have_any_name_that_fits_into_a_path() {
    String roles = path("rbac.authorization.k8s.io/v1", "roles");
    assertThat(api.post(roles, "{\"metadata\":{\"name\":\"system:X_y\"}}").status()).isEqualTo(201);
    assertThat(api.post(roles, "{\"metadata\":{\"name\":\"a/b\"}}").message())
        .endsWith(
            "metadata.name: Invalid value: \"a/b\": may not contain \\'/\\'".replace("\\'", "'"));
  }

  @Test
  void a_label_value_has_at_most_63_characters() {
    assertInvalid(
        "{\"name\":\"a\",\"labels\":{\"k\":\"" + "v".repeat(64) + "\"}}",
        "metadata.labels: Invalid value: \""
            + "v".repeat(64)
            + "\": must be no more than 63 characters");
  }

  @Test
  void a_label_key_has_a_prefix_or_none() {
    assertInvalid(
        "{\"name\":\"a\",\"labels\":{\"/k\":\"v\"}}",
        "metadata.labels: Invalid value: \"/k\": prefix part must be non-empty");
  }

  @Test
  void an_annotation_key_is_a_label_key_in_any_case() {
    assertThat(
            create("{\"name\":\"a\",\"annotations\":{\"Upper/Key\":\"any value, however long\"}}")
                .status())
        .isEqualTo(201);
    Reply refused = create("{\"name\":\"b\",\"annotations\":{\"a b\":\"x\"}}");
    assertThat(refused.message())
        .contains("metadata.annotations: Invalid value: \"a b\": name part must consist of");
  }

  @Test
  void annotations_have_at_most_256_kibibytes() {
    assertInvalid(
        "{\"name\":\"a\",\"annotations\":{\"big\":\"" + "x".repeat(262144) + "\"}}",
        "metadata.annotations: Too long: may not be more than 262144 bytes");
  }

  @Test
  void an_owner_is_named_whole() {
    assertInvalid(
        "{\"name\":\"a\",\"ownerReferences\":[{\"apiVersion\":\"\",\"kind\":\"X\",\"name\":\"n\",\"uid\":\"u\"}]}",
        "metadata.ownerReferences.apiVersion: Invalid value: \"\": version must not be empty");
    assertInvalid(
        "{\"name\":\"a\",\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"X\",\"name\":\"\",\"uid\":\"\"}]}",
        "[metadata.ownerReferences.name: Invalid value: \"\": must not be empty, metadata.ownerReferences.uid: Invalid value: \"\": must not be empty]");
  }

  @Test
  void only_one_owner_controls() {
    Reply refused =
        create(
            "{\"name\":\"a\",\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"X\",\"name\":\"n\",\"uid\":\"u\",\"controller\":true},{\"apiVersion\":\"v1\",\"kind\":\"Y\",\"name\":\"m\",\"uid\":\"w\",\"controller\":true}]}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message())
        .endsWith(
            "Only one reference can have Controller set to true. Found \"true\" in references for X/n and Y/m");
  }

  @Test
  void a_finalizer_has_a_prefix() {
    assertInvalid(
        "{\"name\":\"a\",\"finalizers\":[\"mine\"]}",
        "metadata.finalizers[0]: Invalid value: \"mine\": name is neither a standard finalizer name nor is it fully qualified");
  }

  @Test
  void an_object_is_not_orphaning_and_foreground_at_once() {
    assertInvalid(
        "{\"name\":\"a\",\"finalizers\":[\"foregroundDeletion\",\"orphan\"]}",
        "metadata.finalizers: Invalid value: [\"foregroundDeletion\",\"orphan\"]: finalizer orphan and foregroundDeletion cannot be both set");
  }

  @Test
  void version_zero_in_a_change_is_no_version() {
    configMap("a", "{}");
    assertThat(
            api.put(
                    configMaps + "/a",
                    Json.parse("{\"metadata\":{\"name\":\"a\",\"resourceVersion\":\"0\"}}"))
                .status())
        .isEqualTo(200);
  }

  @Test
  void a_version_that_is_no_number_in_a_change_is_500() {
    configMap("a", "{}");
    assertRefused(
        api.put(
            configMaps + "/a",
            Json.parse("{\"metadata\":{\"name\":\"a\",\"resourceVersion\":\"abc\"}}")),
        500,
        "",
        "strconv.ParseUint: parsing \"abc\": invalid syntax");
  }
}
