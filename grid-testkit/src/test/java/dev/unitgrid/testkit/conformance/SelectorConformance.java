/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.testkit.conformance.Api.Reply;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Label selectors in their grammar, and the fields that each kind can be selected by. */
abstract class SelectorConformance extends Conformance {
  private void maps() {
    configMap("one", "{\"x\":\"1\"}");
    configMap("two", "{\"x\":\"22\",\"y\":\"\"}");
    configMap("word", "{\"x\":\"abc\",\"example.com/z\":\"q\"}");
    configMap("none", "{}");
  }

  private List<String> labelled(String selector) {
    return names(api.get(configMaps + "?labelSelector=" + selector)).stream()
        .filter(name -> !name.equals("kube-root-ca.crt"))
        .toList();
  }

  private void assertNoLabels(String selector, String message) {
    assertRefused(api.get(configMaps + "?labelSelector=" + selector), 400, "BadRequest", message);
  }

  private void assertNoFields(String collection, String selector, String message) {
    assertRefused(api.get(collection + "?fieldSelector=" + selector), 400, "BadRequest", message);
  }

  private List<String> with(String collection, String selector) {
    Reply list = api.get(collection + "?fieldSelector=" + selector);
    assertThat(list.status()).as(list.message()).isEqualTo(200);
    return names(list);
  }

  @Test
  void an_equal_label_is_said_in_two_ways() {
    maps();
    assertThat(labelled("x=1")).containsExactly("one");
    assertThat(labelled("x==1")).containsExactly("one");
    assertThat(labelled(" x = 1 ")).containsExactly("one");
  }

  @Test
  void an_unequal_label_may_be_absent() {
    maps();
    assertThat(labelled("x!=1")).containsExactly("none", "two", "word");
  }

  @Test
  void a_label_is_one_of_a_set() {
    maps();
    assertThat(labelled("x in (1,22)")).containsExactly("one", "two");
    assertThat(labelled("x  in  ( 1 , abc )")).containsExactly("one", "word");
  }

  @Test
  void a_label_that_is_none_of_a_set_may_be_absent() {
    maps();
    assertThat(labelled("x notin (1,22)")).containsExactly("none", "word");
  }

  @Test
  void an_empty_set_holds_the_empty_value() {
    maps();
    assertThat(labelled("y in ()")).containsExactly("two");
    assertThat(labelled("x in (,1)")).containsExactly("one");
    assertThat(labelled("y=")).containsExactly("two");
  }

  @Test
  void a_label_is_there_or_not() {
    maps();
    assertThat(labelled("x")).containsExactly("one", "two", "word");
    assertThat(labelled("!x")).containsExactly("none");
    assertThat(labelled("! y,x")).containsExactly("one", "word");
    assertThat(labelled("example.com/z")).containsExactly("word");
  }

  @Test
  void a_label_is_compared_as_a_number_and_a_word_is_none() {
    maps();
    assertThat(labelled("x>1")).containsExactly("two");
    assertThat(labelled("x<22")).containsExactly("one");
    assertThat(labelled("x>0")).containsExactly("one", "two");
  }

  @Test
  void all_requirements_must_hold() {
    maps();
    assertThat(labelled("x,x!=1,!y")).containsExactly("word");
    assertThat(labelled("x=1,x=22")).isEmpty();
  }

  @Test
  void operators_are_also_names_of_labels() {
    configMap("a", "{\"in\":\"notin\"}");
    assertThat(labelled("in in (notin)")).containsExactly("a");
    assertThat(labelled("in")).containsExactly("a");
  }

  @Test
  void an_unknown_operator_is_400() {
    assertNoLabels(
        "a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt");
    assertNoLabels("x>=1", "unable to parse requirement: found '=', expected: identifier");
  }

  @Test
  void a_set_needs_its_parentheses() {
    assertNoLabels("a in b", "unable to parse requirement: found 'b' expected: '('");
    assertNoLabels("a in", "unable to parse requirement: found '' expected: '('");
    assertNoLabels("a in (b", "unable to parse requirement: found '', expected: ',' or ')'");
    assertNoLabels("a in (b c)", "unable to parse requirement: found 'c', expected: ',' or ')'");
  }

