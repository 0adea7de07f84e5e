/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.store.Store;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.Predicate;

/** Answers lists: selectors, pages, versions. Not thread-safe: the server's lock guards it. */
final class Lists {
  private static final String CONTINUE_EXPIRED =
      "The provided continue parameter is too old to display a consistent list result. You can"
          + " start a new list without the continue parameter, or use the continue token in this"
          + " response to retrieve the remainder of the results. Continuing with the provided"
          + " token results in an inconsistent list - objects that were created, modified, or"
          + " deleted between the time the first chunk was returned and now may show up in the"
          + " list.";

  private final Store store;

  Lists(Store store) {
    this.store = store;
  }

  /** Which objects, as of which version, from which place on. */
  private record Page(long version, String after, NavigableMap<ObjectKey, JsonObject> objects) {}

  /**
   * The list that {@code call} asks for.
   *
   * @param lag answers from the state at this version; negative for the current one
   */
  JsonObject list(
      ResourceKind kind, String namespace, Predicate<JsonObject> selected, Call call, long lag) {
    Page page = page(kind, call, lag);
    long limit = call.query("limit").isEmpty() ? 0 : version(call.query("limit"));
    JsonArray items = new JsonArray();
    String last = "";
    long remaining = 0;
    for (Map.Entry<ObjectKey, JsonObject> entry : page.objects().entrySet()) {
      ObjectKey key = entry.getKey();
      boolean here = namespace.isEmpty() || key.namespace().equals(namespace);
      if (!here || !isAfter(key, page.after()) || !selected.test(entry.getValue())) {
        continue;
      }
      if (limit > 0 && items.size() == limit) {
        remaining++;
        continue;
      }
      items.add(Presentation.asItem(entry.getValue(), kind));
      last = key.place();
    }
    JsonObject metadata = Trees.objectOf("resourceVersion", Long.toString(page.version()));
    if (remaining > 0) {
      metadata.addProperty("continue", token(page.version(), last));
      if (call.query("labelSelector").isEmpty() && call.query("fieldSelector").isEmpty()) {
        metadata.addProperty("remainingItemCount", remaining);
      }
    }
    return Trees.objectOf(
        "kind",
        kind.kind() + "List",
        "apiVersion",
        kind.apiVersion(),
        "metadata",
        metadata,
        "items",
        items);
  }

  private static boolean isAfter(ObjectKey key, String place) {
    if (place.isEmpty()) {
      return true;
    }
    int slash = place.indexOf('/');
    String namespace = slash < 0 ? "" : place.substring(0, slash);
    return key.compareTo(new ObjectKey(key.resource(), namespace, place.substring(slash + 1))) > 0;
  }

  private Page page(ResourceKind kind, Call call, long lag) {
    String token = call.query("continue");
    if (!token.isEmpty()) {
      return continued(kind, token);
    }
    if (lag >= 0) {
      return at(kind, lag, "");
    }
    String version = call.query("resourceVersion");
    String match = call.query("resourceVersionMatch");
    if (!match.isEmpty() && version.isEmpty()) {
      throw StatusException.badRequest(
          "resourceVersionMatch is forbidden unless resourceVersion is provided");
    }
    if (version.isEmpty() || version.equals("0")) {
      return current(kind);
    }
    long asked = version(version);
    if (asked > store.version()) {
      throw StatusException.tooLargeVersion(asked, store.version());
    }
    boolean exact = match.equals("Exact") || (match.isEmpty() && !call.query("limit").isEmpty());
    return exact ? at(kind, asked, "") : current(kind);
  }

  private Page current(ResourceKind kind) {
    return new Page(store.version(), "", store.all(kind.storage()));
  }

  private Page continued(ResourceKind kind, String token) {
    JsonObject start;
    try {
      start =
          Trees.parse(Base64.getUrlDecoder().decode(token.getBytes(StandardCharsets.UTF_8)))
              .getAsJsonObject();
    } catch (IllegalArgumentException | JsonParseException | IllegalStateException malformed) {
      throw StatusException.badRequest("continue key is not valid: " + malformed.getMessage());
    }
    return at(kind, Trees.number(start, 0, "rv"), Trees.string(start, "start"));
  }

  private Page at(ResourceKind kind, long version, String after) {
    if (version < store.compacted()) {
      throw StatusException.expired(CONTINUE_EXPIRED);
    }
    return new Page(version, after, store.allAt(kind.storage(), version));
  }

  private static String token(long version, String last) {
    JsonObject token = Trees.objectOf("v", "meta.k8s.io/v1", "rv", version, "start", last);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Trees.bytes(token));
  }

  /** The number that {@code text} is; 400 if it is none. */
  static long version(String text) {
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException notANumber) {
      throw StatusException.badRequest(
          "Invalid value: \""
              + text
              + "\": strconv.ParseUint: parsing \""
              + text
              + "\": invalid syntax");
    }
  }
}
