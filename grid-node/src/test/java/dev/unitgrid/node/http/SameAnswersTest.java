/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.node.Rule;
import dev.unitgrid.node.serve.ServedObject;
import dev.unitgrid.node.serve.ServedResource;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.runtime.transport.TransportException;
import dev.unitgrid.runtime.transport.WatchListener;
import dev.unitgrid.testkit.controlplane.ControlPlane;
import io.kubernetes.client.openapi.ApiClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Services are answered here and by a real kube-apiserver in the same words. */
@Tag("control-plane")
class SameAnswersTest {
  private static final String SERVICES = "/api/v1/services";
  private static final List<String> SELECTIONS =
      List.of(
          "labelSelector=a in (b,c)",
          "labelSelector=!a",
          "labelSelector=a b",
          "labelSelector=a=b,,c",
          "labelSelector=a in b",
          "labelSelector=x>abc",
          "fieldSelector=spec.type=NodePort",
          "fieldSelector=spec.clusterIP!=None",
          "fieldSelector=data.x=1",
          "fieldSelector=metadata.name",
          "fieldSelector=metadata.name=a=b",
          "limit=many",
          "limit=1",
          "resourceVersion=abc",
          "resourceVersion=999999999",
          "resourceVersionMatch=Exact",
          "resourceVersion=5&resourceVersionMatch=Newest",
          "resourceVersion=0&resourceVersionMatch=Exact",
          "resourceVersion=0&limit=1",
          "sendInitialEvents=true",
          "unknown=1",
          "resourceVersion=99999999999999999999");
  private static final List<String> SHAPES =
      List.of(
          "application/json",
          "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
          "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json");
  private static final String METADATA =
      "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";
  private static final List<String> WATCHES =
      List.of(
          "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true",
          "sendInitialEvents=true&resourceVersionMatch=NotOlderThan",
          "sendInitialEvents=false&resourceVersionMatch=NotOlderThan",
          "resourceVersion=0&labelSelector=a",
          "fieldSelector=metadata.name=web",
          "sendInitialEvents=true",
          "sendInitialEvents=true&resourceVersionMatch=Exact",
          "resourceVersionMatch=NotOlderThan",
          "continue=abc",
          "resourceVersion=abc",
          "resourceVersion=99999999999999999999",
          "labelSelector=a in b",
          "fieldSelector=data.x=1");

  @Test
  @Rule({30, 31})
  void lists_objects_and_refusals_are_the_same() throws Exception {
    Path assets = Path.of(System.getenv("KUBEBUILDER_ASSETS"));
    try (ControlPlane plane = ControlPlane.start(assets);
        SystemScheduler scheduler = SystemScheduler.start("clients", 1);
        ServedSite site = new ServedSite()) {
      ApiTransport real = ApiClientTransport.on(plane.apiClient(), scheduler);
      ApiTransport served =
          ApiClientTransport.on(
              new ApiClient().setBasePath(site.address()).setReadTimeout(0), scheduler);
      create(
          real, "web", "{\"ports\":[{\"port\":80}],\"selector\":{\"k\":\"v\"}}", "{\"a\":\"b\"}");
      create(real, "none", "{\"clusterIP\":\"None\",\"selector\":{\"k\":\"v\"}}", "{}");
      create(
          real,
          "both",
          "{\"type\":\"NodePort\",\"ports\":[{\"name\":\"t\",\"port\":80},{\"name\":\"u\",\"port\":53,"
              + "\"protocol\":\"UDP\"}]}",
          "{\"a\":\"c\"}");
      create(real, "ext", "{\"type\":\"ExternalName\",\"externalName\":\"a.b\"}", "{}");
      serveAsThereIs(real, site);
      List<String> different = new ArrayList<>();
      for (String query : SELECTIONS) {
        compare(real, served, SERVICES + "?" + query, "application/json", different);
      }
      for (String shape : SHAPES) {
        compare(real, served, SERVICES + "?resourceVersion=0", shape, different);
        compare(real, served, SERVICES, shape, different);
      }
      String inDefault = "/api/v1/namespaces/default/services/";
      for (String path : List.of("web", "nope", "web?resourceVersion=abc", "web/status")) {
        compare(real, served, inDefault + path, "application/json", different);
      }
      compare(real, served, inDefault + "web", METADATA, different);
      assertThat(get(served, SERVICES, METADATA).status())
          .isEqualTo(get(real, SERVICES, METADATA).status());
      for (String query : WATCHES) {
        compareWatches(real, served, query, "application/json", different);
        compareWatches(real, served, query, METADATA, different);
      }
      assertThat(different).isEmpty();
    }
  }

  private static void create(ApiTransport real, String name, String spec, String labels)
      throws Exception {
    String body =
        "{\"metadata\":{\"name\":\""
            + name
            + "\",\"labels\":"
            + labels
            + "},\"spec\":"
            + spec
            + "}";
    ApiRequest request =
        new ApiRequest(
            "POST",
            "/api/v1/namespaces/default/services",
            Map.of(),
            ApiRequest.JSON,
            ApiRequest.JSON,
            body.getBytes(java.nio.charset.StandardCharsets.UTF_8),
            Duration.ofSeconds(20));
    assertThat(real.send(request).get(20, TimeUnit.SECONDS).status()).isEqualTo(201);
  }

