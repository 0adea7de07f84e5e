/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import com.google.common.base.CharMatcher;
import dev.unitgrid.api.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An answer that is none: a {@code Status} as the API server writes it.
 *
 * @param code the HTTP status
 * @param reason the word for programs; empty for none
 * @param message a sentence
 * @param details JSON null for none
 * @param retryAfterSeconds when it may be better; 0 for never
 * @param continueToken where a list may go on all the same; empty for nowhere
 */
public record Refusal(
    int code,
    String reason,
    String message,
    Json details,
    int retryAfterSeconds,
    String continueToken) {
  /** A fault of one parameter. */
  record Cause(String reason, String message, String field) {
    static Cause forbidden(String field, String why) {
      return new Cause("FieldValueForbidden", "Forbidden: " + why, field);
    }

    static Cause unsupported(String field, String value, String supported) {
      return new Cause(
          "FieldValueNotSupported",
          "Unsupported value: \"" + value + "\": supported values: " + supported,
          field);
    }

    private Json json() {
      return Json.object("reason", reason, "message", message, "field", field);
    }
  }

  static Refusal badRequest(String message) {
    return of(400, "BadRequest", message, Json.ofNull());
  }

  static Refusal expired(String message) {
    return of(410, "Expired", message, Json.ofNull());
  }

  /** A page of a state that is gone; {@code token} goes on with the state of now. */
  static Refusal expiredPage(String message, String token) {
    return new Refusal(410, "Expired", message, Json.ofNull(), 0, token);
  }

  static Refusal tooLarge(String sentence) {
    Json details =
        Json.object(
            "causes",
            Json.array(
                List.of(
                    Json.object(
                        "reason", "ResourceVersionTooLarge",
                        "message", "Too large resource version"))),
            "retryAfterSeconds",
            1);
    return new Refusal(504, "Timeout", "Timeout: " + sentence, details, 1, "");
  }

  /** No version of an object or a watch. */
  static Refusal noVersion(String asked) {
    return of(500, "", parsing(asked), Json.ofNull());
  }

  /** No version of a list. */
  static Refusal noVersionOfList(String asked) {
    return badRequest("invalid resource version: " + parsing(asked));
  }

  private static String parsing(String asked) {
    boolean number = !asked.isEmpty() && CharMatcher.inRange('0', '9').matchesAllOf(asked);
    return "resourceVersion: Invalid value: \""
        + asked
        + "\": strconv.ParseUint: parsing \""
        + asked
        + "\": "
        + (number ? "value out of range" : "invalid syntax");
  }

  static Refusal notFound(ServedResource resource, String name) {
    Map<String, Json> details = new LinkedHashMap<>();
    details.put("name", Json.of(name));
    if (!resource.type().group().isEmpty()) {
      details.put("group", Json.of(resource.type().group()));
    }
    details.put("kind", Json.of(resource.type().plural()));
    return of(
        404,
        "NotFound",
        resource.qualifiedPlural() + " \"" + name + "\" not found",
        Json.object(details));
  }

  /** A path that leads nowhere. */
  public static Refusal noSuchPath() {
    return of(
        404, "NotFound", "the server could not find the requested resource", Json.emptyObject());
  }

  /** A path that the API server might read otherwise than we do. */
  public static Refusal ambiguousPath() {
    return badRequest("the path may mean endpoints in more than one way; write it plainly");
  }

  /** A method that the path does not have. */
  public static Refusal methodNotAllowed() {
    return of(
        405,
        "MethodNotAllowed",
        "the server does not allow this method on the requested resource",
        Json.emptyObject());
  }

  /** An answer in no form that the client takes. */
  public static Refusal notAcceptable(String message) {
    return of(406, "NotAcceptable", message, Json.emptyObject());
  }

  /** With this code fabric8's client, which tries a websocket first, asks again without. */
  public static Refusal noWebsockets() {
    return of(
        503,
        "ServiceUnavailable",
        "this endpoint proxy has no websockets; a watch is a plain GET",
        Json.emptyObject());
  }

  /** What was read here filtered, and is not to be written back. */
  public static Refusal filtered(ServedResource resource, String name) {
    return forbidden(resource, name, "an update would delete all others");
  }

  /** What is deleted is answered whole. */
  public static Refusal shownWhenDeleted(ServedResource resource, String name) {
    return forbidden(resource, name, "the answer to a deletion would show all others");
  }

  private static Refusal forbidden(ServedResource resource, String name, String why) {
    return of(
        403,
        "Forbidden",
        resource.qualifiedPlural()
            + " \""
            + name
            + "\" is forbidden: this endpoint proxy shows only the endpoints of its node's unit, and "
            + why
            + "; write to the API server itself",
        Json.emptyObject());
  }

  /** The first lists of the API server are not in yet. */
  public static Refusal notReady() {
    return new Refusal(
        429,
        "TooManyRequests",
        "storage is (re)initializing",
        Json.object("retryAfterSeconds", 1),
        1,
        "");
  }

  /** A bug. */
  public static Refusal internal() {
    return of(500, "InternalError", "the endpoint proxy failed; its log says why", Json.ofNull());
  }

  static Refusal invalidOptions(List<Cause> causes) {
    List<Json> told = new ArrayList<>();
    List<String> sentences = new ArrayList<>();
    for (Cause cause : causes) {
      told.add(cause.json());
      sentences.add(cause.field() + ": " + cause.message());
    }
    String all =
        sentences.size() == 1 ? sentences.get(0) : "[" + String.join(", ", sentences) + "]";
    return of(
        422,
        "Invalid",
        "ListOptions.meta.k8s.io \"\" is invalid: " + all,
        Json.object("group", "meta.k8s.io", "kind", "ListOptions", "causes", Json.array(told)));
  }

  static Refusal of(int code, String reason, String message, Json details) {
    return new Refusal(code, reason, message, details, 0, "");
  }

  /** The {@code Status} object. */
  public Json status() {
    Map<String, Json> status = new LinkedHashMap<>();
    status.put("kind", Json.of("Status"));
    status.put("apiVersion", Json.of("v1"));
    status.put(
        "metadata",
        continueToken.isEmpty() ? Json.emptyObject() : Json.object("continue", continueToken));
    status.put("status", Json.of("Failure"));
    status.put("message", Json.of(message));
    if (!reason.isEmpty()) {
      status.put("reason", Json.of(reason));
    }
    if (!details.isNull()) {
      status.put("details", details);
    }
    status.put("code", Json.of(code));
    return Json.object(status);
  }

  /** The same, thrown by what reads a request. */
  @SuppressWarnings("serial") // never serialized
  static final class Thrown extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    Thrown(Refusal refusal) {
      super(refusal.message(), null, false, false);
      this.refusal = refusal;
    }

    Refusal refusal() {
      return refusal;
    }
  }

  Thrown thrown() {
    return new Thrown(this);
  }
}
