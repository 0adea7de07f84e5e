/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiTransport;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.util.Config;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** What a test relies on when it takes clients as users, on whatever cluster. */
final class AccessOfUsers {
  private static final String ROLE =
      """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata: {name: reader}
      rules: [{apiGroups: [""], resources: [configmaps], verbs: [list]}]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: {name: readers}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
      subjects:
      - {apiGroup: rbac.authorization.k8s.io, kind: Group, name: developers}
      - {kind: ServiceAccount, name: robot, namespace: default}
      """;

  private final TestCluster cluster;

  private AccessOfUsers(TestCluster cluster) {
    this.cluster = cluster;
  }

  /** Nothing is open in the cluster afterwards. */
  static void of(TestCluster cluster) throws Exception {
    AccessOfUsers access = new AccessOfUsers(cluster);
    access.isOpenAtFirst();
    cluster.apply(ROLE);
    cluster.apply("{apiVersion: v1, kind: ServiceAccount, metadata: {name: robot}}");
    String robot = access.signed();
    cluster.access().enforce();
    access.isWhatRolesSay(robot);
  }

  private void isOpenAtFirst() throws Exception {
    assertThat(listed(cluster.transport("nobody"), "secrets")).isEqualTo(200);
    assertThat(listed(cluster.apiClient("nobody"))).isEqualTo(200);
    assertThat(listed(Config.fromUrl(cluster.url(), false))).isEqualTo(200);
  }

  private void isWhatRolesSay(String robot) throws Exception {
    assertThat(listed(cluster.transport("nobody"), "configmaps")).isEqualTo(403);
    assertThat(listed(cluster.apiClient("unheard-of"))).isEqualTo(401);
    assertThat(listed(Config.fromUrl(cluster.url(), false))).isEqualTo(403);
    assertThat(listed(cluster.apiClient())).isEqualTo(200);
    String carl = cluster.access().token("carl", "readers", "developers");
    assertThat(listed(Config.fromToken(cluster.url(), carl, false))).isEqualTo(200);
    assertThat(listed(Config.fromToken(cluster.url(), robot, false))).isEqualTo(200);
    ApiTransport account = cluster.transport("system:serviceaccount:default:robot");
    assertThat(listed(account, "configmaps")).isEqualTo(200);
    assertThat(listed(account, "secrets")).isEqualTo(403);
    assertThat(cluster.log().by("system:serviceaccount:default:robot").count()).isEqualTo(3);
    assertThat(cluster.log().by("carl").answered(200).count()).isEqualTo(1);
  }

  private static int listed(ApiTransport transport, String plural) throws Exception {
    return transport
        .send(ApiRequest.get("/api/v1/namespaces/default/" + plural))
        .get(20, TimeUnit.SECONDS)
        .status();
  }

  private static int listed(ApiClient client) {
    try {
      new CoreV1Api(client).listNamespacedConfigMap("default").execute();
      return 200;
    } catch (ApiException refused) {
      return refused.getCode();
    }
  }

  private String signed() throws Exception {
    byte[] request =
        "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenRequest\"}"
            .getBytes(StandardCharsets.UTF_8);
    String path = "/api/v1/namespaces/default/serviceaccounts/robot/token";
    byte[] answer =
        cluster.transport().send(ApiRequest.post(path, request)).get(20, TimeUnit.SECONDS).body();
    return Json.parse(answer).get("status", "token").asString("");
  }
}
