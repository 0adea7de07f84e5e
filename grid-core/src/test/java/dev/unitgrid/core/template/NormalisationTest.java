/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.template;

import static dev.unitgrid.core.Grids.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Grids;
import dev.unitgrid.core.Rule;
import dev.unitgrid.core.template.NormalisedTemplate.Applicable;
import dev.unitgrid.core.template.NormalisedTemplate.Refused;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormalisationTest {
  @Test
  @Rule(7)
  void a_template_without_duplicates_stays_as_it_is() {
    Json template =
        Grids.deployment()
            .withAt(List.of("template", "spec", "fancyNew"), json("{'a':[1,null]}"))
            .withAt(List.of("template", "spec", "initContainers"), json("[{'name':'x'}]"));
    assertThat(Templates.normalise(template, "a"))
        .isInstanceOfSatisfying(
            Applicable.class,
            applicable -> {
              assertThat(applicable.template()).isSameAs(template);
              assertThat(applicable.merges()).isEmpty();
            });
  }

  @Test
  @Rule(8)
  void of_env_entries_of_one_name_the_last_wins() {
    Applicable merged =
        applicable(
            "{'env':[{'name':'A','value':'1'},{'name':'B','value':'2'},{'name':'A','value':'3'}]}");
    assertThat(container(merged).get("env"))
        .isEqualTo(json("[{'name':'B','value':'2'},{'name':'A','value':'3'}]"));
    assertThat(merged.merges()).containsExactly("env A of container c");
  }

  @Test
  @Rule(8)
  void three_entries_become_one() {
    assertThat(
            container(
                    applicable(
                        "{'env':[{'name':'A','value':'1'},{'name':'A','value':'2'},"
                            + "{'name':'A','value':'3'}]}"))
                .get("env"))
        .isEqualTo(json("[{'name':'A','value':'3'}]"));
  }

  @Test
  @Rule(8)
  void what_the_last_refers_to_still_precedes_it() {
    Json env =
        container(
                applicable(
                    "{'env':[{'name':'A','value':'1'},{'name':'B','value':'2'},"
                        + "{'name':'A','value':'$(B)'}]}"))
            .get("env");
    assertThat(env).isEqualTo(json("[{'name':'B','value':'2'},{'name':'A','value':'$(B)'}]"));
  }

  @ParameterizedTest
  @Rule(8)
  @CsvSource({"$(A)", "x$(A)y", "$$$(A)", "$$x$(A)"})
  void an_env_entry_that_another_refers_to_is_refused(String reference) {
    assertThat(
            refused(
                "{'env':[{'name':'A','value':'1'},{'name':'B','value':'"
                    + reference
                    + "'},{'name':'A','value':'3'}]}"))
        .endsWith("container c has two env A, and $(A) refers to one of them");
  }

  @ParameterizedTest
  @Rule(8)
  @CsvSource({"$$(A)", "$$$$(A)", "$(AB)", "$A", "$(A", "(A)"})
  void what_only_looks_like_a_reference_is_none(String text) {
    assertThat(
            applicable(
                    "{'env':[{'name':'A','value':'1'},{'name':'B','value':'"
                        + text
                        + "'},{'name':'A','value':'3'}]}")
                .merges())
        .hasSize(1);
  }

  @Test
  @Rule(8)
  void the_merge_of_one_name_says_nothing_about_another() {
    assertThat(
            refused(
                "{'env':[{'name':'A','value':'1'},{'name':'A','value':'2'},"
                    + "{'name':'B','value':'3'},{'name':'B','value':'$(B)'}]}"))
        .isEqualTo(
            "the template has duplicates that cannot be merged: container c has two env B, and"
                + " $(B) refers to one of them");
  }

  @Test
  @Rule(8)
  void equal_ports_are_merged() {
    Applicable merged =
        applicable(
            "{'ports':[{'containerPort':80},{'containerPort':81},{'containerPort':80,"
                + "'protocol':'TCP'},{'containerPort':80,'protocol':'UDP'}]}");
    assertThat(container(merged).get("ports"))
        .isEqualTo(
            json(
                "[{'containerPort':81},{'containerPort':80,'protocol':'TCP'},"
                    + "{'containerPort':80,'protocol':'UDP'}]"));
    assertThat(merged.merges()).containsExactly("ports 80/TCP of container c");
  }

  @ParameterizedTest
  @Rule(8)
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {"'name':'a'|'name':'b'", "'hostPort':1,'hostIP':'a'|'hostPort':1,'hostIP':'b'"})
  void ports_that_differ_are_refused(String first, String second) {
    assertThat(
            refused(
                "{'ports':[{'containerPort':80,"
                    + first
                    + "},{'containerPort':80,"
                    + second
                    + "}]}"))
        .endsWith("container c has two different ports 80/TCP");
  }

  @Test
  @Rule(8)
  void init_containers_are_merged_too() {
    Json template =
        template(
            "{'initContainers':[{'name':'i','env':[{'name':'A'},{'name':'A'}]}],"
                + "'containers':[{'name':'c'}]}");
    Applicable merged = (Applicable) Templates.normalise(template, "a");
    assertThat(merged.merges()).containsExactly("env A of container i");
    assertThat(merged.template().get("template", "spec", "initContainers"))
        .isEqualTo(json("[{'name':'i','env':[{'name':'A'}]}]"));
    assertThat(merged.template().get("replicas")).isEqualTo(Json.of(1));
  }

  @ParameterizedTest
  @Rule(8)
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "containers | [{'name':'c'},{'name':'c'}] | containers c",
        "initContainers | [{'name':'c'},{'name':'c'}] | initContainers c",
        "volumes | [{'name':'v'},{'name':'v'}] | volumes v",
        "imagePullSecrets | [{'name':'s'},{'name':'s'}] | imagePullSecrets s",
        "imagePullSecrets | [{},{}] | imagePullSecrets",
        "hostAliases | [{'ip':'1'},{'ip':'1'}] | hostAliases 1",
        "topologySpreadConstraints | [{'topologyKey':'k','whenUnsatisfiable':'w','maxSkew':1},"
            + "{'topologyKey':'k','whenUnsatisfiable':'w'}] | topologySpreadConstraints k/w",
        "resourceClaims | [{'name':'r'},{'name':'r'}] | resourceClaims r",
        "schedulingGates | [{'name':'g'},{'name':'g'}] | schedulingGates g"
      })
  void other_duplicates_of_a_pod_are_refused(String field, String items, String sentence) {
    Json template = template("{'containers':[{'name':'c'}]}");
    Json changed = template.withAt(List.of("template", "spec", field), json(items));
    assertThat(message(changed)).contains("the pod has two " + sentence);
    Json first = Json.array(json(items).items().get(0));
    Json single = template.withAt(List.of("template", "spec", field), first);
    assertThat(Templates.normalise(single, "a")).isInstanceOf(Applicable.class);
  }

  @ParameterizedTest
  @Rule(8)
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'finalizers':['a/b','a/b']} | finalizers a/b",
        "{'ownerReferences':[{'uid':'u'},{'uid':'u'}]} | ownerReferences u"
      })
  void duplicates_of_a_pods_metadata_are_refused(String metadata, String sentence) {
    Json template =
        template("{'containers':[]}").withAt(List.of("template", "metadata"), json(metadata));
    assertThat(message(template)).endsWith("the pod has two " + sentence);
  }

  @ParameterizedTest
  @Rule(8)
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'volumeMounts':[{'mountPath':'/a'},{'mountPath':'/a'}]} | volumeMounts /a",
        "{'volumeDevices':[{'devicePath':'/a'},{'devicePath':'/a'}]} | volumeDevices /a",
        "{'resources':{'claims':[{'name':'r','request':'a'},{'name':'r'}]}} | claims r"
      })
  void other_duplicates_of_a_container_are_refused(String container, String sentence) {
    assertThat(refused(container)).endsWith("container c has two " + sentence);
  }

  @Test
  @Rule(8)
  void lists_that_an_apply_takes_whole_may_repeat() {
    Json template =
        template(
            "{'containers':[{'name':'c','args':['a','a'],'envFrom':[{'x':1},{'x':1}]}],"
                + "'tolerations':[{'key':'a'},{'key':'a'}]}");
    assertThat(Templates.normalise(template, "a"))
        .isEqualTo(new Applicable(template, ImmutableList.of()));
  }

  @Test
  @Rule(8)
  void a_refusal_names_every_duplicate_and_its_unit() {
    Json template =
        template(
            "{'hostAliases':[{'ip':'1'},{'ip':'1'}],'volumes':[{'name':'v'},{'name':'v'}],"
                + "'containers':[]}");
    assertThat(Templates.normalise(template, "beijing"))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.problem().unit()).isEqualTo("beijing");
              assertThat(refused.problem().condition()).isEqualTo(ConditionTypes.INVALID_TEMPLATE);
              assertThat(refused.problem().blocking()).isTrue();
              assertThat(refused.problem().message())
                  .isEqualTo(
                      "the template has duplicates that cannot be merged: the pod has two volumes"
                          + " v; the pod has two hostAliases 1");
            });
  }

  @Property(tries = 300)
  @Rule(8)
  void merging_changes_nothing_that_the_kubelet_would_make_of_it(
      @ForAll("environments") List<Json> env) {
    Json container = Json.object("name", "c", "env", Json.array(env));
    Json template =
        template("{}").withAt(List.of("template", "spec", "containers"), Json.array(container));
    if (Templates.normalise(template, "a") instanceof Applicable applicable) {
      List<Json> merged = container(applicable).get("env").items();
      assertThat(expanded(merged)).isEqualTo(expanded(env));
      assertThat(merged.stream().map(entry -> entry.get("name")).toList()).doesNotHaveDuplicates();
      assertThat(Templates.normalise(applicable.template(), "a"))
          .isEqualTo(new Applicable(applicable.template(), ImmutableList.of()));
    }
  }

  /** What a kubelet makes of it: entries in their order, each may refer to those before. */
  private static Map<String, String> expanded(List<Json> env) {
    Map<String, String> result = new HashMap<>();
    for (Json entry : env) {
      String value = entry.get("value").asString("");
      for (Map.Entry<String, String> known : new ArrayList<>(result.entrySet())) {
        value = value.replace("$(" + known.getKey() + ")", known.getValue());
      }
      result.put(entry.get("name").asString(""), value);
    }
    return result;
  }

  @Provide
  Arbitrary<List<Json>> environments() {
    Arbitrary<String> names = Arbitraries.of("A", "B", "C");
    Arbitrary<String> values = Arbitraries.of("1", "2", "$(A)", "$(B)x", "y$(D)", "");
    return Combinators.combine(names, values)
        .as((name, value) -> Json.object("name", name, "value", value))
        .list()
        .ofMaxSize(5);
  }

  private static Json template(String podSpec) {
    return Json.object("replicas", 1, "template", Json.object("spec", json(podSpec)));
  }

  private static Json withContainer(String fields) {
    Json container = json(fields).with("name", Json.of("c"));
    return template("{}").withAt(List.of("template", "spec", "containers"), Json.array(container));
  }

  private static Applicable applicable(String containerFields) {
    return (Applicable) Templates.normalise(withContainer(containerFields), "a");
  }

  private static Json container(Applicable applicable) {
    return applicable.template().get("template", "spec", "containers").items().get(0);
  }

  private static String refused(String containerFields) {
    return message(withContainer(containerFields));
  }

  private static String message(Json template) {
    return ((Refused) Templates.normalise(template, "a")).problem().message();
  }
}
