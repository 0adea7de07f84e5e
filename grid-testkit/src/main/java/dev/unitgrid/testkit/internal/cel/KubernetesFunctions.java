/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cel;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelFunctionOverload;
import dev.unitgrid.testkit.internal.schema.Quantities;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The functions that Kubernetes adds to those of CEL and its extensions. Stateless. */
final class KubernetesFunctions {
  private static final TypeParamType ANY = TypeParamType.create("T");
  private static final ListType LIST = ListType.create(ANY);
  private static final OpaqueType URL = OpaqueType.create("kubernetes.URL");
  private static final OpaqueType QUANTITY = OpaqueType.create("kubernetes.Quantity");
  private static final CelType TEXTS = ListType.create(SimpleType.STRING);

  /** What the real server has and this one has not. */
  private static final Set<String> MISSING =
      Set.of(
          "format",
          "isIP",
          "ip",
          "isCIDR",
          "cidr",
          "containsIP",
          "containsCIDR",
          "isCanonical",
          "family",
          "isUnspecified",
          "isLoopback",
          "isLinkLocalMulticast",
          "isLinkLocalUnicast",
          "isGlobalUnicast",
          "masked",
          "prefixLength",
          "isSemver",
          "semver",
          "major",
          "minor",
          "patch",
          "named",
          "validate");

  private final List<CelFunctionDecl> declarations = new ArrayList<>();
  private final List<CelFunctionBinding> bindings = new ArrayList<>();

  private KubernetesFunctions() {}

  static KubernetesFunctions all() {
    KubernetesFunctions all = new KubernetesFunctions();
    all.lists();
    all.regularExpressions();
    all.urls();
    all.quantities();
    return all;
  }

  List<CelFunctionDecl> declarations() {
    return declarations;
  }

  List<CelFunctionBinding> bindings() {
    return bindings;
  }

  /** The function that {@code sentence} of the compiler misses, if the real server has it. */
  static Optional<String> missingIn(String sentence) {
    return MISSING.stream()
        .filter(name -> sentence.startsWith("undeclared reference to '" + name + "'"))
        .findFirst();
  }

  private record Url(URI uri) {
    static Optional<Url> of(String text) {
      try {
        URI uri = new URI(text);
        boolean absolute = uri.isAbsolute() || text.startsWith("/");
        return absolute ? Optional.of(new Url(uri)) : Optional.empty();
      } catch (URISyntaxException none) {
        return Optional.empty();
      }
    }

    String host() {
      String host = uri.getHost();
      return host == null ? "" : host;
    }

    String port() {
      return uri.getPort() < 0 ? "" : String.valueOf(uri.getPort());
    }

    Map<String, List<String>> query() {
      Map<String, List<String>> query = new LinkedHashMap<>();
      String raw = uri.getRawQuery();
      for (String pair : raw == null || raw.isEmpty() ? new String[0] : raw.split("&", -1)) {
        String[] nameAndValue = pair.split("=", 2);
        query
            .computeIfAbsent(decoded(nameAndValue[0]), name -> new ArrayList<>())
            .add(nameAndValue.length == 1 ? "" : decoded(nameAndValue[1]));
      }
      return query;
    }

    private static String decoded(String text) {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
  }

  private record Quantity(BigDecimal value) {
    static Optional<Quantity> of(String text) {
      try {
        return Optional.of(of(Quantities.value(text)));
      } catch (IllegalArgumentException none) {
        return Optional.empty();
      }
    }

    static Quantity of(BigDecimal value) {
      return new Quantity(value.stripTrailingZeros());
    }

    boolean isInteger() {
      return value.scale() <= 0 && value.toBigInteger().bitLength() < Long.SIZE;
    }
  }

