/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

@Rule(28)
class EndpointsRendererTest {
  private static final Endpoint BJ1 = Endpoint.on("bj-1", "10.0.0.1");
  private static final Endpoint BJ2 = Endpoint.on("bj-2", "10.0.0.2");
  private static final Endpoint BJ3 = Endpoint.on("bj-3", "10.0.0.3");

  private static final Json UPSTREAM =
      Json.parse(
          """
          {"metadata":{"name":"servicegrid-demo-svc","namespace":"default","resourceVersion":"5",
            "labels":{"a":"b"},"managedFields":[{}],
            "annotations":{"endpoints.kubernetes.io/over-capacity":"truncated","kept":"yes",
              "kubectl.kubernetes.io/last-applied-configuration":"{}",
              "endpoints.kubernetes.io/last-change-trigger-time":"2026-11-01T00:00:00Z"}},
           "subsets":[{"addresses":[{"ip":"10.9.9.9"}]}]}
          """);

  @Test
  void subsets_are_those_of_the_slices_and_the_metadata_is_upstreams() {
    Json endpoints = render(Slices.slice(BJ2, BJ1));
    assertThat(endpoints)
        .isEqualTo(
            Json.parse(
                """
                {"kind":"Endpoints","apiVersion":"v1",
                 "metadata":{"name":"servicegrid-demo-svc","namespace":"default",
                   "labels":{"a":"b"},"annotations":{"kept":"yes"},"resourceVersion":"1001"},
                 "subsets":[{
                   "addresses":[
                     {"ip":"10.0.0.1","nodeName":"bj-1","targetRef":
                       {"kind":"Pod","namespace":"default","uid":"uid-of-10.0.0.1"}},
                     {"ip":"10.0.0.2","nodeName":"bj-2","targetRef":
                       {"kind":"Pod","namespace":"default","uid":"uid-of-10.0.0.2"}}],
                   "ports":[{"name":"http","port":8084,"protocol":"TCP"}]}]}
                """));
  }

  @Test
  void what_moves_with_endpoints_of_other_units_leaves_no_trace_in_the_annotations() {
    Json plain = UPSTREAM.withoutAt(List.of("metadata", "annotations"));
    Json changed =
        plain.withAt(
            List.of("metadata", "annotations"),
            Json.object(
                "endpoints.kubernetes.io/last-change-trigger-time", "2026-11-01T00:00:00Z"));
    List<Json> slices = List.of(Slices.slice(BJ1));
    assertThat(EndpointsRenderer.render(changed, "IPv4", slices, "1001"))
        .isEqualTo(EndpointsRenderer.render(plain, "IPv4", slices, "1001"));
  }

  @Test
  void an_address_that_is_not_ready_is_listed_apart() {
    Json subset = subsets(Slices.slice(BJ1, BJ2.unready())).get(0);
    assertThat(ips(subset.get("addresses"))).containsExactly("10.0.0.1");
    assertThat(ips(subset.get("notReadyAddresses"))).containsExactly("10.0.0.2");
  }

  @Test
  void an_address_that_ends_is_not_listed_unless_it_is_published_as_ready() {
    Json ending =
        BJ1.json().with("conditions", Json.parse("{\"ready\":false,\"terminating\":true}"));
    Json published =
        BJ2.json().with("conditions", Json.parse("{\"ready\":true,\"terminating\":true}"));
    Json slice = Slices.slice().with("endpoints", Json.array(ending, published));
    assertThat(ips(subsets(slice).get(0).get("addresses"))).containsExactly("10.0.0.2");
    assertThat(subsets(slice).get(0).has("notReadyAddresses")).isFalse();
  }

  @Test
  void without_addresses_there_are_no_subsets() {
    assertThat(render(Slices.slice()).has("subsets")).isFalse();
    assertThat(render().has("subsets")).isFalse();
    Json nameless = BJ1.json().with("addresses", Json.emptyArray());
    assertThat(render(Slices.slice().with("endpoints", Json.array(nameless))).has("subsets"))
        .isFalse();
  }