  private static void serveAsThereIs(ApiTransport real, ServedSite site) throws Exception {
    Json list = Json.parse(get(real, SERVICES, "application/json").body());
    List<ServedObject> objects = new ArrayList<>();
    for (Json item : list.get("items").items()) {
      Map<String, Json> object = new LinkedHashMap<>();
      object.put("kind", Json.of("Service"));
      object.put("apiVersion", Json.of("v1"));
      object.putAll(item.withoutAt(List.of("metadata", "managedFields")).fields());
      objects.add(
          new ServedObject(
              new ObjectKey(
                  item.get("metadata", "namespace").asString(""),
                  item.get("metadata", "name").asString("")),
              Long.parseLong(item.get("metadata", "resourceVersion").asString("0")),
              Json.object(object).toBytes()));
    }
    site.begin(
        ServedResource.SERVICES,
        Long.parseLong(list.get("metadata", "resourceVersion").asString("0")),
        objects.toArray(ServedObject[]::new));
  }

  private static ApiResponse get(ApiTransport transport, String path, String accept)
      throws Exception {
    Target target =
        Target.of(
            "GET",
            path.contains("?") ? path.substring(0, path.indexOf('?')) : path,
            path.contains("?") ? path.substring(path.indexOf('?') + 1) : "");
    return transport
        .send(
            new ApiRequest(
                "GET",
                target.path(),
                target.query(),
                "",
                accept,
                new byte[0],
                Duration.ofSeconds(20)))
        .get(20, TimeUnit.SECONDS);
  }

  private static void compare(
      ApiTransport real, ApiTransport served, String path, String accept, List<String> different)
      throws Exception {
    String query = path + " " + accept;
    note(query, told(get(real, path, accept)), told(get(served, path, accept)), different);
  }

  private static void note(String path, String theirs, String ours, List<String> different) {
    if (!ours.equals(theirs)) {
      different.add(path + "\n  theirs " + theirs + "\n  ours   " + ours + "\n");
    }
  }

  /** A real server under load may end a watch of a second before it has told all. */
  private static void compareWatches(
      ApiTransport real, ApiTransport served, String query, String accept, List<String> different)
      throws Exception {
    String theirs = "";
    String ours = "not asked";
    for (int seconds = 1; seconds < 20 && !ours.equals(theirs); seconds *= 4) {
      String path = SERVICES + "?watch=1&timeoutSeconds=" + seconds + "&" + query;
      CompletableFuture<String> asked = watched(real, path, accept);
      ours = watched(served, path, accept).get(40, TimeUnit.SECONDS);
      theirs = asked.get(40, TimeUnit.SECONDS);
    }
    note("watch " + query + " " + accept, theirs, ours, different);
  }

  private static CompletableFuture<String> watched(
      ApiTransport transport, String path, String accept) {
    Target target =
        Target.of(
            "GET", path.substring(0, path.indexOf('?')), path.substring(path.indexOf('?') + 1));
    StringBuffer heard = new StringBuffer();
    CompletableFuture<String> all = new CompletableFuture<>();
    transport.watch(
        new ApiRequest(
            "GET", target.path(), target.query(), "", accept, new byte[0], Duration.ofSeconds(20)),
        new WatchListener() {
          @Override
          public void onOpen() {
            heard.append("open ");
          }

          @Override
          public void onFrame(byte[] frame) {
            Json event = Json.parse(frame);
            Json object = still(event.get("object"));
            boolean bookmark = event.get("type").equals(Json.of("BOOKMARK"));
            heard.append(event.get("type")).append(' ');
            heard.append(
                bookmark
                    ? object.withoutAt(List.of("metadata", "resourceVersion")).canonical()
                    : object.canonical());
          }

          @Override
          public void onRefused(ApiResponse response) {
            all.complete(told(response));
          }

          @Override
          public void onClosed(TransportException cause) {
            all.complete(heard.toString());
          }
        });
    return all;
  }

  /** What is answered, without what depends on the moment or is left out here on purpose. */
  private static String told(ApiResponse response) {
    Json body = Json.parse(response.body());
    List<Json> items = body.get("items").items().stream().map(SameAnswersTest::still).toList();
    List<Json> rows =
        body.get("rows").items().stream()
            .map(row -> row.get("cells"))
            .map(cells -> Json.array(withoutAge(cells.items())))
            .toList();
    Json rest =
        still(body)
            .without("items")
            .without("rows")
            .without("columnDefinitions")
            .withoutAt(List.of("metadata", "resourceVersion"))
            .withoutAt(List.of("metadata", "continue"));
    String message = rest.get("message").asString("").replaceAll("current: [0-9]+", "current: ...");
    return response.status()
        + " "
        + (rest.has("message") ? rest.with("message", Json.of(message)) : rest).canonical()
        + " "
        + items.stream().map(Json::canonical).toList()
        + " "
        + rows;
  }

  private static List<Json> withoutAge(List<Json> cells) {
    return cells.stream().filter(cell -> !cell.asString("").matches("[0-9]+s")).toList();
  }

  private static Json still(Json object) {
    return object.withoutAt(List.of("metadata", "managedFields"));
  }
}
