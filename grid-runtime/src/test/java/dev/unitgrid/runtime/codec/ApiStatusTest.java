/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.runtime.transport.ApiResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ApiStatusTest {
  @Test
  void a_status_is_read_with_its_causes() {
    ApiStatus status =
        ApiStatus.of(
            answer(
                422,
                Map.of(),
                "{\"kind\":\"Status\",\"status\":\"Failure\",\"message\":\"is invalid\","
                    + "\"reason\":\"Invalid\",\"code\":422,\"details\":{\"causes\":["
                    + "{\"reason\":\"FieldValueInvalid\",\"message\":\"no\",\"field\":\"spec.a\"}]}}"));

    assertThat(status)
        .isEqualTo(
            new ApiStatus(
                422,
                "Invalid",
                "is invalid",
                List.of(new ApiStatus.Cause("FieldValueInvalid", "no", "spec.a")),
                Optional.empty()));
    assertThat(status).hasToString("422 Invalid: is invalid");
  }

  @Test
  void the_pause_comes_from_the_header_or_from_the_details() {
    String body = "{\"kind\":\"Status\",\"code\":429,\"details\":{\"retryAfterSeconds\":3}}";

    assertThat(ApiStatus.of(answer(429, Map.of(), body)).retryAfter())
        .contains(Duration.ofSeconds(3));
    assertThat(ApiStatus.of(answer(429, Map.of("Retry-After", "5"), body)).retryAfter())
        .contains(Duration.ofSeconds(5));
    assertThat(
            ApiStatus.of(answer(503, Map.of("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT"), ""))
                .retryAfter())
        .isEmpty();
  }

  @Test
  void what_is_no_status_still_has_a_sentence() {
    assertThat(ApiStatus.of(answer(502, Map.of(), "<html>Bad\nGateway")))
        .hasToString("502: <html>Bad");
    assertThat(ApiStatus.of(answer(503, Map.of(), "")).message())
        .isEqualTo("the API server answered 503");
    assertThat(ApiStatus.of(answer(404, Map.of(), "{\"kind\":\"Pod\"}")).message())
        .isEqualTo("the API server answered 404");
    assertThat(ApiStatus.of(answer(404, Map.of(), "x".repeat(9999))).message()).hasSize(200);
  }

  @Test
  void a_status_without_a_code_has_that_of_the_answer() {
    assertThat(ApiStatus.of(answer(409, Map.of(), "{\"kind\":\"Status\"}")).code()).isEqualTo(409);
  }

  @Test
  void gone_is_a_code_or_a_reason() {
    assertThat(ApiStatus.of(answer(410, Map.of(), "")).isGone()).isTrue();
    assertThat(
            ApiStatus.of(answer(400, Map.of(), "{\"kind\":\"Status\",\"reason\":\"Expired\"}"))
                .isGone())
        .isTrue();
    assertThat(ApiStatus.of(answer(404, Map.of(), "")).isGone()).isFalse();
  }

  private static ApiResponse answer(int code, Map<String, String> headers, String body) {
    return new ApiResponse(code, headers, body.getBytes(StandardCharsets.UTF_8));
  }
}
