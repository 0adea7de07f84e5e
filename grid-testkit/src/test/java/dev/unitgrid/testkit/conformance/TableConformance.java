/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.testkit.conformance.Api.Reply;
import dev.unitgrid.testkit.internal.api.Yaml;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Objects as tables and as metadata alone; the same for the embedded and for a real server. */
abstract class TableConformance extends Conformance {
  private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";

  private static ApiRequest accepting(String accept, String path) {
    ApiRequest plain = Api.request("GET", path, "", new byte[0]);
    return new ApiRequest(
        "GET", plain.path(), plain.query(), "", accept, new byte[0], plain.timeout());
  }

  private ApiResponse answerAs(String accept, String path) {
    return api.transport().send(accepting(accept, path)).join();
  }

  private Reply as(String accept, String path) {
    ApiResponse response = answerAs(accept, path);
    return new Reply(response.status(), Json.parse(response.body()));
  }

  private Json table(String path) {
    Reply reply = as(TABLE + ",application/json", path);
    assertThat(reply.status()).as(reply.body().toString()).isEqualTo(200);
    return reply.body();
  }

  private Json create(String path, String body) {
    Reply created = api.post(path, body);
    assertThat(created.status()).as(created.body().toString()).isEqualTo(201);
    return created.body();
  }

  private void status(String path, String status) {
    Reply set = api.merge(path + "/status", "{\"status\":" + status + "}");
    assertThat(set.status()).as(set.body().toString()).isEqualTo(200);
  }

  /** The cells of the one row; how old a thing is is {@code AGE}. */
  private String cells(String path) {
    List<String> cells =
        table(path).get("rows").items().get(0).get("cells").items().stream()
            .map(cell -> cell.asString(cell.toString()))
            .map(cell -> cell.matches("[0-9]+s") ? "AGE" : cell)
            .toList();
    return String.join(" | ", cells);
  }

  private static List<String> columns(Json table) {
    return table.get("columnDefinitions").items().stream()
        .map(
            column ->
                column.get("name").asString("")
                    + (column.get("priority").asLong(0) == 0 ? "" : "*"))
        .toList();
  }

  // Which columns

  @Test
  void built_in_kinds_have_these_columns_and_more_for_wide_output() {
    assertThat(columns(table(path("v1", "pods"))))
        .containsExactly(
            "Name",
            "Ready",
            "Status",
            "Restarts",
            "Age",
            "IP*",
            "Node*",
            "Nominated Node*",
            "Readiness Gates*");
    assertThat(columns(table(path("v1", "services"))))
        .containsExactly(
            "Name", "Type", "Cluster-IP", "External-IP", "Port(s)", "Age", "Selector*");
    assertThat(columns(table("/api/v1/nodes")))
        .containsExactly(
            "Name",
            "Status",
            "Roles",
            "Age",
            "Version",
            "Internal-IP*",
            "External-IP*",
            "OS-Image*",
            "Kernel-Version*",
            "Container-Runtime*");
    assertThat(columns(table(deployments)))
        .containsExactly(
            "Name",
            "Ready",
            "Up-to-date",
            "Available",
            "Age",
            "Containers*",
            "Images*",
            "Selector*");
    assertThat(columns(table(path("apps/v1", "statefulsets"))))
        .containsExactly("Name", "Ready", "Age", "Containers*", "Images*");
    assertThat(columns(table("/api/v1/namespaces"))).containsExactly("Name", "Status", "Age");
    assertThat(columns(table(path("rbac.authorization.k8s.io/v1", "roles"))))
        .containsExactly("Name", "Created At");
    assertThat(columns(table(path("v1", "events"))))
        .containsExactly(
            "Last Seen",
            "Type",
            "Reason",
            "Object",
            "Subobject*",
            "Source*",
            "Message",
            "First Seen*",
            "Count*",
            "Name*");
  }

  @Test
  void a_column_says_its_type_and_describes_itself() {
    Json name = table(configMaps).get("columnDefinitions").items().get(0);
    assertThat(name.get("type")).isEqualTo(Json.of("string"));
    assertThat(name.get("format")).isEqualTo(Json.of("name"));
    assertThat(name.get("description").asString("")).startsWith("Name must be unique");
  }

  // What is in a row

