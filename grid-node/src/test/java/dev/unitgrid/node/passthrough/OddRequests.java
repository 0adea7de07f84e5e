/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.passthrough;

import java.util.List;
import java.util.Random;

/** Requests for what is filtered, written in every way that may get past somebody. */
final class OddRequests {
  private static final List<String> PATHS =
      List.of(
          "/apis/discovery.k8s.io/v1/endpointslices",
          "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices",
          "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/web-1",
          "/apis/discovery.k8s.io/v1/watch/endpointslices",
          "/apis/discovery.k8s.io/v1/watch/namespaces/default/endpointslices/web-1",
          "/apis/discovery.k8s.io/v1beta1/endpointslices",
          "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/web-1/status",
          "/api/v1/endpoints",
          "/api/v1/namespaces/default/endpoints",
          "/api/v1/namespaces/default/endpoints/web",
          "/api/v1/watch/endpoints",
          "/api/v1/watch/namespaces/default/endpoints/web",
          "/api/v1/namespaces/default/services/web",
          "/api/v1/namespaces/default/services/web:80/proxy/x",
          "/api/v1/nodes/bj-1",
          "/apis/networking.k8s.io/v1/servicecidrs",
          "/version");

  private static final List<String> METHODS =
      List.of(
          "GET",
          "GET",
          "GET",
          "GET",
          "GET",
          "GET",
          "HEAD",
          "get",
          "OPTIONS",
          "POST",
          "PUT",
          "PATCH",
          "DELETE",
          "TRACE",
          "CONNECT",
          "PROPFIND");

  private static final List<String> QUERIES =
      List.of(
          "watch=1",
          "watch=true",
          "watch=True",
          "watch",
          "watch=0&watch=1",
          "WATCH=1",
          "%77atch=1",
          "watch=1;a=b",
          "resourceVersion=0",
          "resourceVersion=1",
          "resourceVersion=-1",
          "resourceVersion=9223372036854775808",
          "resourceVersionMatch=Exact",
          "resourceVersionMatch=NotOlderThan",
          "sendInitialEvents=true",
          "allowWatchBookmarks=true",
          "limit=1",
          "limit=x",
          "continue=e30",
          "continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6LTEsInN0YXJ0IjoiLyJ9",
          "timeoutSeconds=1",
          "labelSelector=kubernetes.io%2Fservice-name%3Dweb",
          "labelSelector=a%20in%20(b",
          "fieldSelector=metadata.name%3Dweb-1",
          "fieldSelector=metadata.name!%3Dx",
          "fieldSelector=spec.clusterIP!%3DNone",
          "includeObject=Object",
          "pretty=true",
          "dryRun=All",
          "%zz=1",
          "a=%00",
          "&&&",
          "");

  private static final List<String> HEADERS =
      List.of(
          "Accept: application/json",
          "Accept: application/vnd.kubernetes.protobuf",
          "Accept: application/vnd.kubernetes.protobuf,application/json",
          "Accept: application/cbor",
          "Accept: application/json;as=Table;v=v1;g=meta.k8s.io",
          "Accept: application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
          "Accept: application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
          "Accept: application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
          "Accept: application/yaml",
          "Accept: ;;;,,,q=x",
          "Accept-Encoding: gzip",
          "Accept-Encoding: br, deflate",
          "Connection: keep-alive",
          "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
              + "Sec-WebSocket-Version: 13",
          "Connection: Upgrade\r\nUpgrade: SPDY/3.1",
          "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
          "Upgrade: websocket",
          "Expect: 100-continue",
          "Transfer-Encoding: chunked",
          "Content-Length: 0",
          "Range: bytes=0-10",
          "If-None-Match: *",
          "X-HTTP-Method-Override: GET",
          "X-Original-URL: /api/v1/endpoints",
          "X-Rewrite-URL: /api/v1/endpoints",
          "X-Forwarded-Host: evil.example",
          "X-Forwarded-Prefix: /api",
          "Impersonate-User: system:admin",
          "Host: evil.example",
          "Content-Type: application/merge-patch+json",
          "Long: " + "x".repeat(20_000),
          "Longer: " + "x".repeat(40_000),
          "No-Value:",
          "no colon",
          " folded",
          "Odd\u00e9: \u00ff");

