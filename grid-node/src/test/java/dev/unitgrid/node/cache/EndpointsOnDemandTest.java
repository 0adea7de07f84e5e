/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.node.Rule;
import dev.unitgrid.node.serve.ServedKind;
import dev.unitgrid.node.serve.ServedResource;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.testkit.Verb;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EndpointsOnDemandTest {
  private final SimulatedSite site = new SimulatedSite(11);

  @BeforeEach
  void two_services() {
    site.node("bj-1", "beijing");
    site.node("gz-1", "guangzhou");
    site.service("near", "[\"location\"]");
    site.service("far", "");
    site.slice("near-1", "near", "bj-1", "gz-1");
    site.cluster().apply(endpoints("near", "1.1.1.1"));
    site.cluster().apply(endpoints("far", "2.2.2.2"));
    site.start();
  }

  @AfterEach
  void end() {
    site.close();
  }

  @Test
  void endpoints_are_not_read_before_somebody_asks() {
    site.run(Duration.ofMinutes(1));

    assertThat(site.cache().kind(ServedResource.ENDPOINTS).isReady()).isFalse();
    assertThat(site.cache().state().watches())
        .extracting(watch -> watch.kind())
        .doesNotContain("Endpoints");
  }

  @Test
  @Rule(28)
  void those_of_a_filtered_service_are_made_of_its_slices_and_the_others_are_as_they_are() {
    watch();

    assertThat(addresses("near")).containsExactly("10.0.4.1");
    assertThat(addresses("far")).containsExactly("2.2.2.2");
  }

  @Test
  @Rule(30)
  void they_follow_slices_services_and_nodes_and_nothing_else_is_an_event() {
    watch();
    site.events();
    site.slice("near-1", "near", "bj-1", "gz-1", "gz-1");
    site.cluster().apply(endpoints("near", "1.1.1.9"));
    site.run(Duration.ofSeconds(5));
    assertThat(site.events()).isEmpty();

    site.cluster().label("gz-1", Map.of("location", "beijing"));
    site.run(Duration.ofSeconds(5));
    assertThat(addresses("near")).hasSize(3);
    assertThat(site.events()).containsExactlyInAnyOrder("EndpointSlice near-1", "Endpoints near");

    site.service("near", "");
    site.run(Duration.ofSeconds(5));
    assertThat(addresses("near")).containsExactly("1.1.1.9");

    site.cluster().delete(ServedResource.ENDPOINTS.type(), "default", "far");
    site.run(Duration.ofSeconds(5));
    assertThat(site.cache().kind(ServedResource.ENDPOINTS).object(new ObjectKey("default", "far")))
        .isEmpty();
  }

  @Test
  @Rule(28)
  void asked_for_before_the_slices_are_known_they_wait_for_them() {
    site.cluster()
        .faults()
        .on(Verb.LIST, "endpointslices.discovery.k8s.io")
        .latency(Duration.ofSeconds(20));
    site.replaceBy(site.builder().build());
    site.cache().start();
    site.cache().watchEndpoints();
    site.run(Duration.ofSeconds(10));
    assertThat(site.cache().kind(ServedResource.ENDPOINTS).isReady()).isFalse();

    site.runUntil(() -> site.cache().state().serving());
    site.run(Duration.ofSeconds(5));

    assertThat(addresses("near")).containsExactly("10.0.4.1");
    assertThat(addresses("far")).containsExactly("2.2.2.2");
  }

  private void watch() {
    ServedKind endpoints = site.cache().kind(ServedResource.ENDPOINTS);
    site.cache().watchEndpoints();
    site.runUntil(endpoints::isReady);
    site.run(Duration.ofSeconds(5));
  }

  private List<String> addresses(String name) {
    Json json =
        Json.parse(
            site.cache()
                .kind(ServedResource.ENDPOINTS)
                .object(new ObjectKey("default", name))
                .orElseThrow()
                .json());
    return json.get("subsets").items().stream()
        .flatMap(subset -> subset.get("addresses").items().stream())
        .map(address -> address.get("ip").asString(""))
        .toList();
  }

  private static Json endpoints(String name, String address) {
    return Json.object(
        "apiVersion",
        "v1",
        "kind",
        "Endpoints",
        "metadata",
        Json.object(
            "name", name, "labels", Json.object("endpointslice.kubernetes.io/skip-mirror", "true")),
        "subsets",
        Json.array(
            Json.object(
                "addresses",
                Json.array(Json.object("ip", address)),
                "ports",
                Json.array(Json.object("name", "http", "port", 80L)))));
  }
}