  @Test
  void a_service_shows_type_addresses_ports_and_selector() {
    create(
        services,
        """
        {"metadata":{"name":"node"},"spec":{"type":"NodePort","clusterIP":"10.96.77.1",
         "selector":{"b":"2","a":"1"},"ports":[{"name":"a","port":80,"nodePort":30777},
         {"name":"b","port":53,"protocol":"UDP","nodePort":30778}]}}""");
    assertThat(cells(services + "/node"))
        .isEqualTo(
            "node | NodePort | 10.96.77.1 | <none> | 80:30777/TCP,53:30778/UDP | AGE | a=1,b=2");
    create(services, "{\"metadata\":{\"name\":\"less\"},\"spec\":{\"clusterIP\":\"None\"}}");
    assertThat(cells(services + "/less"))
        .isEqualTo("less | ClusterIP | None | <none> | <none> | AGE | <none>");
    create(
        services,
        "{\"metadata\":{\"name\":\"far\"},\"spec\":{\"type\":\"ExternalName\",\"externalName\":\"a.b\"}}");
    assertThat(cells(services + "/far"))
        .isEqualTo("far | ExternalName | <none> | a.b | <none> | AGE | <none>");
  }

  @Test
  void workloads_show_ready_of_wanted_containers_images_and_selector() {
    createDemo();
    status(
        demo, "{\"replicas\":2,\"readyReplicas\":1,\"updatedReplicas\":2,\"availableReplicas\":1}");
    assertThat(cells(demo)).isEqualTo("demo | 1/2 | 2 | 1 | AGE | echo | echo:1 | app=echo");
    String sets = path("apps/v1", "replicasets");
    create(
        sets,
        """
        {"metadata":{"name":"demo"},"spec":{"replicas":3,
         "selector":{"matchLabels":{"app":"echo"},"matchExpressions":[
          {"key":"tier","operator":"In","values":["b","a"]}]},
         "template":{"metadata":{"labels":{"app":"echo","tier":"a"}},
         "spec":{"containers":[{"name":"a","image":"i:1"},{"name":"b","image":"j:2"}]}}}}""");
    assertThat(cells(sets + "/demo"))
        .isEqualTo("demo | 3 | 0 | 0 | AGE | a,b | i:1,j:2 | app=echo,tier in (a,b)");
    String stateful = path("apps/v1", "statefulsets");
    create(
        stateful,
        """
        {"metadata":{"name":"db"},"spec":{"replicas":3,"serviceName":"db",
         "selector":{"matchLabels":{"app":"db"}},"template":{"metadata":{"labels":{"app":"db"}},
         "spec":{"containers":[{"name":"db","image":"db:1"}]}}}}""");
    assertThat(cells(stateful + "/db")).isEqualTo("db | 0/3 | AGE | db | db:1");
  }

  private String pod(String name, String status) {
    String pods = path("v1", "pods");
    create(
        pods,
        """
        {"metadata":{"name":"%s"},"spec":{"containers":[{"name":"a","image":"i"},
         {"name":"b","image":"i"}],"initContainers":[{"name":"c","image":"i"}]}}"""
            .formatted(name));
    status(pods + "/" + name, status);
    return cells(pods + "/" + name);
  }