  private static final List<String> ENDS =
      List.of(" HTTP/1.1", " HTTP/1.1", " HTTP/1.1", " HTTP/1.0", "");

  private final Random random;
  private final String credentials;

  /**
   * Requests by chance.
   *
   * @param credentials headers of each request, each with its line's end
   */
  OddRequests(Random random, String credentials) {
    this.random = random;
    this.credentials = credentials;
  }

  /** One request, or several behind each other. */
  String next() {
    StringBuilder requests = new StringBuilder();
    for (int more = random.nextInt(4) == 0 ? 2 : 1; more > 0; more--) {
      requests.append(request());
    }
    return requests.toString();
  }

  private String request() {
    StringBuilder request = new StringBuilder();
    request.append(one(METHODS)).append(' ').append(target()).append(one(ENDS)).append("\r\n");
    if (random.nextInt(20) > 0) {
      request.append("Host: 127.0.0.1\r\n");
    }
    request.append(credentials);
    for (int i = random.nextInt(3); i > 0; i--) {
      request.append(one(HEADERS)).append("\r\n");
    }
    if (random.nextInt(30) == 0) {
      request.append("A: b\r\n".repeat(150));
    }
    String head = request.append("\r\n").toString();
    return head.contains("chunked") ? head + "2\r\n{}\r\n0\r\n\r\n" : head;
  }

  private String target() {
    String path = one(PATHS);
    for (int i = random.nextInt(3); i > 0; i--) {
      path = odd(path);
    }
    StringBuilder query = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      query.append(query.isEmpty() ? '?' : '&').append(one(QUERIES));
    }
    return path + query;
  }

  private String odd(String path) {
    int at = random.nextInt(path.length());
    String before = path.substring(0, at);
    String after = path.substring(at);
    int slash = path.indexOf('/', at);
    int cut = slash < 0 ? path.length() : slash;
    String upTo = path.substring(0, cut);
    String rest = path.substring(cut);
    return switch (random.nextInt(20)) {
      case 0 -> before + encoded(path.charAt(at)) + path.substring(at + 1);
      case 1 ->
          before
              + encoded(path.charAt(at)).toLowerCase(java.util.Locale.ROOT)
              + path.substring(at + 1);
      case 2 -> before + "%25" + encoded(path.charAt(at)).substring(1) + path.substring(at + 1);
      case 3 -> upTo + "/" + rest;
      case 4 -> upTo + "/." + rest;
      case 5 -> upTo + "/x/.." + rest;
      case 6 -> upTo + "/%2e%2e/" + one(List.of("v1", "apis", "default")) + rest;
      case 7 -> upTo + "%2F" + (rest.isEmpty() ? "" : rest.substring(1));
      case 8 -> upTo + "%5c" + (rest.isEmpty() ? "" : rest.substring(1));
      case 9 -> upTo + ";a=b" + rest;
      case 10 -> upTo + ";" + rest;
      case 11 -> path + "/";
      case 12 -> "http://" + one(List.of("127.0.0.1", "evil.example", "x:1@y")) + path;
      case 13 -> "/" + path;
      case 14 -> before + after.toUpperCase(java.util.Locale.ROOT);
      case 15 -> path + "%3Fwatch=1";
      case 16 -> path + "#x";
      case 17 ->
          before
              + one(List.of("%00", "%0a", "\t", "\u0000", "\u00e9", "\\", "%c0%af", "%"))
              + after;
      case 18 ->
          path.replaceFirst(
              "endpoint", one(List.of("%65ndpoint", "end%70oint", "endpoint%E2%80%8B")));
      default -> path.replace("/v1/", "/v1/watch/");
    };
  }

  private static String encoded(char c) {
    return String.format("%%%02X", (int) c);
  }

  private String one(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }
}