  private void lists() {
    member("isSorted", "list_is_sorted", SimpleType.BOOL, LIST);
    bindings.add(
        CelFunctionBinding.from("list_is_sorted", List.class, KubernetesFunctions::sorted));
    member("sum", "list_sum", ANY, LIST);
    bindings.add(CelFunctionBinding.from("list_sum", List.class, KubernetesFunctions::sum));
    member("min", "list_min", ANY, LIST);
    bindings.add(
        CelFunctionBinding.from("list_min", List.class, list -> least("min", list, order())));
    member("max", "list_max", ANY, LIST);
    bindings.add(
        CelFunctionBinding.from(
            "list_max", List.class, list -> least("max", list, order().reversed())));
    member("indexOf", "list_index_of", SimpleType.INT, LIST, ANY);
    bindings.add(
        CelFunctionBinding.from(
            "list_index_of", List.class, Object.class, (list, one) -> (long) list.indexOf(one)));
    member("lastIndexOf", "list_last_index_of", SimpleType.INT, LIST, ANY);
    bindings.add(
        CelFunctionBinding.from(
            "list_last_index_of",
            List.class,
            Object.class,
            (list, one) -> (long) list.lastIndexOf(one)));
  }

  /** Values of one type of CEL are comparable with one another. */
  @SuppressWarnings("unchecked")
  private static Comparator<Object> order() {
    return (one, other) -> ((Comparable<Object>) one).compareTo(other);
  }

  private static boolean sorted(List<?> list) {
    for (int i = 1; i < list.size(); i++) {
      if (order().compare(list.get(i - 1), list.get(i)) > 0) {
        return false;
      }
    }
    return true;
  }

  private static Object sum(List<?> list) {
    Object sum = 0L;
    for (Object one : list) {
      sum = one == list.get(0) ? one : added(sum, one);
    }
    return sum;
  }

  private static Object added(Object sum, Object one) {
    if (sum instanceof Long whole && one instanceof Long more) {
      return Math.addExact(whole, more);
    }
    if (sum instanceof Duration time && one instanceof Duration more) {
      return time.plus(more);
    }
    return ((Number) sum).doubleValue() + ((Number) one).doubleValue();
  }

  private static Object least(String function, List<?> list, Comparator<Object> order) {
    return list.stream()
        .map(one -> (Object) one)
        .min(order)
        .orElseThrow(() -> new IllegalArgumentException(function + " called on empty list"));
  }

  private void regularExpressions() {
    member("find", "string_find", SimpleType.STRING, SimpleType.STRING, SimpleType.STRING);
    bindings.add(
        CelFunctionBinding.from(
            "string_find",
            String.class,
            String.class,
            (text, pattern) -> {
              Matcher found = Pattern.compile(pattern).matcher(text);
              return found.find() ? found.group() : "";
            }));
    member("findAll", "string_find_all", TEXTS, SimpleType.STRING, SimpleType.STRING);
    bindings.add(
        CelFunctionBinding.from(
            "string_find_all",
            String.class,
            String.class,
            (text, pattern) -> found(text, pattern, -1)));
    declarations.add(
        CelFunctionDecl.newFunctionDeclaration(
            "findAll",
            CelOverloadDecl.newMemberOverload(
                "string_find_all_int",
                TEXTS,
                SimpleType.STRING,
                SimpleType.STRING,
                SimpleType.INT)));
    bindings.add(
        CelFunctionBinding.from(
            "string_find_all_int",
            List.of(String.class, String.class, Long.class),
            arguments -> found((String) arguments[0], (String) arguments[1], (Long) arguments[2])));
  }

  private static List<String> found(String text, String pattern, long most) {
    List<String> all = new ArrayList<>();
    Matcher found = Pattern.compile(pattern).matcher(text);
    while ((most < 0 || all.size() < most) && found.find()) {
      all.add(found.group());
    }
    return all;
  }

  private void urls() {
    global("isURL", "is_url_string", SimpleType.BOOL, SimpleType.STRING);
    bindings.add(
        CelFunctionBinding.from("is_url_string", String.class, text -> Url.of(text).isPresent()));
    global("url", "string_to_url", URL, SimpleType.STRING);
    bindings.add(
        CelFunctionBinding.from(
            "string_to_url",
            String.class,
            text ->
                Url.of(text)
                    .orElseThrow(
                        () -> new IllegalArgumentException("URL parse error during conversion"))));
    ofUrl("getScheme", url -> url.uri().isAbsolute() ? url.uri().getScheme() : "");
    ofUrl("getHost", url -> url.host() + (url.port().isEmpty() ? "" : ":" + url.port()));
    ofUrl(
        "getHostname",
        url -> url.host().startsWith("[") ? url.host().replaceAll("[\\[\\]]", "") : url.host());
    ofUrl("getPort", Url::port);
    ofUrl("getEscapedPath", url -> url.uri().getRawPath() == null ? "" : url.uri().getRawPath());
    member("getQuery", "url_get_query", MapType.create(SimpleType.STRING, TEXTS), URL);
    bindings.add(CelFunctionBinding.from("url_get_query", Url.class, Url::query));
  }

