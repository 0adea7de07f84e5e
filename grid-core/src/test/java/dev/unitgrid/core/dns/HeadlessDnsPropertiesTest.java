/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.dns;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Headless;
import dev.unitgrid.core.Rule;
import dev.unitgrid.core.topology.ServiceName;
import java.nio.charset.StandardCharsets;
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
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds whatever grids, units, pods and addresses there are, and however they come. */
@Rule(32)
class HeadlessDnsPropertiesTest {
  private static final DnsSettings CLOSED = new DnsSettings("cluster.local", true);
  private static final List<String> GRIDS =
      List.of("a", "a-1", "a-1-0", "a.b", "app", "app-beijing", "x".repeat(49));
  private static final List<String> UNITS = List.of("beijing", "1", "a_b");
  private static final List<String> KEYS = List.of("location", "zone");
  private static final List<String> SERVICES = List.of("s-svc", "t-svc");
  private static final List<String> NODES = List.of("n0", "n1", "n2");

  /** Something that happens; an absent value is an end. */
  private sealed interface Step {
    record ServiceStep(String name, Optional<Json> service) implements Step {}

    record SetStep(String name, Optional<Json> set) implements Step {}

    record SliceStep(String key, Optional<Slice> slice) implements Step {}

    record NodeStep(String name, Optional<Map<String, String>> labels) implements Step {}

    record LocalStep(Map<String, String> labels) implements Step {}
  }

  /** A pod of the child of {@code unit} of {@code grid}, or of no grid if that is empty. */
  private record Pod(String name, String grid, long ordinal, String node, boolean ready) {
    Json endpoint(String address) {
      return Headless.pod(name, address)
          .with("nodeName", Json.of(node))
          .with("conditions", Json.object("ready", ready));
    }
  }

  private record Slice(String key, String service, List<Pod> pods) {
    /** An address tells its pod: no two pods of the world share one. */
    String address(int place) {
      int sum = Math.floorMod(pods.get(place).hashCode(), 250 * 250);
      return "10."
          + (SERVICES.indexOf(service) * 100 + place + Integer.parseInt(key.substring(1)) * 20)
          + "."
          + sum / 250
          + "."
          + sum % 250;
    }

    Json json() {
      List<Json> endpoints = new ArrayList<>();
      for (int place = 0; place < pods.size(); place++) {
        endpoints.add(pods.get(place).endpoint(address(place)));
      }
      return Headless.slice(service, endpoints.toArray(Json[]::new));
    }

    SliceNames names() {
      return SliceNames.read(json().toBytes(), CLOSED);
    }
  }

  private static final class World {
    private Map<String, String> local = Map.of();
    private final Map<String, Map<String, String>> nodes = new HashMap<>();
    private final Map<String, GoverningService> services = new TreeMap<>();
    private final Map<String, ObservedStatefulSet> sets = new TreeMap<>();
    private final Map<String, Slice> slices = new TreeMap<>();

    void apply(Step step) {
      if (step instanceof Step.LocalStep now) {
        local = now.labels();
      } else if (step instanceof Step.NodeStep node) {
        put(nodes, node.name(), node.labels());
      } else if (step instanceof Step.ServiceStep service) {
        put(services, service.name(), service.service().flatMap(GoverningService::read));
      } else if (step instanceof Step.SetStep set) {
        put(sets, set.name(), set.set().map(ObservedStatefulSet::read));
      } else if (step instanceof Step.SliceStep slice) {
        put(slices, slice.key(), slice.slice());
      }
    }

    private static <V> void put(Map<String, V> map, String key, Optional<V> value) {
      value.ifPresentOrElse(present -> map.put(key, present), () -> map.remove(key));
    }

    ImmutableList<ServiceNames> all(Random order) {
      return HeadlessDns.all(
          CLOSED,
          local,
          nodes,
          shuffled(services.values(), order),
          shuffled(sets.values(), order),
          shuffled(slices.values().stream().map(Slice::names).toList(), order));
    }

    private static <T> List<T> shuffled(java.util.Collection<T> values, Random order) {
      List<T> shuffled = new ArrayList<>(values);
      Collections.shuffle(shuffled, order);
      return shuffled;
    }

