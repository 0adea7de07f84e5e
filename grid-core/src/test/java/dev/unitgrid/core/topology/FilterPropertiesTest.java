/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever happens in whatever order, change by change comes to the same as all at once. */
@Rule({27, 28, 29})
class FilterPropertiesTest {
  private static final String LOCAL = "n0";
  private static final List<String> NODES = List.of(LOCAL, "n1", "n2", "n3", "n4");
  private static final List<String> SERVICES = List.of("s0", "s1", "s2");
  private static final List<String> SLICES = List.of("k0", "k1", "k2", "k3", "k4");

  /** Something that is told to the filter; an absent value is a removal. */
  private sealed interface Step {
    record NodeStep(String name, Optional<Map<String, String>> labels) implements Step {}

    record ServiceStep(String name, Optional<Map<String, String>> annotations) implements Step {}

    record SliceStep(String key, Optional<Json> slice) implements Step {}
  }

  /** What is there, and what a client of the node has seen of it. */
  private static final class Model {
    private final Map<String, Map<String, String>> nodes = new HashMap<>();
    private final Map<String, Topology> services = new HashMap<>();
    private final Map<String, Json> slices = new TreeMap<>();

    void apply(Step step) {
      if (step instanceof Step.NodeStep node) {
        put(nodes, node.name(), node.labels());
      } else if (step instanceof Step.SliceStep slice) {
        put(slices, slice.key(), slice.slice());
      } else if (step instanceof Step.ServiceStep service) {
        put(
            services,
            service.name(),
            service.annotations().map(annotations -> inForce(service.name(), annotations)));
      }
    }

    private Topology inForce(String name, Map<String, String> annotations) {
      return Topology.read(annotations) instanceof Topology.Reading.Stated stated
          ? stated.topology()
          : services.getOrDefault(name, Topology.UNFILTERED);
    }

    private static <V> void put(Map<String, V> map, String key, Optional<V> value) {
      value.ifPresentOrElse(present -> map.put(key, present), () -> map.remove(key));
    }

    Map<String, Shown> shown() {
      Map<String, Shown> shown = new TreeMap<>();
      Set<String> names = new HashSet<>(SERVICES);
      names.add("");
      for (String service : names) {
        List<String> keys =
            slices.keySet().stream().filter(key -> serviceOf(key).equals(service)).toList();
        List<SliceShape> shapes = keys.stream().map(key -> Slices.shape(slices.get(key))).toList();
        for (int i = 0; i < keys.size(); i++) {
          shown.put(keys.get(i), shown(service, shapes).get(i));
        }
      }
      return shown;
    }

    private List<Shown> shown(String service, List<SliceShape> shapes) {
      Topology topology = service.isEmpty() ? Topology.UNFILTERED : services.get(service);
      return topology == null
          ? shapes.stream().map(shape -> Shown.nothing()).toList()
          : TopologyFilter.forNode(nodes.getOrDefault(LOCAL, Map.of()), nodes::get)
              .show(topology, shapes);
    }

    String serviceOf(String key) {
      return slices.get(key).get("metadata", "labels", "kubernetes.io/service-name").asString("");
    }

    /** What a client may notice of each slice. */
    Map<String, Json> forms() {
      Map<String, Json> forms = new TreeMap<>();
      shown()
          .forEach(
              (key, shown) -> {
                Json form = Json.parse(SliceRenderer.render(slices.get(key).toBytes(), shown, "1"));
                forms.put(
                    key,
                    shown.filtered() ? form.withoutAt(List.of("metadata", "generation")) : form);
              });
      return forms;
    }
  }

  @Property(tries = 300)
  void after_each_change_the_same_is_shown_as_all_at_once(@ForAll("steps") List<Step> steps) {
    IncrementalFilter<String> filter = new IncrementalFilter<>(LOCAL);
    Model model = new Model();
    for (Step step : steps) {
      tell(filter, step);
      model.apply(step);
      assertThat(shown(filter)).isEqualTo(model.shown());
    }
  }

  @Property(tries = 300)
  void each_change_answers_with_the_slices_that_look_different_and_no_others(
      @ForAll("steps") List<Step> steps) {
    IncrementalFilter<String> filter = new IncrementalFilter<>(LOCAL);
    Model model = new Model();
    for (Step step : steps) {
      Map<String, Json> before = model.forms();
      model.apply(step);
      Map<String, Json> after = model.forms();
      List<String> different =
          after.keySet().stream().filter(key -> !after.get(key).equals(before.get(key))).toList();
      Changes<String> changes = tell(filter, step);
      assertThat(changes.slices())
          .extracting(Changes.Slice::key)
          .containsExactlyInAnyOrderElementsOf(different);
      for (Changes.Slice<String> change : changes.slices()) {
        assertThat(change.shown()).isEqualTo(model.shown().get(change.key()));
        assertThat(changes.services()).contains(change.service());
      }
    }
  }

  @Property(tries = 100)
  void the_order_in_which_the_world_is_learnt_is_irrelevant(
      @ForAll("steps") List<Step> steps, @ForAll Random random) {
    Model model = new Model();
    steps.forEach(model::apply);
    List<Step> world = new ArrayList<>();
    model.nodes.forEach((name, labels) -> world.add(new Step.NodeStep(name, Optional.of(labels))));
    model.slices.forEach((key, slice) -> world.add(new Step.SliceStep(key, Optional.of(slice))));
    model.services.forEach(
        (name, topology) ->
            world.add(new Step.ServiceStep(name, Optional.of(annotations(topology)))));
    Collections.shuffle(world, random);
    IncrementalFilter<String> filter = new IncrementalFilter<>(LOCAL);
    world.forEach(step -> tell(filter, step));
    assertThat(shown(filter)).isEqualTo(model.shown());
  }