  @Test
  void requirements_are_apart_by_one_comma() {
    assertNoLabels("a=b,", "found '', expected: identifier after ','");
    assertNoLabels("a=b,,c", "found ',', expected: identifier after ','");
    assertNoLabels("a=1 b=2", "found 'b', expected: ',' or 'end of string'");
    assertNoLabels(",", "found ',', expected: !, identifier, or 'end of string'");
    assertNoLabels("!!x", "unable to parse requirement: found '!', expected: identifier");
  }

  @Test
  void a_comparison_needs_a_number() {
    assertNoLabels(
        "x>abc",
        "unable to parse requirement: values[0]: Invalid value: \"abc\": for 'Gt', 'Lt' operators,"
            + " the value must be an integer");
  }

  @Test
  void a_key_must_be_one_that_a_label_can_have() {
    assertNoLabels(
        "-a=b",
        "unable to parse requirement: <nil>: Invalid value: \"-a\": name part must consist of"
            + " alphanumeric characters, '-', '_' or '.', and must start and end with an"
            + " alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for"
            + " validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')");
    assertNoLabels(
        "a/b/c",
        "unable to parse requirement: <nil>: Invalid value: \"a/b/c\": a qualified name must"
            + " consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
            + " alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for"
            + " validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS"
            + " subdomain prefix and '/' (e.g. 'example.com/MyName')");
  }

  @Test
  void a_value_must_be_one_that_a_label_can_have() {
    assertNoLabels(
        "a=-b",
        "unable to parse requirement: values[0][a]: Invalid value: \"-b\": a valid label must be an"
            + " empty string or consist of alphanumeric characters, '-', '_' or '.', and must start"
            + " and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or"
            + " '12345', regex used for validation is"
            + " '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')");
    assertNoLabels(
        "a in (" + "v".repeat(64) + ")",
        "unable to parse requirement: values[0][a]: Invalid value: \""
            + "v".repeat(64)
            + "\": must be no more than 63 characters");
  }

  @Test
  void every_kind_is_selected_by_name() {
    maps();
    assertThat(with(configMaps, "metadata.name=one")).containsExactly("one");
    assertThat(with(configMaps, "metadata.name==one")).containsExactly("one");
    assertThat(with("/api/v1/namespaces", "metadata.name=" + namespace)).containsExactly(namespace);
  }

  @Test
  void a_namespaced_kind_is_selected_by_namespace() {
    maps();
    assertThat(with("/api/v1/configmaps", "metadata.namespace=" + namespace + ",metadata.name=two"))
        .containsExactly("two");
    assertNoFields(
        "/api/v1/nodes", "metadata.namespace=a", "field label not supported: metadata.namespace");
  }

  @Test
  void all_field_requirements_must_hold_and_empty_ones_are_none() {
    maps();
    assertThat(with(configMaps, "metadata.name!=one,metadata.name!=two,"))
        .contains("none", "word")
        .doesNotContain("one", "two");
  }

  @Test
  void a_value_of_a_field_is_escaped_by_a_backslash() {
    assertThat(with(configMaps, "metadata.name=a\\,b")).isEmpty();
    assertNoFields(
        configMaps,
        "metadata.name=a=b",
        "invalid field selector: unescaped character in value: 61");
  }

  @Test
  void a_field_selector_knows_no_sets_and_no_existence() {
    assertNoFields(
        configMaps,
        "metadata.name",
        "invalid selector: 'metadata.name'; can't understand 'metadata.name'");
  }

  @Test
  void a_field_that_the_server_does_not_know_is_400_and_never_all() {
    String sentence =
        "\"data.x\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"";
    assertNoFields(configMaps, "data.x=1", sentence);
    assertNoFields(deployments, "data.x=1", sentence);
    assertNoFields(services, "data.x=1", "field label not supported: data.x");
    assertNoFields(path("v1", "pods"), "data.x=1", "field label not supported: data.x");
  }

