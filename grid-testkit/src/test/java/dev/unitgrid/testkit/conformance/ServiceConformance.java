/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.conformance.Api.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What controllers write for Services: EndpointSlices, Endpoints, mirrored slices. */
abstract class ServiceConformance extends ClusterConformance {
  private static final String TRIGGER = "endpoints.kubernetes.io/last-change-trigger-time";
  private static final String TIME = "2026-01-02T03:04:05Z";

  private String services;
  private String slices;
  private String endpoints;

  @BeforeEach
  final void paths() {
    services = core + "/services";
    endpoints = core + "/endpoints";
    slices = "/apis/discovery.k8s.io/v1/namespaces/" + namespace + "/endpointslices";
  }

  private Reply service(String name, String spec) {
    return created(services, "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{" + spec + "}}");
  }

  /** A pod on the node that the test plays the kubelet of. */
  private Json pod(String name, String more) {
    return created(
            pods,
            """
            {"metadata":{"name":"%s","labels":{"app":"echo"}},"spec":{"nodeName":"hand-1",%s
            "containers":[{"name":"echo","image":"echo:1","ports":[{"name":"web",
            "containerPort":8080}]}]}}"""
                .formatted(name, more))
        .body();
  }

  private void runs(String name, String ready, String... addresses) {
    List<Json> ips = new ArrayList<>();
    for (String address : addresses) {
      ips.add(Json.object("ip", address));
    }
    changed(
        pods + "/" + name + "/status",
        Json.object(
                "status",
                Json.object(
                    "phase",
                    "Running",
                    "podIP",
                    addresses[0],
                    "podIPs",
                    Json.array(ips),
                    "conditions",
                    Json.array(
                        Json.object("type", "Ready", "status", ready, "lastTransitionTime", TIME))))
            .toString());
  }

  private List<Json> slicesOf(String service) {
    return items(slices + "?labelSelector=kubernetes.io/service-name=" + service);
  }

  private Json slice(String service, String words) {
    await(slices, list -> list.toString().contains(words));
    return only(service);
  }

