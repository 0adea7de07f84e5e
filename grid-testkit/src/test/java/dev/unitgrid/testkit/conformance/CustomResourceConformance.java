/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.conformance.Api.Reply;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an API server does with custom resources; the same for the embedded and for a real one. */
abstract class CustomResourceConformance {
  private static final String WIDGETS = "/apis/example.unitgrid.dev/v1/namespaces/default/widgets";
  private static final String DEFINITION =
      """
      {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
       "metadata":{"name":"widgets.example.unitgrid.dev"},
       "spec":{"group":"example.unitgrid.dev","scope":"Namespaced",
        "names":{"plural":"widgets","singular":"widget","kind":"Widget","shortNames":["wd"]},
        "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},
         "schema":{"openAPIV3Schema":{"type":"object","properties":{
          "spec":{"type":"object","required":["size"],"properties":{
           "size":{"type":"integer","minimum":1},
           "color":{"type":"string","enum":["red","blue"],"default":"red"},
           "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true},
           "parts":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],
            "items":{"type":"object","required":["name"],"properties":{
             "name":{"type":"string"},"value":{"type":"string"}}}}}},
          "status":{"type":"object","properties":{"ready":{"type":"integer"},
           "states":{"type":"object","x-kubernetes-map-type":"atomic",
            "additionalProperties":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}}}}}]}}
      """;

  private Api api;
  private final String one = WIDGETS + "/one";

  @BeforeEach
  void defineWidgets(Server server) {
    api = server.api();
    Reply defined =
        api.force(
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.unitgrid.dev",
            "test",
            DEFINITION);
    assertThat(defined.status()).as(defined.message()).isBetween(200, 201);
    long end = System.nanoTime() + 20_000_000_000L;
    while (api.get(WIDGETS).status() != 200) {
      assertThat(System.nanoTime()).isLessThan(end);
      java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
    }
    api.delete(one, "{}");
  }

  private static String widget(String spec) {
    return "{\"apiVersion\":\"example.unitgrid.dev/v1\",\"kind\":\"Widget\","
        + "\"metadata\":{\"name\":\"one\"},\"spec\":"
        + spec
        + "}";
  }

  private Reply create(String spec) {
    Reply created = api.post(WIDGETS + "?fieldManager=me", widget(spec));
    assertThat(created.status()).as(created.message()).isEqualTo(201);
    return created;
  }

  @Test
  void unknown_fields_are_pruned_but_not_where_they_are_preserved() {
    Reply created = create("{\"size\":1,\"nothing\":2,\"free\":{\"any\":{\"thing\":[1,null]}}}");
    assertThat(created.body().get("spec"))
        .isEqualTo(
            Json.parse("{\"size\":1,\"color\":\"red\",\"free\":{\"any\":{\"thing\":[1,null]}}}"));
  }

  @Test
  void what_the_schema_refuses_is_422() {
    assertThat(api.post(WIDGETS, widget("{}")).message())
        .isEqualTo("Widget.example.unitgrid.dev \"one\" is invalid: spec.size: Required value");
    Reply small = api.post(WIDGETS, widget("{\"size\":0}"));
    assertThat(small.status()).isEqualTo(422);
    assertThat(small.message())
        .endsWith(
            "spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1");
    assertThat(api.post(WIDGETS, widget("{\"size\":1,\"color\":\"green\"}")).message())
        .endsWith("spec.color: Unsupported value: \"green\": supported values: \"red\", \"blue\"");
    assertThat(api.post(WIDGETS, widget("{\"size\":\"big\"}")).message())
        .contains("spec.size in body must be of type integer: \"string\"");
  }

  @Test
  void a_list_shows_the_type_of_each_item() {
    create("{\"size\":1}");
    Json item = api.get(WIDGETS).body().get("items").items().get(0);
    assertThat(item.get("kind")).isEqualTo(Json.of("Widget"));
  }

