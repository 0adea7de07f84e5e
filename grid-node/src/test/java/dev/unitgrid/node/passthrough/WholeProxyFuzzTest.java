/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.passthrough;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.node.Rule;
import dev.unitgrid.testkit.TestCluster;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * However a request is written, it is never answered with endpoints of another unit: neither by the
 * proxy, nor by an API server that reads paths as freely as any server does.
 */
@Rule({27, 30})
class WholeProxyFuzzTest {
  private static final Pattern LENGTH =
      Pattern.compile("(?i)\r\nContent-Length: *([0-9]{1,9})\r\n");

  private static TestCluster cluster;
  private static RawUpstream upstream;
  private static WholeProxy proxy;

  @BeforeContainer
  static void start() throws IOException {
    cluster = TestCluster.start();
    cluster.server().pauseControllers(true);
    cluster.node("bj-1", Map.of("location", "beijing"));
    cluster.node("gz-1", Map.of("location", "guangzhou"));
    WholeProxy.objects().forEach(cluster::apply);
    upstream = new RawUpstream();
    upstream.answers(WholeProxyFuzzTest::answer);
    proxy = new WholeProxy(threads -> cluster.transport("proxy"), Upstream.plain(upstream.uri()));
    proxy.awaitOwnEndpoint();
  }

  /** As a server that tells everybody everything, whatever a path is to it. */
  private static void answer(String head, InputStream in, OutputStream out) throws IOException {
    skipBody(head, in);
    String[] line = head.substring(0, head.indexOf('\r')).split(" ", -1);
    boolean creates = line[0].equals("POST");
    boolean leads = !creates && OddReadings.leadToEndpoints(line[1].replaceFirst("\\?.*", ""));
    String body = leads ? "endpoints: " + WholeProxy.HIDDEN : "something else";
    String length = "Content-Length: " + body.length() + "\r\n\r\n";
    boolean bodiless = line[0].equals("HEAD");
    String text =
        "HTTP/1.1 200 OK\r\n" + (leads ? "X-Leaks: " + WholeProxy.HIDDEN + "\r\n" : "") + length;
    out.write((text + (bodiless ? "" : body)).getBytes(ISO_8859_1));
  }

  private static void skipBody(String head, InputStream in) throws IOException {
    Matcher length = LENGTH.matcher(head);
    if (head.toLowerCase(Locale.ROOT).contains("\r\ntransfer-encoding: chunked\r\n")) {
      StringBuilder seen = new StringBuilder();
      for (int next = in.read(); next >= 0; next = in.read()) {
        seen.append((char) next);
        if (seen.toString().endsWith("0\r\n\r\n")) {
          return;
        }
      }
    } else if (length.find()) {
      in.skipNBytes(Long.parseLong(length.group(1)));
    }
  }

  @AfterContainer
  static void stop() throws IOException {
    proxy.close();
    upstream.close();
    cluster.close();
  }

  @Example
  void what_is_asked_plainly_is_answered_with_the_own_unit_alone() throws Exception {
    for (String path :
        List.of(
            "/apis/discovery.k8s.io/v1/endpointslices",
            "/apis/discovery.k8s.io/v1/watch/endpointslices?timeoutSeconds=1",
            "/apis/discovery.k8s.io/v1/endpointslices?watch=1&timeoutSeconds=1",
            "/apis/discovery.k8s.io/v1/endpointslices?watch=True&timeoutSeconds=1",
            "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/web-1",
            "/api/v1/endpoints",
            "/api/v1/watch/endpoints?timeoutSeconds=1",
            "/api/v1/namespaces/default/endpoints/web")) {
      assertThat(proxy.get(path))
          .as(path)
          .contains(WholeProxy.OWN)
          .doesNotContain(WholeProxy.HIDDEN);
    }
    assertThat(proxy.get("/version")).contains("something else");
  }

  @Example
  void the_server_behind_would_tell() {
    assertThat(OddReadings.leadToEndpoints("/api/v1/endpoints")).isTrue();
    assertThat(OddReadings.leadToEndpoints("/apis//discovery.k8s.io/x/../v1/endpoint%2573lices"))
        .isTrue();
    assertThat(OddReadings.leadToEndpoints("/api/v1/services")).isFalse();
  }

  @Property(tries = 40, seed = "20261124")
  void no_answer_to_any_request_holds_what_is_hidden(@ForAll long seed) throws Exception {
    OddRequests odd = new OddRequests(new Random(seed), "");
    proxy.assertHidden(Stream.generate(odd::next).limit(16).toList());
    proxy.awaitOwnEndpoint();
  }
}
