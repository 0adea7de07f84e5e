/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.snapshot;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A snapshot as a value: what was told to be written, or what was visited. */
record Told(Map<String, String> header, List<Entry> entries) implements Snapshot {
  record Entry(String kind, String key, String resourceVersion, List<Byte> content) {
    static Entry of(String kind, String key, String resourceVersion, byte[] bytes) {
      List<Byte> content = new ArrayList<>();
      for (byte each : bytes) {
        content.add(each);
      }
      return new Entry(kind, key, resourceVersion, content);
    }

    private byte[] bytes() {
      byte[] bytes = new byte[content.size()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = content.get(i);
      }
      return bytes;
    }
  }

  static Told of(String node, Entry... entries) {
    return new Told(Map.of("node", node, "slices", "1767225600000000"), Arrays.asList(entries));
  }

  @Override
  public void tellTo(Records records) throws IOException {
    for (Entry entry : entries) {
      records.record(entry.kind(), entry.key(), entry.resourceVersion(), entry.bytes());
    }
  }

  /** Takes what is visited. */
  static final class Visitor implements SnapshotVisitor {
    private Map<String, String> header = Map.of();
    private final List<Entry> entries = new ArrayList<>();

    Told told() {
      return new Told(header, entries);
    }

    @Override
    public void header(Map<String, String> values) {
      header = values;
    }

    @Override
    public void record(String kind, String key, String resourceVersion, byte[] bytes) {
      entries.add(Entry.of(kind, key, resourceVersion, bytes));
    }
  }
}