    /** The pods behind an address of a Service. */
    List<Pod> podsAt(String service, String address) {
      List<Pod> pods = new ArrayList<>();
      for (Slice slice : slices.values()) {
        for (int place = 0; place < slice.pods().size(); place++) {
          if (slice.service().equals(service) && slice.address(place).equals(address)) {
            pods.add(slice.pods().get(place));
          }
        }
      }
      return pods;
    }

    Set<String> podNames(String service) {
      return slices.values().stream()
          .filter(slice -> slice.service().equals(service))
          .flatMap(slice -> slice.pods().stream())
          .map(Pod::name)
          .collect(Collectors.toSet());
    }
  }

  @Property(tries = 300)
  void a_name_never_answers_another_units_pod_and_a_real_pods_name_is_never_shadowed(
      @ForAll("steps") List<Step> steps) {
    World world = new World();
    steps.forEach(world::apply);
    for (ServiceNames names : world.all(new Random(1))) {
      String service = names.service().name();
      GoverningService governing = world.services.get(service);
      for (NameRecord each : names.records()) {
        assertThat(each.addresses()).isNotEmpty();
        for (String address : each.addresses()) {
          checkAnswer(world, governing, hostOf(each, service), address);
        }
      }
    }
  }

  private static void checkAnswer(
      World world, GoverningService service, String host, String address) {
    if (host.isEmpty() && address.equals(Naming.NOBODY)) {
      return;
    }
    String key = service.unitKey();
    List<Pod> pods = world.podsAt(service.name().name(), address);
    assertThat(pods).as("%s of %s", address, host).isNotEmpty();
    assertThat(pods)
        .anySatisfy(
            pod -> {
              assertThat(pod.ready()).isTrue();
              if (host.isEmpty()) {
                assertThat(world.nodes.get(pod.node()).get(key)).isEqualTo(world.local.get(key));
              } else if (world.podNames(service.name().name()).contains(host)) {
                assertThat(pod.name()).isEqualTo(host);
              } else {
                assertThat(host).isEqualTo(gridOf(world, pod) + "-" + pod.ordinal());
                assertThat(isLocal(world, service, pod)).isTrue();
              }
            });
  }

  @Property(tries = 300)
  void every_ready_pod_of_the_unit_has_both_names_unless_a_real_pod_has_the_shorter_one(
      @ForAll("steps") List<Step> steps) {
    World world = new World();
    steps.forEach(world::apply);
    Map<String, ServiceNames> all =
        world.all(new Random(1)).stream()
            .collect(Collectors.toMap(names -> names.service().name(), names -> names));
    for (Slice slice : world.slices.values()) {
      GoverningService service = world.services.get(slice.service());
      for (Pod pod : slice.pods()) {
        if (service != null && pod.ready() && isLocal(world, service, pod)) {
          assertThat(hosts(all.get(slice.service()))).contains(pod.name());
          String grid = gridOf(world, pod);
          String unitFree = grid + "-" + pod.ordinal();
          boolean taken =
              world.podNames(slice.service()).contains(unitFree)
                  || world.sets.values().stream()
                      .anyMatch(
                          set ->
                              set.name().equals(grid)
                                  && set.service().name().equals(slice.service())
                                  && set.has(pod.ordinal()));
          assertThat(hosts(all.get(slice.service())).contains(unitFree)).isNotEqualTo(taken);
          assertThat(
                  all.get(slice.service()).withheld().stream()
                      .anyMatch(each -> each.name().startsWith(unitFree + ".")))
              .isEqualTo(taken);
        }
      }
    }
  }

  /** A StatefulSet has the pods of its names, whoever made them before it came. */
  private static String gridOf(World world, Pod pod) {
    return pod.grid().isEmpty()
        ? setOf(world, pod)
            .flatMap(ObservedStatefulSet::child)
            .map(child -> child.grid())
            .orElse("")
        : pod.grid();
  }

