/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.unitgrid.testkit.internal.access.Deed;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request that is answered with a Kubernetes {@code Status}. */
public final class StatusException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;
  private final String reason;
  private final transient @Nullable JsonObject details;
  private final String continueToken;

  private StatusException(int code, String reason, String message, @Nullable JsonObject details) {
    this(code, reason, message, details, "");
  }

  private StatusException(
      int code, String reason, String message, @Nullable JsonObject details, String continueToken) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.continueToken = continueToken;
  }

  /** One field that is wrong. */
  public record Cause(String reason, String message, String field) {
    static Cause required(String field, String detail) {
      return new Cause(
          "FieldValueRequired", "Required value" + (detail.isEmpty() ? "" : ": " + detail), field);
    }

    static Cause invalid(String field, String value, String detail) {
      return new Cause("FieldValueInvalid", "Invalid value: " + value + ": " + detail, field);
    }

    static Cause forbidden(String field, String detail) {
      return new Cause("FieldValueForbidden", "Forbidden: " + detail, field);
    }

    static Cause unsupported(String field, String value, String supported) {
      return new Cause(
          "FieldValueNotSupported",
          "Unsupported value: " + value + ": supported values: " + supported,
          field);
    }

    static Cause duplicate(String field, String value) {
      return new Cause("FieldValueDuplicate", "Duplicate value: " + value, field);
    }

    static Cause wrongType(String field, String detail) {
      return new Cause("FieldValueTypeInvalid", "Invalid value: " + detail, field);
    }
  }

  public static StatusException of(int code, String reason, String message) {
    return new StatusException(code, reason, message, null);
  }

  static StatusException tooManyRequests(String message, JsonObject details) {
    return new StatusException(429, "TooManyRequests", message, details);
  }

  static StatusException badRequest(String message) {
    return of(400, "BadRequest", message);
  }

  static StatusException notFound(ResourceKind kind, String name) {
    return new StatusException(
        404, "NotFound", kind.resource() + " \"" + name + "\" not found", details(kind, name));
  }

  static StatusException notFound(String resource, String name) {
    return new StatusException(
        404,
        "NotFound",
        resource + " \"" + name + "\" not found",
        Trees.objectOf("name", name, "kind", resource));
  }

  static StatusException noSuchPath() {
    return new StatusException(
        404, "NotFound", "the server could not find the requested resource", new JsonObject());
  }

  static StatusException methodNotAllowed() {
    return new StatusException(
        405,
        "MethodNotAllowed",
        "the server does not allow this method on the requested resource",
        new JsonObject());
  }

  public static StatusException notImplemented(String sentence) {
    return of(501, "NotImplemented", "the embedded API server does not do this: " + sentence);
  }

  /** A patch of a type that no kind takes. */
  static StatusException noPatch() {
    return new StatusException(
        415, "UnsupportedMediaType", "415: Unsupported Media Type", new JsonObject());
  }

  /** A patch of a type that the kind does not take: strategic ones need a Go type. */
  static StatusException unsupportedPatch() {
    return of(
        415,
        "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include:"
            + " application/json-patch+json, application/merge-patch+json,"
            + " application/apply-patch+yaml");
  }

  static StatusException alreadyExists(ResourceKind kind, String name, boolean terminating) {
    return new StatusException(
        409,
        "AlreadyExists",
        (terminating ? "object is being deleted: " : "")
            + kind.resource()
            + " \""
            + name
            + "\" already exists",
        details(kind, name));
  }

  static StatusException conflict(ResourceKind kind, String name, String why) {
    return new StatusException(
        409,
        "Conflict",
        "Operation cannot be fulfilled on " + kind.resource() + " \"" + name + "\": " + why,
        details(kind, name));
  }

  /** A pod that cannot have a node; told of the subresource. */
  static StatusException unbindable(String name, String why) {
    return new StatusException(
        409,
        "Conflict",
        "Operation cannot be fulfilled on pods/binding \"" + name + "\": " + why,
        Trees.objectOf("name", name, "kind", "pods/binding"));
  }

  /** The real server names the kind here, and not the resource. */
  static StatusException deleteConflict(ResourceKind kind, String name, String why) {
    String type = kind.kind() + (kind.group().isEmpty() ? "" : "." + kind.group());
    JsonObject details = details(kind, name);
    details.addProperty("kind", kind.kind());
    return new StatusException(
        409,
        "Conflict",
        "Operation cannot be fulfilled on " + type + " \"" + name + "\": " + why,
        details);
  }

  static StatusException modified(ResourceKind kind, String name) {
    return conflict(
        kind,
        name,
        "the object has been modified; please apply your changes to the latest version and try"
            + " again");
  }

  static StatusException applyConflict(String message, List<Cause> causes) {
    JsonObject details = new JsonObject();
    details.add("causes", causes(causes));
    return new StatusException(409, "Conflict", message, details);
  }

  static StatusException forbidden(ResourceKind kind, String name, String why) {
    return new StatusException(
        403,
        "Forbidden",
        kind.resource() + " \"" + name + "\" is forbidden: " + why,
        details(kind, name));
  }

  /** What authorization refuses; the resource need not be served. */
  static StatusException forbidden(Deed deed, String user, String reason) {
    JsonObject details = new JsonObject();
    addUnlessEmpty(details, "name", deed.name());
    addUnlessEmpty(details, "group", deed.group());
    addUnlessEmpty(details, "kind", deed.resource());
    String what =
        (deed.isOfResource() ? deed.storage() + " " : "")
            + (deed.name().isEmpty() ? "" : "\"" + deed.name() + "\" ")
            + (deed.isOfResource() ? "is forbidden: " : "forbidden: ");
    String why = deed.refusalFor(user) + (reason.isEmpty() ? "" : ": " + reason);
    return new StatusException(403, "Forbidden", what + why, details);
  }

  private static void addUnlessEmpty(JsonObject details, String name, String value) {
    if (!value.isEmpty()) {
      details.addProperty(name, value);
    }
  }

  static StatusException invalid(ResourceKind kind, String name, List<Cause> causes) {
    // What is wrong with an event is said of the core group's.
    return invalid(kind.isEventOfItsGroup() ? "" : kind.group(), kind.kind(), name, causes);
  }

  /** The real server names the resource here, and not the kind. */
  static StatusException invalidResource(ResourceKind kind, String name, List<Cause> causes) {
    return invalid(kind.group(), kind.plural(), name, causes);
  }

  static StatusException invalidScale(String name, List<Cause> causes) {
    return invalid("autoscaling", "Scale", name, causes);
  }

  /** A patch whose result is no object of its kind. */
  static StatusException invalidPatch(String value, String why) {
    return invalid("", "", "", List.of(Cause.invalid("patch", quoted(value), why)));
  }

  private static String quoted(String value) {
    return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  static StatusException invalid(String group, String kind, String name, List<Cause> causes) {
    JsonObject details = new JsonObject();
    addUnlessEmpty(details, "name", name);
    addUnlessEmpty(details, "group", group);
    addUnlessEmpty(details, "kind", kind);
    details.add("causes", causes(causes));
    List<String> sentences =
        causes.stream().map(cause -> cause.field() + ": " + cause.message()).distinct().toList();
    String all =
        sentences.size() == 1 ? sentences.get(0) : "[" + String.join(", ", sentences) + "]";
    return new StatusException(
        422,
        "Invalid",
        kind + (group.isEmpty() ? "" : "." + group) + " \"" + name + "\" is invalid: " + all,
        details);
  }

  /** The parameters of a request that make no sense. */
  static StatusException invalidOptions(String kind, List<Cause> causes) {
    JsonObject details = Trees.objectOf("group", "meta.k8s.io", "kind", kind);
    details.add("causes", causes(causes));
    return new StatusException(
        422, "Invalid", kind + ".meta.k8s.io \"\" is invalid: " + sentences(causes), details);
  }

  private static String sentences(List<Cause> causes) {
    List<String> all =
        causes.stream().map(cause -> cause.field() + ": " + cause.message()).distinct().toList();
    return all.size() == 1 ? all.get(0) : "[" + String.join(", ", all) + "]";
  }

  /** A patch that cannot be done; the real server says no more of one that does not apply. */
  static StatusException ofPatch(int status, String message) {
    return switch (status) {
      case 422 ->
          new StatusException(
              422,
              "Invalid",
              "the server rejected our request due to an error in our request",
              new JsonObject());
      case 413 -> of(413, "RequestEntityTooLarge", message);
      case 500 -> of(500, "", message);
      default -> badRequest(message);
    };
  }

  static StatusException internal(String why) {
    JsonObject details = new JsonObject();
    details.add("causes", Trees.arrayOf(Trees.objectOf("message", why)));
    return new StatusException(500, "InternalError", "Internal error occurred: " + why, details);
  }

  static StatusException expired(String message) {
    return of(410, "Expired", message);
  }

  /** A page of a state that is forgotten; {@code token} goes on with the state of now. */
  static StatusException expiredPage(String message, String token) {
    return new StatusException(410, "Expired", message, null, token);
  }

  static StatusException tooLargeVersion(long asked, long current) {
    JsonObject details = new JsonObject();
    details.add(
        "causes",
        Trees.arrayOf(
            Trees.objectOf(
                "reason", "ResourceVersionTooLarge", "message", "Too large resource version")));
    details.addProperty("retryAfterSeconds", 1);
    return new StatusException(
        504,
        "Timeout",
        "Timeout: Too large resource version: " + asked + ", current: " + current,
        details);
  }

  private static JsonArray causes(List<Cause> causes) {
    JsonArray array = new JsonArray();
    causes.forEach(
        cause ->
            array.add(
                Trees.objectOf(
                    "reason", cause.reason(),
                    "message", cause.message(),
                    "field", cause.field())));
    return array;
  }

  private static JsonObject details(ResourceKind kind, String name) {
    JsonObject details = Trees.objectOf("name", name);
    if (!kind.group().isEmpty()) {
      details.addProperty("group", kind.group());
    }
    details.addProperty("kind", kind.plural());
    return details;
  }

  /** The same refusal, told of fields of {@code other} and not of {@code apiVersion}. */
  StatusException inTermsOf(String apiVersion, String other) {
    String using = " using " + apiVersion;
    String instead = " using " + other;
    JsonObject told =
        details == null
            ? null
            : JsonParser.parseString(details.toString().replace(using, instead)).getAsJsonObject();
    return new StatusException(
        code, reason, String.valueOf(getMessage()).replace(using, instead), told, continueToken);
  }

  /** The HTTP status. */
  public int code() {
    return code;
  }

  /** The word for programs. */
  public String reason() {
    return reason;
  }

  /** The {@code Status} object. */
  public JsonObject toJson() {
    JsonObject status =
        Trees.objectOf(
            "kind", "Status",
            "apiVersion", "v1",
            "metadata", metadata(),
            "status", "Failure",
            "message", String.valueOf(getMessage()));
    if (!reason.isEmpty()) {
      status.addProperty("reason", reason);
    }
    if (details != null) {
      status.add("details", details);
    }
    status.addProperty("code", code);
    return status;
  }

  private JsonObject metadata() {
    return continueToken.isEmpty() ? new JsonObject() : Trees.objectOf("continue", continueToken);
  }

  static StatusException notFound(ResourceKind kind, ObjectKey key) {
    return notFound(kind, key.name());
  }
}
