/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import dev.unitgrid.api.json.Json;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads what a kind answers, as a client would. */
final class WatchReader {
  private final Body body;
  private Body.Next last = Body.Next.MORE;
  private int wakes;

  private WatchReader(ServedKind kind, Read read) {
    Answer answer = kind.answer(read, () -> wakes++);
    if (answer instanceof Answer.Watched watched) {
      body = watched.body();
    } else {
      throw new AssertionError("no watch but " + answer);
    }
  }

  /** A watch with parameters, e.g. {@code resourceVersion=5}. */
  static WatchReader of(ServedKind kind, String... parameters) {
    return new WatchReader(kind, read(true, parameters));
  }

  static Read read(boolean watch, String... parameters) {
    Map<String, String> query = new HashMap<>();
    for (String parameter : parameters) {
      int equals = parameter.indexOf('=');
      query.put(parameter.substring(0, equals), parameter.substring(equals + 1));
    }
    return new Read("", "", watch, query, Shape.WHOLE);
  }

  static Refusal refused(ServedKind kind, boolean watch, String... parameters) {
    Answer answer = kind.answer(read(watch, parameters), () -> {});
    if (answer instanceof Answer.Refused refused) {
      return refused.refusal();
    }
    throw new AssertionError("not refused but " + answer);
  }

  static Json list(ServedKind kind, String... parameters) {
    return list(kind, read(false, parameters));
  }

  static Json list(ServedKind kind, Read read) {
    Answer answer = kind.answer(read, () -> {});
    if (answer instanceof Answer.Listed listed) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      Body.Next next = Body.Next.MORE;
      while (next == Body.Next.MORE) {
        next = listed.body().next((piece, from, to) -> bytes.write(piece, from, to - from));
      }
      return Json.parse(bytes.toByteArray());
    }
    throw new AssertionError("no list but " + answer);
  }

  static List<String> names(Json list) {
    return list.get("items").items().stream()
        .map(item -> item.get("metadata", "name").asString(""))
        .toList();
  }

  /** All frames that there are now. */
  List<Json> frames() {
    List<Json> frames = new ArrayList<>();
    do {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      last = body.next((piece, from, to) -> bytes.write(piece, from, to - from));
      if (bytes.size() > 0) {
        frames.add(Json.parse(bytes.toByteArray()));
      }
    } while (last == Body.Next.MORE);
    return frames;
  }

  /** All events that there are now: {@code ADDED a 5}. */
  List<String> events() {
    return frames().stream().map(WatchReader::told).toList();
  }

  static String told(Json frame) {
    String name = frame.get("object", "metadata", "name").asString("");
    return frame.get("type").asString("")
        + (name.isEmpty() ? "" : " " + name)
        + " "
        + frame.get("object", "metadata", "resourceVersion").asString("");
  }

  /** What came after the last event. */
  Body.Next last() {
    return last;
  }

  int wakes() {
    return wakes;
  }

  void close() {
    body.close();
  }
}