  @Test
  void status_is_apart_and_raises_no_generation() {
    create("{\"size\":1}");
    assertThat(api.merge(one, "{\"status\":{\"ready\":1}}").body().has("status")).isFalse();
    Reply status =
        api.merge(
            one + "/status?fieldManager=status",
            "{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"spec\":{\"size\":5},"
                + "\"status\":{\"ready\":1,\"states\":{\"bj\":{\"x\":{\"y\":1}}}}}");
    assertThat(status.body().get("spec", "size")).isEqualTo(Json.of(1));
    assertThat(status.body().get("metadata").has("labels")).isFalse();
    assertThat(status.generation()).isEqualTo(1);
    // Owned without being taken: the server records a request before the subresource cuts it.
    assertThat(status.fields("status", "Update"))
        .isEqualTo(
            Json.parse(
                "{\"f:metadata\":{\"f:labels\":{\".\":{},\"f:a\":{}}},"
                    + "\"f:status\":{\".\":{},\"f:ready\":{},\"f:states\":{}}}"));
  }

  @Test
  void a_spec_change_raises_the_generation_and_metadata_does_not() {
    create("{\"size\":1}");
    assertThat(api.merge(one, "{\"metadata\":{\"annotations\":{\"a\":\"b\"}}}").generation())
        .isEqualTo(1);
    assertThat(api.merge(one, "{\"spec\":{\"size\":2}}").generation()).isEqualTo(2);
  }

