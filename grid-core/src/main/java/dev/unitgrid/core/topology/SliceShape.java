/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import com.google.common.primitives.Bytes;
import com.google.common.primitives.ImmutableLongArray;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.json.JsonCursor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What filtering needs to know of one version of an EndpointSlice: whose it is, its family and
 * ports, where each endpoint is and whether it is ready; and fingerprints, to tell whether two
 * versions look the same to a node. Immutable.
 *
 * <p>Two versions look the same if they differ in nothing that a node is shown, or only in {@code
 * metadata.resourceVersion}, {@code generation}, {@code managedFields}, the time of the last change
 * and what kubectl applied last, which move with endpoints of other units too. A slice that is not
 * filtered is compared whole, but for {@code resourceVersion} and {@code managedFields}.
 */
public final class SliceShape {
  private static final String LAST_CHANGE = "endpoints.kubernetes.io/last-change-trigger-time";
  private static final byte[] NOTHING = {};
  private static final byte[] COMMA = {','};
  private static final HashFunction FINGERPRINT = Hashing.farmHashFingerprint64();

  private final ServiceName service;
  private final String addressType;
  private final ImmutableList<String> ports;
  private final @Nullable String[] nodes;
  private final BitSet ready;
  private final Fingerprints fingerprints;

  private SliceShape(Reading reading) {
    this.service = new ServiceName(reading.namespace, reading.service);
    this.addressType = reading.addressType;
    this.ports = ImmutableList.copyOf(reading.ports);
    this.nodes = reading.nodes.toArray(new String[0]);
    this.ready = reading.ready;
    this.fingerprints =
        new Fingerprints(reading.frame, reading.asides, reading.endpoints.build().toArray());
  }

  /**
   * Reads an EndpointSlice of {@code discovery.k8s.io/v1}, as an item of a list or alone. What is
   * not as it should be in a document that is JSON costs only itself: an endpoint without a
   * readable node is one without a node.
   *
   * @param utf8 the object's JSON
   * @throws dev.unitgrid.api.json.JsonSyntaxException if {@code utf8} is no JSON object, or breaks
   *     off
   */
  public static SliceShape read(byte[] utf8) {
    return read(utf8, UnaryOperator.identity());
  }

  /**
   * As {@link #read(byte[])}, for one who holds many shapes at once.
   *
   * @param nodes gives each name of a node, of which there are few, as the one string that is kept
   */
  public static SliceShape read(byte[] utf8, UnaryOperator<String> nodes) {
    return new SliceShape(new Reading(utf8, nodes).read());
  }

  /** The Service whose endpoints these are; one without a name if the slice names none. */
  public ServiceName service() {
    return service;
  }

  /** {@code IPv4}, {@code IPv6} or {@code FQDN}; empty if it says nothing. */
  public String addressType() {
    return addressType;
  }

  /** The names of the ports; that of a port without one is empty. */
  public ImmutableList<String> ports() {
    return ports;
  }

  /** How many endpoints there are. */
  public int size() {
    return nodes.length;
  }

  /** The node of the endpoint at {@code place}. */
  public Optional<String> node(int place) {
    return Optional.ofNullable(nodes[place]);
  }

  /** Whether the endpoint at {@code place} is ready; one that says nothing is. */
  public boolean ready(int place) {
    return ready.get(place);
  }

  @Nullable String nodeOrNull(int place) {
    return nodes[place];
  }

  Fingerprints fingerprints() {
    return fingerprints;
  }

  /** What two versions are told apart by. */
  static final class Fingerprints {
    private final long frame;
    private final long asides;
    private final long[] endpoints;

    /**
     * Fingerprints.
     *
     * @param frame of the object but for its endpoints and what moves with all of them
     * @param asides of what a node is shown of an unfiltered slice only
     * @param endpoints of each endpoint without its hints
     */
    Fingerprints(long frame, long asides, long[] endpoints) {
      this.frame = frame;
      this.asides = asides;
      this.endpoints = endpoints;
    }

    /** Equal for two versions that look the same. */
    long of(Shown shown) {
      long print = shown.filtered() ? frame : mix(frame, asides);
      for (int place = 0; place < endpoints.length; place++) {
        if (shown.keeps(place)) {
          print = mix(print, endpoints[place]);
        }
      }
      return shown.filtered() ? print : ~print;
    }
  }

  private static long mix(long print, long next) {
    return (Long.rotateLeft(print, 27) ^ next) * 0x9E3779B97F4A7C15L;
  }

  /** One walk over the bytes. */
  private static final class Reading {
    private final byte[] utf8;
    private final JsonCursor cursor;
    private final UnaryOperator<String> names;
    private String namespace = "";
    private String service = "";
    private String addressType = "";
    private final List<String> ports = new ArrayList<>();
    private final List<@Nullable String> nodes = new ArrayList<>();
    private final BitSet ready = new BitSet();
    private final ImmutableLongArray.Builder endpoints = ImmutableLongArray.builder();
    private long frame;
    private long asides;

    Reading(byte[] utf8, UnaryOperator<String> names) {
      this.utf8 = utf8;
      this.names = names;
      this.cursor = new JsonCursor(utf8);
    }

