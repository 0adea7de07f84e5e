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

  /** In a token: go on with whatever is there now. */
  private static final long ANY_VERSION = -1;

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
    ListOptions options = ListOptions.ofList(call);
    Page page = page(kind, options, lag);
    // From its cache the real server answers whole.
    boolean fromCache = options.resourceVersion().equals("0") && options.continueToken().isEmpty();
    long limit = fromCache ? 0 : options.limit();
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

  private Page page(ResourceKind kind, ListOptions options, long lag) {
    if (!options.continueToken().isEmpty()) {
      return continued(kind, options);
    }
    if (lag >= 0) {
      return exactly(kind, lag);
    }
    if (options.isOfAnyVersion()) {
      return current(kind);
    }
    long asked = version(options.resourceVersion());
    if (asked > store.version()) {
      throw StatusException.tooLargeVersion(asked, store.version());
    }
    boolean exact =
        options.match().equals("Exact") || (options.match().isEmpty() && options.limit() > 0);
    return exact ? exactly(kind, asked) : current(kind);
  }

  private Page current(ResourceKind kind) {
    return new Page(store.version(), "", store.all(kind.storage()));
  }

  private Page continued(ResourceKind kind, ListOptions options) {
    if (!options.isOfAnyVersion()) {
      throw StatusException.badRequest(
          "specifying resource version is not allowed when using continue");
    }
    JsonObject start = start(options.continueToken());
    String after = Trees.string(start, "start");
    long version = Trees.number(start, 0, "rv");
    if (version == ANY_VERSION) {
      return new Page(store.version(), after, store.all(kind.storage()));
    }
    if (version < store.compacted()) {
      throw StatusException.expiredPage(CONTINUE_EXPIRED, token(ANY_VERSION, after));
    }
    return new Page(version, after, store.allAt(kind.storage(), version));
  }

  private static JsonObject start(String token) {
    try {
      return Trees.parse(Base64.getUrlDecoder().decode(token.getBytes(StandardCharsets.UTF_8)))
          .getAsJsonObject();
    } catch (IllegalArgumentException | JsonParseException | IllegalStateException malformed) {
      throw StatusException.badRequest(
          "invalid continue token: continue key is not valid: " + malformed.getMessage());
    }
  }

  private Page exactly(ResourceKind kind, long version) {
    if (version < store.compacted()) {
      throw StatusException.expired("The resourceVersion for the provided list is too old.");
    }
    return new Page(version, "", store.allAt(kind.storage(), version));
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
      throw StatusException.badRequest("invalid resource version: " + notAVersion(text));
    }
  }

  /** The number that {@code text} is; where one object or a watch is asked for, 500 if none. */
  static long watchedVersion(String text) {
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException notANumber) {
      throw StatusException.of(500, "", notAVersion(text));
    }
  }

  /** Why {@code text} is no version. */
  private static String notAVersion(String text) {
    return "resourceVersion: Invalid value: \""
        + text
        + "\": strconv.ParseUint: parsing \""
        + text
        + "\": invalid syntax";
  }
}