  private static Optional<ObservedStatefulSet> setOf(World world, Pod pod) {
    return Optional.ofNullable(
        world.sets.get(pod.name().substring(0, pod.name().lastIndexOf('-'))));
  }

  private static boolean isLocal(World world, GoverningService service, Pod pod) {
    return setOf(world, pod)
        .filter(set -> set.service().equals(service.name()))
        .flatMap(ObservedStatefulSet::child)
        .filter(child -> child.unitKey().equals(service.unitKey()))
        .filter(child -> child.unit().equals(world.local.get(service.unitKey())))
        .isPresent();
  }

  @Property(tries = 300)
  void change_by_change_it_comes_to_the_same_as_all_at_once(@ForAll("steps") List<Step> steps) {
    HeadlessDns<String> dns = new HeadlessDns<>(CLOSED);
    World world = new World();
    for (Step step : steps) {
      Map<ServiceName, ServiceNames> before = byName(world.all(new Random(2)));
      world.apply(step);
      Map<ServiceName, ServiceNames> after = byName(world.all(new Random(3)));

      List<ServiceNames> changed = tell(dns, step);

      Set<ServiceName> different = new HashSet<>(before.keySet());
      different.addAll(after.keySet());
      different.removeIf(name -> java.util.Objects.equals(before.get(name), after.get(name)));
      assertThat(changed).extracting(ServiceNames::service).hasSameElementsAs(different);
      for (String service : SERVICES) {
        ServiceName name = new ServiceName("default", service);
        assertThat(dns.namesOf(name)).isEqualTo(after.getOrDefault(name, ServiceNames.none(name)));
      }
    }
  }

  @Property(tries = 100)
  void the_same_world_gives_the_same_bytes_and_they_are_put_once(
      @ForAll("steps") List<Step> steps, @ForAll Random one, @ForAll Random other) {
    World world = new World();
    steps.forEach(world::apply);

    byte[] bytes = file(world, one);

    assertThat(file(world, other)).isEqualTo(bytes);
    List<NameRecord> records = new ArrayList<>();
    world.all(one).forEach(names -> records.addAll(names.records()));
    HostsBlock.Content again = HostsBlock.of("cluster.local").in(bytes, records);
    assertThat(again.bytes()).isEqualTo(bytes);
    assertThat(again.repairs()).isEmpty();
    assertThat(new String(bytes, StandardCharsets.US_ASCII).lines())
        .allMatch(line -> line.startsWith("#") || line.split(" ").length == 2);
  }

  private static byte[] file(World world, Random order) {
    List<NameRecord> records = new ArrayList<>();
    world.all(order).forEach(names -> records.addAll(names.records()));
    return HostsBlock.of("cluster.local").in(new byte[0], records).bytes();
  }

  private static Map<ServiceName, ServiceNames> byName(List<ServiceNames> all) {
    return all.stream().collect(Collectors.toMap(ServiceNames::service, names -> names));
  }

  private static List<ServiceNames> tell(HeadlessDns<String> dns, Step step) {
    if (step instanceof Step.LocalStep local) {
      return dns.localNode(local.labels());
    }
    if (step instanceof Step.NodeStep node) {
      return node.labels()
          .map(labels -> dns.node(node.name(), labels))
          .orElseGet(() -> dns.nodeRemoved(node.name()));
    }
    if (step instanceof Step.ServiceStep service) {
      return service
          .service()
          .flatMap(GoverningService::read)
          .map(dns::service)
          .orElseGet(() -> dns.serviceRemoved(new ServiceName("default", service.name())));
    }
    if (step instanceof Step.SetStep set) {
      return set.set()
          .map(ObservedStatefulSet::read)
          .map(dns::statefulSet)
          .orElseGet(() -> dns.statefulSetRemoved("default", set.name()));
    }
    Step.SliceStep slice = (Step.SliceStep) step;
    return slice
        .slice()
        .map(now -> dns.slice(slice.key(), now.names()))
        .orElseGet(() -> dns.sliceRemoved(slice.key()));
  }

  private static Set<String> hosts(ServiceNames names) {
    return names.records().stream()
        .map(each -> hostOf(each, names.service().name()))
        .collect(Collectors.toSet());
  }