  @Test
  void a_pod_shows_in_one_word_what_its_containers_do() {
    String running =
        "{\"ready\":true,\"state\":{\"running\":{}},\"restartCount\":0,\"image\":\"i\",\"imageID\":\"\"";
    String done =
        "\"initContainerStatuses\":[{\"name\":\"c\",\"ready\":true,\"restartCount\":0,\"image\":\"i\","
            + "\"imageID\":\"\",\"state\":{\"terminated\":{\"exitCode\":0}}}],";
    assertThat(pod("pending", "{\"phase\":\"Pending\"}"))
        .isEqualTo("pending | 0/2 | Pending | 0 | AGE | <none> | <none> | <none> | <none>");
    assertThat(
            pod(
                "running",
                "{\"phase\":\"Running\",\"podIP\":\"10.1.2.3\",\"podIPs\":[{\"ip\":\"10.1.2.3\"}],"
                    + done
                    + "\"containerStatuses\":["
                    + running
                    + ",\"name\":\"a\"},"
                    + running
                    + ",\"name\":\"b\"}]}"))
        .isEqualTo("running | 2/2 | Running | 0 | AGE | 10.1.2.3 | <none> | <none> | <none>");
    assertThat(
            pod(
                "crashing",
                "{\"phase\":\"Running\","
                    + done
                    + "\"containerStatuses\":["
                    + running
                    + ",\"name\":\"a\"},{\"name\":\"b\",\"ready\":false,\"restartCount\":3,\"image\":\"i\","
                    + "\"imageID\":\"\",\"state\":{\"waiting\":{\"reason\":\"CrashLoopBackOff\"}}}]}"))
        .isEqualTo(
            "crashing | 1/2 | CrashLoopBackOff | 3 | AGE | <none> | <none> | <none> | <none>");
    assertThat(
            pod(
                "starting",
                "{\"phase\":\"Pending\",\"initContainerStatuses\":[{\"name\":\"c\",\"ready\":false,"
                    + "\"restartCount\":0,\"image\":\"i\",\"imageID\":\"\",\"state\":{\"running\":{}}}]}"))
        .startsWith("starting | 0/2 | Init:0/1 | 0 |");
    assertThat(
            pod(
                "failed",
                "{\"phase\":\"Failed\","
                    + done
                    + "\"containerStatuses\":[{\"name\":\"a\",\"ready\":false,\"restartCount\":0,"
                    + "\"image\":\"i\",\"imageID\":\"\",\"state\":{\"terminated\":{\"exitCode\":2}}}]}"))
        .startsWith("failed | 0/2 | ExitCode:2 | 0 |");
    Json row = table(path("v1", "pods") + "/failed").get("rows").items().get(0);
    assertThat(row.get("conditions").items().get(0).get("reason")).isEqualTo(Json.of("Failed"));
  }

  @Test
  void a_node_shows_condition_roles_and_addresses() {
    String name = namespace + "-node";
    create(
        "/api/v1/nodes",
        """
        {"metadata":{"name":"%s","labels":{"node-role.kubernetes.io/worker":"",
         "node-role.kubernetes.io/edge":""}},"spec":{"unschedulable":true}}"""
            .formatted(name));
    status(
        "/api/v1/nodes/" + name,
        """
        {"conditions":[{"type":"Ready","status":"True"}],
         "addresses":[{"type":"InternalIP","address":"10.9.8.7"}],
         "nodeInfo":{"kubeletVersion":"v1.34.4","osImage":"","kernelVersion":"6.1",
         "machineID":"","systemUUID":"","bootID":"","containerRuntimeVersion":"c://1",
         "kubeProxyVersion":"","operatingSystem":"","architecture":""}}""");
    assertThat(cells("/api/v1/nodes/" + name))
        .isEqualTo(
            name
                + " | Ready,SchedulingDisabled | edge,worker | AGE | v1.34.4 | 10.9.8.7 | <none> |"
                + " <unknown> | 6.1 | c://1");
    api.delete("/api/v1/nodes/" + name, "{}");
  }

  @Test
  void addresses_and_subjects_are_listed_and_cut_after_three() {
    String slices = path("discovery.k8s.io/v1", "endpointslices");
    create(
        slices,
        """
        {"metadata":{"name":"s"},"addressType":"IPv4","ports":[{"name":"a","port":80},
         {"name":"b","port":81}],"endpoints":[{"addresses":["10.0.0.1"]},{"addresses":["10.0.0.2"]},
         {"addresses":["10.0.0.3"]},{"addresses":["10.0.0.4"]}]}""");
    assertThat(cells(slices + "/s"))
        .isEqualTo("s | IPv4 | 80,81 | 10.0.0.1,10.0.0.2,10.0.0.3 + 1 more... | AGE");
    String endpoints = path("v1", "endpoints");
    create(
        endpoints,
        """
        {"metadata":{"name":"e"},"subsets":[{"addresses":[{"ip":"10.0.0.1"},{"ip":"10.0.0.2"}],
         "ports":[{"name":"a","port":80},{"name":"b","port":81}]}]}""");
    assertThat(cells(endpoints + "/e"))
        .isEqualTo("e | 10.0.0.1:80,10.0.0.2:80,10.0.0.1:81 + 1 more... | AGE");
    String bindings = path("rbac.authorization.k8s.io/v1", "rolebindings");
    create(
        bindings,
        """
        {"metadata":{"name":"b"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io",
         "kind":"ClusterRole","name":"view"},"subjects":[
         {"kind":"User","name":"u","apiGroup":"rbac.authorization.k8s.io"},
         {"kind":"ServiceAccount","name":"s","namespace":"d"},
         {"kind":"ServiceAccount","name":"t","namespace":"d"}]}""");
    assertThat(cells(bindings + "/b")).isEqualTo("b | ClusterRole/view | AGE | u |  | d/s, d/t");
  }

