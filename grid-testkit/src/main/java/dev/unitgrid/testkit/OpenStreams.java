/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The watches that are open, so that faults can be done to them. Thread-safe. */
final class OpenStreams {
  private static final byte[] POISON =
      "{\"type\":\"MODIFIED\",\"object\":{\"metadata\":[\"nobody can decode this\"]}}"
          .getBytes(StandardCharsets.UTF_8);
  private static final byte[] EXPIRED =
      ("{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},"
              + "\"status\":\"Failure\",\"message\":\"too old resource version\","
              + "\"reason\":\"Expired\",\"code\":410}}")
          .getBytes(StandardCharsets.UTF_8);

  private final Set<Tap> taps = ConcurrentHashMap.newKeySet();

  Tap tap(String resource, String user, Door.Stream stream, Runnable close) {
    Tap tap = new Tap(resource, user, stream, close);
    taps.add(tap);
    return tap;
  }

  void each(String resource, Consumer<Tap> change) {
    taps.stream().filter(tap -> tap.resource.equals(resource)).forEach(change);
  }

  void eachOf(Predicate<String> users, Consumer<Tap> change) {
    taps.stream().filter(tap -> users.test(tap.user)).forEach(change);
  }

  /** Sits between the server and a door. */
  final class Tap implements Door.Stream {
    private final String resource;
    private final String user;
    private final Door.Stream stream;
    private final Runnable close;
    private boolean silent;
    private boolean poison;
    private boolean truncate;

    private Tap(String resource, String user, Door.Stream stream, Runnable close) {
      this.resource = resource;
      this.user = user;
      this.stream = stream;
      this.close = close;
    }

    synchronized void silence() {
      silent = true;
    }

    synchronized void poisonNext() {
      poison = true;
    }

    synchronized void truncateNext() {
      truncate = true;
    }

    void expire() {
      frame(EXPIRED);
      close.run();
      end();
    }

    void reset() {
      closed();
      close.run();
      stream.breakOff(new byte[0]);
    }

    void closed() {
      taps.remove(this);
    }

    @Override
    public void frame(byte[] frame) {
      boolean cut;
      synchronized (this) {
        if (silent) {
          return;
        }
        cut = truncate;
        if (!cut) {
          stream.frame(poison ? POISON : frame);
          poison = false;
        }
      }
      if (cut) {
        closed();
        close.run();
        stream.breakOff(Arrays.copyOf(frame, frame.length / 2));
      }
    }

    @Override
    public void breakOff(byte[] half) {
      closed();
      stream.breakOff(half);
    }

    @Override
    public void caughtUp() {
      stream.caughtUp();
    }

    @Override
    public void end() {
      closed();
      boolean quiet;
      synchronized (this) {
        quiet = silent;
      }
      // A half-open connection does not hear of the end either.
      if (!quiet) {
        stream.end();
      }
    }
  }
}