  private static String hostOf(NameRecord each, String service) {
    String suffix = service + ".default.svc.cluster.local";
    assertThat(each.name()).endsWith(suffix);
    String host = each.name().substring(0, each.name().length() - suffix.length());
    return host.isEmpty() ? host : host.substring(0, host.length() - 1);
  }

  // What may happen

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Step> any =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(2, services()),
            net.jqwik.api.Tuple.of(5, sets()),
            net.jqwik.api.Tuple.of(6, slices()),
            net.jqwik.api.Tuple.of(2, nodes()),
            net.jqwik.api.Tuple.of(1, labels().map(Step.LocalStep::new)));
    return Combinators.combine(labels(), any.list().ofMinSize(1).ofMaxSize(25))
        .as(
            (local, more) -> {
              List<Step> all = new ArrayList<>();
              all.add(new Step.LocalStep(local));
              SERVICES.forEach(
                  name ->
                      all.add(
                          new Step.ServiceStep(
                              name, Optional.of(Headless.service(name, "location")))));
              all.addAll(more);
              return all;
            });
  }

  private static Arbitrary<Map<String, String>> labels() {
    return Combinators.combine(Arbitraries.of(UNITS), Arbitraries.of(UNITS))
        .as((location, zone) -> Map.of("location", location, "zone", zone));
  }

  private static Arbitrary<Step> nodes() {
    return Combinators.combine(Arbitraries.of(NODES), labels().optional()).as(Step.NodeStep::new);
  }

  private static Arbitrary<Step> services() {
    return Combinators.combine(
            Arbitraries.of(SERVICES), Arbitraries.of(KEYS).optional(), Arbitraries.of(true, false))
        .as(
            (name, key, headless) ->
                new Step.ServiceStep(
                    name,
                    key.map(
                        unitKey ->
                            Headless.service(name, unitKey)
                                .withAt(
                                    List.of("spec", "clusterIP"),
                                    Json.of(headless ? "None" : "10.96.0.1")))));
  }

  private static Arbitrary<Step> sets() {
    return Combinators.combine(
            Arbitraries.of(GRIDS),
            Arbitraries.of(UNITS),
            Arbitraries.of(KEYS),
            Arbitraries.of(SERVICES),
            Arbitraries.integers().between(0, 9))
        .as(
            (name, unit, key, service, luck) -> {
              Grid grid = Headless.grid(name, key, service);
              Json set = Headless.statefulSet(grid, unit);
              if (luck == 9) { // one that no grid controls, by a name that may be a grid's
                set =
                    set.withAt(List.of("metadata", "name"), Json.of(name.replace('.', '-')))
                        .withAt(List.of("metadata", "ownerReferences"), Json.array());
              }
              String setName = set.get("metadata", "name").asString("");
              return new Step.SetStep(setName, luck == 8 ? Optional.empty() : Optional.of(set));
            });
  }

  private static Arbitrary<Step> slices() {
    Arbitrary<Slice> slice =
        Combinators.combine(
                Arbitraries.of("k1", "k2", "k3"),
                Arbitraries.of(SERVICES),
                pods().list().ofMaxSize(6))
            .as(Slice::new);
    return Combinators.combine(slice, Arbitraries.integers().between(0, 9))
        .as(
            (now, luck) ->
                new Step.SliceStep(now.key(), luck == 9 ? Optional.empty() : Optional.of(now)));
  }

  private static Arbitrary<Pod> pods() {
    return Combinators.combine(
            Arbitraries.of(GRIDS),
            Arbitraries.of(UNITS),
            Arbitraries.of(KEYS),
            Arbitraries.longs().between(0, 3),
            Arbitraries.of(NODES),
            Arbitraries.integers().between(0, 9))
        .as(
            (name, unit, key, ordinal, node, luck) -> {
              Grid grid = Headless.grid(name, key, "any");
              String set = luck == 9 ? name.replace('.', '-') : Headless.childName(grid, unit);
              return new Pod(set + "-" + ordinal, luck == 9 ? "" : name, ordinal, node, luck > 1);
            });
  }
}
