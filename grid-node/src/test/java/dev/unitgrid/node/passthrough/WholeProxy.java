/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.passthrough;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.node.EndpointProxy;
import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiTransport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;

/** The endpoint proxy of bj-1 as it runs on a node, and many clients that write bytes to it. */
final class WholeProxy implements AutoCloseable {
  /** The address of the endpoint that its clients are to see. */
  static final String OWN = "192.0.2.1";

  /** The address of the one that they are not. */
  static final String HIDDEN = "203.0.113.7";

  private static final String SLICES = "/apis/discovery.k8s.io/v1/endpointslices";
  private static final String ENDPOINTS = "/api/v1/endpoints";

  /** How long a client waits for more of an answer that does not end, as watches do not. */
  private static final int QUIET_MILLIS = 80;

  private static final int PATIENT_MILLIS = 20_000;

  private static final int CLIENTS = 16;

  private final SystemScheduler scheduler = SystemScheduler.start("whole", 2);
  private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
  private final EndpointProxy proxy;

  /** A proxy whose transport is made with its threads. */
  WholeProxy(Function<SystemScheduler, ApiTransport> transport, Upstream upstream) {
    proxy =
        EndpointProxy.builder("bj-1", transport.apply(scheduler), upstream, scheduler)
            .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .build();
    proxy.start();
  }

  /** A Service that is filtered, its slice and its Endpoints. */
  static List<Json> objects() {
    return Stream.of(
            """
            {"apiVersion": "v1", "kind": "Service",
             "metadata": {"name": "web", "namespace": "default",
              "annotations": {"topologyKeys": "[\\"location\\"]"}},
             "spec": {"ports": [{"name": "http", "port": 80}]}}
            """,
            """
            {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
             "metadata": {"name": "web-1", "namespace": "default",
              "labels": {"kubernetes.io/service-name": "web"}},
             "addressType": "IPv4", "ports": [{"name": "http", "port": 80}],
             "endpoints": [
              {"addresses": ["OWN"], "nodeName": "bj-1"},
              {"addresses": ["HIDDEN"], "nodeName": "gz-1"}]}
            """,
            """
            {"apiVersion": "v1", "kind": "Endpoints",
             "metadata": {"name": "web", "namespace": "default"},
             "subsets": [{"ports": [{"name": "http", "port": 80}], "addresses": [
              {"ip": "OWN", "nodeName": "bj-1"}, {"ip": "HIDDEN", "nodeName": "gz-1"}]}]}
            """)
        .map(text -> Json.parse(text.replace("OWN", OWN).replace("HIDDEN", HIDDEN)))
        .toList();
  }

  /** Until what is to be seen is. */
  void awaitOwnEndpoint() throws IOException {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!get(SLICES).contains(OWN) || !get(ENDPOINTS).contains(OWN)) {
      assertThat(System.nanoTime())
          .as("the time to show its own endpoint; there is %s and %s", get(SLICES), get(ENDPOINTS))
          .isLessThan(end);
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  /** That no answer to any of {@code requests} holds what is to be hidden. */
  void assertHidden(List<String> requests) throws Exception {
    List<String> answers = answers(requests);
    for (int i = 0; i < requests.size(); i++) {
      assertThat(answers.get(i)).as(requests.get(i)).doesNotContain(HIDDEN);
      assertThat(answers.get(i)).as(requests.get(i)).doesNotContain("the endpoint proxy failed");
    }
  }

  /** The answers to requests that are all sent at the same time. */
  private List<String> answers(List<String> requests) throws Exception {
    List<Future<String>> answers = new ArrayList<>();
    for (String request : requests) {
      answers.add(clients.submit(() -> answer(request, QUIET_MILLIS)));
    }
    List<String> all = new ArrayList<>();
    for (Future<String> answer : answers) {
      all.add(answer.get());
    }
    return all;
  }

  /** What a GET of {@code target} is answered with, until a watch has nothing more to tell. */
  String get(String target) throws IOException {
    boolean endless = target.contains("watch");
    return answer(
        "GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        endless ? PATIENT_MILLIS / 10 : PATIENT_MILLIS);
  }

  /** What comes back until it ends, or nothing comes for a while. */
  private String answer(String request, int quietMillis) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.address().getPort())) {
      socket.setSoTimeout(quietMillis);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      InputStream in = socket.getInputStream();
      byte[] some = new byte[8192];
      for (int read = in.read(some); read >= 0; read = in.read(some)) {
        answer.write(some, 0, read);
      }
    } catch (SocketException | SocketTimeoutException ended) {
      return answer.toString(ISO_8859_1); // it hung up on what it refused, or has nothing more
    }
    return answer.toString(ISO_8859_1);
  }

  @Override
  public void close() {
    clients.shutdownNow();
    proxy.close();
    scheduler.close();
  }
}
