/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.io.EOFException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** Reads the bodies of requests, and refuses what cannot be read as the real server does. */
final class Bodies {
  private static final int SHOWN = 30;

  private Bodies() {}

  /** The object of a create, an update or an apply. */
  static JsonObject object(Call call, ResourceKind kind) {
    return object(call, kind.kind());
  }

  /** The object of a create, an update or an apply, which should be of {@code kind}. */
  static JsonObject object(Call call, String kind) {
    String refusal = "the object provided is unrecognized (must be of type " + kind + ")";
    if (!isReadable(mediaType(call))) {
      throw StatusException.of(
          415,
          "UnsupportedMediaType",
          "the body of the request was in an unknown format - accepted media types include:"
              + " application/json, application/yaml, application/vnd.kubernetes.protobuf");
    }
    try {
      if (read(call) instanceof JsonObject object) {
        return object;
      }
      throw StatusException.badRequest(refusal + notJson(noObject(call)));
    } catch (JsonParseException | Yaml.MalformedException malformed) {
      throw StatusException.badRequest(
          refusal + notJson(why(malformed) + " (" + summary(call.body()) + ")"));
    }
  }

  private static String noObject(Call call) {
    return call.body().length == 0
        ? "unexpected end of JSON input (<empty>)"
        : "json: cannot unmarshal it into an object";
  }

  /** What Go's decoder says of a text that ends too soon; other errors it words its own way. */
  private static String why(RuntimeException malformed) {
    String message = String.valueOf(malformed.getMessage());
    boolean cutOff =
        malformed.getCause() instanceof EOFException || message.contains("Unterminated string");
    return cutOff ? "unexpected end of JSON input" : message;
  }

  /** The beginning of a body as the real server shows it: what looks like JSON as text. */
  private static String summary(byte[] body) {
    byte[] start = Arrays.copyOf(body, Math.min(body.length, SHOWN));
    String text =
        body[0] == '{'
            ? new String(start, StandardCharsets.UTF_8)
            : HexFormat.of().formatHex(start);
    return text + (body.length > SHOWN ? " ..." : "");
  }

  private static String notJson(String why) {
    return ": couldn't get version/kind; json parse error: " + why;
  }

  /** The patch of a PATCH; JSON null for none. */
  static JsonElement patch(Call call) {
    try {
      return read(call);
    } catch (JsonParseException | Yaml.MalformedException malformed) {
      throw StatusException.badRequest("error decoding patch: " + why(malformed));
    }
  }

  /** The options of a DELETE: those of its body, or without one those of its query. */
  static JsonObject deleteOptions(Call call) {
    if (call.body().length == 0) {
      return queriedDeleteOptions(call);
    }
    JsonObject options;
    try {
      options = read(call) instanceof JsonObject object ? object : new JsonObject();
    } catch (JsonParseException | Yaml.MalformedException malformed) {
      throw StatusException.of(
          500, "", "couldn't get version/kind; json parse error: " + malformed.getMessage());
    }
    String kind = Trees.string(options, "kind");
    if (!kind.isEmpty() && !kind.equals("DeleteOptions")) {
      throw StatusException.of(
          500,
          "",
          "no kind \""
              + kind
              + "\" is registered for version \""
              + Trees.string(options, "apiVersion")
              + "\" in scheme \"pkg/runtime/scheme.go:110\"");
    }
    return options;
  }

  private static JsonObject queriedDeleteOptions(Call call) {
    JsonObject options = new JsonObject();
    if (call.query().containsKey("propagationPolicy")) {
      options.addProperty("propagationPolicy", call.query("propagationPolicy"));
    }
    if (call.query().containsKey("orphanDependents")) {
      options.addProperty("orphanDependents", call.isSet("orphanDependents"));
    }
    if (!call.query("gracePeriodSeconds").isEmpty()) {
      options.addProperty(
          "gracePeriodSeconds", ListOptions.number(call.query("gracePeriodSeconds")));
    }
    if (!call.query("dryRun").isEmpty()) {
      options.add("dryRun", Trees.arrayOf(call.query("dryRun")));
    }
    return options;
  }

  private static JsonElement read(Call call) {
    if (call.body().length == 0) {
      return JsonNull.INSTANCE;
    }
    if (mediaType(call).equals(ProtobufBodies.TYPE)) {
      return ProtobufBodies.read(call.body());
    }
    return mediaType(call).endsWith("yaml") ? Yaml.parse(call.body()) : Trees.parse(call.body());
  }

  private static boolean isReadable(String type) {
    return type.isEmpty()
        || type.endsWith("json")
        || type.endsWith("yaml")
        || type.equals(ProtobufBodies.TYPE);
  }

  /** The media type of a body, without parameters. */
  static String mediaType(Call call) {
    return call.contentType().replaceAll(";.*", "").trim();
  }
}
