/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.codec.ApiStatus;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.testkit.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MissingRightsTest {
  private static final String FORBIDDEN =
      "deployments.apps is forbidden: User \"u\" cannot create resource \"deployments\" in API group"
          + " \"apps\" in the namespace \"edge\"";
  private static final String PATH = "/apis/apps/v1/namespaces/edge/deployments";
  private static final byte[] BODY = Json.emptyObject().toBytes();

  private final Simulation simulation = Simulation.of(1);
  private final MissingRights rights = new MissingRights(simulation.scheduler());

  @AfterEach
  void close() {
    simulation.close();
  }

  @Test
  void what_the_api_server_forbids_is_missing_until_the_same_succeeds() {
    rights.answered(ApiRequest.post(PATH, BODY), refusal(FORBIDDEN));
    rights.answered(ApiRequest.patch(PATH + "/a", "", BODY), refusal(FORBIDDEN + " (patch)"));
    assertThat(rights.sentences()).containsExactly(FORBIDDEN, FORBIDDEN + " (patch)");

    rights.answered(ApiRequest.patch(PATH + "/a/status", "", BODY), success());
    assertThat(rights.sentences()).hasSize(2);

    rights.answered(ApiRequest.patch(PATH + "/b", "", BODY), success());
    assertThat(rights.sentences()).containsExactly(FORBIDDEN);

    rights.answered(ApiRequest.post(PATH, BODY), success());
    assertThat(rights.sentences()).isEmpty();
  }

  @Test
  void what_is_not_tried_again_is_forgotten() {
    rights.answered(ApiRequest.post(PATH, BODY), refusal(FORBIDDEN));
    simulation.run(Duration.ofMinutes(9));
    assertThat(rights.sentences()).hasSize(1);

    simulation.run(Duration.ofMinutes(2));
    assertThat(rights.sentences()).isEmpty();
  }

  @Test
  void a_quota_or_a_webhook_is_no_right() {
    rights.answered(ApiRequest.post(PATH, BODY), refusal("exceeded quota: q"));
    rights.answered(
        ApiRequest.post(PATH, BODY), refusal("admission webhook \"w\" denied the request: no"));
    assertThat(rights.sentences()).isEmpty();
  }

  private static Answer refusal(String message) {
    return new Answer.Refusal(
        new ApiStatus(403, "Forbidden", message, List.of(), Optional.empty()));
  }

  private static Answer success() {
    return new Answer.Success(200, Json.emptyObject());
  }
}
