/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.conformance.Api.Reply;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a Kubernetes API server does, sentence by sentence: the same tests for the embedded server
 * and for a real one. No controller runs.
 */
abstract class ApiConformance {
  private static final AtomicInteger NAMESPACES = new AtomicInteger();

  private Api api;
  private String namespace;
  private String deployments;
  private String demo;
  private String services;
  private String configMaps;

  abstract Api api();

  @BeforeEach
  void newNamespace() {
    api = api();
    namespace = "t" + NAMESPACES.incrementAndGet();
    Reply created =
        api.post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"" + namespace + "\"}}");
    assertThat(created.status()).isEqualTo(201);
    deployments = "/apis/apps/v1/namespaces/" + namespace + "/deployments";
    demo = deployments + "/demo";
    services = "/api/v1/namespaces/" + namespace + "/services";
    configMaps = "/api/v1/namespaces/" + namespace + "/configmaps";
  }

  private static String deployment(String name, String specMore, String containerMore) {
    return """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"%s"},"spec":{%s
        "selector":{"matchLabels":{"app":"echo"}},"template":{"metadata":{"labels":{"app":"echo"}},
        "spec":{"containers":[{"name":"echo","image":"echo:1"%s}]}}}}"""
        .formatted(name, specMore, containerMore);
  }

  private Reply createDemo() {
    Reply created =
        api.post(deployments + "?fieldManager=unitgrid", deployment("demo", "\"replicas\":2,", ""));
    assertThat(created.status()).isEqualTo(201);
    return created;
  }

  private Reply configMap(String name, String labels) {
    Reply created =
        api.post(
            configMaps, "{\"metadata\":{\"name\":\"" + name + "\",\"labels\":" + labels + "}}");
    assertThat(created.status()).isEqualTo(201);
    return created;
  }

  private static List<String> names(Reply list) {
    return list.body().get("items").items().stream()
        .map(item -> item.get("metadata", "name").asString(""))
        .toList();
  }

  private static Json container(Reply reply) {
    return reply.body().get("spec", "template", "spec", "containers").items().get(0);
  }

  // Creating

  @Test
  void what_is_created_is_defaulted_normalised_and_owned_like_this() throws Exception {
    try (InputStream golden = ApiConformance.class.getResourceAsStream("created.json")) {
      for (Json one : Json.parse(golden.readAllBytes()).items()) {
        Reply created =
            api.post(
                one.get("path").asString("").replace("NAMESPACE", namespace)
                    + "?fieldManager=unitgrid",
                one.get("created").toString());
        assertThat(created.status()).as(created.body().toString()).isEqualTo(201);
        Json spec = created.body().get("spec");
        boolean addressed =
            one.get("created", "kind").equals(Json.of("Service"))
                && !one.get("spec").has("clusterIP");
        if (addressed) {
          assertThat(spec.get("clusterIP").asString("")).startsWith("10.96.");
          spec = spec.without("clusterIP").without("clusterIPs");
        }
        assertThat(spec).isEqualTo(one.get("spec"));
        assertThat(created.body().get("status")).isEqualTo(one.get("status"));
        assertThat(created.fields("unitgrid", "Update")).isEqualTo(one.get("fields"));
        api.delete(
            one.get("path").asString("").replace("NAMESPACE", namespace)
                + "/"
                + created.body().get("metadata", "name").asString(""),
            "{}");
      }
    }
  }

  @Test
  void a_second_create_of_a_name_is_409() {
    createDemo();
    Reply again = api.post(deployments, deployment("demo", "", ""));
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.reason()).isEqualTo("AlreadyExists");
    assertThat(again.message()).isEqualTo("deployments.apps \"demo\" already exists");
  }

  @Test
  void a_created_object_has_uid_version_time_and_generation() {
    Reply created = createDemo();
    assertThat(created.uid()).matches("[0-9a-f-]{36}");
    assertThat(Long.parseLong(created.version())).isPositive();
    assertThat(created.generation()).isEqualTo(1);
    assertThat(created.body().get("metadata", "creationTimestamp").asString(""))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
  }

  @Test
  void generate_name_adds_five_characters() {
    Reply created = api.post(configMaps, "{\"metadata\":{\"generateName\":\"x-\"}}");
    assertThat(created.body().get("metadata", "name").asString("")).matches("x-[a-z0-9]{5}");
  }

  @Test
  void a_name_is_required() {
    Reply refused = api.post(configMaps, "{\"metadata\":{}}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message())
        .isEqualTo(
            "ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName is"
                + " required");
  }

  @Test
  void a_namespace_that_is_not_there_is_404() {
    Reply refused =
        api.post("/api/v1/namespaces/nowhere/configmaps", "{\"metadata\":{\"name\":\"a\"}}");
    assertThat(refused.status()).isEqualTo(404);
    assertThat(refused.message()).isEqualTo("namespaces \"nowhere\" not found");
  }

  @Test
  void another_namespace_in_the_body_is_400() {
    Reply refused = api.post(configMaps, "{\"metadata\":{\"name\":\"a\",\"namespace\":\"other\"}}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.reason()).isEqualTo("BadRequest");
  }

  @Test
  void a_selector_that_does_not_match_the_template_is_422() {
    String body = deployment("demo", "", "").replace("labels\":{\"app\"", "labels\":{\"other\"");
    Reply refused = api.post(deployments, body);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message())
        .isEqualTo(
            "Deployment.apps \"demo\" is invalid: spec.template.metadata.labels: Invalid value:"
                + " {\"other\":\"echo\"}: `selector` does not match template `labels`");
  }

  @Test
  void an_illegal_label_value_is_422() {
    Reply refused =
        api.post(
            configMaps,
            "{\"metadata\":{\"name\":\"a\",\"labels\":{\"k\":\"topology.kubernetes.io/zone\"}}}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message()).contains("metadata.labels: Invalid value").contains("a valid");
  }

  @Test
  void a_value_of_the_wrong_type_is_400() {
    Reply refused = api.post(deployments, deployment("demo", "\"replicas\":\"two\",", ""));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.message())
        .startsWith("Deployment in version \"v1\" cannot be handled as a Deployment:");
  }

  @Test
  void an_unknown_field_is_dropped_and_refused_when_strict() {
    String body = deployment("demo", "\"noSuchField\":1,", "");
    Reply strict = api.post(deployments + "?fieldValidation=Strict", body);
    assertThat(strict.status()).isEqualTo(400);
    assertThat(strict.message()).contains("unknown field \"spec.noSuchField\"");
    Reply created = api.post(deployments, body);
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.body().get("spec").has("noSuchField")).isFalse();
  }

  @Test
  void a_plain_create_accepts_two_env_entries_of_one_name() {
    Reply created =
        api.post(
            deployments,
            deployment(
                "demo",
                "",
                ",\"env\":[{\"name\":\"A\",\"value\":\"1\"},{\"name\":\"A\",\"value\":\"2\"}]"));
    assertThat(created.status()).isEqualTo(201);
    assertThat(container(created).get("env").items()).hasSize(2);
  }

  @Test
  void a_dry_run_stores_nothing() {
    assertThat(api.post(deployments + "?dryRun=All", deployment("demo", "", "")).status())
        .isEqualTo(201);
    assertThat(api.get(demo).status()).isEqualTo(404);
  }

  // Updating

  @Test
  void a_put_with_an_old_version_is_409() {
    Reply created = createDemo();
    api.merge(demo, "{\"spec\":{\"replicas\":3}}");
    Reply refused = api.put(demo, created.body());
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.reason()).isEqualTo("Conflict");
    assertThat(refused.message())
        .isEqualTo(
            "Operation cannot be fulfilled on deployments.apps \"demo\": the object has been"
                + " modified; please apply your changes to the latest version and try again");
  }

  @Test
  void a_patch_with_an_old_version_is_409() {
    Reply created = createDemo();
    api.merge(demo, "{\"spec\":{\"replicas\":3}}");
    Reply refused =
        api.merge(demo, "{\"metadata\":{\"resourceVersion\":\"" + created.version() + "\"}}");
    assertThat(refused.status()).isEqualTo(409);
  }

  @Test
  void a_put_with_another_uid_is_409() {
    Reply created = createDemo();
    Json body =
        created
            .body()
            .withAt(List.of("metadata", "uid"), Json.of("other"))
            .withoutAt(List.of("metadata", "resourceVersion"));
    Reply refused = api.put(demo, body);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.message()).contains("Precondition failed: UID in precondition: other");
  }

  @Test
  void a_patch_with_another_uid_is_422() {
    createDemo();
    Reply refused = api.merge(demo, "{\"metadata\":{\"uid\":\"other\"}}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message())
        .isEqualTo(
            "Deployment.apps \"demo\" is invalid: metadata.uid: Invalid value: \"other\": field is"
                + " immutable");
  }

  @Test
  void an_update_that_changes_nothing_keeps_the_version() {
    Reply created = createDemo();
    Reply same = api.merge(demo, "{\"spec\":{\"replicas\":2}}");
    assertThat(same.version()).isEqualTo(created.version());
  }

  @Test
  void a_selector_cannot_change() {
    createDemo();
    Reply refused =
        api.merge(demo, "{\"spec\":{\"selector\":{\"matchLabels\":{\"app\":null,\"x\":\"y\"}}}}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message())
        .contains(
            "spec.selector: Invalid value: {\"matchLabels\":{\"x\":\"y\"}}: field is immutable");
  }

  @Test
  void a_spec_change_raises_the_generation_and_a_label_does_not() {
    createDemo();
    assertThat(api.merge(demo, "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}").generation())
        .isEqualTo(1);
    assertThat(api.merge(demo, "{\"spec\":{\"replicas\":3}}").generation()).isEqualTo(2);
  }

  @Test
  void an_annotation_raises_the_generation_of_a_deployment() {
    createDemo();
    assertThat(api.merge(demo, "{\"metadata\":{\"annotations\":{\"a\":\"b\"}}}").generation())
        .isEqualTo(2);
  }

  @Test
  void a_service_has_no_generation_and_keeps_its_address() {
    Reply created =
        api.post(
            services, "{\"metadata\":{\"name\":\"web\"},\"spec\":{\"ports\":[{\"port\":80}]}}");
    assertThat(created.generation()).isZero();
    Reply changed = api.merge(services + "/web", "{\"spec\":{\"ports\":[{\"port\":81}]}}");
    assertThat(changed.body().get("spec", "clusterIP"))
        .isEqualTo(created.body().get("spec", "clusterIP"));
    Reply headless = api.merge(services + "/web", "{\"spec\":{\"clusterIP\":\"None\"}}");
    assertThat(headless.status()).isEqualTo(422);
    assertThat(headless.message())
        .isEqualTo(
            "Service \"web\" is invalid: spec.clusterIPs[0]: Invalid value: [\"None\"]: may not"
                + " change once set");
  }

  @Test
  void a_stateful_set_may_change_only_some_fields() {
    String sets = "/apis/apps/v1/namespaces/" + namespace + "/statefulsets";
    String body =
        deployment("set", "\"serviceName\":\"web\",", "")
            .replace("\"Deployment\"", "\"StatefulSet\"");
    assertThat(api.post(sets, body).status()).isEqualTo(201);
    assertThat(api.merge(sets + "/set", "{\"spec\":{\"replicas\":3}}").status()).isEqualTo(200);
    Reply refused = api.merge(sets + "/set", "{\"spec\":{\"serviceName\":\"other\"}}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message())
        .startsWith(
            "StatefulSet.apps \"set\" is invalid: spec: Forbidden: updates to statefulset spec for"
                + " fields other than");
  }

  @Test
  void status_is_taken_from_the_subresource_only_and_raises_no_generation() {
    createDemo();
    Reply ignored = api.merge(demo, "{\"status\":{\"replicas\":7}}");
    assertThat(ignored.body().get("status").has("replicas")).isFalse();
    Reply taken =
        api.merge(
            demo + "/status?fieldManager=watcher",
            "{\"spec\":{\"replicas\":9},\"status\":{\"replicas\":7}}");
    assertThat(taken.body().get("status", "replicas")).isEqualTo(Json.of(7));
    assertThat(taken.body().get("spec", "replicas")).isEqualTo(Json.of(2));
    assertThat(taken.generation()).isEqualTo(1);
    assertThat(taken.fields("watcher", "Update"))
        .isEqualTo(Json.parse("{\"f:status\":{\"f:replicas\":{}}}"));
  }

  @Test
  void the_scale_subresource_shows_and_sets_replicas() {
    createDemo();
    assertThat(api.get(demo + "/scale").body().get("spec", "replicas")).isEqualTo(Json.of(2));
    Reply scaled = api.merge(demo + "/scale", "{\"spec\":{\"replicas\":5}}");
    assertThat(scaled.status()).isEqualTo(200);
    assertThat(api.get(demo).body().get("spec", "replicas")).isEqualTo(Json.of(5));
  }

  // Patches

  @Test
  void a_json_patch_tests_before_it_changes() {
    createDemo();
    Reply refused =
        api.jsonPatch(
            demo,
            "[{\"op\":\"test\",\"path\":\"/spec/replicas\",\"value\":9},"
                + "{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":1}]");
    assertThat(refused.status()).isEqualTo(422);
    Reply changed =
        api.jsonPatch(
            demo,
            "[{\"op\":\"test\",\"path\":\"/spec/replicas\",\"value\":2},"
                + "{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":1}]");
    assertThat(changed.body().get("spec", "replicas")).isEqualTo(Json.of(1));
  }

  @Test
  void a_json_patch_of_a_missing_path_is_422() {
    createDemo();
    Reply refused = api.jsonPatch(demo, "[{\"op\":\"remove\",\"path\":\"/spec/nothing\"}]");
    assertThat(refused.status()).isEqualTo(422);
  }

  @Test
  void a_merge_patch_replaces_lists_and_a_strategic_one_merges_them() {
    createDemo();
    Reply strategic =
        api.patch(
            demo,
            Api.STRATEGIC,
            "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"side\","
                + "\"image\":\"side:1\"}]}}}}");
    assertThat(strategic.body().get("spec", "template", "spec", "containers").items()).hasSize(2);
    Reply merged =
        api.merge(
            demo,
            "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"only\","
                + "\"image\":\"only:1\"}]}}}}");
    assertThat(merged.body().get("spec", "template", "spec", "containers").items()).hasSize(1);
  }

  @Test
  void a_strategic_patch_deletes_by_directive() {
    createDemo();
    api.patch(
        demo,
        Api.STRATEGIC,
        "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"echo\","
            + "\"env\":[{\"name\":\"A\",\"value\":\"1\"},{\"name\":\"B\",\"value\":\"2\"}]}]}}}}");
    Reply left =
        api.patch(
            demo,
            Api.STRATEGIC,
            "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"echo\","
                + "\"env\":[{\"name\":\"A\",\"$patch\":\"delete\"}]}]}}}}");
    assertThat(container(left).get("env"))
        .isEqualTo(Json.parse("[{\"name\":\"B\",\"value\":\"2\"}]"));
  }

  @Test
  void a_patch_of_an_unknown_type_is_415() {
    createDemo();
    assertThat(api.patch(demo, "application/json", "{}").status()).isEqualTo(415);
  }

  // Server-side apply

  private static final String TWO_FIELDS =
      "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"},"
          + "\"data\":{\"one\":\"1\",\"two\":\"2\"}}";
  private static final String ONE_FIELD =
      "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"},"
          + "\"data\":{\"one\":\"1\"}}";

  @Test
  void an_apply_creates_and_owns_what_it_names() {
    Reply created = api.apply(configMaps + "/a", "me", TWO_FIELDS);
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.fields("me", "Apply"))
        .isEqualTo(Json.parse("{\"f:data\":{\"f:one\":{},\"f:two\":{}}}"));
    assertThat(api.apply(configMaps + "/a", "me", TWO_FIELDS).version())
        .isEqualTo(created.version());
  }

  @Test
  void a_field_that_its_applier_drops_vanishes() {
    api.apply(configMaps + "/a", "me", TWO_FIELDS);
    Reply dropped = api.apply(configMaps + "/a", "me", ONE_FIELD);
    assertThat(dropped.body().get("data")).isEqualTo(Json.parse("{\"one\":\"1\"}"));
  }

  @Test
  void a_dropped_field_that_another_manager_owns_too_stays() {
    api.apply(configMaps + "/a", "me", TWO_FIELDS);
    api.apply(configMaps + "/a", "you", TWO_FIELDS);
    Reply dropped = api.apply(configMaps + "/a", "me", ONE_FIELD);
    assertThat(dropped.body().get("data")).isEqualTo(Json.parse("{\"one\":\"1\",\"two\":\"2\"}"));
  }

  @Test
  void a_conflict_names_the_manager_and_the_field() {
    createDemo();
    String config =
        "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"demo\"},"
            + "\"spec\":{\"replicas\":5}}";
    Reply refused = api.apply(demo, "me", config);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.reason()).isEqualTo("Conflict");
    assertThat(refused.message())
        .isEqualTo(
            "Apply failed with 1 conflict: conflict with \"unitgrid\" using apps/v1:"
                + " .spec.replicas");
    assertThat(refused.body().get("details", "causes").items().get(0).get("reason"))
        .isEqualTo(Json.of("FieldManagerConflict"));
  }

  @Test
  void a_forced_apply_takes_the_field_over() {
    createDemo();
    String config =
        "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"demo\"},"
            + "\"spec\":{\"replicas\":5}}";
    Reply forced = api.force(demo, "me", config);
    assertThat(forced.status()).isEqualTo(200);
    assertThat(forced.body().get("spec", "replicas")).isEqualTo(Json.of(5));
    assertThat(forced.fields("me", "Apply"))
        .isEqualTo(Json.parse("{\"f:spec\":{\"f:replicas\":{}}}"));
    assertThat(forced.fields("unitgrid", "Update").get("f:spec").has("f:replicas")).isFalse();
  }

  @Test
  void an_equal_value_is_shared_and_no_conflict() {
    createDemo();
    Reply shared =
        api.apply(
            demo,
            "me",
            "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"demo\"},"
                + "\"spec\":{\"replicas\":2}}");
    assertThat(shared.status()).isEqualTo(200);
    assertThat(shared.fields("unitgrid", "Update").get("f:spec").has("f:replicas")).isTrue();
  }

  @Test
  void a_dropped_path_lives_on_while_the_creator_owns_it() {
    api.post(
        deployments + "?fieldManager=unitgrid", deployment("demo", "\"minReadySeconds\":5,", ""));
    api.force(demo, "unitgrid", deployment("demo", "\"minReadySeconds\":5,", ""));
    Reply applied = api.force(demo, "unitgrid", deployment("demo", "", ""));
    assertThat(applied.body().get("spec", "minReadySeconds")).isEqualTo(Json.of(5));
  }

  @Test
  void merged_managed_fields_change_no_generation_and_the_next_apply_drops_the_path() {
    Reply created =
        api.post(
            deployments + "?fieldManager=unitgrid",
            deployment("demo", "\"minReadySeconds\":5,", ""));
    Json entry = created.body().get("metadata", "managedFields").items().get(0);
    Json merged = Json.array(entry.with("operation", Json.of("Apply")));
    Reply patched =
        api.jsonPatch(
            demo + "?fieldManager=unitgrid",
            "[{\"op\":\"test\",\"path\":\"/metadata/resourceVersion\",\"value\":\""
                + created.version()
                + "\"},{\"op\":\"replace\",\"path\":\"/metadata/managedFields\",\"value\":"
                + merged
                + "}]");
    assertThat(patched.status()).as(patched.message()).isEqualTo(200);
    assertThat(patched.generation()).isEqualTo(1);
    assertThat(patched.fields("unitgrid", "Update").isNull()).isTrue();
    assertThat(patched.fields("unitgrid", "Apply")).isEqualTo(entry.get("fieldsV1"));
    Reply applied = api.force(demo, "unitgrid", deployment("demo", "", ""));
    assertThat(applied.body().get("spec").has("minReadySeconds")).isFalse();
  }

  @Test
  void dropping_replicas_outright_resets_them_to_one() {
    api.force(demo, "unitgrid", deployment("demo", "\"replicas\":4,", ""));
    Reply dropped = api.force(demo, "unitgrid", deployment("demo", "", ""));
    assertThat(dropped.body().get("spec", "replicas")).isEqualTo(Json.of(1));
  }

  @Test
  void an_apply_with_duplicate_keys_is_refused() {
    Reply refused =
        api.force(
            demo,
            "me",
            deployment(
                "demo",
                "",
                ",\"env\":[{\"name\":\"A\",\"value\":\"1\"},{\"name\":\"A\",\"value\":\"2\"}]"));
    assertThat(refused.status()).isEqualTo(500);
    assertThat(refused.message())
        .contains("failed to create typed patch object")
        .endsWith(
            ".spec.template.spec.containers[name=\"echo\"].env: duplicate entries for key"
                + " [name=\"A\"]");
  }

  @Test
  void an_apply_with_an_undeclared_field_is_refused() {
    Reply refused = api.force(demo, "me", deployment("demo", "\"noSuchField\":1,", ""));
    assertThat(refused.status()).isEqualTo(500);
    assertThat(refused.message()).endsWith(".spec.noSuchField: field not declared in schema");
  }

  @Test
  void an_apply_needs_a_manager() {
    Reply refused = api.patch(demo, "application/apply-patch+yaml", deployment("demo", "", ""));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message()).contains("fieldManager: Required value");
  }

  @Test
  void an_apply_with_a_uid_resurrects_nothing() {
    String config =
        deployment("demo", "", "")
            .replace("\"name\":\"demo\"", "\"name\":\"demo\",\"uid\":\"gone\"");
    Reply refused = api.force(demo, "unitgrid", config);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.message()).contains("uid mismatch");
    assertThat(api.get(demo).status()).isEqualTo(404);
  }

  @Test
  void an_apply_with_another_uid_overwrites_no_successor() {
    createDemo();
    String config =
        deployment("demo", "", "")
            .replace("\"name\":\"demo\"", "\"name\":\"demo\",\"uid\":\"gone\"");
    Reply refused = api.force(demo, "unitgrid", config);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message()).contains("metadata.uid: Invalid value: \"gone\"");
  }

  @Test
  void an_apply_merges_lists_by_their_keys_and_keeps_what_others_added() {
    createDemo();
    api.patch(
        demo + "?fieldManager=injector",
        Api.STRATEGIC,
        "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"side\","
            + "\"image\":\"side:1\"}]}}}}");
    Reply applied = api.force(demo, "unitgrid", deployment("demo", "", ",\"workingDir\":\"/x\""));
    List<String> names = new ArrayList<>();
    applied
        .body()
        .get("spec", "template", "spec", "containers")
        .items()
        .forEach(one -> names.add(one.get("name").asString("")));
    assertThat(names).containsExactlyInAnyOrder("echo", "side");
  }

  @Test
  void a_container_that_its_applier_drops_vanishes_whole() {
    String two =
        deployment("demo", "", "")
            .replace(
                "\"containers\":[", "\"containers\":[{\"name\":\"side\",\"image\":\"side:1\"},");
    api.force(demo, "unitgrid", two);
    Reply applied = api.force(demo, "unitgrid", deployment("demo", "", ""));
    assertThat(applied.body().get("spec", "template", "spec", "containers").items()).hasSize(1);
    assertThat(container(applied).get("name")).isEqualTo(Json.of("echo"));
  }

  @Test
  void a_patch_by_another_manager_takes_the_field_from_the_applier() {
    api.force(demo, "unitgrid", deployment("demo", "\"replicas\":4,", ""));
    Reply patched = api.merge(demo + "?fieldManager=hpa", "{\"spec\":{\"replicas\":6}}");
    assertThat(patched.fields("unitgrid", "Apply").get("f:spec").has("f:replicas")).isFalse();
    assertThat(patched.fields("hpa", "Update"))
        .isEqualTo(Json.parse("{\"f:spec\":{\"f:replicas\":{}}}"));
  }

  // Deleting

  @Test
  void a_delete_with_another_uid_is_409() {
    createDemo();
    Reply refused = api.delete(demo, "{\"preconditions\":{\"uid\":\"other\"}}");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.message())
        .startsWith(
            "Operation cannot be fulfilled on Deployment.apps \"demo\": the UID in the precondition"
                + " (other) does not match the UID in record");
  }

  @Test
  void a_delete_with_an_old_version_is_409() {
    Reply created = createDemo();
    api.merge(demo, "{\"spec\":{\"replicas\":3}}");
    Reply refused =
        api.delete(demo, "{\"preconditions\":{\"resourceVersion\":\"" + created.version() + "\"}}");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.message()).contains("the ResourceVersion in the precondition");
  }

  @Test
  void a_deleted_object_is_gone_and_told_with_its_uid() {
    Reply created = createDemo();
    Reply deleted = api.delete(demo, "{\"propagationPolicy\":\"Background\"}");
    assertThat(deleted.status()).isEqualTo(200);
    assertThat(deleted.body().get("status")).isEqualTo(Json.of("Success"));
    assertThat(deleted.body().get("details", "uid")).isEqualTo(Json.of(created.uid()));
    assertThat(api.get(demo).message()).isEqualTo("deployments.apps \"demo\" not found");
    assertThat(api.delete(demo, "{}").status()).isEqualTo(404);
  }

  @Test
  void a_finalizer_keeps_an_object_until_it_is_taken_away() {
    configMap("a", "{}");
    api.merge(configMaps + "/a", "{\"metadata\":{\"finalizers\":[\"unitgrid.dev/x\"]}}");
    Reply deleted = api.delete(configMaps + "/a", "{}");
    assertThat(deleted.body().get("metadata").has("deletionTimestamp")).isTrue();
    assertThat(api.get(configMaps + "/a").status()).isEqualTo(200);
    api.merge(configMaps + "/a", "{\"metadata\":{\"finalizers\":null}}");
    assertThat(api.get(configMaps + "/a").status()).isEqualTo(404);
  }

  @Test
  void a_foreground_deletion_marks_the_object() {
    createDemo();
    Reply deleted = api.delete(demo, "{\"propagationPolicy\":\"Foreground\"}");
    assertThat(deleted.body().get("metadata", "finalizers"))
        .isEqualTo(Json.parse("[\"foregroundDeletion\"]"));
    assertThat(deleted.generation()).isEqualTo(2);
  }

  @Test
  void a_collection_is_deleted_by_label() {
    configMap("a", "{\"x\":\"1\"}");
    configMap("b", "{\"x\":\"2\"}");
    api.send("DELETE", configMaps + "?labelSelector=x=1", "application/json", "{}");
    assertThat(names(api.get(configMaps))).doesNotContain("a").contains("b");
  }

  // Lists

  @Test
  void lists_are_sorted_and_carry_a_version() {
    configMap("b", "{\"t\":\"1\"}");
    configMap("a", "{\"t\":\"1\"}");
    Reply list = api.get(configMaps + "?labelSelector=t");
    assertThat(names(list)).containsExactly("a", "b");
    assertThat(list.body().get("kind")).isEqualTo(Json.of("ConfigMapList"));
    assertThat(Long.parseLong(list.version())).isPositive();
    assertThat(list.body().get("items").items().get(0).has("kind")).isFalse();
  }

  @Test
  void pages_show_one_state_of_the_world() {
    for (String name : List.of("a", "b", "c", "d")) {
      configMap(name, "{\"t\":\"1\"}");
    }
    Reply first = api.get(configMaps + "?labelSelector=t&limit=2");
    assertThat(names(first)).containsExactly("a", "b");
    configMap("e", "{\"t\":\"1\"}");
    api.delete(configMaps + "/c", "{}");
    Reply second =
        api.get(
            configMaps
                + "?labelSelector=t&limit=2&continue="
                + first.body().get("metadata", "continue").asString(""));
    assertThat(names(second)).containsExactly("c", "d");
    assertThat(second.body().get("metadata", "continue").asString("")).isEmpty();
    assertThat(second.version()).isEqualTo(first.version());
  }

  @Test
  void label_selectors_have_their_full_grammar() {
    configMap("a", "{\"t\":\"1\",\"x\":\"1\"}");
    configMap("b", "{\"t\":\"1\",\"x\":\"2\"}");
    configMap("c", "{\"t\":\"1\"}");
    assertThat(names(api.get(configMaps + "?labelSelector=t=1,x==1"))).containsExactly("a");
    assertThat(names(api.get(configMaps + "?labelSelector=t,x!=1"))).containsExactly("b", "c");
    assertThat(names(api.get(configMaps + "?labelSelector=x in (1,2)"))).containsExactly("a", "b");
    assertThat(names(api.get(configMaps + "?labelSelector=t,x notin (2)")))
        .containsExactly("a", "c");
    assertThat(names(api.get(configMaps + "?labelSelector=t,!x"))).containsExactly("c");
    assertThat(api.get(configMaps + "?labelSelector=a in b").status()).isEqualTo(400);
  }

  @Test
  void field_selectors_know_names_and_refuse_others() {
    configMap("a", "{}");
    configMap("b", "{}");
    assertThat(names(api.get(configMaps + "?fieldSelector=metadata.name=a"))).containsExactly("a");
    assertThat(api.get(configMaps + "?fieldSelector=data.x=1").status()).isEqualTo(400);
  }

  @Test
  void a_version_from_the_future_is_504() {
    Reply refused = api.get(configMaps + "?resourceVersion=999999999");
    assertThat(refused.status()).isEqualTo(504);
    assertThat(refused.reason()).isEqualTo("Timeout");
    assertThat(refused.message()).contains("Too large resource version: 999999999");
  }

  @Test
  void an_unknown_path_is_404_and_a_wrong_method_405() {
    assertThat(api.get("/apis/apps/v1/namespaces/" + namespace + "/nothings").message())
        .isEqualTo("the server could not find the requested resource");
    assertThat(api.post(demo, "{}").status()).isEqualTo(405);
  }

  // Watches

  @Test
  void a_watch_from_a_list_hears_every_change_after_it() {
    configMap("a", "{\"t\":\"1\"}");
    Reply list = api.get(configMaps + "?labelSelector=t");
    try (WatchRecorder watch =
        new WatchRecorder(api, configMaps + "?labelSelector=t&resourceVersion=" + list.version())) {
      configMap("b", "{\"t\":\"1\"}");
      api.merge(configMaps + "/a", "{\"data\":{\"k\":\"v\"}}");
      api.delete(configMaps + "/a", "{}");
      assertThat(watch.nextChange()).isEqualTo("ADDED b");
      assertThat(watch.nextChange()).isEqualTo("MODIFIED a");
      Json deleted = watch.next();
      assertThat(deleted.get("type")).isEqualTo(Json.of("DELETED"));
      assertThat(deleted.get("object", "kind")).isEqualTo(Json.of("ConfigMap"));
      assertThat(Long.parseLong(deleted.get("object", "metadata", "resourceVersion").asString("0")))
          .isGreaterThan(Long.parseLong(list.version()));
    }
  }

  @Test
  void a_watch_without_a_version_begins_with_what_is_there() {
    configMap("a", "{\"t\":\"1\"}");
    try (WatchRecorder watch = new WatchRecorder(api, configMaps + "?labelSelector=t")) {
      assertThat(watch.nextChange()).isEqualTo("ADDED a");
    }
  }

  @Test
  void an_object_that_leaves_the_selector_is_deleted_for_the_watch() {
    configMap("a", "{\"t\":\"1\"}");
    configMap("b", "{}");
    Reply list = api.get(configMaps);
    try (WatchRecorder watch =
        new WatchRecorder(api, configMaps + "?labelSelector=t&resourceVersion=" + list.version())) {
      api.merge(configMaps + "/a", "{\"metadata\":{\"labels\":null}}");
      api.merge(configMaps + "/b", "{\"metadata\":{\"labels\":{\"t\":\"1\"}}}");
      assertThat(watch.nextChange()).isEqualTo("DELETED a");
      assertThat(watch.nextChange()).isEqualTo("ADDED b");
    }
  }

  @Test
  void initial_events_end_with_a_bookmark() {
    configMap("a", "{\"t\":\"1\"}");
    try (WatchRecorder watch =
        new WatchRecorder(
            api,
            configMaps
                + "?labelSelector=t&sendInitialEvents=true&allowWatchBookmarks=true"
                + "&resourceVersionMatch=NotOlderThan")) {
      assertThat(watch.next().get("type")).isEqualTo(Json.of("ADDED"));
      Json end = watch.next();
      assertThat(end.get("type")).isEqualTo(Json.of("BOOKMARK"));
      assertThat(end.get("object", "metadata", "annotations", "k8s.io/initial-events-end"))
          .isEqualTo(Json.of("true"));
    }
  }

  @Test
  void a_watch_ends_after_its_timeout() {
    Reply list = api.get(configMaps);
    try (WatchRecorder watch =
        new WatchRecorder(
            api, configMaps + "?timeoutSeconds=1&resourceVersion=" + list.version())) {
      assertThat(watch.nextChange()).isEqualTo("END ");
    }
  }
}