  @Test
  void pods_are_selected_by_node_phase_and_how_they_run() {
    String pods = path("v1", "pods");
    String spec = "\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]";
    api.post(pods, "{\"metadata\":{\"name\":\"free\"},\"spec\":{" + spec + "}}");
    api.post(
        pods,
        "{\"metadata\":{\"name\":\"bound\"},\"spec\":{\"nodeName\":\"bj-1\",\"restartPolicy\":"
            + "\"Never\","
            + spec
            + "}}");
    assertThat(with(pods, "spec.nodeName=bj-1")).containsExactly("bound");
    assertThat(with(pods, "spec.nodeName=")).containsExactly("free");
    assertThat(with(pods, "spec.restartPolicy=Always")).containsExactly("free");
    assertThat(with(pods, "spec.schedulerName=default-scheduler")).hasSize(2);
    assertThat(with(pods, "spec.hostNetwork=false")).hasSize(2);
    api.merge(
        pods + "/bound/status", "{\"status\":{\"phase\":\"Running\",\"podIP\":\"10.1.2.3\"}}");
    assertThat(with(pods, "status.phase!=Running")).containsExactly("free");
    assertThat(with(pods, "status.podIP=10.1.2.3")).containsExactly("bound");
  }

  @Test
  void nodes_are_selected_by_whether_they_are_schedulable() {
    String on = "on-" + namespace;
    String off = "off-" + namespace;
    api.post("/api/v1/nodes", "{\"metadata\":{\"name\":\"" + on + "\"}}");
    api.post(
        "/api/v1/nodes",
        "{\"metadata\":{\"name\":\"" + off + "\"},\"spec\":{\"unschedulable\":true}}");
    assertThat(with("/api/v1/nodes", "spec.unschedulable=false")).contains(on).doesNotContain(off);
    assertThat(with("/api/v1/nodes", "spec.unschedulable=true")).contains(off);
  }

  @Test
  void services_are_selected_by_type_and_address() {
    api.post(
        services,
        "{\"metadata\":{\"name\":\"headless\"},\"spec\":{\"clusterIP\":\"None\",\"ports\":[{\"port\":"
            + "80}]}}");
    api.post(services, "{\"metadata\":{\"name\":\"web\"},\"spec\":{\"ports\":[{\"port\":80}]}}");
    assertThat(with(services, "spec.clusterIP=None")).containsExactly("headless");
    assertThat(with(services, "spec.type=ClusterIP,spec.clusterIP!=None")).containsExactly("web");
  }

  @Test
  void secrets_are_selected_by_type() {
    String secrets = path("v1", "secrets");
    api.post(secrets, "{\"metadata\":{\"name\":\"plain\"}}");
    api.post(secrets, "{\"metadata\":{\"name\":\"own\"},\"type\":\"example.com/own\"}");
    assertThat(with(secrets, "type=Opaque")).containsExactly("plain");
    assertThat(with(secrets, "type!=Opaque")).containsExactly("own");
  }

  @Test
  void namespaces_are_selected_by_phase() {
    assertThat(with("/api/v1/namespaces", "status.phase=Active")).contains(namespace);
    assertThat(with("/api/v1/namespaces", "status.phase=Terminating,metadata.name=" + namespace))
        .isEmpty();
  }

  @Test
  void events_are_selected_by_what_they_are_about() {
    String events = path("v1", "events");
    Reply created =
        api.post(
            events,
            "{\"metadata\":{\"name\":\"e\"},\"involvedObject\":{\"kind\":\"Pod\",\"name\":\"p\","
                + "\"namespace\":\""
                + namespace
                + "\",\"uid\":\"u\"},\"reason\":\"Started\",\"type\":\"Normal\",\"source\":"
                + "{\"component\":\"kubelet\"}}");
    assertThat(created.status()).as(created.message()).isEqualTo(201);
    assertThat(with(events, "involvedObject.kind=Pod,involvedObject.name=p")).containsExactly("e");
    assertThat(with(events, "involvedObject.uid=other")).isEmpty();
    assertThat(with(events, "reason=Started,type=Normal,source=kubelet")).containsExactly("e");
  }

  @Test
  void a_field_selector_that_ends_in_a_backslash_is_400() {
    Reply refused = api.get(configMaps + "?fieldSelector=metadata.name%3Da%5C");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.message()).isEqualTo("invalid field selector: invalid escape sequence: \\");
  }
}
