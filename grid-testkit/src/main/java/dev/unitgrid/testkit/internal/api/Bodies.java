/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import dev.unitgrid.testkit.internal.schema.BuiltInSchemas;
import dev.unitgrid.testkit.internal.schema.GoTypes;
import dev.unitgrid.testkit.internal.schema.WrongTypeException;
import dev.unitgrid.testkit.internal.tree.StrictJson;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;

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
    return document(call, kind).value().getAsJsonObject();
  }

  /** The object of a create or an update, which should be of {@code kind}, and what came twice. */
  static StrictJson.Document document(Call call, ResourceKind kind) {
    StrictJson.Document document = document(call, kind.kind());
    refuseUntyped(call, kind, document.value().getAsJsonObject());
    return document;
  }

  /** A custom resource says what it is; of a built-in kind the path says enough. */
  private static void refuseUntyped(Call call, ResourceKind kind, JsonObject body) {
    String refusal = "the object provided is unrecognized (must be of type " + kind.kind() + "): ";
    for (String field : List.of("apiVersion", "kind")) {
      JsonElement said = Trees.at(body, field);
      if (said != null && !(said instanceof JsonPrimitive word && word.isString())) {
        throw StatusException.badRequest(
            refusal
                + "couldn't get version/kind; json parse error: json: cannot unmarshal "
                + nameOf(said)
                + " into Go struct field ."
                + field
                + " of type string ("
                + summary(call.body())
                + ")");
      }
    }
    if (!kind.builtIn() && Trees.string(body, "kind").isEmpty()) {
      throw StatusException.badRequest(
          refusal
              + "Object 'Kind' is missing in '"
              + new String(call.body(), StandardCharsets.UTF_8)
              + "' ("
              + summary(call.body())
              + ")");
    }
    String version = Trees.string(body, "apiVersion");
    if (!kind.builtIn() && version.isEmpty()) {
      throw StatusException.badRequest(
          "the API version in the data () does not match the expected API version ("
              + kind.apiVersion()
              + ")");
    }
  }

  private static StrictJson.Document document(Call call, String kind) {
    String refusal = "the object provided is unrecognized (must be of type " + kind + ")";
    refuseUnreadable(call);
    try {
      StrictJson.Document document = readWhole(call);
      if (document.value().isJsonObject()) {
        return document;
      }
      throw StatusException.badRequest(refusal + notJson(noObject(call)));
    } catch (JsonParseException | Yaml.MalformedException malformed) {
      throw StatusException.badRequest(
          refusal + notJson(why(malformed) + " (" + summary(call.body()) + ")"));
    }
  }

  private static void refuseUnreadable(Call call) {
    if (!isReadable(mediaType(call))) {
      throw StatusException.of(
          415,
          "UnsupportedMediaType",
          "the body of the request was in an unknown format - accepted media types include:"
              + " application/json, application/yaml, application/vnd.kubernetes.protobuf");
    }
  }

  private static String noObject(Call call) {
    return call.body().length == 0
        ? "unexpected end of JSON input (<empty>)"
        : "json: cannot unmarshal it into an object";
  }

  private static String why(RuntimeException malformed) {
    return String.valueOf(malformed.getMessage());
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
    refuseUnreadable(call);
    JsonObject options = options(call);
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
    try {
      return GoTypes.normalise(
          options, BuiltInSchemas.get().deleteOptions(), new LinkedHashSet<>());
    } catch (WrongTypeException wrong) {
      throw StatusException.of(500, "", inGoTypes(String.valueOf(wrong.getMessage())));
    }
  }

  /** A schema only knows strings where Go has types of its own. */
  private static String inGoTypes(String message) {
    return message
        .replace("uid of type string", "uid of type types.UID")
        .replace("Policy of type string", "Policy of type v1.DeletionPropagation");
  }

  private static JsonObject options(Call call) {
    String refusal = "couldn't get version/kind; json parse error: ";
    try {
      JsonElement options = read(call);
      if (options instanceof JsonObject object) {
        return object;
      }
      if (options.isJsonNull()) {
        return new JsonObject();
      }
      throw StatusException.of(500, "", refusal + noTypeMeta(options));
    } catch (JsonParseException | Yaml.MalformedException malformed) {
      throw StatusException.of(500, "", refusal + why(malformed));
    }
  }

  private static String nameOf(JsonElement value) {
    if (!value.isJsonPrimitive()) {
      return value.isJsonArray() ? "array" : "object";
    }
    JsonPrimitive primitive = value.getAsJsonPrimitive();
    return primitive.isString() ? "string" : primitive.isBoolean() ? "bool" : "number";
  }

  /** What Go says of JSON in which it looks for a version and a kind. */
  private static String noTypeMeta(JsonElement value) {
    return "json: cannot unmarshal "
        + nameOf(value)
        + " into Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\";"
        + " Kind string \"json:\\\"kind,omitempty\\\"\" }";
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
    return readWhole(call).value();
  }

  private static StrictJson.Document readWhole(Call call) {
    if (call.body().length == 0) {
      return new StrictJson.Document(JsonNull.INSTANCE, List.of());
    }
    if (mediaType(call).equals(ProtobufBodies.TYPE)) {
      return new StrictJson.Document(ProtobufBodies.read(call.body()), List.of());
    }
    return mediaType(call).endsWith("yaml")
        ? new StrictJson.Document(Yaml.parse(call.body()), List.of())
        : StrictJson.read(call.body());
  }

  private static boolean isReadable(String type) {
    return type.isEmpty()
        || type.endsWith("json")
        || type.endsWith("yaml")
        || type.equals(ProtobufBodies.TYPE);
  }

  /** The media type of a body, without parameters. */
  static String mediaType(Call call) {
    String type = call.contentType();
    int parameters = type.indexOf(';');
    return (parameters < 0 ? type : type.substring(0, parameters)).trim();
  }
}
