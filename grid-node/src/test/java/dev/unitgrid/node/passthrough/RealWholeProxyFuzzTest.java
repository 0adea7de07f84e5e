/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.passthrough;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.node.Rule;
import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.testkit.controlplane.ControlPlane;
import dev.unitgrid.testkit.controlplane.Part;
import dev.unitgrid.testkit.controlplane.User;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * As {@link WholeProxyFuzzTest}, with a kube-apiserver and clients that may do anything there with
 * what is filtered.
 */
@Tag("control-plane")
@Rule({27, 30})
class RealWholeProxyFuzzTest {
  private static final User CLIENT = new User("client", "token-of-client", List.of());
  private static final String SLICES =
      "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices";
  private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/";
  private static final int ROUNDS = 12;

  @Test
  void no_answer_to_any_request_holds_what_is_hidden() throws Exception {
    try (ControlPlane cluster =
            ControlPlane.builder(Path.of(System.getenv("KUBEBUILDER_ASSETS")))
                .user(CLIENT)
                .without(Part.KUBE_CONTROLLER_MANAGER)
                .without(Part.KUBE_SCHEDULER)
                .without(Part.KWOK)
                .start();
        SystemScheduler threads = SystemScheduler.start("fuzz", 1);
        ApiClientTransport admin = ApiClientTransport.on(cluster.apiClient(), threads)) {
      make(admin, "/api/v1/nodes", node("bj-1", "beijing"));
      make(admin, "/api/v1/nodes", node("gz-1", "guangzhou"));
      List<Json> objects = WholeProxy.objects();
      make(admin, "/api/v1/namespaces/default/services", objects.get(0));
      make(admin, SLICES, objects.get(1));
      make(admin, "/api/v1/namespaces/default/endpoints", objects.get(2));
      letIn(admin);
      assertThat(deletion(admin))
          .as("what the API server answers to who only asks what would be deleted")
          .contains(WholeProxy.HIDDEN);
      fuzz(cluster);
    }
  }

  private static void fuzz(ControlPlane cluster) throws Exception {
    URI url = URI.create(cluster.url());
    Upstream upstream = Upstream.of(url, RealApiServerTest.trusting(cluster.certificate()));
    OddRequests odd =
        new OddRequests(new Random(20_261_124), "Authorization: Bearer " + CLIENT.token() + "\r\n");
    try (WholeProxy proxy =
        new WholeProxy(own -> ApiClientTransport.on(cluster.apiClient(), own), upstream)) {
      proxy.awaitOwnEndpoint();
      for (int i = 0; i < ROUNDS; i++) {
        proxy.assertHidden(Stream.generate(odd::next).limit(16).toList());
      }
      proxy.awaitOwnEndpoint();
    }
  }

  private static void letIn(ApiClientTransport admin) {
    make(
        admin,
        RBAC + "clusterroles",
        Json.parse(
            """
            {"metadata": {"name": "client"}, "rules": [
             {"apiGroups": ["*"], "resources": ["endpoints", "endpointslices"], "verbs": ["*"]},
             {"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch"]}]}
            """));
    make(
        admin,
        RBAC + "clusterrolebindings",
        Json.parse(
            """
            {"metadata": {"name": "client"},
             "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole",
              "name": "client"},
             "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User",
              "name": "client"}]}
            """));
  }

  private static Json node(String name, String location) {
    return Json.object(
        "metadata", Json.object("name", name, "labels", Json.object("location", location)));
  }

  private static void make(ApiClientTransport admin, String path, Json object) {
    assertThat(admin.send(ApiRequest.post(path, object.toBytes())).join().status()).isEqualTo(201);
  }

  private static String deletion(ApiClientTransport admin) {
    Json tryOut = Json.object("dryRun", Json.array(Json.of("All")));
    return new String(admin.send(ApiRequest.delete(SLICES, tryOut.toBytes())).join().body(), UTF_8);
  }
}
