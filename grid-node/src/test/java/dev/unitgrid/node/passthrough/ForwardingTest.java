/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.passthrough;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undertow.client.ClientRequest;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.net.URI;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import org.junit.jupiter.api.Test;

class ForwardingTest {
  private static final Upstream RANCHER =
      Upstream.plain(URI.create("http://10.0.0.1:6443/k8s/clusters/c-1/"));

  @Property(tries = 2000)
  void whatever_a_client_writes_goes_to_the_one_server_or_nowhere(
      @ForAll("targets") String target,
      @ForAll("targets") String query,
      @ForAll("methods") String method,
      @ForAll boolean namesHost,
      @ForAll("headers") List<Tuple2<String, String>> headers) {
    HeaderMap written = new HeaderMap();
    headers.forEach(each -> written.add(new HttpString(each.get1()), each.get2()));
    Forwarding forwarding =
        Forwarding.of(
            new Forwarding.Head(
                new HttpString(method), target, namesHost, query, written, "127.0.0.1"),
            RANCHER);
    if (forwarding instanceof Forwarding.Forward forward) {
      ClientRequest request = forward.request();
      assertThat(request.getPath()).startsWith("/k8s/clusters/c-1/").endsWith(query);
      assertThat(request.getPath()).doesNotContainPattern("[\\s\\x00-\\x1f]");
      assertThat(request.getRequestHeaders().get(Headers.HOST)).containsExactly("10.0.0.1:6443");
      assertThat(credentials(request.getRequestHeaders())).isEqualTo(credentials(written));
      assertThat(lengths(request.getRequestHeaders())).isLessThanOrEqualTo(1);
    } else {
      assertThat(((Forwarding.Refuse) forwarding).refusal().code()).isIn(400, 405);
    }
  }

  @Test
  void an_address_that_is_no_api_server_is_refused() {
    for (String odd :
        new String[] {
          "ftp://a/", "http:opaque", "http:///x", "http://user@host/", "http://h/?a", "http://h/#a"
        }) {
      assertThatThrownBy(() -> Upstream.plain(URI.create(odd)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static List<String> credentials(HeaderMap headers) {
    return headers.contains(Headers.AUTHORIZATION)
        ? List.copyOf(headers.get(Headers.AUTHORIZATION))
        : List.of();
  }

  private static int lengths(HeaderMap headers) {
    int lengths =
        headers.contains(Headers.CONTENT_LENGTH) ? headers.count(Headers.CONTENT_LENGTH) : 0;
    return lengths + (headers.contains(Headers.TRANSFER_ENCODING) ? 1 : 0);
  }

  @Provide
  Arbitrary<String> targets() {
    return Arbitraries.of(
            "/",
            "//",
            "evil.example",
            "@",
            ":443",
            "..",
            "%2e%2e",
            "%2F",
            "\\",
            "http://",
            "?",
            "#",
            ";",
            "a",
            "\r\n",
            " ",
            "\u0000",
            "%0d%0a",
            "*",
            "\u00e9")
        .list()
        .ofMaxSize(8)
        .map(parts -> "/" + String.join("", parts))
        .flatMap(path -> Arbitraries.of(path, path.substring(1)));
  }

  @Provide
  Arbitrary<String> methods() {
    return Arbitraries.of("GET", "POST", "PATCH", "CONNECT", "OPTIONS", "TRACE", "X");
  }

  @Provide
  Arbitrary<List<Tuple2<String, String>>> headers() {
    Arbitrary<String> names =
        Arbitraries.of(
            "Host",
            "Connection",
            "Upgrade",
            "Content-Length",
            "Transfer-Encoding",
            "Authorization",
            "X-Forwarded-For",
            "X-Forwarded-Host",
            "Expect",
            "Proxy-Connection");
    Arbitrary<String> values =
        Arbitraries.of(
            "evil.example",
            "upgrade",
            "h2c",
            "Upgrade, Host, Content-Length",
            "5",
            "chunked",
            "Bearer mine",
            "100-continue",
            ",,",
            "");
    return names.flatMap(name -> values.map(value -> Tuple.of(name, value))).list().ofMaxSize(8);
  }
}
