/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.testkit.TestCluster;
import dev.unitgrid.testkit.controlplane.ControlPlane;
import dev.unitgrid.testkit.kubectl.Kubectl.Following;
import dev.unitgrid.testkit.kubectl.Kubectl.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kubectl says the same of the embedded server as of a real control plane: each sentence runs on
 * both, and what it prints is equal but for names that are made up, addresses, nodes and times.
 */
@Tag("control-plane")
class KubectlTest {
  private static final AtomicInteger NAMESPACES = new AtomicInteger();
  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, labels: {app: web}}
      spec:
        replicas: 2
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: web, image: "web:1", ports: [{containerPort: 8080}]}]}
      """;
  private static final String OTHERS =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: settings}
      data: {color: red, size: "3"}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata: {name: reader}
      rules: [{apiGroups: [""], resources: [pods], verbs: [get, list]}]
      """;
  private static final String STATEFUL_SET =
      """
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: db, labels: {app: db}}
      spec:
        replicas: 1
        serviceName: db
        selector: {matchLabels: {app: db}}
        template:
          metadata: {labels: {app: db}}
          spec: {containers: [{name: db, image: "db:1"}]}
      """;
  private static final String MANAGERS =
      "{range.metadata.managedFields[*]}{.manager}/{.operation}{'\\x20'}{end}";
  private static final String READY =
      "get endpointslice -l kubernetes.io/service-name=web"
          + " -o jsonpath={.items[*].endpoints[*].conditions.ready}";
  private static final String DEFINITION =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: lamps.kubectl.unitgrid.dev}
      spec:
        group: kubectl.unitgrid.dev
        scope: Namespaced
        names: {plural: lamps, singular: lamp, kind: Lamp, shortNames: [lp]}
        versions:
        - name: v1
          served: true
          storage: true
          additionalPrinterColumns:
          - {name: Watts, type: integer, jsonPath: .spec.watts}
          - {name: Color, type: string, jsonPath: .spec.color, priority: 1}
          schema:
            openAPIV3Schema:
              type: object
              description: Something that shines.
              properties:
                spec:
                  type: object
                  description: What the lamp is to be.
                  required: [watts]
                  properties:
                    watts: {type: integer, minimum: 1, description: How much it takes.}
                    color: {type: string, description: How it shines.}
      """;
  private static final String LAMP =
      """
      apiVersion: kubectl.unitgrid.dev/v1
      kind: Lamp
      metadata: {name: desk}
      spec: {watts: 40, color: warm}
      """;

  private static final String EMPTY_NODE = "sh-1";

  @TempDir static Path folder;
  private static TestCluster embedded;
  private static ControlPlane plane;
  private static Kubectl ours;
  private static Kubectl real;
  private String namespace;

  @BeforeAll
  static void start() throws IOException {
    Kubectl.require();
    plane = ControlPlane.start(Path.of(System.getenv("KUBEBUILDER_ASSETS")));
    embedded = TestCluster.start();
    embedded.nodes("location=beijing", "bj-1", "bj-2");
    Path file = folder.resolve("kubeconfig");
    Files.writeString(file, embedded.kubeconfig());
    ours = new Kubectl(file);
    real = new Kubectl(plane.kubeconfig());
    plane.nodes("location=beijing", "bj-1", "bj-2");
    // The scheduler chooses among nodes at random: of one that it leaves alone all is known.
    embedded.nodes("location=shanghai", EMPTY_NODE);
    plane.nodes("location=shanghai", EMPTY_NODE);
    assertThat(run("", "cordon " + EMPTY_NODE)).allMatch(each -> each.exit() == 0);
  }

  @AfterAll
  static void stop() {
    embedded.close();
    plane.close();
  }

  @BeforeEach
  void newNamespace() {
    namespace = "k" + NAMESPACES.incrementAndGet();
    String manifest = "apiVersion: v1\nkind: Namespace\nmetadata: {name: " + namespace + "}";
    assertThat(run(manifest, "apply --server-side -f -")).allMatch(each -> each.exit() == 0);
  }

  /** Runs a sentence on both; answers what both say. */
  private String both(String sentence) {
    return both("", sentence);
  }

  private String both(String input, String sentence) {
    List<Run> runs = run(input, sentence + " -n " + namespace);
    assertThat(plain(runs.get(0).output()))
        .as("kubectl " + sentence)
        .isEqualTo(plain(runs.get(1).output()));
    assertThat(runs.get(0).exit()).as("exit of kubectl " + sentence).isEqualTo(runs.get(1).exit());
    return plain(runs.get(0).output());
  }

  /** The embedded server's run, then the real one's. */
  private static List<Run> run(String input, String sentence) {
    CompletableFuture<Run> first = ours.run(input, words(sentence));
    CompletableFuture<Run> second = real.run(input, words(sentence));
    return List.of(first.join(), second.join());
  }

  private static List<String> words(String sentence) {
    return Arrays.asList(sentence.split(" ", -1));
  }

  /** Without what is made up: names of pods, addresses, the node that was chosen, times. */
  private static String plain(String output) {
    return output
        .replaceAll("[A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} [0-9:]{8} \\+0000", "DATE")
        .replaceAll("/tmp/(LIVE|MERGED)-\\d+/", "$1/")
        .replaceAll("\\d{4}-\\d\\d-\\d\\d [0-9:.]+ \\+0000", "TIME")
        .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:]{8}Z", "TIME")
        .replaceAll("Resource Version: +\\d+", "Resource Version: VERSION")
        .replaceAll("resourceVersion: \"\\d+\"", "resourceVersion: VERSION")
        .replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "UID")
        .replaceAll("controller-revision-hash=db-[a-z0-9]+", "controller-revision-hash=HASH")
        // kwok, which plays the real nodes, has annotations and conditions of its own.
        .replaceAll("kwok.x-k8s.io/node: fake\\s+(node.alpha.kubernetes.io/ttl: 0\n)?", "<none>\n")
        .replaceAll("(?m)^ +[A-Z]\\w+ +True *\n", "")
        // The control plane's controller of nodes is off: kwok sends no heartbeats.
        .replaceAll("node.kubernetes.io/unschedulable:NoSchedule", "<none>")
        .replaceAll("pod-template-hash=[a-z0-9]+", "pod-template-hash=HASH")
        .replaceAll("web-[a-z0-9]{8,10}-[a-z0-9]{5}", "web-POD")
        .replaceAll("web-[a-z0-9]{8,10}\\b", "web-SET")
        .replaceAll("10(\\.\\d+){3}", "ADDRESS")
        .replaceAll("bj-[12](/[A-Z0-9.]+)?", "NODE")
        .replaceAll("\\b\\d+[smh](\\d+s)?\\b", "AGE")
        .replaceAll("[ \\t]+", " ")
        .replaceAll("(?m) +$", "")
        .strip();
  }

  /**
   * Runs a sentence again and again until what each server says is {@code enough}: controllers do
   * their work at their time, and what they did up to now is no answer to compare.
   */
  private void until(Predicate<String> enough, String sentence) {
    long end = System.nanoTime() + 60_000_000_000L;
    for (Kubectl kubectl : List.of(ours, real)) {
      String said = saidBy(kubectl, sentence);
      while (!enough.test(said)) {
        assertThat(System.nanoTime()).as("kubectl %s says %s", sentence, said).isLessThan(end);
        LockSupport.parkNanos(100_000_000);
        said = saidBy(kubectl, sentence);
      }
    }
  }

  private String saidBy(Kubectl kubectl, String sentence) {
    return plain(kubectl.run("", words(sentence + " -n " + namespace)).join().output());
  }

  private void web() {
    both(DEPLOYMENT, "apply -f -");
    both("wait deployment/web --for=condition=Available --timeout=60s");
    rolledOut("deployment/web");
  }

  /** How often it said that it waits is not looked at. */
  private void rolledOut(String workload) {
    for (Run run : run("", "rollout status " + workload + " --timeout=60s -n " + namespace)) {
      assertThat(run.exit()).as(run.output()).isZero();
    }
  }

  private void noPods(String label) {
    until(String::isEmpty, "get pod -l " + label + " -o name");
  }

  // apply

  @Test
  void a_client_side_apply_creates_changes_and_leaves_alone() {
    String all = DEPLOYMENT + "---\n" + OTHERS;
    assertThat(both(all, "apply -f -"))
        .isEqualTo(
            """
            deployment.apps/web created
            service/web created
            configmap/settings created
            role.rbac.authorization.k8s.io/reader created""");
    assertThat(both(all, "apply -f -")).contains("configmap/settings unchanged");
    assertThat(both(OTHERS.replace("red", "blue"), "apply -f -"))
        .contains("configmap/settings configured", "service/web unchanged");
    assertThat(both("get configmap settings -o jsonpath={.data}"))
        .isEqualTo("{\"color\":\"blue\",\"size\":\"3\"}");
    assertThat(both(OTHERS.replace(", size: \"3\"", ""), "apply -f -"))
        .contains("configmap/settings configured");
    assertThat(both("get configmap settings -o jsonpath={.data}")).isEqualTo("{\"color\":\"red\"}");
  }

  @Test
  void a_server_side_apply_creates_and_names_the_manager_it_conflicts_with() {
    assertThat(both(DEPLOYMENT, "apply --server-side -f -"))
        .isEqualTo("deployment.apps/web serverside-applied");
    String other = DEPLOYMENT.replace("web:1", "web:2");
    assertThat(both(other, "apply --server-side --field-manager=other -f -"))
        .contains(
            "conflict with \"kubectl\"", ".spec.template.spec.containers[name=\"web\"].image");
    assertThat(both(other, "apply --server-side --field-manager=other --force-conflicts -f -"))
        .isEqualTo("deployment.apps/web serverside-applied");
    assertThat(both("get deployment web -o jsonpath={.spec.template.spec.containers[*].image}"))
        .isEqualTo("web:2");
  }

  @Test
  void both_kinds_of_apply_take_turns_at_one_object() {
    both(map("{color: red, size: '3'}"), "apply -f -");
    assertThat(both(map("{color: blue}"), "apply --server-side -f -"))
        .isEqualTo("configmap/m serverside-applied");
    // What the first kind brought and the second left out is gone.
    assertThat(both("get configmap m -o jsonpath={.data}")).isEqualTo("{\"color\":\"blue\"}");
    assertThat(both("get configmap m -o jsonpath=" + MANAGERS))
        .isEqualTo("kubectl-last-applied/Apply kubectl/Apply");
    assertThat(both(map("{color: green, form: round}"), "apply -f -"))
        .isEqualTo("configmap/m configured");
    both("get configmap m -o jsonpath=" + MANAGERS);
    both(map("{color: white}"), "apply --server-side -f -");
    assertThat(both("get configmap m -o jsonpath={.data}")).isEqualTo("{\"color\":\"white\"}");
    both(map("{color: black}"), "apply --server-side --field-manager=other -f -");
    both(map("{color: black}"), "apply --server-side --field-manager=other --force-conflicts -f -");
    both(map("{}"), "apply -f -");
    both("get configmap m -o yaml --show-managed-fields");
  }

  @Test
  void validation_is_on() {
    String unknown = DEPLOYMENT.replace("replicas: 2", "replicas: 2\n  replica: 3");
    assertThat(both(unknown, "apply -f -")).contains("unknown field \"spec.replica\"");
    assertThat(both(unknown, "apply --server-side -f -")).contains("spec.replica");
    String text = DEPLOYMENT.replace("replicas: 2", "replicas: many");
    assertThat(both(text, "apply -f -")).contains("replicas");
    String missing = DEPLOYMENT.replace("name: web, image", "image");
    assertThat(both(missing, "apply -f -")).contains("spec.template.spec.containers[0].name");
    assertThat(both(OTHERS.replace("kind: Role", "kind: Roll"), "apply -f -"))
        .contains("no matches for kind \"Roll\"");
    assertThat(both(DEPLOYMENT, "apply --dry-run=server -f -"))
        .isEqualTo("deployment.apps/web created (server dry run)");
  }

  // get

  @Test
  void get_prints_the_same_columns_also_wide() {
    web();
    both(OTHERS, "apply -f -");
    assertThat(both("get deployment web -o wide"))
        .isEqualTo(
            "NAME READY UP-TO-DATE AVAILABLE AGE CONTAINERS IMAGES SELECTOR\n"
                + "web 2/2 2 2 AGE web web:1 app=web");
    both("get replicaset -o wide");
    assertThat(both("get pods -o wide"))
        .contains("web-POD 1/1 Running 0 AGE ADDRESS NODE <none> <none>");
    assertThat(both("get service web -o wide"))
        .endsWith("web ClusterIP ADDRESS <none> 80/TCP AGE app=web");
    both("get deployment,service,configmap/settings --show-labels");
    both("get deployment -L app");
    both("get deployment web -o name");
    both("get role reader -o yaml --show-managed-fields=false -o jsonpath={.rules}");
    assertThat(both("get deployment nothing")).contains("deployments.apps \"nothing\" not found");
    assertThat(both("get statefulset")).startsWith("No resources found in");
    assertThat(both("get nothing")).contains("doesn't have a resource type \"nothing\"");
  }

  @Test
  void get_w_prints_a_line_for_every_change() {
    both(map("{a: b}"), "apply -f -");
    try (Following first = ours.follow("get", "configmap", "m", "-w", "-n", namespace);
        Following second = real.follow("get", "configmap", "m", "-w", "-n", namespace)) {
      assertThat(lines(first, 2)).isEqualTo(lines(second, 2)).isEqualTo("NAME DATA AGE\nm 1 AGE");
      both(map("{a: b, c: d}"), "apply -f -");
      assertThat(lines(first, 1)).isEqualTo(lines(second, 1)).isEqualTo("m 2 AGE");
      both("delete configmap m");
      assertThat(lines(first, 1)).isEqualTo(lines(second, 1)).isEqualTo("m 2 AGE");
    }
  }

  private static String map(String values) {
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: " + values;
  }

  private static String lines(Following following, int count) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append(following.next()).append('\n');
    }
    return plain(lines.toString());
  }

  // describe

  @Test
  void describe_tells_the_same() {
    web();
    both(OTHERS, "apply -f -");
    both(map("{color: red}"), "apply -f -"); // kubectl describes several entries in any order
    assertThat(both("describe configmap m")).contains("color:\n----\nred");
    assertThat(both("describe role reader")).contains("pods [] [] [get list]");
    both("describe deployment web --show-events=false");
    until("true true"::equals, READY);
    both("describe service web --show-events=false");
  }

  @Test
  void describe_tells_the_same_of_stateful_sets_and_their_pods_and_nodes() {
    both(STATEFUL_SET, "apply -f -");
    rolledOut("statefulset/db");
    assertThat(both("describe statefulset db --show-events=false"))
        .contains("Pods Status: 1 Running / 0 Waiting / 0 Succeeded / 0 Failed");
    assertThat(both("describe pod db-0 --show-events=false"))
        .contains("Controlled By: StatefulSet/db", "Ready: True");
    String describe = "describe node " + EMPTY_NODE + " --show-events=false";
    until(said -> said.contains("KubeletReady"), describe);
    assertThat(both(describe)).contains("location=shanghai", "Unschedulable: true");
  }

  // Changes

  @Test
  void diff_tells_what_an_apply_would_change() {
    both(OTHERS, "apply -f -");
    assertThat(both(OTHERS.replace("red", "blue"), "diff -f -"))
        .contains("- color: red", "+ color: blue");
    assertThat(both(OTHERS.replace("red", "blue"), "diff --server-side -f -"))
        .contains("- color: red", "+ color: blue");
    assertThat(both(OTHERS, "diff -f -")).isEmpty();
    assertThat(both("get configmap settings -o jsonpath={.data.color}")).isEqualTo("red");
  }

  @Test
  void a_deletion_takes_the_dependents_first_or_leaves_them() {
    web();
    both("delete deployment web --cascade=orphan");
    assertThat(both("get replicaset")).endsWith("web-SET 2 2 2 AGE");
    both("delete replicaset -l app=web --cascade=foreground --wait");
    assertThat(both("get replicaset")).startsWith("No resources found");
    noPods("app=web");
    web();
    both("delete deployment web --cascade=background");
    noPods("app=web");
  }

  @Test
  void patch_label_annotate_and_scale_change_what_they_name() {
    web();
    assertThat(both("patch deployment web -p {\"spec\":{\"minReadySeconds\":1}}"))
        .isEqualTo("deployment.apps/web patched");
    // Of what no controller writes: a status that came in between would be a change to kubectl.
    both(map("{color: red}"), "apply -f -");
    assertThat(both("patch configmap m -p {\"data\":{\"color\":\"blue\"}}"))
        .isEqualTo("configmap/m patched");
    assertThat(both("patch configmap m -p {\"data\":{\"color\":\"blue\"}}"))
        .isEqualTo("configmap/m patched (no change)");
    both("patch deployment web --type=merge -p {\"spec\":{\"minReadySeconds\":null}}");
    both(
        "patch deployment web --type=json"
            + " -p [{\"op\":\"replace\",\"path\":\"/spec/paused\",\"value\":true},"
            + "{\"op\":\"add\",\"path\":\"/spec/paused\",\"value\":false}]");
    assertThat(both("label deployment web tier=front")).isEqualTo("deployment.apps/web labeled");
    assertThat(both("label deployment web tier=back")).contains("--overwrite is false");
    both("label deployment web tier-");
    both("annotate deployment web note=yes");
    assertThat(both("scale deployment web --replicas=3")).isEqualTo("deployment.apps/web scaled");
    rolledOut("deployment/web");
    assertThat(both("get deployment web")).endsWith("web 3/3 3 3 AGE");
    assertThat(both("scale deployment web --replicas=1 --current-replicas=7"))
        .contains("Expected replicas to be 7");
  }

  @Test
  void wait_and_delete_end_when_it_is_so() {
    web();
    assertThat(both("wait deployment/web --for=condition=Available --timeout=30s"))
        .isEqualTo("deployment.apps/web condition met");
    assertThat(both("wait deployment/web --for=jsonpath={.status.readyReplicas}=9 --timeout=1s"))
        .contains("timed out waiting for the condition on deployments/web");
    assertThat(both("delete deployment web")).contains("deployment.apps \"web\" deleted");
    assertThat(both("wait deployment/web --for=delete --timeout=30s")).isEmpty();
    assertThat(both("delete deployment web")).contains("deployments.apps \"web\" not found");
    noPods("app=web");
  }

  // What there is

  @Test
  void explain_describes_fields_of_built_in_kinds() {
    assertThat(both("explain deployment")).contains("KIND: Deployment", "spec <DeploymentSpec>");
    assertThat(both("explain deployment.spec.strategy.rollingUpdate")).contains("maxSurge");
    both("explain pod.spec.containers.resources --recursive");
    assertThat(both("explain deployment.spec.nothing"))
        .contains("field \"nothing\" does not exist");
  }

  @Test
  void api_resources_are_among_those_of_the_real_server() {
    List<Run> runs = run("", "api-resources -o wide --no-headers");
    Set<String> real = new HashSet<>(plain(runs.get(1).output()).lines().toList());
    List<String> ours =
        plain(runs.get(0).output()).lines().filter(line -> !line.contains("unitgrid")).toList();
    assertThat(ours).hasSizeGreaterThan(20);
    assertThat(real).containsAll(ours);
  }

  @Test
  void custom_resources_are_applied_validated_shown_and_explained() {
    run(DEFINITION, "apply -f -");
    both("wait crd/lamps.kubectl.unitgrid.dev --for=condition=Established --timeout=30s");
    until(said -> said.startsWith("No resources found"), "get lamps");
    assertThat(both(LAMP, "apply -f -")).isEqualTo("lamp.kubectl.unitgrid.dev/desk created");
    assertThat(both("get lp -o wide")).isEqualTo("NAME WATTS COLOR\ndesk 40 warm");
    assertThat(both(LAMP.replace("watts: 40", "watts: 0"), "apply -f -"))
        .contains("spec.watts in body should be greater than or equal to 1");
    String misspelt = LAMP.replace("color", "colour").replace("desk", "floor");
    assertThat(both(misspelt, "apply -f -")).contains("unknown field \"spec.colour\"");
    assertThat(both(LAMP.replace("40", "60"), "apply -f -")).endsWith("desk configured");
    until(said -> said.contains("How much it takes."), "explain lamp.spec");
    assertThat(both("explain lamp.spec")).contains("How much it takes.", "-required-");
    assertThat(both("explain lamp")).contains("Something that shines.", "<ObjectMeta>");
    both("describe lamp desk --show-events=false");
    both("delete lamp desk");
  }

  @Test
  void what_kubectl_sends_as_protobuf_is_read() {
    assertThat(both("create deployment made --image=made:1 --port=8080"))
        .isEqualTo("deployment.apps/made created");
    both("create configmap made --from-literal=color=red");
    both("create secret generic made --from-literal=password=secret");
    both("create serviceaccount made");
    both("create role made --verb=get,list --resource=pods");
    both("create rolebinding made --role=made --user=carl");
    both("create service clusterip made --tcp=80:8080");
    both("create poddisruptionbudget made --selector=app=made --min-available=1");
    both("run single --image=single:1 --port=80");
    both("expose deployment made --name=exposed --port=80");
    both("get deployment,secret,role,rolebinding,service,pdb -o name");
    assertThat(both("auth can-i list pods")).isEqualTo("yes");
    both("rollout restart deployment/made");
    until(history -> history.endsWith("2 <none>"), "rollout history deployment/made");
    both("create deployment made --image=made:1");
  }

  @Test
  void what_needs_a_kubelet_is_refused_in_a_sentence() {
    both("run single --image=single:1");
    both("wait pod/single --for=condition=Ready --timeout=30s");
    for (String sentence :
        List.of("logs single", "exec single -- true", "port-forward single 80")) {
      Run refused = ours.run("", words("-n " + namespace + " " + sentence)).join();
      assertThat(refused.exit()).as(sentence).isEqualTo(1);
      assertThat(refused.output()).as(sentence).contains("the embedded API server");
    }
  }
}