  @Test
  void the_other_kinds_show_what_they_are_for() {
    create(configMaps, "{\"metadata\":{\"name\":\"m\"},\"data\":{\"a\":\"1\",\"b\":\"2\"}}");
    assertThat(cells(configMaps + "/m")).isEqualTo("m | 2 | AGE");
    create(path("v1", "secrets"), "{\"metadata\":{\"name\":\"s\"},\"data\":{\"a\":\"MQ==\"}}");
    assertThat(cells(path("v1", "secrets") + "/s")).isEqualTo("s | Opaque | 1 | AGE");
    String leases = path("coordination.k8s.io/v1", "leases");
    create(leases, "{\"metadata\":{\"name\":\"l\"},\"spec\":{\"holderIdentity\":\"me\"}}");
    assertThat(cells(leases + "/l")).isEqualTo("l | me | AGE");
    String budgets = path("policy/v1", "poddisruptionbudgets");
    create(
        budgets,
        "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"maxUnavailable\":\"30%\",\"selector\":{}}}");
    assertThat(cells(budgets + "/p")).isEqualTo("p | N/A | 30% | 0 | AGE");
    String scalers = path("autoscaling/v2", "horizontalpodautoscalers");
    create(
        scalers,
        """
        {"metadata":{"name":"h"},"spec":{"scaleTargetRef":{"apiVersion":"apps/v1",
         "kind":"Deployment","name":"web"},"minReplicas":1,"maxReplicas":3,"metrics":[{"type":"Resource",
         "resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":80}}}]}}""");
    assertThat(cells(scalers + "/h"))
        .isEqualTo("h | Deployment/web | cpu: <unknown>/80% | 1 | 3 | 0 | AGE");
    String claims = path("v1", "persistentvolumeclaims");
    create(
        claims,
        """
        {"metadata":{"name":"c"},"spec":{"accessModes":["ReadWriteOnce"],
         "resources":{"requests":{"storage":"1Gi"}},"storageClassName":"fast"}}""");
    assertThat(cells(claims + "/c"))
        .isEqualTo("c | Pending |  |  |  | fast | <unset> | AGE | Filesystem");
  }

  @Test
  void an_event_shows_its_object_its_source_and_how_often() {
    String events = path("v1", "events");
    create(
        events,
        """
        {"metadata":{"name":"e"},"involvedObject":{"kind":"Pod","name":"p","namespace":"%s",
         "fieldPath":"spec.containers{c}"},"type":"Warning","reason":"Bad","message":" it is bad ",
         "source":{"component":"me","host":"h"},"count":3}"""
            .formatted(namespace));
    assertThat(cells(events + "/e"))
        .isEqualTo(
            "<unknown> | Warning | Bad | pod/p | spec.containers{c} | me, h | it is bad |"
                + " <unknown> | 3 | e");
  }

  // Lists, objects, watches

  @Test
  void a_list_keeps_its_version_and_pages() {
    configMap("one", "{}");
    configMap("two", "{}");
    Json page = table(configMaps + "?limit=1");
    assertThat(page.get("kind")).isEqualTo(Json.of("Table"));
    assertThat(page.get("apiVersion")).isEqualTo(Json.of("meta.k8s.io/v1"));
    assertThat(page.get("rows").items()).hasSize(1);
    assertThat(page.get("metadata", "continue").asString("")).isNotEmpty();
    assertThat(page.get("metadata", "resourceVersion").asString("")).isNotEmpty();
  }

  @Test
  void a_row_brings_the_metadata_the_object_or_nothing() {
    create(configMaps, "{\"metadata\":{\"name\":\"m\"},\"data\":{\"a\":\"1\"}}");
    Json metadata = object(configMaps + "/m");
    assertThat(metadata.get("kind")).isEqualTo(Json.of("PartialObjectMetadata"));
    assertThat(metadata.get("metadata", "name")).isEqualTo(Json.of("m"));
    assertThat(metadata.has("data")).isFalse();
    Json object = object(configMaps + "?includeObject=Object");
    assertThat(object.get("kind")).isEqualTo(Json.of("ConfigMap"));
    assertThat(object.get("data", "a")).isEqualTo(Json.of("1"));
    assertThat(object(configMaps + "/m?includeObject=None")).isEqualTo(Json.ofNull());
  }