  @Property(tries = 200)
  void no_endpoint_of_another_unit_is_ever_shown_for_a_service_that_stays_in_its_unit(
      @ForAll("steps") List<Step> steps) {
    IncrementalFilter<String> filter = new IncrementalFilter<>(LOCAL);
    Model model = new Model();
    for (Step step : steps) {
      for (Changes.Slice<String> change : tell(filter, step).slices()) {
        assertThat(change.shown().filtered() || !staysInItsUnit(filter, change.service())).isTrue();
      }
      model.apply(step);
      model.slices.forEach(
          (key, slice) -> {
            SliceShape shape = Slices.shape(slice);
            if (staysInItsUnit(filter, shape.service())) {
              assertThat(placesOutside(model, shape)).noneMatch(filter.shown(key).get()::keeps);
            }
          });
    }
  }

  private static boolean staysInItsUnit(IncrementalFilter<String> filter, ServiceName service) {
    return !service.name().isEmpty()
        && filter
            .topologyOf(service)
            .map(topology -> topology.keys().equals(List.of("location")))
            .orElse(true);
  }

  private static List<Integer> placesOutside(Model model, SliceShape shape) {
    String unit = model.nodes.getOrDefault(LOCAL, Map.of()).getOrDefault("location", "");
    List<Integer> outside = new ArrayList<>();
    for (int place = 0; place < shape.size(); place++) {
      String other =
          shape
              .node(place)
              .map(node -> model.nodes.getOrDefault(node, Map.of()))
              .map(labels -> labels.getOrDefault("location", ""))
              .orElse("");
      if (unit.isEmpty() || !unit.equals(other)) {
        outside.add(place);
      }
    }
    return outside;
  }

  private static Changes<String> tell(IncrementalFilter<String> filter, Step step) {
    if (step instanceof Step.NodeStep node) {
      return node.labels()
          .map(labels -> filter.node(node.name(), labels))
          .orElseGet(() -> filter.nodeRemoved(node.name()));
    }
    if (step instanceof Step.ServiceStep service) {
      ServiceName name = new ServiceName("default", service.name());
      return service
          .annotations()
          .map(annotations -> filter.service(name, Topology.read(annotations)))
          .orElseGet(() -> filter.serviceRemoved(name));
    }
    Step.SliceStep slice = (Step.SliceStep) step;
    return slice
        .slice()
        .map(json -> filter.slice(slice.key(), Slices.shape(json)))
        .orElseGet(() -> filter.sliceRemoved(slice.key()));
  }

  private static Map<String, Shown> shown(IncrementalFilter<String> filter) {
    Map<String, Shown> shown = new TreeMap<>();
    SLICES.forEach(key -> filter.shown(key).ifPresent(value -> shown.put(key, value)));
    return shown;
  }

  private static Map<String, String> annotations(Topology topology) {
    String keys = Json.array(topology.keys().stream().map(Json::of).toList()).toString();
    return topology.mode() == Topology.Mode.ORDERED
        ? Map.of("topologyKeys", keys, "unitgrid.dev/topology-mode", "ordered")
        : Map.of("topologyKeys", keys);
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    return Arbitraries.oneOf(nodes(), services(), slices(), slices()).list().ofMaxSize(40);
  }

  private static Arbitrary<Step> nodes() {
    Arbitrary<Map<String, String>> labels =
        Arbitraries.maps(
                Arbitraries.of("location", "region", "other"), Arbitraries.of("a", "b", ""))
            .ofMaxSize(3);
    return Combinators.combine(Arbitraries.of(NODES), labels.optional(0.85)).as(Step.NodeStep::new);
  }

  private static Arbitrary<Step> services() {
    Arbitrary<Map<String, String>> annotations =
        Combinators.combine(
                Arbitraries.of(
                    "[\"location\"]",
                    "[\"location\",\"region\"]",
                    "[\"region\",\"location\"]",
                    "[\"location\",\"*\"]",
                    "[\"*\"]",
                    "[]",
                    "broken"),
                Arbitraries.of("", "", "ordered"))
            .as((keys, mode) -> Map.of("topologyKeys", keys, "unitgrid.dev/topology-mode", mode));
    return Combinators.combine(Arbitraries.of(SERVICES), annotations.optional(0.85))
        .as(Step.ServiceStep::new);
  }

  private static Arbitrary<Step> slices() {
    return Combinators.combine(Arbitraries.of(SLICES), slice().optional(0.9))
        .as(Step.SliceStep::new);
  }

  private static Arbitrary<Json> slice() {
    Arbitrary<Endpoint> endpoints =
        Combinators.combine(
                Arbitraries.of("10.0.0.1", "10.0.0.2", "10.0.0.3"),
                Arbitraries.of(NODES).injectNull(0.1),
                Arbitraries.of(true, false))
            .as(Endpoint::new);
    return Combinators.combine(
            Arbitraries.of("s0", "s0", "s1", "s2", ""),
            Arbitraries.of("IPv4", "IPv4", "IPv6"),
            Arbitraries.of(List.of("http"), List.of("http", "metrics"), List.<String>of()),
            endpoints.list().ofMaxSize(4),
            Arbitraries.integers().between(1, 9))
        .as(
            (service, type, ports, list, generation) ->
                Slices.slice(type, ports, list.toArray(Endpoint[]::new))
                    .withAt(
                        List.of("metadata", "labels", "kubernetes.io/service-name"),
                        Json.of(service))
                    .withAt(List.of("metadata", "generation"), Json.of(generation)));
  }
}
