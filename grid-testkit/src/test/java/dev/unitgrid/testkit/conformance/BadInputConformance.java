/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.testkit.conformance.Api.Reply;
import org.junit.jupiter.api.Test;

/** What no client should send. */
abstract class BadInputConformance extends Conformance {
  private static final String UNRECOGNIZED =
      "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind;"
          + " json parse error: ";

  private Reply refused(String body) {
    Reply refused = api.post(configMaps, body);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.reason()).isEqualTo("BadRequest");
    return refused;
  }

  @Test
  void truncated_json_is_400_with_its_beginning() {
    assertThat(refused("{\"metadata\":{\"name\":\"a\"").message())
        .isEqualTo(UNRECOGNIZED + "unexpected end of JSON input ({\"metadata\":{\"name\":\"a\")");
    assertThat(refused("{\"metadata\":{\"name\":\"a-name-that-is-cut").message())
        .isEqualTo(
            UNRECOGNIZED
                + "unexpected end of JSON input ({\"metadata\":{\"name\":\"a-name-th ...)");
    assertThat(refused("").message())
        .isEqualTo(UNRECOGNIZED + "unexpected end of JSON input (<empty>)");
  }

  @Test
  void a_truncated_patch_is_400() {
    assertThat(api.post(configMaps, "{\"metadata\":{\"name\":\"a\"}}").status()).isEqualTo(201);
    Reply refused = api.merge(configMaps + "/a", "{\"metadata\":{");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.message()).isEqualTo("error decoding patch: unexpected end of JSON input");
  }

  @Test
  void what_is_no_object_is_400() {
    assertThat(refused("[1,2]").message()).startsWith(UNRECOGNIZED);
    assertThat(refused("\"text\"").message()).startsWith(UNRECOGNIZED);
  }

  @Test
  void another_kind_is_400() {
    assertThat(
            refused("{\"kind\":\"Secret\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\"}}")
                .message())
        .startsWith("Secret in version \"v1\" cannot be handled as a ConfigMap: ");
  }

  @Test
  void a_body_of_four_megabytes_is_413_and_the_server_stays_up() {
    String long4 = "x".repeat(4 << 20);
    Reply refused =
        api.post(configMaps, "{\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"" + long4 + "\"}}");
    assertThat(refused.status()).isEqualTo(413);
    assertThat(refused.reason()).isEqualTo("RequestEntityTooLarge");
    assertThat(refused.message()).isEqualTo("Request entity too large: limit is 3145728");
    assertThat(api.get(configMaps).status()).isEqualTo(200);
  }
}
