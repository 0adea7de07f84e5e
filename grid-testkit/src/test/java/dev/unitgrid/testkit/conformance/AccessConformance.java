/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import dev.unitgrid.testkit.conformance.Api.Reply;
import dev.unitgrid.testkit.controlplane.User;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.auth.ApiKeyAuth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is let in and what they may do; the same for the embedded server and for a real one. */
abstract class AccessConformance {
  static final User CARL = new User("carl", "token-of-carl", List.of("developers"));

  private static final String ACCESS = "/apis/authorization.k8s.io/v1/";
  private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/";
  private static final AtomicInteger NAMESPACES = new AtomicInteger();

  private final SystemScheduler scheduler = SystemScheduler.start("access", 1);
  private final List<ApiClientTransport> transports = new ArrayList<>();
  private String namespace;
  private Api admin;

  /** A client that shows {@code token}. */
  abstract ApiClient client(String token);

  /** The token of one who may do everything. */
  abstract String adminToken();

  @BeforeEach
  void newNamespace() {
    admin = api(client(adminToken()));
    namespace = "access-" + NAMESPACES.incrementAndGet();
    created(admin.post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"" + namespace + "\"}}"));
  }

  @AfterEach
  void close() {
    transports.forEach(ApiClientTransport::close);
    scheduler.close();
  }

  private Api api(ApiClient client) {
    ApiClientTransport transport = ApiClientTransport.on(client, scheduler);
    transports.add(transport);
    return new Api(transport);
  }

  private Api api(String token) {
    return api(client(token));
  }

  private static Reply created(Reply reply) {
    assertThat(reply.status()).as(reply.body().toString()).isEqualTo(201);
    return reply;
  }

  private static void await(Supplier<Boolean> condition) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!condition.get()) {
      assertThat(System.nanoTime()).isLessThan(end);
      LockSupport.parkNanos(20_000_000);
    }
  }

  private String accounts() {
    return "/api/v1/namespaces/" + namespace + "/serviceaccounts";
  }

  /** A new ServiceAccount's token. */
  private String account(String name) {
    created(admin.post(accounts(), "{\"metadata\":{\"name\":\"" + name + "\"}}"));
    return tokenOf(name);
  }

  private String tokenOf(String name) {
    return created(admin.post(accounts() + "/" + name + "/token", "{\"spec\":{}}"))
        .body()
        .get("status", "token")
        .asString("");
  }

  private String user(String account) {
    return "system:serviceaccount:" + namespace + ":" + account;
  }

  /** Lets an account do what {@code rules} say in its namespace. */
  private void allow(String account, String rules) {
    created(
        admin.post(
            RBAC + "namespaces/" + namespace + "/roles",
            "{\"metadata\":{\"name\":\"" + account + "\"},\"rules\":" + rules + "}"));
    bind(account, "Role", account);
  }

  private void bind(String account, String roleKind, String role) {
    created(
        admin.post(
            RBAC + "namespaces/" + namespace + "/rolebindings",
            binding(
                account,
                roleKind,
                role,
                "{\"kind\":\"ServiceAccount\",\"name\":\"" + account + "\"}")));
  }

  private static String binding(String name, String roleKind, String role, String subject) {
    return """
        {"metadata":{"name":"%s"},"subjects":[%s],
         "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"%s","name":"%s"}}"""
        .formatted(name, subject, roleKind, role);
  }

  /** A real server's authorizer hears of roles a moment later. */
  private void awaitRight(String account, String attributes) {
    await(() -> review(account, attributes).get("allowed").asBoolean(false));
  }

  private Json review(String account, String attributes) {
    return created(
            admin.post(
                ACCESS + "subjectaccessreviews",
                "{\"spec\":{\"user\":\"" + user(account) + "\"," + attributes + "}}"))
        .body()
        .get("status");
  }

  private String attributes(String verb, String group, String resource) {
    return """
        "resourceAttributes":{"verb":"%s","group":"%s","resource":"%s","namespace":"%s"}"""
        .formatted(verb, group, resource, namespace);
  }

  private String path(String resource) {
    return (resource.equals("deployments") ? "/apis/apps/v1" : "/api/v1")
        + "/namespaces/"
        + namespace
        + "/"
        + resource;
  }

  // Who

  @Test
  void who_shows_no_token_is_anonymous_and_may_ask_for_health_and_version() {
    ApiClient client = client("");
    ((ApiKeyAuth) client.getAuthentication("BearerToken")).setApiKey(null);
    Api anonymous = api(client);
    assertThat(anonymous.get("/version").body().get("gitVersion").asString("")).startsWith("v1.");
    assertThat(anonymous.get("/readyz").status()).isEqualTo(200);
    Reply refused = anonymous.get("/api/v1/nodes");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.message())
        .isEqualTo(
            "nodes is forbidden: User \"system:anonymous\" cannot list resource \"nodes\" in API"
                + " group \"\" at the cluster scope");
    assertThat(anonymous.get("/apis").message())
        .isEqualTo("forbidden: User \"system:anonymous\" cannot get path \"/apis\"");
  }

  @Test
  void a_token_that_is_nobodys_is_401() {
    Reply refused = api("no-such-token").get("/api/v1/nodes");
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.reason()).isEqualTo("Unauthorized");
    assertThat(refused.message()).isEqualTo("Unauthorized");
  }

  @Test
  void a_users_token_brings_the_groups_of_the_user() {
    Json info = whoAmI(api(CARL.token()));
    assertThat(info.get("username")).isEqualTo(Json.of("carl"));
    assertThat(info.get("groups"))
        .isEqualTo(Json.parse("[\"developers\",\"system:authenticated\"]"));
  }

  private static Json whoAmI(Api api) {
    return created(
            api.post(
                "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                "{\"kind\":\"SelfSubjectReview\",\"apiVersion\":\"authentication.k8s.io/v1\"}"))
        .body()
        .get("status", "userInfo");
  }

  @Test
  void a_service_account_is_known_by_the_token_that_was_requested_for_it() {
    Json info = whoAmI(api(account("bob")));
    assertThat(info.get("username")).isEqualTo(Json.of(user("bob")));
    assertThat(info.get("uid")).isEqualTo(Json.of(admin.get(accounts() + "/bob").uid()));
    assertThat(info.get("groups"))
        .isEqualTo(
            Json.parse(
                "[\"system:serviceaccounts\",\"system:serviceaccounts:"
                    + namespace
                    + "\",\"system:authenticated\"]"));
  }

  @Test
  void a_token_review_tells_whose_a_token_is() {
    String token = account("bob");
    Json known = tokenReview(token);
    assertThat(known.get("authenticated")).isEqualTo(Json.of(true));
    assertThat(known.get("user", "username")).isEqualTo(Json.of(user("bob")));
    assertThat(known.get("audiences"))
        .isEqualTo(Json.parse("[\"https://kubernetes.default.svc\"]"));
    assertThat(tokenReview(token + "x").has("authenticated")).isFalse();
  }

  private Json tokenReview(String token) {
    return created(
            admin.post(
                "/apis/authentication.k8s.io/v1/tokenreviews",
                "{\"spec\":{\"token\":\"" + token + "\"}}"))
        .body()
        .get("status");
  }

  @Test
  void a_token_request_answers_with_the_token_and_its_end() {
    account("bob");
    Json request =
        created(admin.post(accounts() + "/bob/token", "{\"spec\":{\"expirationSeconds\":1200}}"))
            .body();
    assertThat(request.get("kind")).isEqualTo(Json.of("TokenRequest"));
    assertThat(request.get("spec", "expirationSeconds")).isEqualTo(Json.of(1200));
    assertThat(request.get("spec", "audiences"))
        .isEqualTo(Json.parse("[\"https://kubernetes.default.svc\"]"));
    assertThat(request.get("status", "expirationTimestamp").asString("")).endsWith("Z");
  }

  @Test
  void a_token_for_less_than_ten_minutes_is_422_and_for_nobody_404() {
    account("bob");
    Reply refused = admin.post(accounts() + "/bob/token", "{\"spec\":{\"expirationSeconds\":10}}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message())
        .isEqualTo(
            "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid"
                + " value: 10: may not specify a duration less than 10 minutes");
    Reply missing = admin.post(accounts() + "/nobody/token", "{\"spec\":{}}");
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.message()).isEqualTo("serviceaccounts \"nobody\" not found");
  }

  @Test
  void a_token_for_another_audience_lets_nobody_in() {
    account("bob");
    String other =
        created(admin.post(accounts() + "/bob/token", "{\"spec\":{\"audiences\":[\"vault\"]}}"))
            .body()
            .get("status", "token")
            .asString("");
    assertThat(api(other).get("/api/v1/nodes").status()).isEqualTo(401);
  }

  @Test
  void the_token_of_a_deleted_account_is_401() {
    Api bob = api(account("bob"));
    assertThat(bob.get("/api/v1/nodes").status()).isEqualTo(403);
    // A real server believes a token that it has seen for ten seconds more: another one is shown.
    Api unseen = api(tokenOf("bob"));
    admin.delete(accounts() + "/bob", "{}");
    await(() -> unseen.get("/api/v1/nodes").status() == 401);
  }

  // What

  @Test
  void a_missing_verb_is_403_and_says_who_cannot_do_what_where() {
    Api bob = api(account("bob"));
    Reply refused = bob.get(path("deployments") + "/demo/status");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.reason()).isEqualTo("Forbidden");
    assertThat(refused.message())
        .isEqualTo(
            "deployments.apps \"demo\" is forbidden: User \""
                + user("bob")
                + "\" cannot get resource \"deployments/status\" in API group \"apps\" in the"
                + " namespace \""
                + namespace
                + "\"");
    assertThat(refused.body().get("details"))
        .isEqualTo(Json.object("name", "demo", "group", "apps", "kind", "deployments"));
    assertThat(bob.get("/api/v1/pods").message())
        .isEqualTo(
            "pods is forbidden: User \""
                + user("bob")
                + "\" cannot list resource \"pods\" in API group \"\" at the cluster scope");
    assertThat(bob.get("/api/v1/pods").body().get("details"))
        .isEqualTo(Json.object("kind", "pods"));
  }

  @Test
  void what_is_not_served_is_forbidden_before_it_is_not_found() {
    Api bob = api(account("bob"));
    assertThat(bob.get("/apis/nope/v1/foos/x").message())
        .isEqualTo(
            "foos.nope \"x\" is forbidden: User \""
                + user("bob")
                + "\" cannot get resource \"foos\" in API group \"nope\" at the cluster scope");
    assertThat(bob.post("/foo/bar", "{}").message())
        .isEqualTo("forbidden: User \"" + user("bob") + "\" cannot post path \"/foo/bar\"");
  }

  @Test
  void a_role_allows_its_verbs_and_no_other() {
    Api bob = api(account("bob"));
    allow(
        "bob",
        "[{\"apiGroups\":[\"\"],\"resources\":[\"configmaps\"],\"verbs\":[\"get\",\"list\"]}]");
    awaitRight("bob", attributes("get", "", "configmaps"));
    assertThat(bob.get(path("configmaps") + "/x").status()).isEqualTo(404);
    assertThat(bob.get(path("configmaps")).status()).isEqualTo(200);
    assertThat(bob.get(path("configmaps") + "?watch=true").status()).isEqualTo(403);
    assertThat(bob.post(path("configmaps"), "{\"metadata\":{\"name\":\"x\"}}").message())
        .contains("cannot create resource \"configmaps\"");
    assertThat(bob.put(path("configmaps") + "/x", Json.emptyObject()).message())
        .contains("cannot update resource \"configmaps\"");
    assertThat(bob.merge(path("configmaps") + "/x", "{}").message())
        .contains("cannot patch resource \"configmaps\"");
    assertThat(bob.delete(path("configmaps") + "/x", "{}").message())
        .contains("cannot delete resource \"configmaps\"");
    assertThat(bob.delete(path("configmaps"), "{}").message())
        .contains("cannot deletecollection resource \"configmaps\"");
    assertThat(bob.get("/api/v1/configmaps").status()).isEqualTo(403);
    assertThat(bob.get("/api/v1/namespaces/default/configmaps").status()).isEqualTo(403);
  }

  @Test
  void a_rule_with_names_allows_only_these_and_a_list_that_selects_one() {
    Api bob = api(account("bob"));
    allow(
        "bob",
        "[{\"apiGroups\":[\"\"],\"resources\":[\"configmaps\"],\"resourceNames\":[\"mine\"],"
            + "\"verbs\":[\"get\",\"list\",\"create\"]}]");
    await(() -> bob.get(path("configmaps") + "/mine").status() == 404);
    assertThat(bob.get(path("configmaps") + "/yours").status()).isEqualTo(403);
    assertThat(bob.get(path("configmaps")).status()).isEqualTo(403);
    assertThat(bob.get(path("configmaps") + "?fieldSelector=metadata.name=mine").status())
        .isEqualTo(200);
    assertThat(bob.get(path("configmaps") + "?fieldSelector=metadata.name=yours").message())
        .startsWith("configmaps \"yours\" is forbidden");
    assertThat(bob.post(path("configmaps"), "{\"metadata\":{\"name\":\"mine\"}}").status())
        .isEqualTo(403);
  }

  @Test
  void a_subresource_needs_its_own_rule() {
    Api bob = api(account("bob"));
    allow(
        "bob",
        "[{\"apiGroups\":[\"apps\"],\"resources\":[\"deployments\",\"*/scale\"],\"verbs\":[\"*\"]}]");
    await(() -> bob.get(path("deployments") + "/demo").status() == 404);
    assertThat(bob.get(path("deployments") + "/demo/scale").status()).isEqualTo(404);
    assertThat(bob.merge(path("deployments") + "/demo/status", "{}").message())
        .contains("cannot patch resource \"deployments/status\"");
  }

  @Test
  void an_apply_that_creates_needs_create_too() {
    Api bob = api(account("bob"));
    allow("bob", "[{\"apiGroups\":[\"\"],\"resources\":[\"configmaps\"],\"verbs\":[\"patch\"]}]");
    awaitRight("bob", attributes("patch", "", "configmaps"));
    String map = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"x\"}}";
    Reply refused = bob.apply(path("configmaps") + "/x", "bob", map);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.message())
        .isEqualTo(
            "configmaps \"x\" is forbidden: User \""
                + user("bob")
                + "\" cannot create resource \"configmaps\" in API group \"\" in the namespace \""
                + namespace
                + "\"");
    created(admin.post(path("configmaps"), map));
    assertThat(bob.apply(path("configmaps") + "/x", "bob", map).status()).isEqualTo(200);
  }

  @Test
  void a_cluster_role_bound_in_a_namespace_counts_there_alone() {
    Api bob = api(account("bob"));
    bind("bob", "ClusterRole", "view");
    awaitRight("bob", attributes("list", "apps", "deployments"));
    assertThat(bob.get(path("deployments")).status()).isEqualTo(200);
    assertThat(bob.get(path("secrets")).status()).isEqualTo(403);
    assertThat(bob.get("/apis/apps/v1/deployments").status()).isEqualTo(403);
    assertThat(bob.get("/api/v1/nodes").status()).isEqualTo(403);
  }

  @Test
  void a_cluster_role_bound_in_the_cluster_counts_everywhere_and_for_paths() {
    Api bob = api(account("bob"));
    String name = namespace + "-bob";
    created(
        admin.post(
            RBAC + "clusterroles",
            """
            {"metadata":{"name":"%s"},"rules":[
             {"apiGroups":[""],"resources":["nodes"],"verbs":["get"]},
             {"nonResourceURLs":["/logs/*"],"verbs":["get"]}]}"""
                .formatted(name)));
    created(
        admin.post(
            RBAC + "clusterrolebindings",
            binding(
                name,
                "ClusterRole",
                name,
                "{\"kind\":\"ServiceAccount\",\"name\":\"bob\",\"namespace\":\""
                    + namespace
                    + "\"}")));
    await(() -> bob.get("/api/v1/nodes/x").status() == 404);
    assertThat(bob.get("/api/v1/nodes").status()).isEqualTo(403);
    assertThat(bob.get("/logs/x").status()).isNotEqualTo(403);
    assertThat(bob.get("/logs").status()).isEqualTo(403);
  }

  @Test
  void users_and_groups_can_be_bound() {
    created(
        admin.post(
            RBAC + "namespaces/" + namespace + "/rolebindings",
            binding(
                "developers",
                "ClusterRole",
                "edit",
                "{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"Group\",\"name\":\"developers\"}")));
    Api carl = api(CARL.token());
    await(() -> carl.get(path("configmaps")).status() == 200);
    created(carl.post(path("configmaps"), "{\"metadata\":{\"name\":\"x\"}}"));
  }

  @Test
  void a_binding_to_a_role_that_is_not_there_shows_in_the_refusal() {
    Api bob = api(account("bob"));
    bind("bob", "Role", "gone");
    await(() -> bob.get(path("pods")).message().contains("RBAC"));
    assertThat(bob.get(path("pods")).message())
        .endsWith(
            "in the namespace \""
                + namespace
                + "\": RBAC: role.rbac.authorization.k8s.io \"gone\" not found");
  }

  @Test
  void whoever_is_let_in_may_discover() {
    Api bob = api(account("bob"));
    assertThat(bob.get("/apis").status()).isEqualTo(200);
    assertThat(bob.get("/apis/apps/v1").status()).isEqualTo(200);
    assertThat(bob.get("/metrics").status()).isEqualTo(403);
  }

  // May I

  @Test
  void an_access_review_answers_what_a_request_would() {
    Api bob = api(account("bob"));
    allow("bob", "[{\"apiGroups\":[\"\"],\"resources\":[\"configmaps\"],\"verbs\":[\"get\"]}]");
    awaitRight("bob", attributes("get", "", "configmaps"));
    assertThat(review("bob", attributes("get", "", "configmaps")))
        .isEqualTo(
            Json.object(
                "allowed",
                true,
                "reason",
                "RBAC: allowed by RoleBinding \"bob/"
                    + namespace
                    + "\" of Role \"bob\" to ServiceAccount \"bob/"
                    + namespace
                    + "\""));
    assertThat(review("bob", attributes("list", "", "configmaps")))
        .isEqualTo(Json.object("allowed", false));
    Json self =
        created(
                bob.post(
                    ACCESS + "selfsubjectaccessreviews",
                    "{\"spec\":{" + attributes("get", "", "configmaps") + "}}"))
            .body();
    assertThat(self.get("status", "allowed")).isEqualTo(Json.of(true));
    assertThat(bob.post(ACCESS + "subjectaccessreviews", "{\"spec\":{\"user\":\"x\"}}").status())
        .isEqualTo(403);
  }

  @Test
  void a_local_access_review_is_about_its_namespace() {
    account("bob");
    String path = ACCESS + "namespaces/" + namespace + "/localsubjectaccessreviews";
    String spec = "{\"spec\":{\"user\":\"bob\"," + attributes("get", "", "pods") + "}}";
    String review = "{\"metadata\":{\"namespace\":\"" + namespace + "\"}," + spec.substring(1);
    assertThat(created(admin.post(path, review)).body().get("status"))
        .isEqualTo(Json.object("allowed", false));
  }

  @Test
  void a_rules_review_lists_what_the_roles_say() {
    Api bob = api(account("bob"));
    allow("bob", "[{\"apiGroups\":[\"\"],\"resources\":[\"configmaps\"],\"verbs\":[\"get\"]}]");
    awaitRight("bob", attributes("get", "", "configmaps"));
    Json status =
        created(
                bob.post(
                    ACCESS + "selfsubjectrulesreviews",
                    "{\"spec\":{\"namespace\":\"" + namespace + "\"}}"))
            .body()
            .get("status");
    assertThat(status.get("resourceRules").items())
        .contains(
            Json.parse(
                "{\"verbs\":[\"get\"],\"apiGroups\":[\"\"],\"resources\":[\"configmaps\"]}"));
    assertThat(status.get("nonResourceRules").items()).isNotEmpty();
    assertThat(status.get("incomplete")).isEqualTo(Json.of(false));
  }

  // As another

  @Test
  void who_may_impersonate_acts_with_the_rights_of_the_other() {
    Reply refused = as(adminToken(), Map.of("Impersonate-User", "dora")).get("/api/v1/nodes");
    assertThat(refused.message()).startsWith("nodes is forbidden: User \"dora\" cannot list");
    Api master =
        as(adminToken(), Map.of("Impersonate-User", "dora", "Impersonate-Group", "system:masters"));
    assertThat(master.get("/api/v1/nodes").status()).isEqualTo(200);
  }

  @Test
  void who_may_not_impersonate_is_refused() {
    Reply refused = as(account("bob"), Map.of("Impersonate-User", "dora")).get("/api/v1/nodes");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.message())
        .isEqualTo(
            "users \"dora\" is forbidden: User \""
                + user("bob")
                + "\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope");
  }

  private Api as(String token, Map<String, String> headers) {
    ApiClient client = client(token);
    headers.forEach(client::addDefaultHeader);
    return api(client);
  }
}
