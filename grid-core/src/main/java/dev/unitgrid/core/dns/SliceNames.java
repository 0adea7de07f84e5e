/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.dns;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.json.JsonCursor;
import dev.unitgrid.core.topology.ServiceName;
import java.util.ArrayList;
import java.util.List;

/**
 * What names need to know of one version of an EndpointSlice, in about 60 bytes for an endpoint
 * that has a name of its own; the others are dropped while it is read. Immutable; equal if no name
 * can tell two versions apart.
 *
 * <p>Kubernetes gives a slice the labels of its Service, so one without {@value
 * Labels#GRID_SELECTOR} belongs to no ServiceGrid, and is not even read to its end.
 */
public final class SliceNames {
  /** Nothing of it is written that could end a line of a hosts file, or of {@link #packed}. */
  private static final CharMatcher PLAIN =
      CharMatcher.inRange('a', 'z')
          .or(CharMatcher.inRange('A', 'Z'))
          .or(CharMatcher.inRange('0', '9'))
          .or(CharMatcher.anyOf("-._:"));

  private static final Splitter LINES = Splitter.on('\n').omitEmptyStrings();
  private static final Splitter PARTS = Splitter.on(' ');
  private static final Splitter ADDRESSES = Splitter.on(',').omitEmptyStrings();

  private final ServiceName service;
  private final String packed;

  private SliceNames(ServiceName service, String packed) {
    this.service = service;
    this.packed = packed;
  }

  /**
   * An endpoint.
   *
   * @param hostname the name that it has below its Service; empty for none
   * @param pod whether a pod of this very name is behind it
   * @param ready whether it is ready; one that says nothing is
   * @param node the name of its node; empty if it says none, or if that is not wanted
   * @param addresses its addresses
   */
  record Endpoint(
      String hostname, boolean pod, boolean ready, String node, ImmutableList<String> addresses) {}

  /**
   * Reads an EndpointSlice of {@code discovery.k8s.io/v1}: endpoints with a name of their own.
   *
   * @param utf8 the object's JSON, as an item of a list or alone
   * @throws dev.unitgrid.api.json.JsonSyntaxException if it is no JSON object
   */
  public static SliceNames read(byte[] utf8) {
    return new Reading(utf8, false).read();
  }

  /**
   * Reads an EndpointSlice as {@code settings} want it: where plain names are closed, all endpoints
   * of headless Services with their nodes.
   *
   * @throws dev.unitgrid.api.json.JsonSyntaxException if it is no JSON object
   */
  public static SliceNames read(byte[] utf8, DnsSettings settings) {
    return new Reading(utf8, settings.closedHeadless()).read();
  }

  /** The Service whose endpoints these are; one without a name if the slice names none. */
  public ServiceName service() {
    return service;
  }

  /** Whether there is no endpoint that names need. */
  public boolean isEmpty() {
    return packed.isEmpty();
  }

  ImmutableList<Endpoint> endpoints() {
    ImmutableList.Builder<Endpoint> endpoints = ImmutableList.builder();
    for (String line : LINES.split(packed)) {
      List<String> parts = PARTS.splitToList(line);
      endpoints.add(
          new Endpoint(
              parts.get(1),
              parts.get(0).contains("p"),
              parts.get(0).contains("r"),
              parts.get(2),
              ImmutableList.copyOf(ADDRESSES.split(parts.get(3)))));
    }
    return endpoints.build();
  }

  @Override
  public boolean equals(@org.jspecify.annotations.Nullable Object other) {
    return other instanceof SliceNames names
        && service.equals(names.service)
        && packed.equals(names.packed);
  }

  @Override
  public int hashCode() {
    return 31 * service.hashCode() + packed.hashCode();
  }

  @Override
  public String toString() {
    return service + ": " + packed;
  }

  /** One walk over the bytes. */
  private static final class Reading {
    private final JsonCursor cursor;
    private final boolean allOfHeadless;
    private String namespace = "";
    private String service = "";
    private boolean headless;
    private boolean isOfGrid;
    private boolean isOfAddresses;
    private final List<Read> endpoints = new ArrayList<>();

    Reading(byte[] utf8, boolean allOfHeadless) {
      this.cursor = new JsonCursor(utf8);
      this.allOfHeadless = allOfHeadless;
    }