  private void ofUrl(String name, CelFunctionOverload.Unary<Url> part) {
    String id = "url_" + name;
    member(name, id, SimpleType.STRING, URL);
    bindings.add(CelFunctionBinding.from(id, Url.class, part));
  }

  private void quantities() {
    global("isQuantity", "is_quantity_string", SimpleType.BOOL, SimpleType.STRING);
    bindings.add(
        CelFunctionBinding.from(
            "is_quantity_string", String.class, text -> Quantity.of(text).isPresent()));
    global("quantity", "string_to_quantity", QUANTITY, SimpleType.STRING);
    bindings.add(
        CelFunctionBinding.from(
            "string_to_quantity",
            String.class,
            text ->
                Quantity.of(text)
                    .orElseThrow(
                        () -> new IllegalArgumentException("quantity parse error: " + text))));
    ofQuantity("sign", SimpleType.INT, one -> (long) one.value().signum());
    ofQuantity("isInteger", SimpleType.BOOL, Quantity::isInteger);
    ofQuantity("asInteger", SimpleType.INT, one -> one.value().longValueExact());
    ofQuantity("asApproximateFloat", SimpleType.DOUBLE, one -> one.value().doubleValue());
    ofQuantities("isLessThan", SimpleType.BOOL, (one, other) -> compare(one, other) < 0);
    ofQuantities("isGreaterThan", SimpleType.BOOL, (one, other) -> compare(one, other) > 0);
    ofQuantities("compareTo", SimpleType.INT, (one, other) -> (long) compare(one, other));
    ofQuantities("add", QUANTITY, (one, other) -> Quantity.of(one.value().add(other.value())));
    ofQuantities("sub", QUANTITY, (one, other) -> Quantity.of(one.value().subtract(other.value())));
    member("add", "quantity_add_int", QUANTITY, QUANTITY, SimpleType.INT);
    bindings.add(
        CelFunctionBinding.from(
            "quantity_add_int",
            Quantity.class,
            Long.class,
            (one, more) -> Quantity.of(one.value().add(BigDecimal.valueOf(more)))));
    member("sub", "quantity_sub_int", QUANTITY, QUANTITY, SimpleType.INT);
    bindings.add(
        CelFunctionBinding.from(
            "quantity_sub_int",
            Quantity.class,
            Long.class,
            (one, less) -> Quantity.of(one.value().subtract(BigDecimal.valueOf(less)))));
  }

  private static int compare(Quantity one, Quantity other) {
    return one.value().compareTo(other.value());
  }

  private void ofQuantity(String name, CelType result, CelFunctionOverload.Unary<Quantity> part) {
    String id = "quantity_" + name;
    member(name, id, result, QUANTITY);
    bindings.add(CelFunctionBinding.from(id, Quantity.class, part));
  }

  private void ofQuantities(
      String name, CelType result, CelFunctionOverload.Binary<Quantity, Quantity> function) {
    String id = "quantity_" + name;
    member(name, id, result, QUANTITY, QUANTITY);
    bindings.add(CelFunctionBinding.from(id, Quantity.class, Quantity.class, function));
  }

  private void member(String name, String id, CelType result, CelType... arguments) {
    declarations.add(
        CelFunctionDecl.newFunctionDeclaration(
            name, CelOverloadDecl.newMemberOverload(id, result, arguments)));
  }

  private void global(String name, String id, CelType result, CelType... arguments) {
    declarations.add(
        CelFunctionDecl.newFunctionDeclaration(
            name, CelOverloadDecl.newGlobalOverload(id, result, arguments)));
  }
}