  private Json object(String path) {
    return table(path).get("rows").items().get(0).get("object");
  }

  @Test
  void metadata_alone_is_served_for_objects_and_lists() {
    create(configMaps, "{\"metadata\":{\"name\":\"m\"},\"data\":{\"a\":\"1\"}}");
    Json one =
        as("application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io", configMaps + "/m")
            .body();
    assertThat(one.get("kind")).isEqualTo(Json.of("PartialObjectMetadata"));
    assertThat(one.get("apiVersion")).isEqualTo(Json.of("meta.k8s.io/v1"));
    assertThat(one.has("data")).isFalse();
    Json all =
        as("application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io", configMaps).body();
    assertThat(all.get("kind")).isEqualTo(Json.of("PartialObjectMetadataList"));
    assertThat(all.get("items").items())
        .allMatch(item -> item.get("kind").equals(Json.of("PartialObjectMetadata")));
  }

  @Test
  void a_shape_that_there_is_not_is_406() {
    assertRefused(
        as("application/json;as=Table;v=v2;g=meta.k8s.io", configMaps),
        406,
        "NotAcceptable",
        "only the following media types are accepted: application/json, application/yaml,"
            + " application/vnd.kubernetes.protobuf");
    assertThat(as(TABLE.replace("v=v1", "v=v1beta1"), configMaps).body().get("apiVersion"))
        .isEqualTo(Json.of("meta.k8s.io/v1beta1"));
  }

  @Test
  void metadata_of_a_list_is_another_shape_than_that_of_an_object() {
    configMap("m", "{}");
    String one = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";
    String list = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";
    assertRefused(
        as(one, configMaps),
        406,
        "NotAcceptable",
        "you requested PartialObjectMetadata, but the requested object is a list"
            + " (*core.ConfigMapList)");
    assertRefused(
        as(list + ",application/json", configMaps + "/m"),
        406,
        "NotAcceptable",
        "you requested PartialObjectMetadataList, but the requested object is not a list"
            + " (*core.ConfigMap)");
    assertThat(as(one, "/apis/rbac.authorization.k8s.io/v1/clusterroles").message())
        .endsWith("the requested object is a list (*rbac.ClusterRoleList)");
  }

  @Test
  void an_answer_is_yaml_for_who_would_rather_have_that() {
    api.post(
        configMaps,
        "{\"metadata\":{\"name\":\"m\",\"labels\":{\"a\":\"1\"}},\"data\":{\"k\":\"x\\ny\"}}");
    ApiResponse answer = answerAs("application/yaml", configMaps + "/m");
    assertThat(answer.header("Content-Type")).hasValue("application/yaml");
    JsonObject read = Yaml.parse(answer.body()).getAsJsonObject();
    assertThat(Json.parse(read.toString())).isEqualTo(api.get(configMaps + "/m").body());
    ApiResponse list =
        answerAs("text/html,application/yaml;as=Table;v=v1;g=meta.k8s.io", configMaps);
    assertThat(Yaml.parse(list.body()).getAsJsonObject().get("kind").getAsString())
        .isEqualTo("Table");
    ApiResponse missing = answerAs("application/yaml", configMaps + "/nothing");
    assertThat(missing.status()).isEqualTo(404);
    assertThat(Yaml.parse(missing.body()).getAsJsonObject().get("reason").getAsString())
        .isEqualTo("NotFound");
    assertThat(answerAs("application/json,application/yaml", configMaps + "/m").body()[0])
        .isEqualTo((byte) '{');
  }

  @Test
  void a_watch_is_not_told_in_yaml() {
    ApiResponse refused = answerAs("application/yaml", configMaps + "?watch=true&timeoutSeconds=1");
    assertThat(refused.status()).isEqualTo(406);
    assertThat(Yaml.parse(refused.body()).getAsJsonObject().get("message").getAsString())
        .isEqualTo(
            "only the following media types are accepted: application/json;stream=watch,"
                + " application/vnd.kubernetes.protobuf;stream=watch");
  }

