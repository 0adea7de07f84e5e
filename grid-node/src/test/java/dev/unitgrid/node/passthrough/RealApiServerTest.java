/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.passthrough;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.testkit.controlplane.ControlPlane;
import dev.unitgrid.testkit.controlplane.Part;
import dev.unitgrid.testkit.controlplane.User;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.xnio.IoUtils;

@Tag("control-plane")
class RealApiServerTest {
  private static final User ADMIN = new User("admin", "token-of-admin", List.of("system:masters"));
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static ControlPlane cluster;
  private static Front front;

  @BeforeAll
  static void start() throws Exception {
    Path assets = Path.of(System.getenv("KUBEBUILDER_ASSETS"));
    cluster =
        ControlPlane.builder(assets)
            .user(ADMIN)
            .without(Part.KUBE_CONTROLLER_MANAGER)
            .without(Part.KUBE_SCHEDULER)
            .without(Part.KWOK)
            .start();
    front = new Front(Upstream.of(URI.create(cluster.url()), trusting(cluster.certificate())));
  }

  @AfterAll
  static void stop() {
    front.close();
    cluster.close();
  }

  @Test
  void objects_are_made_watched_read_and_deleted_over_tls_with_the_clients_token()
      throws Exception {
    HttpResponse<InputStream> watch =
        HTTP.send(
            asAdmin(MAPS + "?watch=true&fieldSelector=metadata.name%3Ddemo").build(),
            HttpResponse.BodyHandlers.ofInputStream());
    assertThat(watch.statusCode()).isEqualTo(200);
    HttpResponse<String> made =
        send(
            asAdmin(MAPS)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"metadata\":{\"name\":\"demo\"}}")));
    assertThat(made.statusCode()).isEqualTo(201);
    try (BufferedReader events =
        new BufferedReader(new InputStreamReader(watch.body(), StandardCharsets.UTF_8))) {
      CompletableFuture<String> event =
          CompletableFuture.supplyAsync(
              () -> events.lines().filter(line -> line.contains("demo")).findFirst().orElse(""));
      assertThat(event.get(10, TimeUnit.SECONDS)).contains("\"ADDED\"");
    }
    assertThat(send(asAdmin(MAPS + "/demo").GET()).body()).contains("\"name\":\"demo\"");
    assertThat(send(asAdmin(MAPS + "/demo").DELETE()).statusCode()).isEqualTo(200);
    assertThat(send(asAdmin(MAPS + "/demo").GET()).statusCode()).isEqualTo(404);
  }

  @Test
  void a_client_without_credentials_borrows_none() throws Exception {
    HttpResponse<String> anonymous = send(request(MAPS));
    assertThat(anonymous.statusCode()).isIn(401, 403);
    if (anonymous.statusCode() == 403) {
      assertThat(anonymous.body()).contains("system:anonymous");
    }
    assertThat(send(request(MAPS).header("Authorization", "Bearer wrong")).statusCode())
        .isEqualTo(401);
    assertThat(send(request(MAPS).header("X-Remote-User", "admin")).statusCode())
        .isEqualTo(anonymous.statusCode());
  }

  @Test
  void kubectl_sees_the_same_answers_and_sends_no_token_over_plain_http() throws Exception {
    assertThat(kubectl("--token", ADMIN.token(), "get", "configmaps"))
        .containsAnyOf("(Unauthorized)", "(Forbidden)");
    assertThat(kubectl("get", "--raw", "/version")).contains("gitVersion");
  }

  @Test
  void an_exec_is_answered_by_the_api_servers_own_words() throws Exception {
    String path = "/api/v1/namespaces/default/pods/none/exec?command=ls&stdout=true";
    try (Front.Client client = front.client()) {
      client.send(
          "POST "
              + path
              + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nAuthorization: Bearer "
              + ADMIN.token()
              + "\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version:"
              + " v4.channel.k8s.io\r\n\r\n");
      assertThat(client.head()).startsWith("HTTP/1.1 404 ");
      assertThat(client.until("}")).contains("{");
    }
  }

  @Test
  void a_certificate_that_the_kubeconfig_does_not_trust_is_refused() throws Exception {
    TrustManagerFactory machine =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    machine.init((KeyStore) null);
    X509TrustManager others = (X509TrustManager) machine.getTrustManagers()[0];
    try (Front doubting = new Front(Upstream.of(URI.create(cluster.url()), others))) {
      assertRefused(doubting, "certificate");
    }
  }

  @Test
  void a_certificate_of_another_host_is_refused() throws Exception {
    // All of 127.0.0.0/8 is this machine; the certificate names 127.0.0.1 only.
    try (ServerSocket elsewhere = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.2"))) {
      CompletableFuture<Void> carried = CompletableFuture.runAsync(() -> carryOne(elsewhere));
      URI other = URI.create("https://127.0.0.2:" + elsewhere.getLocalPort());
      try (Front doubting = new Front(Upstream.of(other, trusting(cluster.certificate())))) {
        assertRefused(doubting, "certificate");
      }
      carried.get(10, TimeUnit.SECONDS);
    }
  }

  /** Carries one connection to the API server, whose bytes it does not understand. */
  private static void carryOne(ServerSocket elsewhere) {
    try (Socket client = elsewhere.accept();
        Socket server = new Socket("127.0.0.1", URI.create(cluster.url()).getPort())) {
      CompletableFuture<Void> back = CompletableFuture.runAsync(() -> copy(server, client));
      copy(client, server);
      back.join();
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException ended) {
      IoUtils.safeClose(from);
      IoUtils.safeClose(to);
    }
  }

  private static void assertRefused(Front doubting, String cause) throws Exception {
    HttpRequest version = HttpRequest.newBuilder(URI.create(doubting.url() + "/version")).build();
    HttpResponse<String> answer = HTTP.send(version, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("ServiceUnavailable", cause);
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(front.url() + path));
  }

  private static HttpRequest.Builder asAdmin(String path) {
    return request(path).header("Authorization", "Bearer " + ADMIN.token());
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String kubectl(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("kubectl", "--kubeconfig", "/dev/null", "--server", front.url()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }

  static X509TrustManager trusting(Path certificates) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(certificates)) {
      store.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return (X509TrustManager) factory.getTrustManagers()[0];
  }
}