  private Json only(String service) {
    List<Json> found = slicesOf(service);
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private static int size(Json slice) {
    return slice.get("endpoints").items().size();
  }

  @Test
  void a_slice_says_this_of_a_pod_that_is_ready() {
    String uid = pod("one", "").get("metadata", "uid").asString("");
    runs("one", "True", "10.1.0.1");
    created(
        services,
        """
        {"metadata":{"name":"web","labels":{"tier":"front"},"annotations":{"note":"mine"}},
        "spec":{"selector":{"app":"echo"},"ports":[
        {"name":"http","port":80,"targetPort":"web"},
        {"name":"raw","port":81,"targetPort":9000,"protocol":"UDP","appProtocol":"my/raw"},
        {"name":"absent","port":82,"targetPort":"nowhere"}]}}""");
    Json slice = slice("web", "10.1.0.1");
    assertThat(slice.get("endpoints"))
        .isEqualTo(
            Json.parse(
                """
                [{"addresses":["10.1.0.1"],
                "conditions":{"ready":true,"serving":true,"terminating":false},
                "nodeName":"hand-1","zone":"zone-2",
                "targetRef":{"kind":"Pod","namespace":"%s","name":"one","uid":"%s"}}]"""
                    .formatted(namespace, uid)));
    assertThat(slice.get("ports"))
        .isEqualTo(
            Json.parse(
                """
                [{"name":"http","port":8080,"protocol":"TCP"},
                {"name":"raw","port":9000,"protocol":"UDP","appProtocol":"my/raw"}]"""));
    assertThat(slice.get("addressType")).isEqualTo(Json.of("IPv4"));
    Json metadata = slice.get("metadata");
    assertThat(metadata.get("labels"))
        .isEqualTo(
            Json.parse(
                """
                {"tier":"front","kubernetes.io/service-name":"web",
                "endpointslice.kubernetes.io/managed-by":"endpointslice-controller.k8s.io"}"""));
    assertThat(metadata.get("ownerReferences"))
        .isEqualTo(
            Json.parse(
                """
                [{"apiVersion":"v1","kind":"Service","name":"web","uid":"%s",
                "controller":true,"blockOwnerDeletion":true}]"""
                    .formatted(api.get(services + "/web").uid())));
    assertThat(metadata.get("annotations").fields().keySet()).containsOnly(TRIGGER);
    assertThat(metadata.get("generateName")).isEqualTo(Json.of("web-"));
    assertThat(metadata.get("name").asString("")).matches("web-[a-z0-9]{5}");
  }

  @Test
  void endpoints_say_this_of_a_pod_that_is_ready_and_of_one_that_is_not() {
    String one = pod("one", "").get("metadata", "uid").asString("");
    String two = pod("two", "").get("metadata", "uid").asString("");
    runs("one", "True", "10.1.1.1");
    runs("two", "False", "10.1.1.2");
    created(
        services,
        """
        {"metadata":{"name":"web","labels":{"tier":"front"}},
        "spec":{"selector":{"app":"echo"},"ports":[{"port":80,"targetPort":"web"}]}}""");
    Json written = await(endpoints + "/web", found -> found.toString().contains("10.1.1.2")).body();
    assertThat(written.get("subsets"))
        .isEqualTo(
            Json.parse(
                """
                [{"addresses":[{"ip":"10.1.1.1","nodeName":"hand-1",
                "targetRef":{"kind":"Pod","namespace":"%1$s","name":"one","uid":"%2$s"}}],
                "notReadyAddresses":[{"ip":"10.1.1.2","nodeName":"hand-1",
                "targetRef":{"kind":"Pod","namespace":"%1$s","name":"two","uid":"%3$s"}}],
                "ports":[{"port":8080,"protocol":"TCP"}]}]"""
                    .formatted(namespace, one, two)));
    assertThat(written.get("metadata", "labels"))
        .isEqualTo(
            Json.parse(
                """
                {"tier":"front",
                "endpoints.kubernetes.io/managed-by":"endpoint-controller"}"""));
    assertThat(written.get("metadata").has("ownerReferences")).isFalse();
    assertThat(written.get("metadata", "annotations").fields().keySet()).containsOnly(TRIGGER);
    api.delete(services + "/web", "{}");
    await(endpoints + "/web", ClusterConformance::isGone);
    await(slices, list -> list.get("items").items().isEmpty());
  }

  @Test
  void a_pod_that_terminates_serves_and_is_not_ready() {
    service("web", "\"selector\":{\"app\":\"echo\"},\"ports\":[{\"port\":80}]");
    pod("one", "");
    runs("one", "True", "10.1.2.1");
    slice("web", "10.1.2.1");
    api.delete(pods + "/one", "{}");
    Json slice = slice("web", "\"terminating\":true");
    assertThat(slice.get("endpoints").items().get(0).get("conditions"))
        .isEqualTo(Json.parse("{\"ready\":false,\"serving\":true,\"terminating\":true}"));
    await(endpoints + "/web", found -> !found.has("subsets"));
    api.delete(pods + "/one", "{\"gracePeriodSeconds\":0}");
    await(slices, list -> !list.toString().contains("10.1.2.1"));
    assertThat(size(only("web"))).isZero();
  }

  @Test
  void a_pod_that_ended_or_has_no_address_is_no_endpoint() {
    service("web", "\"selector\":{\"app\":\"echo\"},\"ports\":[{\"port\":80}]");
    pod("one", "");
    pod("two", "");
    runs("one", "True", "10.1.3.1");
    slice("web", "10.1.3.1");
    changed(
        pods + "/one/status",
        "{\"status\":{\"phase\":\"Succeeded\",\"conditions\":[{\"type\":\"Ready\","
            + "\"status\":\"False\",\"reason\":\"PodCompleted\"}]}}");
    await(slices, list -> !list.toString().contains("10.1.3.1"));
  }

  @Test
  void a_service_without_pods_has_one_slice_without_ports() {
    service("web", "\"selector\":{\"app\":\"nobody\"},\"ports\":[{\"port\":80}]");
    await(slices, list -> list.get("items").items().size() == 1);
    Json slice = only("web");
    assertThat(slice.get("endpoints").isNull()).isTrue();
    assertThat(slice.get("ports").isNull()).isTrue();
    String name = slice.get("metadata", "name").asString("");
    await(endpoints + "/web", found -> found.has("metadata") && !found.has("subsets"));
    created(
        pods,
        "{\"metadata\":{\"name\":\"late\",\"labels\":{\"app\":\"nobody\"}},\"spec\":"
            + "{\"nodeName\":\"hand-1\",\"containers\":[{\"name\":\"c\",\"image\":\"c:1\"}]}}");
    runs("late", "True", "10.1.4.1");
    assertThat(slice("web", "10.1.4.1").get("metadata", "name")).isEqualTo(Json.of(name));
  }

  @Test
  void a_headless_service_marks_what_it_has_and_knows_hostnames() {
    service("heads", "\"clusterIP\":\"None\",\"selector\":{\"app\":\"echo\"}");
    pod("one", "\"hostname\":\"first\",\"subdomain\":\"heads\",");
    pod("two", "\"hostname\":\"second\",\"subdomain\":\"other\",");
    runs("one", "True", "10.1.5.1");
    runs("two", "True", "10.1.5.2");
    slice("heads", "10.1.5.1");
    Json slice = slice("heads", "10.1.5.2");
    assertThat(slice.get("ports").isNull()).isTrue();
    assertThat(slice.get("metadata", "labels", "service.kubernetes.io/headless"))
        .isEqualTo(Json.of(""));
    List<String> hostnames =
        slice.get("endpoints").items().stream()
            .map(endpoint -> endpoint.get("hostname").asString("none"))
            .sorted()
            .toList();
    assertThat(hostnames).containsExactly("first", "none");
    Json written =
        await(endpoints + "/heads", found -> found.toString().contains("10.1.5.2")).body();
    assertThat(written.get("metadata", "labels").fields().keySet())
        .contains("service.kubernetes.io/headless");
    assertThat(written.get("subsets").items().get(0).has("ports")).isFalse();
    assertThat(written.toString()).contains("\"hostname\":\"first\"");
  }

  @Test
  void addresses_that_are_not_ready_are_published_where_the_service_says_so() {
    service(
        "all",
        "\"clusterIP\":\"None\",\"publishNotReadyAddresses\":true,"
            + "\"selector\":{\"app\":\"echo\"},\"ports\":[{\"port\":80}]");
    pod("one", "");
    runs("one", "False", "10.1.6.1");
    Json conditions = slice("all", "10.1.6.1").get("endpoints").items().get(0).get("conditions");
    assertThat(conditions)
        .isEqualTo(Json.parse("{\"ready\":true,\"serving\":false,\"terminating\":false}"));
    Json written = await(endpoints + "/all", found -> found.toString().contains("10.1.6.1")).body();
    assertThat(written.get("subsets").items().get(0).has("addresses")).isTrue();
  }

  @Test
  void a_change_of_readiness_is_a_new_generation_with_the_time_of_the_change() {
    service("web", "\"selector\":{\"app\":\"echo\"},\"ports\":[{\"port\":80}]");
    pod("one", "");
    runs("one", "True", "10.1.7.1");
    Json before = slice("web", "10.1.7.1");
    changed(
        pods + "/one/status",
        "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"False\","
            + "\"lastTransitionTime\":\"2026-01-02T04:00:00Z\"}]}}");
    Json after = slice("web", "\"ready\":false");
    assertThat(after.get("metadata", "annotations", TRIGGER))
        .isEqualTo(Json.of("2026-01-02T04:00:00Z"));
    assertThat(after.get("metadata", "generation").asLong(0))
        .isEqualTo(before.get("metadata", "generation").asLong(0) + 1);
    assertThat(after.get("metadata", "name")).isEqualTo(before.get("metadata", "name"));
  }

  @Test
  void pods_whose_named_port_differs_are_in_slices_of_their_own() {
    pod("one", "");
    created(
        pods,
        """
        {"metadata":{"name":"two","labels":{"app":"echo"}},"spec":{"nodeName":"hand-1",
        "containers":[{"name":"echo","image":"echo:1","ports":[{"name":"web",
        "containerPort":9090}]}]}}""");
    runs("one", "True", "10.1.8.1");
    runs("two", "True", "10.1.8.2");
    service(
        "web", "\"selector\":{\"app\":\"echo\"},\"ports\":[{\"port\":80,\"targetPort\":\"web\"}]");
    await(slices, list -> list.get("items").items().size() == 2);
    assertThat(slicesOf("web")).allMatch(slice -> size(slice) == 1);
    Json written = await(endpoints + "/web", found -> found.toString().contains("10.1.8.2")).body();
    assertThat(written.get("subsets").items()).hasSize(2);
  }

  @Test
  void a_service_of_both_families_has_slices_of_both() {
    pod("one", "");
    runs("one", "True", "10.1.9.1", "fd00::9:1");
    Json service =
        service(
                "both",
                "\"ipFamilyPolicy\":\"RequireDualStack\",\"selector\":{\"app\":\"echo\"},"
                    + "\"ports\":[{\"port\":80}]")
            .body();
    assertThat(service.get("spec", "ipFamilies")).isEqualTo(Json.parse("[\"IPv4\",\"IPv6\"]"));
    assertThat(service.get("spec", "clusterIPs").items()).hasSize(2);
    assertThat(service.get("spec", "clusterIPs").items().get(0))
        .isEqualTo(service.get("spec", "clusterIP"));
    await(slices, list -> list.toString().contains("fd00::9:1"));
    await(slices, list -> list.toString().contains("10.1.9.1"));
    TreeSet<String> types = new TreeSet<>();
    slicesOf("both").forEach(slice -> types.add(slice.get("addressType").asString("")));
    assertThat(types).containsExactly("IPv4", "IPv6");
    Json written = await(endpoints + "/both", found -> found.has("subsets")).body();
    assertThat(written.toString()).contains("10.1.9.1").doesNotContain("fd00::9:1");
  }

  @Test
  void hints_follow_the_traffic_distribution() {
    pod("one", "");
    runs("one", "True", "10.1.10.1");
    service(
        "near",
        "\"trafficDistribution\":\"PreferClose\",\"selector\":{\"app\":\"echo\"},"
            + "\"ports\":[{\"port\":80}]");
    assertThat(slice("near", "10.1.10.1").get("endpoints").items().get(0).get("hints"))
        .isEqualTo(Json.parse("{\"forZones\":[{\"name\":\"zone-2\"}]}"));
  }

  @Test
  void more_than_a_hundred_endpoints_are_split_and_what_leaves_makes_room() {
    service("many", "\"selector\":{\"app\":\"echo\"},\"ports\":[{\"port\":80}]");
    IntStream.range(0, 105).forEach(i -> pod("p" + i, ""));
    IntStream.range(0, 105).forEach(i -> runs("p" + i, "True", "10.1.11." + (i + 1)));
    await(slices, list -> endpointsIn(list) == 105);
    List<Integer> sizes = slicesOf("many").stream().map(ServiceConformance::size).sorted().toList();
    assertThat(sizes).allMatch(size -> size <= 100);
    assertThat(sizes.size()).isBetween(2, 3);
    changed(services + "/many", "{\"metadata\":{\"labels\":{\"new\":\"label\"}}}");
    await(
        slices,
        list ->
            list.get("items").items().stream()
                .allMatch(slice -> slice.get("metadata", "labels").has("new")));
    api.send(
        "DELETE", pods + "?gracePeriodSeconds=0", "application/json", "{\"gracePeriodSeconds\":0}");
    await(slices, list -> endpointsIn(list) == 0);
    await(slices, list -> list.get("items").items().size() == 1);
  }

  private static int endpointsIn(Json list) {
    return list.get("items").items().stream().mapToInt(ServiceConformance::size).sum();
  }

  @Test
  void endpoints_of_a_service_without_a_selector_are_mirrored() {
    service("hand", "\"ports\":[{\"port\":80}]");
    created(
        endpoints,
        """
        {"metadata":{"name":"hand","labels":{"mine":"yes"},"annotations":{"note":"kept"}},
        "subsets":[{"addresses":[{"ip":"10.9.9.1","nodeName":"hand-1","hostname":"a"}],
        "notReadyAddresses":[{"ip":"10.9.9.2"}],"ports":[{"port":8080}]}]}""");
    Json slice = slice("hand", "10.9.9.2");
    assertThat(slice.get("endpoints").items())
        .containsExactlyInAnyOrder(
            Json.parse(
                """
                {"addresses":["10.9.9.1"],"conditions":{"ready":true},"hostname":"a",
                "nodeName":"hand-1"}"""),
            Json.parse("{\"addresses\":[\"10.9.9.2\"],\"conditions\":{\"ready\":false}}"));
    assertThat(slice.get("ports"))
        .isEqualTo(Json.parse("[{\"name\":\"\",\"port\":8080,\"protocol\":\"TCP\"}]"));
    assertThat(slice.get("metadata", "labels"))
        .isEqualTo(
            Json.parse(
                """
                {"mine":"yes","kubernetes.io/service-name":"hand",
                "endpointslice.kubernetes.io/managed-by":
                "endpointslicemirroring-controller.k8s.io"}"""));
    assertThat(slice.get("metadata", "annotations")).isEqualTo(Json.parse("{\"note\":\"kept\"}"));
    assertThat(slice.get("metadata", "ownerReferences").items().get(0).get("kind"))
        .isEqualTo(Json.of("Endpoints"));
    assertThat(api.get(endpoints + "/hand").body().get("metadata", "labels"))
        .isEqualTo(Json.parse("{\"mine\":\"yes\"}"));
    api.delete(endpoints + "/hand", "{}");
    await(slices, list -> list.get("items").items().isEmpty());
  }

  @Test
  void slices_of_a_user_are_left_alone() {
    service("hand", "\"ports\":[{\"port\":80}]");
    created(
        slices,
        """
        {"metadata":{"name":"mine","labels":{"kubernetes.io/service-name":"hand"}},
        "addressType":"IPv4","endpoints":[{"addresses":["10.8.8.8"]}],"ports":[{"port":80}]}""");
    service("other", "\"selector\":{\"app\":\"nobody\"},\"ports\":[{\"port\":80}]");
    await(slices, list -> list.get("items").items().size() == 2);
    assertThat(api.get(slices + "/mine").generation()).isEqualTo(1);
  }

  @Test
  void a_node_port_is_given_kept_and_taken_once() {
    Json first = service("one", "\"type\":\"NodePort\",\"ports\":[{\"port\":80}]").body();
    long port = first.get("spec", "ports").items().get(0).get("nodePort").asLong(0);
    assertThat(port).isBetween(30_000L, 32_767L);
    changed(services + "/one", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
    assertThat(
            api.get(services + "/one").body().get("spec", "ports").items().get(0).get("nodePort"))
        .isEqualTo(Json.of(port));
    Reply taken =
        api.post(
            services,
            "{\"metadata\":{\"name\":\"two\"},\"spec\":{\"type\":\"NodePort\",\"ports\":[{\"port\":80,"
                + "\"nodePort\":"
                + port
                + "}]}}");
    assertThat(taken.status()).isEqualTo(422);
    assertThat(taken.message())
        .contains("spec.ports[0].nodePort: Invalid value: " + port)
        .contains("provided port is already allocated");
    Reply outside =
        api.post(
            services,
            "{\"metadata\":{\"name\":\"two\"},\"spec\":{\"type\":\"NodePort\",\"ports\":[{\"port\":80,"
                + "\"nodePort\":80}]}}");
    assertThat(outside.status()).isEqualTo(422);
    assertThat(outside.message())
        .contains(
            "provided port is not in the valid range. The range of valid ports is 30000-32767");
    Json back = changed(services + "/one", "{\"spec\":{\"type\":\"ClusterIP\"}}").body();
    assertThat(back.get("spec", "ports").items().get(0).has("nodePort")).isFalse();
  }
}