  @Test
  void ports_with_the_same_addresses_are_one_subset_and_others_are_apart() {
    List<Json> subsets =
        subsets(
            Slices.slice("IPv4", List.of("http", "metrics"), BJ1),
            Slices.slice("IPv4", List.of("http"), BJ2));
    assertThat(subsets).hasSize(2);
    assertThat(ips(subsets.get(0).get("addresses"))).containsExactly("10.0.0.1", "10.0.0.2");
    assertThat(subsets.get(0).get("ports")).isEqualTo(Json.array(Slices.port("http")));
    assertThat(ips(subsets.get(1).get("addresses"))).containsExactly("10.0.0.1");
    assertThat(subsets.get(1).get("ports")).isEqualTo(Json.array(Slices.port("metrics")));
    assertThat(subsets(Slices.slice("IPv4", List.of("b", "a"), BJ1)))
        .singleElement()
        .extracting(subset -> subset.get("ports"))
        .isEqualTo(Json.array(Slices.port("a"), Slices.port("b")));
  }

  @Test
  void slices_without_ports_make_a_subset_without_ports() {
    assertThat(subsets(Slices.slice("IPv4", List.of(), BJ1)))
        .singleElement()
        .satisfies(subset -> assertThat(subset.has("ports")).isFalse());
  }

  @Test
  void only_the_family_of_the_service_counts() {
    assertThat(
            ips(
                subsets(Slices.slice(BJ1), Slices.slice("IPv6", List.of("http"), BJ2))
                    .get(0)
                    .get("addresses")))
        .containsExactly("10.0.0.1");
  }

  @Test
  void an_address_in_two_slices_is_ready_only_if_both_say_so() {
    Json subset = subsets(Slices.slice(BJ1, BJ2), Slices.slice(BJ1.unready(), BJ2)).get(0);
    assertThat(ips(subset.get("addresses"))).containsExactly("10.0.0.2");
    assertThat(ips(subset.get("notReadyAddresses"))).containsExactly("10.0.0.1");
  }

  @Test
  void hostname_node_and_target_are_those_of_the_endpoint() {
    Json named = Json.parse("{\"addresses\":[\"10.0.0.1\",\"10.0.0.9\"],\"hostname\":\"demo-0\"}");
    assertThat(subsets(Slices.slice().with("endpoints", Json.array(named))).get(0).get("addresses"))
        .isEqualTo(Json.parse("[{\"ip\":\"10.0.0.1\",\"hostname\":\"demo-0\"}]"));
  }

  @Test
  void two_pods_of_one_address_are_two_addresses_in_the_order_of_their_uids() {
    Json first = BJ1.json().withAt(List.of("targetRef", "uid"), Json.of("a"));
    Json second = BJ1.json().withAt(List.of("targetRef", "uid"), Json.of("b"));
    Json subset = subsets(Slices.slice().with("endpoints", Json.array(second, first))).get(0);
    assertThat(subset.get("addresses").items())
        .extracting(address -> address.get("targetRef", "uid").asString(""))
        .containsExactly("a", "b");
  }

  @Test
  void more_than_a_thousand_addresses_are_all_there() {
    Endpoint[] many = new Endpoint[1200];
    for (int i = 0; i < many.length; i++) {
      many[i] = Endpoint.on("bj-1", "10.1." + i / 250 + "." + i % 250);
    }
    assertThat(subsets(Slices.slice(many)).get(0).get("addresses").items()).hasSize(1200);
  }

  @Property(tries = 100)
  void the_order_of_slices_and_endpoints_is_irrelevant(@ForAll Random random) {
    List<Json> endpoints =
        new ArrayList<>(List.of(BJ1.json(), BJ2.unready().json(), BJ3.json(), BJ1.json()));
    Collections.shuffle(endpoints, random);
    Json slice = Slices.slice().with("endpoints", Json.array(endpoints));
    Json other = Slices.slice("IPv4", List.of("metrics", "http"), BJ3, BJ1.unready());
    assertThat(render(slice, other)).isEqualTo(render(other, slice));
    assertThat(render(slice, other))
        .isEqualTo(
            render(
                Slices.slice(BJ1, BJ2.unready(), BJ3, BJ1),
                Slices.slice("IPv4", List.of("http", "metrics"), BJ1.unready(), BJ3)));
  }

  private static Json render(Json... slices) {
    return EndpointsRenderer.render(UPSTREAM, "IPv4", Arrays.asList(slices), "1001");
  }

  private static List<Json> subsets(Json... slices) {
    return render(slices).get("subsets").items();
  }

  private static List<String> ips(Json addresses) {
    return addresses.items().stream().map(address -> address.get("ip").asString("")).toList();
  }
}
