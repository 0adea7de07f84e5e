/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.JsonSyntaxException;
import dev.unitgrid.runtime.codec.ObjectKey;
import java.time.Duration;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The states of a kind whose next pages clients may ask for: a few, for some minutes. Not
 * thread-safe.
 */
final class Pages {
  private static final Duration KEPT = Duration.ofMinutes(5);
  private static final String EXPIRED =
      "the state that this continue parameter pages through is not kept any more: list again"
          + " without it, or go on with the one of this answer, which pages through what is there"
          + " now";

  /** Stands in a token for whatever is there when it is used. */
  private static final long NOW = -1;

  /** Where a page begins. */
  record Token(long version, ObjectKey after) {
    boolean isOfNow() {
      return version == NOW;
    }

    String text() {
      Json token =
          Json.object(
              "v",
              "meta.k8s.io/v1",
              "rv",
              version,
              "start",
              after.namespace() + "/" + after.name());
      return Base64.getUrlEncoder().withoutPadding().encodeToString(token.toBytes());
    }

    /**
     * The token that {@code text} is.
     *
     * @throws Refusal.Thrown a 400, if it is none
     */
    static Token of(String text) {
      try {
        Json token = Json.parse(Base64.getUrlDecoder().decode(text));
        String start = token.get("start").asString("");
        int slash = start.indexOf('/');
        long version = token.get("rv").asLong(0);
        if (slash >= 0 && version >= NOW) {
          return new Token(
              version, new ObjectKey(start.substring(0, slash), start.substring(slash + 1)));
        }
      } catch (JsonSyntaxException malformed) {
        throw refused("it holds no JSON");
      } catch (IllegalArgumentException malformed) {
        throw refused(String.valueOf(malformed.getMessage()));
      }
      throw refused("it does not say where to go on");
    }

    private static Refusal.Thrown refused(String why) {
      return Refusal.badRequest("invalid continue token: continue key is not valid: " + why)
          .thrown();
    }
  }

  private record Held(ImmutableList<ServedObject> state, Duration until) {}

  private final int capacity;
  private final Map<Long, Held> held = new LinkedHashMap<>();

  Pages(int capacity) {
    this.capacity = capacity;
  }

  /** Keeps a state for the next page of it. */
  void hold(long version, ImmutableList<ServedObject> state, Duration now) {
    expire(now);
    held.remove(version);
    if (held.size() == capacity) {
      Iterator<Long> oldest = held.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    held.put(version, new Held(state, now.plus(KEPT)));
  }

  /**
   * The state that {@code token} pages through.
   *
   * @throws Refusal.Thrown a 410 with another token, if it is not kept any more
   */
  ImmutableList<ServedObject> state(Token token, Duration now) {
    expire(now);
    return Optional.ofNullable(held.get(token.version()))
        .map(Held::state)
        .orElseThrow(
            () -> Refusal.expiredPage(EXPIRED, new Token(NOW, token.after()).text()).thrown());
  }

  /** Lets go of what was kept long enough. */
  void expire(Duration now) {
    held.values().removeIf(each -> each.until().compareTo(now) <= 0);
  }

  boolean isEmpty() {
    return held.isEmpty();
  }

  void clear() {
    held.clear();
  }
}