    Reading read() {
      cursor.beginObject();
      while (cursor.nextField()) {
        if (cursor.nameIs("metadata") && cursor.atObject()) {
          metadata();
        } else if (cursor.nameIs("endpoints") && cursor.atArray()) {
          endpoints();
        } else if (cursor.nameIs("ports") && cursor.atArray()) {
          ports();
        } else if (cursor.nameIs("addressType") && cursor.atString()) {
          addressType = cursor.string();
          frame = mix(frame, print(cursor.nameStart()));
        } else {
          field(!cursor.nameIs("kind") && !cursor.nameIs("apiVersion"));
        }
      }
      cursor.end();
      return this;
    }

    private void metadata() {
      cursor.beginObject();
      while (cursor.nextField()) {
        if (cursor.nameIs("labels") && cursor.atObject()) {
          labels();
        } else if (cursor.nameIs("annotations") && cursor.atObject()) {
          annotations();
        } else if (cursor.nameIs("namespace") && cursor.atString()) {
          namespace = cursor.string();
          frame = mix(frame, print(cursor.nameStart()));
        } else if (cursor.nameIs("generation")) {
          asides = mix(asides, skipped());
        } else {
          field(!cursor.nameIs("resourceVersion") && !cursor.nameIs("managedFields"));
        }
      }
    }

    private void labels() {
      cursor.beginObject();
      while (cursor.nextField()) {
        if (cursor.nameIs(Labels.SERVICE_NAME) && cursor.atString()) {
          service = cursor.string();
          frame = mix(frame, print(cursor.nameStart()));
        } else {
          field(true);
        }
      }
    }

    private void annotations() {
      cursor.beginObject();
      while (cursor.nextField()) {
        if (cursor.nameIs(LAST_CHANGE) || cursor.nameIs(SliceRenderer.LAST_APPLIED)) {
          asides = mix(asides, skipped());
        } else {
          field(true);
        }
      }
    }

    private void field(boolean counts) {
      long print = skipped();
      if (counts) {
        frame = mix(frame, print);
      }
    }

    private void ports() {
      int start = cursor.position();
      cursor.beginArray();
      while (cursor.nextItem()) {
        if (cursor.atObject()) {
          ports.add(port());
        } else {
          cursor.skip();
        }
      }
      frame = mix(frame, print(start));
    }

    private String port() {
      String name = "";
      cursor.beginObject();
      while (cursor.nextField()) {
        if (cursor.nameIs("name") && cursor.atString()) {
          name = cursor.string();
        } else {
          cursor.skip();
        }
      }
      return name;
    }

    private void endpoints() {
      cursor.beginArray();
      while (cursor.nextItem()) {
        if (cursor.atObject()) {
          endpoint();
        } else {
          cursor.skip();
          add(null, false, print(cursor.valueStart()));
        }
      }
    }

    private void endpoint() {
      String node = null;
      boolean isReady = true;
      Fields fields = new Fields();
      cursor.beginObject();
      while (cursor.nextField()) {
        if (cursor.nameIs("hints")) {
          asides = mix(asides, skipped());
          fields.leaveOut();
          continue;
        }
        int start = cursor.nameStart();
        if (cursor.nameIs("nodeName") && cursor.atString()) {
          node = names.apply(cursor.string());
        } else if (cursor.nameIs("conditions") && cursor.atObject()) {
          isReady = readiness();
        } else {
          cursor.skip();
        }
        fields.take(start);
      }
      add(node == null || node.isEmpty() ? null : node, isReady, fields.print());
    }

    /**
     * The fields of an endpoint. Mostly none is left out between two others: then their fingerprint
     * is that of a piece of the document, taken at once.
     */
    private final class Fields {
      private byte[] before = NOTHING;
      private int start;
      private int end;

      /** The field that begins at {@code from} and ends at the cursor. */
      void take(int from) {
        start = end == 0 ? from : start;
        end = cursor.position();
      }

      void leaveOut() {
        before = joined();
        start = 0;
        end = 0;
      }

      long print() {
        if (before.length == 0) {
          return hash(utf8, start, end);
        }
        byte[] whole = joined();
        return hash(whole, 0, whole.length);
      }

      private byte[] joined() {
        byte[] last = Arrays.copyOfRange(utf8, start, end);
        boolean both = before.length > 0 && last.length > 0;
        return both ? Bytes.concat(before, COMMA, last) : Bytes.concat(before, last);
      }
    }

    private boolean readiness() {
      boolean isReady = true;
      cursor.beginObject();
      while (cursor.nextField()) {
        isReady &= !(cursor.nameIs("ready") && cursor.atFalse());
        cursor.skip();
      }
      return isReady;
    }

    private void add(@Nullable String node, boolean isReady, long print) {
      ready.set(nodes.size(), isReady);
      nodes.add(node);
      endpoints.add(print);
    }

    /** Steps over the value of a field; the fingerprint of both. */
    private long skipped() {
      int start = cursor.nameStart();
      cursor.skip();
      return print(start);
    }

    private long print(int start) {
      return hash(utf8, start, cursor.position());
    }

    private static long hash(byte[] bytes, int start, int end) {
      return FINGERPRINT.hashBytes(bytes, start, end - start).asLong();
    }
  }
}