  @Test
  void what_is_not_there_is_a_status_and_no_table() {
    Reply missing = as(TABLE, configMaps + "/nothing");
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.body().get("kind")).isEqualTo(Json.of("Status"));
  }

  @Test
  void a_watch_tells_the_columns_once_and_a_row_an_event() {
    configMap("one", "{}");
    configMap("two", "{}");
    try (WatchRecorder recorder =
        new WatchRecorder(api.transport(), accepting(TABLE, configMaps))) {
      Json first = recorder.next();
      assertThat(first.get("type")).isEqualTo(Json.of("ADDED"));
      assertThat(columns(first.get("object"))).containsExactly("Name", "Data", "Age");
      Json second = recorder.next();
      assertThat(second.get("object", "columnDefinitions")).isEqualTo(Json.ofNull());
      assertThat(second.get("object", "rows").items()).hasSize(1);
      api.delete(configMaps + "/one", "{}");
      Json deleted = recorder.next();
      assertThat(deleted.get("type")).isEqualTo(Json.of("DELETED"));
      assertThat(deleted.get("object", "rows").items().get(0).get("cells").items().get(0))
          .isEqualTo(Json.of("one"));
    }
  }

  // Custom resources

  @Test
  void a_definition_names_the_columns_of_its_resources() {
    String gadgets = gadgets();
    create(
        gadgets,
        """
        {"apiVersion":"tables.unitgrid.dev/v1","kind":"Gadget",
         "metadata":{"name":"full","annotations":{"a.b/c":"hello"}},
         "spec":{"size":3,"names":["a","b"],"obj":{"k":1,"l":[1,"z"]},"f":1.5,"b":true}}""");
    create(
        gadgets,
        "{\"apiVersion\":\"tables.unitgrid.dev/v1\",\"kind\":\"Gadget\","
            + "\"metadata\":{\"name\":\"empty\"},\"spec\":{}}");
    status(gadgets + "/full", "{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}");
    Json table = table(gadgets);
    assertThat(columns(table))
        .containsExactly(
            "Name", "Size", "Ready", "Names", "First*", "Obj", "Float", "Bool", "Ann", "Age");
    assertThat(table.get("columnDefinitions").items().get(1).get("description"))
        .isEqualTo(Json.of("how big"));
    assertThat(table.get("columnDefinitions").items().get(2).get("description"))
        .isEqualTo(
            Json.of(
                "Custom resource definition column (in JSONPath format):"
                    + " .status.conditions[?(@.type==\"Ready\")].status"));
    assertThat(cells(gadgets + "/full"))
        .isEqualTo(
            "full | 3 | True | a | a | {\"k\":1,\"l\":[1,\"z\"]} | 1.5 | true | hello | AGE");
    assertThat(cells(gadgets + "/empty"))
        .isEqualTo("empty | null | null | null | null | null | null | null | null | AGE");
  }

  private String gadgets() {
    api.force(
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gadgets.tables.unitgrid.dev",
        "test",
        """
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
         "metadata":{"name":"gadgets.tables.unitgrid.dev"},
         "spec":{"group":"tables.unitgrid.dev","scope":"Namespaced",
          "names":{"plural":"gadgets","singular":"gadget","kind":"Gadget"},
          "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},
           "additionalPrinterColumns":[
            {"name":"Size","type":"integer","jsonPath":".spec.size","description":"how big"},
            {"name":"Ready","type":"string","jsonPath":".status.conditions[?(@.type==\\"Ready\\")].status"},
            {"name":"Names","type":"string","jsonPath":".spec.names[*]"},
            {"name":"First","type":"string","jsonPath":".spec.names[0]","priority":1},
            {"name":"Obj","type":"string","jsonPath":".spec.obj"},
            {"name":"Float","type":"number","jsonPath":".spec.f"},
            {"name":"Bool","type":"boolean","jsonPath":".spec.b"},
            {"name":"Ann","type":"string","jsonPath":".metadata.annotations.a\\\\.b/c"},
            {"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}],
           "schema":{"openAPIV3Schema":{"type":"object","properties":{
            "spec":{"type":"object","x-kubernetes-preserve-unknown-fields":true},
            "status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}}]}}""");
    String gadgets = path("tables.unitgrid.dev/v1", "gadgets");
    long end = System.nanoTime() + 20_000_000_000L;
    while (api.get(gadgets).status() != 200) {
      assertThat(System.nanoTime()).isLessThan(end);
      LockSupport.parkNanos(20_000_000);
    }
    return gadgets;
  }
}
