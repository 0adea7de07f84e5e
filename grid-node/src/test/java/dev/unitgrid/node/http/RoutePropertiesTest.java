/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.node.Rule;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** However a path is written: what leads to endpoints is not passed on. */
class RoutePropertiesTest {
  private static final List<String> PIECES =
      List.of(
          "/",
          "//",
          "/api",
          "/v1",
          "/apis",
          "/discovery.k8s.io",
          "/v1beta1",
          "/endpoints",
          "/endpointslices",
          "/namespaces",
          "/default",
          "/watch",
          "/services",
          "/web",
          "/.",
          "/..",
          "/%2e%2e",
          "/%65ndpoints",
          "/endpoint%73lices",
          "%2fendpoints",
          "/Endpoints",
          ";a=b",
          "/proxy",
          "/status",
          "%",
          "%zz",
          "/%25%36%35ndpoints",
          "?watch=1",
          "/é",
          "\\endpoints");

  private static final List<String> STARTS =
      List.of(
          "", "/api/v1", "/apis/discovery.k8s.io/v1", "/api/v1/namespaces/a", "http://x/api/v1");

  private static String path(Random random) {
    StringBuilder path = new StringBuilder(STARTS.get(random.nextInt(STARTS.size())));
    for (int i = random.nextInt(6); i >= 0; i--) {
      path.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return path.toString();
  }

  /** Whether a lenient reader finds a collection or object of endpoints, or of their slices. */
  private static boolean leadsToEndpoints(String uri) {
    String path = Target.of("GET", uri, "").path();
    int query = path.indexOf('?');
    String read = query < 0 ? path : path.substring(0, query);
    for (int i = 0; i < 2; i++) {
      if (isEndpoints(read)) {
        return true;
      }
      try {
        read = URLDecoder.decode(read, StandardCharsets.UTF_8);
      } catch (IllegalArgumentException malformed) {
        return false; // Go answers 400
      }
    }
    return isEndpoints(read);
  }

  private static boolean isEndpoints(String path) {
    String cleaned = path.replaceAll("/+", "/");
    try {
      cleaned = new URI(null, null, cleaned, null).normalize().getPath();
    } catch (java.net.URISyntaxException unreadable) {
      return false;
    }
    List<String> parts = new ArrayList<>(Arrays.asList(cleaned.split("[/;]", -1)));
    parts.removeIf(String::isEmpty);
    int at = parts.indexOf("api") == 0 ? 2 : 3;
    if (parts.size() <= at) {
      return false;
    }
    if (parts.get(at).equals("watch")) {
      at++;
    }
    if (parts.size() > at + 2 && parts.get(at).equals("namespaces")) {
      at += 2;
    }
    boolean core = parts.get(0).equals("api") && parts.get(1).equals("v1");
    boolean discovery = parts.get(0).equals("apis") && parts.get(1).equals("discovery.k8s.io");
    return parts.size() > at
        && ((core && parts.get(at).equals("endpoints"))
            || (discovery && parts.get(at).equals("endpointslices")));
  }

  @Property(tries = 5000)
  @Rule(30)
  void a_read_that_may_lead_to_endpoints_is_never_passed_on(@ForAll long seed) {
    String path = path(new Random(seed));
    Route route = Route.of(Target.of("GET", path, "watch=1"), "bj-1");
    if (leadsToEndpoints(path)) {
      assertThat(route).as(path).isNotInstanceOf(Route.PassOn.class);
    }
  }

  @Property(tries = 2000)
  @Rule(30)
  void no_update_of_endpoints_is_passed_on(@ForAll long seed) {
    Random random = new Random(seed);
    String path = path(random);
    String method = List.of("PUT", "PATCH").get(random.nextInt(2));
    if (leadsToEndpoints(path)) {
      assertThat(Route.of(Target.of(method, path, ""), "bj-1"))
          .as(method.toLowerCase(Locale.ROOT) + " " + path)
          .isInstanceOf(Route.Refuse.class);
    }
  }

  @Property(tries = 2000)
  void any_header_is_negotiated(@ForAll String accept) {
    assertThat(Negotiation.shape(accept, true)).isNotNull();
    assertThat(Negotiation.takesGzip(accept)).isIn(true, false);
  }

  @Property(tries = 2000)
  void any_query_is_read(@ForAll String query) {
    assertThat(Target.of("GET", "/api/v1/services", query).query()).isNotNull();
  }
}
