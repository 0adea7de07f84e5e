/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * The bytes of a snapshot. All numbers are big-endian.
 *
 * <pre>
 * magic     8 bytes, with a line end in it, so that a transfer as text breaks it
 * version   4 bytes
 * body      deflated: the number of header values and each name and value; then records, each after
 *           a byte 1: kind, key, resourceVersion, content; then a byte 0 and the number of records
 * length    8 bytes: of all before it
 * checksum  4 bytes: CRC32C of all before it
 * </pre>
 *
 * Texts and contents are a length of 4 bytes and the bytes. The checksum stands at the end, so that
 * writing needs one pass; reading takes two, the first of which only sums.
 */
final class SnapshotFormat {
  static final int VERSION = 1;

  /** More than any object that etcd takes; a longer one is a mistake, not an object. */
  static final int LONGEST_CONTENT = 4 << 20;

  private static final byte[] MAGIC = {'U', 'G', 'S', 'N', 'A', 'P', '\r', '\n'};
  private static final int PREFIX = MAGIC.length + Integer.BYTES;
  private static final int SUFFIX = Long.BYTES + Integer.BYTES;
  private static final int BUFFER = 8192;
  private static final int RECORD = 1;
  private static final int END = 0;

  private SnapshotFormat() {}

  /** Opens the bytes from their beginning; called for each pass. */
  @FunctionalInterface
  interface Source {
    InputStream open() throws IOException;
  }

  static void write(Snapshot snapshot, OutputStream out) throws IOException {
    CountingSum sum = new CountingSum(out);
    DataOutputStream framed = new DataOutputStream(sum);
    framed.write(MAGIC);
    framed.writeInt(VERSION);
    writeBody(snapshot, framed);
    framed.writeLong(sum.length());
    framed.writeInt(sum.value());
    framed.flush();
  }

  private static void writeBody(Snapshot snapshot, OutputStream out) throws IOException {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try {
      DeflaterOutputStream deflated = new DeflaterOutputStream(out, deflater, BUFFER);
      DataOutputStream body = new DataOutputStream(new BufferedOutputStream(deflated, BUFFER));
      writeHeader(snapshot.header(), body);
      long[] records = {0};
      snapshot.tellTo(
          (kind, key, resourceVersion, content) -> {
            body.writeByte(RECORD);
            writeText(kind, body);
            writeText(key, body);
            writeText(resourceVersion, body);
            writeContent(content, body);
            records[0]++;
          });
      body.writeByte(END);
      body.writeLong(records[0]);
      body.flush();
      deflated.finish();
    } finally {
      deflater.end();
    }
  }

  private static void writeHeader(Map<String, String> values, DataOutputStream body)
      throws IOException {
    Map<String, String> sorted = new TreeMap<>(values);
    body.writeInt(sorted.size());
    for (Map.Entry<String, String> value : sorted.entrySet()) {
      writeText(value.getKey(), body);
      writeText(value.getValue(), body);
    }
  }

  private static void writeText(String text, DataOutputStream body) throws IOException {
    writeContent(text.getBytes(UTF_8), body);
  }

  private static void writeContent(byte[] content, DataOutputStream body) throws IOException {
    if (content.length > LONGEST_CONTENT) {
      throw new IOException("A record of " + content.length + " bytes is too long for a snapshot");
    }
    body.writeInt(content.length);
    body.write(content);
  }

  /**
   * Tells {@code visitor} the snapshot of {@code length} bytes; nothing of it before its sum is
   * right.
   *
   * @return the number of records
   * @throws DamagedException if it is not a whole snapshot of this format
   * @throws IOException if the bytes cannot be read, or the visitor throws it
   */
  static long read(Source source, long length, SnapshotVisitor visitor) throws IOException {
    try (InputStream in = source.open()) {
      check(in, length);
    }
    try (InputStream in = source.open()) {
      return visit(in, length, visitor);
    }
  }

  private static void check(InputStream in, long length) throws IOException {
    if (length < PREFIX + SUFFIX) {
      throw new DamagedException("it has only " + length + " bytes");
    }
    CheckedInputStream sum =
        new CheckedInputStream(new BufferedInputStream(in, BUFFER), new CRC32C());
    DataInputStream framed = new DataInputStream(sum);
    try {
      checkPrefix(framed);
      framed.skipNBytes(length - PREFIX - SUFFIX);
      checkSuffix(framed, sum, length);
    } catch (EOFException tooShort) {
      throw new DamagedException("it ends before its " + length + " bytes do");
    }
  }

  private static void checkPrefix(DataInputStream framed) throws IOException {
    byte[] magic = new byte[MAGIC.length];
    framed.readFully(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new DamagedException("it is no snapshot");
    }
    int version = framed.readInt();
    if (version != VERSION) {
      throw new DamagedException(
          "its format is number " + version + ", and this program knows " + VERSION + " only");
    }
  }

  private static void checkSuffix(DataInputStream framed, CheckedInputStream sum, long length)
      throws IOException {
    long told = framed.readLong();
    int expected = (int) sum.getChecksum().getValue();
    if (told != length - SUFFIX) {
      throw new DamagedException("its length is not the one that was written");
    }
    if (framed.readInt() != expected) {
      throw new DamagedException("its checksum is wrong");
    }
    if (framed.read() != -1) {
      throw new DamagedException("it goes on after its end");
    }
  }

  private static long visit(InputStream in, long length, SnapshotVisitor visitor)
      throws IOException {
    in.skipNBytes(PREFIX);
    // The buffer behind the inflater saves a JNI call for each number.
    InflaterInputStream inflated = new InflaterInputStream(new BufferedInputStream(in, BUFFER));
    DataInputStream body = new DataInputStream(new BufferedInputStream(inflated, BUFFER));
    try {
      visitor.header(readHeader(body));
      return readRecords(body, visitor);
    } catch (EOFException tooShort) {
      throw new DamagedException("its " + length + " bytes end within a record");
    }
  }

  private static Map<String, String> readHeader(DataInputStream body) throws IOException {
    Map<String, String> values = new TreeMap<>();
    int size = body.readInt();
    for (int i = 0; i < size; i++) {
      values.put(readText(body), readText(body));
    }
    return values;
  }

  private static long readRecords(DataInputStream body, Snapshot.Records records)
      throws IOException {
    Map<String, String> kinds = new HashMap<>();
    long count = 0;
    while (body.readByte() == RECORD) {
      String kind = readText(body);
      records.record(
          kinds.computeIfAbsent(kind, same -> same),
          readText(body),
          readText(body),
          readContent(body));
      count++;
    }
    if (body.readLong() != count) {
      throw new DamagedException("it does not hold as many records as were written");
    }
    return count;
  }

  private static String readText(DataInputStream body) throws IOException {
    return new String(readContent(body), UTF_8);
  }

  private static byte[] readContent(DataInputStream body) throws IOException {
    int length = body.readInt();
    if (length < 0 || length > LONGEST_CONTENT) {
      throw new DamagedException("it has a record of " + length + " bytes");
    }
    byte[] content = new byte[length];
    body.readFully(content);
    return content;
  }

  /** Sums and counts what goes through. */
  private static final class CountingSum extends CheckedOutputStream {
    private long length;

    CountingSum(OutputStream out) {
      super(out, new CRC32C());
    }

    long length() {
      return length;
    }

    int value() {
      return (int) getChecksum().getValue();
    }

    @Override
    public void write(int b) throws IOException {
      super.write(b);
      length++;
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      super.write(bytes, offset, count);
      length += count;
    }
  }
}
