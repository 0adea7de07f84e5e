/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.truth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.Rule;
import java.util.Map;
import org.junit.jupiter.api.Test;

@NewerControlPlane
class NewerTemplatesTest {
  @Test
  @Rule(7)
  void a_field_newer_than_every_model_reaches_the_child_and_changes_there(RealWorld world) {
    world.beijingAndGuangzhou();
    world.apply(withCertificate(world, "{example.com/team: edge}"));
    world.start();
    world.settle("demo");
    assertThat(userAnnotations(world)).isEqualTo(Map.of("example.com/team", "edge"));
    world.apply(withCertificate(world, "{example.com/team: core}"));
    world.settle("demo");
    assertThat(userAnnotations(world)).isEqualTo(Map.of("example.com/team", "core"));
    world.restart();
    world.settle("demo");
    assertThat(world.writes()).isEmpty();
  }

  private static Manifest withCertificate(RealWorld world, String annotations) {
    return Manifest.deploymentGrid("demo", world.key())
        .with(
            "/spec/template/template/spec/volumes",
            """
            - name: identity
              projected:
                sources:
                - podCertificate:
                    signerName: example.com/signer
                    keyType: ED25519
                    credentialBundlePath: bundle.pem
                    userAnnotations: ANNOTATIONS
            """
                .replace("ANNOTATIONS", annotations));
  }

  private static Map<String, String> userAnnotations(RealWorld world) {
    Json volume =
        world.deployment("demo-beijing").get("spec", "template", "spec", "volumes").items().get(0);
    return volume
        .get("projected", "sources")
        .items()
        .get(0)
        .get("podCertificate", "userAnnotations")
        .asStrings();
  }
}