    SliceNames read() {
      cursor.beginObject();
      while (cursor.nextField()) {
        if (cursor.nameIs("metadata") && cursor.atObject()) {
          metadata();
          if (!isOfGrid) {
            return new SliceNames(new ServiceName(namespace, service), "");
          }
        } else if (cursor.nameIs("endpoints") && cursor.atArray()) {
          endpoints();
        } else if (cursor.nameIs("addressType") && cursor.atString()) {
          String type = cursor.string();
          isOfAddresses = type.equals("IPv4") || type.equals("IPv6");
        } else {
          cursor.skip();
        }
      }
      cursor.end();
      return new SliceNames(new ServiceName(namespace, service), packed());
    }

    private void metadata() {
      cursor.beginObject();
      while (cursor.nextField()) {
        if (cursor.nameIs("namespace") && cursor.atString()) {
          namespace = cursor.string();
        } else if (cursor.nameIs("labels") && cursor.atObject()) {
          labels();
        } else {
          cursor.skip();
        }
      }
    }

    private void labels() {
      cursor.beginObject();
      while (cursor.nextField()) {
        if (cursor.nameIs(Labels.SERVICE_NAME) && cursor.atString()) {
          service = cursor.string();
        } else {
          headless |= cursor.nameIs(Labels.HEADLESS);
          isOfGrid |= cursor.nameIs(Labels.GRID_SELECTOR);
          cursor.skip();
        }
      }
    }

    private void endpoints() {
      cursor.beginArray();
      while (cursor.nextItem()) {
        if (cursor.atObject()) {
          Read endpoint = new Read(cursor);
          endpoint.read();
          endpoints.add(endpoint);
        } else {
          cursor.skip();
        }
      }
    }

    private String packed() {
      if (!isOfGrid || !isOfAddresses || service.isEmpty()) {
        return "";
      }
      boolean all = allOfHeadless && headless;
      StringBuilder packed = new StringBuilder();
      for (Read endpoint : endpoints) {
        if (endpoint.isPlain() && (all || !endpoint.hostname.isEmpty())) {
          endpoint.pack(packed, all);
        }
      }
      return packed.toString();
    }
  }

  /** One endpoint while it is read. */
  private static final class Read {
    private final JsonCursor cursor;
    private String hostname = "";
    private String node = "";
    private String targetKind = "";
    private String targetName = "";
    private boolean ready = true;
    private final List<String> addresses = new ArrayList<>(1);

    Read(JsonCursor cursor) {
      this.cursor = cursor;
    }

    void read() {
      cursor.beginObject();
      while (cursor.nextField()) {
        if (cursor.nameIs("hostname") && cursor.atString()) {
          hostname = cursor.string();
        } else if (cursor.nameIs("nodeName") && cursor.atString()) {
          node = cursor.string();
        } else if (cursor.nameIs("targetRef") && cursor.atObject()) {
          target();
        } else if (cursor.nameIs("conditions") && cursor.atObject()) {
          conditions();
        } else if (cursor.nameIs("addresses") && cursor.atArray()) {
          addresses();
        } else {
          cursor.skip();
        }
      }
    }

    private void target() {
      cursor.beginObject();
      while (cursor.nextField()) {
        if (cursor.nameIs("kind") && cursor.atString()) {
          targetKind = cursor.string();
        } else if (cursor.nameIs("name") && cursor.atString()) {
          targetName = cursor.string();
        } else {
          cursor.skip();
        }
      }
    }

    private void conditions() {
      cursor.beginObject();
      while (cursor.nextField()) {
        ready &= !(cursor.nameIs("ready") && cursor.atFalse());
        cursor.skip();
      }
    }

    private void addresses() {
      cursor.beginArray();
      while (cursor.nextItem()) {
        if (cursor.atString()) {
          addresses.add(cursor.string());
        } else {
          cursor.skip();
        }
      }
    }

    /** The API server takes nothing else; this does not depend on it. */
    boolean isPlain() {
      return PLAIN.matchesAllOf(hostname)
          && PLAIN.matchesAllOf(node)
          && addresses.stream().allMatch(PLAIN::matchesAllOf);
    }

    void pack(StringBuilder packed, boolean withNode) {
      boolean pod = !hostname.isEmpty() && targetKind.equals("Pod") && targetName.equals(hostname);
      packed.append(ready ? "r" : "").append(pod ? "p" : "").append(' ').append(hostname);
      packed.append(' ').append(withNode ? node : "").append(' ');
      packed.append(String.join(",", addresses)).append('\n');
    }
  }
}