  @Test
  void a_put_needs_a_version() {
    Reply created = create("{\"size\":1}");
    Reply refused =
        api.put(one, created.body().withoutAt(java.util.List.of("metadata", "resourceVersion")));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message())
        .endsWith("metadata.resourceVersion: Invalid value: 0: must be specified for an update");
  }

  @Test
  void a_strategic_patch_is_415() {
    create("{\"size\":1}");
    assertThat(api.patch(one, Api.STRATEGIC, "{\"spec\":{\"size\":2}}").status()).isEqualTo(415);
  }

  @Test
  void an_apply_merges_a_list_map_by_its_keys() {
    api.apply(
        one,
        "me",
        widget("{\"size\":1,\"parts\":[{\"name\":\"a\",\"value\":\"1\"},{\"name\":\"b\"}]}"));
    api.apply(one, "you", widget("{\"size\":1,\"parts\":[{\"name\":\"c\"}]}"));
    Reply applied = api.apply(one, "me", widget("{\"size\":1,\"parts\":[{\"name\":\"b\"}]}"));
    assertThat(applied.body().get("spec", "parts"))
        .isEqualTo(Json.parse("[{\"name\":\"b\"},{\"name\":\"c\"}]"));
    assertThat(applied.fields("me", "Apply"))
        .isEqualTo(
            Json.parse(
                "{\"f:spec\":{\"f:parts\":{\"k:{\\\"name\\\":\\\"b\\\"}\":{\".\":{},\"f:name\":{}}},"
                    + "\"f:size\":{}}}"));
  }

  @Test
  void a_second_item_of_a_key_is_refused() {
    Reply refused =
        api.post(WIDGETS, widget("{\"size\":1,\"parts\":[{\"name\":\"a\"},{\"name\":\"a\"}]}"));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message()).endsWith("spec.parts[1]: Duplicate value: {\"name\":\"a\"}");
  }

  @Test
  void a_definition_is_established_when_its_kind_is_served() {
    Json status =
        api.get(
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.unitgrid.dev")
            .body()
            .get("status");
    assertThat(status.get("acceptedNames"))
        .isEqualTo(
            Json.parse(
                """
                {"kind":"Widget","listKind":"WidgetList","plural":"widgets",
                 "shortNames":["wd"],"singular":"widget"}"""));
    assertThat(status.get("storedVersions")).isEqualTo(Json.parse("[\"v1\"]"));
    assertThat(status.get("conditions").items())
        .extracting(
            condition ->
                condition.get("type").asString("") + " " + condition.get("status").asString(""))
        .containsExactlyInAnyOrder("NamesAccepted True", "Established True");
  }

  @Test
  void who_writes_a_definition_owns_the_fields_of_its_spec_and_not_the_whole() {
    Json spec =
        api
            .get(
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.unitgrid.dev")
            .body()
            .get("metadata", "managedFields")
            .items()
            .stream()
            .map(entry -> entry.get("fieldsV1", "f:spec"))
            .filter(Json::isObject)
            .findFirst()
            .orElseThrow();
    assertThat(spec.has("f:group")).isTrue();
    assertThat(spec.has(".")).isFalse();
    assertThat(spec.get("f:names").has("f:plural")).isTrue();
    assertThat(spec.get("f:names").has(".")).isFalse();
  }

  @Test
  void the_definition_shows_in_discovery() {
    Reply group = api.get("/apis/example.unitgrid.dev/v1");
    Json resource = group.body().get("resources").items().get(0);
    assertThat(resource.get("name")).isEqualTo(Json.of("widgets"));
    assertThat(resource.get("shortNames")).isEqualTo(Json.parse("[\"wd\"]"));
  }

  @Test
  void unknown_fields_are_told_of_metadata_first_and_of_the_rest_by_name() {
    String body =
        "{\"apiVersion\":\"example.unitgrid.dev/v1\",\"kind\":\"%s\",\"spec\":{\"size\":1,\"other\":1},"
            + "\"extra\":1,\"metadata\":{\"name\":\"one\",\"nothing\":1}}";
    String strict = WIDGETS + "?fieldValidation=Strict";
    assertThat(api.post(strict, body.formatted("Widget")).message())
        .isEqualTo(
            "Widget in version \"v1\" cannot be handled as a Widget: strict decoding error:"
                + " unknown field \"metadata.nothing\", unknown field \"extra\","
                + " unknown field \"spec.other\"");
    assertThat(api.post(strict, body.formatted("Other")).message())
        .isEqualTo(
            "Other in version \"v1\" cannot be handled as a Other: strict decoding error:"
                + " unknown field \"metadata.nothing\"");
    assertThat(api.post(WIDGETS, body.formatted("Other")).message())
        .isEqualTo(
            "Other.example.unitgrid.dev \"one\" is invalid: kind: Invalid value: \"Other\": must be"
                + " Widget");
  }

  @Test
  void a_custom_resource_says_what_it_is() {
    String untyped = widget("{\"size\":1}").replace("\"kind\":\"Widget\",", "");
    Reply refused = api.post(WIDGETS, untyped);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.message())
        .startsWith(
            "the object provided is unrecognized (must be of type Widget): Object 'Kind' is missing"
                + " in '"
                + untyped
                + "'");
    assertThat(
            api.post(WIDGETS, widget("{\"size\":1}").replaceFirst("\"apiVersion\":[^,]*,", ""))
                .message())
        .isEqualTo(
            "the API version in the data () does not match the expected API version"
                + " (example.unitgrid.dev/v1)");
  }

  private void assertMisread(String metadata, String why) {
    Reply refused =
        api.post(WIDGETS, widget("{\"size\":1}").replace("{\"name\":\"one\"}", metadata));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.message())
        .isEqualTo("Widget in version \"v1\" cannot be handled as a Widget: " + why);
  }

  @Test
  void metadata_of_wrong_types_are_400() {
    assertMisread("\"x\"", "json: cannot unmarshal string into Go value of type v1.ObjectMeta");
    assertMisread(
        "{\"name\":\"one\",\"creationTimestamp\":\"x\"}",
        "parsing time \"x\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"x\" as \"2006\"");
  }

  @Test
  void an_integer_is_one_of_64_bits() {
    for (String much : new String[] {"9223372036854775808", "99999999999999999999", "1.5"}) {
      assertThat(api.post(WIDGETS, widget("{\"size\":" + much + "}")).message())
          .isEqualTo(
              "Widget.example.unitgrid.dev \"one\" is invalid: spec.size: Invalid value: \"number\":"
                  + " spec.size in body must be of type integer: \"number\"");
    }
    assertThat(create("{\"size\":1.0}").body().get("spec", "size")).isEqualTo(Json.of(1));
  }

  @Test
  void a_number_that_no_integer_is_is_a_double() {
    Reply created =
        create("{\"size\":1,\"free\":{\"a\":99999999999999999999,\"b\":12345678901234567890}}");
    assertThat(created.body().get("spec", "free"))
        .isEqualTo(Json.parse("{\"a\":100000000000000000000,\"b\":12345678901234567000}"));
  }

  @Test
  void an_object_that_etcd_does_not_take_is_500() {
    String big = "{\"size\":1,\"free\":{\"a\":\"" + "x".repeat(2_000_000) + "\"}}";
    Reply refused = api.post(WIDGETS, widget(big));
    assertThat(refused.message()).isEqualTo("etcdserver: request is too large");
    assertThat(refused.status()).isEqualTo(500);
    assertThat(api.get(one).status()).isEqualTo(404);
  }
}
