/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.http;

import com.google.common.base.Splitter;
import dev.unitgrid.node.serve.Read;
import dev.unitgrid.node.serve.Refusal;
import dev.unitgrid.node.serve.ServedResource;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a request leads: to what is served here, to a refusal, or on to the API server. What may
 * read or write filtered objects in any way of reading its path is never passed on (RULE 30).
 */
sealed interface Route {
  /** To a kind that is served here. */
  record Serve(ServedResource resource, String namespace, String name, boolean watch)
      implements Route {}

  /** To nothing. */
  record Refuse(Refusal refusal) implements Route {}

  /** To the API server. */
  record PassOn() implements Route {}

  /** The route of {@code target} on the node {@code ownNode}. */
  static Route of(Target target, String ownNode) {
    return new Routing(target, ownNode).route();
  }

  /** Finds the route of one request. */
  final class Routing {
    private static final Pattern PLAIN = Pattern.compile("(/[A-Za-z0-9_~!$&'()*+,=:@.-]+)*/?");
    private static final Pattern DOTS = Pattern.compile("(^|/)\\.\\.?(/|$)");

    /** What is behind it goes to a pod, a Service or a node, whatever it is called. */
    private static final Pattern TUNNEL =
        Pattern.compile(
            "/api/v1/(namespaces/[A-Za-z0-9.-]+/(pods|services)|nodes)/[A-Za-z0-9.:-]+/proxy(/.*)?");

    private static final Map<String, ServedResource> CORE =
        Map.of(
            "services", ServedResource.SERVICES,
            "endpoints", ServedResource.ENDPOINTS,
            "nodes", ServedResource.OWN_NODE);
    private static final Refuse NOWHERE = new Refuse(Refusal.noSuchPath());
    private static final Refuse NOT_ALLOWED = new Refuse(Refusal.methodNotAllowed());

    private final Target target;
    private final String ownNode;

    private Routing(Target target, String ownNode) {
      this.target = target;
      this.ownNode = ownNode;
    }

    private Route route() {
      String path = target.path();
      if (!PLAIN.matcher(path).matches() || DOTS.matcher(path).find()) {
        return odd(path);
      }
      List<String> segments = Splitter.on('/').omitEmptyStrings().splitToList(path);
      if (startsWith(segments, "api", "v1")) {
        return rest(segments.subList(2, segments.size()), CORE);
      }
      if (startsWith(segments, "apis", "discovery.k8s.io") && segments.size() > 3) {
        Route route =
            rest(
                segments.subList(3, segments.size()),
                Map.of("endpointslices", ServedResource.ENDPOINT_SLICES));
        // Older versions of the group would be read past the filter.
        return route instanceof PassOn || segments.get(2).equals("v1") ? route : NOWHERE;
      }
      if (startsWith(segments, "apis", "networking.k8s.io", "v1")) {
        return rest(
            segments.subList(3, segments.size()),
            Map.of("servicecidrs", ServedResource.SERVICE_CIDRS));
      }
      return new PassOn();
    }

    /** A path that the API server may clean or decode in another way than we would. */
    private static Route odd(String path) {
      String decoded = path.toLowerCase(Locale.ROOT);
      for (int i = 0; i < 3 && decoded.indexOf('%') >= 0; i++) {
        decoded = decodedOnce(decoded);
      }
      if (!decoded.contains("endpoint")) {
        return new PassOn();
      }
      boolean tunnelled = TUNNEL.matcher(path).matches() && !DOTS.matcher(decoded).find();
      return tunnelled ? new PassOn() : new Refuse(Refusal.ambiguousPath());
    }

    private static String decodedOnce(String text) {
      try {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8)
            .toLowerCase(Locale.ROOT);
      } catch (IllegalArgumentException malformed) {
        return "endpoint"; // nobody knows what it is read as
      }
    }

    private static boolean startsWith(List<String> segments, String... start) {
      return segments.size() > start.length
          && segments.subList(0, start.length).equals(List.of(start));
    }

    /** What is behind the group and version. */
    private Route rest(List<String> path, Map<String, ServedResource> resources) {
      boolean watch = path.get(0).equals("watch");
      List<String> rest = watch ? path.subList(1, path.size()) : path;
      String namespace = "";
      if (rest.size() > 2 && rest.get(0).equals("namespaces")) {
        namespace = rest.get(1);
        rest = rest.subList(2, rest.size());
      }
      ServedResource resource = rest.isEmpty() ? null : resources.get(rest.get(0));
      if (resource == null) {
        return new PassOn();
      }
      String name = rest.size() > 1 ? rest.get(1) : "";
      String subresource = rest.size() > 2 ? rest.get(2) : "";
      if (resource.type().namespaced()
          ? namespace.isEmpty() && !name.isEmpty()
          : !namespace.isEmpty()) {
        return NOWHERE;
      }
      if (rest.size() > 2) {
        return subresource(resource, namespace, name, subresource, rest.size() == 3);
      }
      return target.isRead() ? read(resource, namespace, name, watch) : write(resource, name);
    }

    private Route subresource(
        ServedResource resource, String namespace, String name, String subresource, boolean last) {
      if (resource.filtered()) {
        return NOWHERE;
      }
      return target.isRead() && last && subresource.equals("status")
          ? read(resource, namespace, name, false)
          : new PassOn();
    }

    private Route read(ServedResource resource, String namespace, String name, boolean watch) {
      boolean watching = watch || (name.isEmpty() && Read.isSet(target.query(), "watch"));
      if (resource != ServedResource.OWN_NODE) {
        return new Serve(resource, namespace, name, watching);
      }
      Optional<String> selected =
          name.isEmpty() ? Read.selectedName(target.query(), resource) : Optional.of(name);
      return selected.equals(Optional.of(ownNode))
          ? new Serve(resource, namespace, name, watching)
          : new PassOn();
    }

    /** Only what is filtered is kept from being written (RULE 30). */
    private Route write(ServedResource resource, String name) {
      if (!resource.filtered()) {
        return new PassOn();
      }
      return switch (target.method()) {
        case "PUT", "PATCH" -> new Refuse(Refusal.filtered(resource, name));
        // The answer holds what was deleted, or, with dryRun, what would be.
        case "DELETE" -> new Refuse(Refusal.shownWhenDeleted(resource, name));
        // A version of ours means nothing to the API server.
        case "POST" ->
            target.query().containsKey("resourceVersion")
                ? new Refuse(Refusal.filtered(resource, name))
                : new PassOn();
        default -> NOT_ALLOWED;
      };
    }
  }
}
