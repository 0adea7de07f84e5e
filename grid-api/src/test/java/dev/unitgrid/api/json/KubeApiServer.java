/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A real kube-apiserver over a real etcd, from the folder that {@code KUBEBUILDER_ASSETS} names,
 * and nothing else of a control plane. The testkit's starter stands on this module, so this module
 * cannot use it.
 */
final class KubeApiServer implements AutoCloseable {
  /** What the server answered. */
  record Answer(int status, Json body) {}

  private static final Duration START = Duration.ofSeconds(60);

  private final Path directory;
  private final String token = UUID.randomUUID().toString();
  private final List<Process> processes = new ArrayList<>();
  private final int port;
  private final HttpClient http;

  private KubeApiServer(Path assets)
      throws IOException, GeneralSecurityException, InterruptedException {
    directory = Files.createTempDirectory("unitgrid-api-");
    List<Integer> ports = freePorts();
    port = ports.get(2);
    try {
      startEtcd(assets, ports.get(0), ports.get(1));
      startServer(assets, ports.get(0));
      http = HttpClient.newBuilder().sslContext(trust(awaitCertificate())).build();
      awaitReady();
    } catch (IOException
        | GeneralSecurityException
        | InterruptedException
        | RuntimeException failed) {
      close();
      throw failed;
    }
  }

  static KubeApiServer start() throws IOException, GeneralSecurityException, InterruptedException {
    String assets = System.getenv("KUBEBUILDER_ASSETS");
    if (assets == null) {
      throw new IllegalStateException(
          "KUBEBUILDER_ASSETS names no folder with etcd and kube-apiserver");
    }
    return new KubeApiServer(Path.of(assets));
  }

  Answer get(String path) {
    return send("GET", path, "application/json", "");
  }

  Answer post(String path, Json body) {
    return send("POST", path, "application/json", body.toString());
  }

  Answer apply(String path, Json body) {
    return send("PATCH", path, "application/apply-patch+yaml", body.toString());
  }

  Answer patch(String path, Json operations) {
    return send("PATCH", path, "application/json-patch+json", operations.toString());
  }

  /** Posts YAML, which the server reads itself. */
  Answer postYaml(String path, String yaml) {
    return send("POST", path, "application/yaml", yaml);
  }

  private Answer send(String method, String path, String type, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", type)
            .header("Accept", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .timeout(Duration.ofSeconds(30))
            .build();
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      Json json =
          answer.body().startsWith("{") ? Json.parse(answer.body()) : Json.of(answer.body());
      return new Answer(answer.statusCode(), json);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + path, stopped);
    }
  }

  private void startEtcd(Path assets, int client, int peer) throws IOException {
    String peerUrl = "http://127.0.0.1:" + peer;
    String clientUrl = "http://127.0.0.1:" + client;
    start(
        assets.resolve("etcd"),
        "--name=unit",
        "--data-dir=" + directory.resolve("etcd"),
        "--unsafe-no-fsync",
        "--listen-client-urls=" + clientUrl,
        "--advertise-client-urls=" + clientUrl,
        "--listen-peer-urls=" + peerUrl,
        "--initial-advertise-peer-urls=" + peerUrl,
        "--initial-cluster=unit=" + peerUrl);
  }

  private void startServer(Path assets, int etcd) throws IOException, GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair keys = generator.generateKeyPair();
    Path signing = pem("sa.key", "PRIVATE KEY", keys.getPrivate().getEncoded());
    Path verifying = pem("sa.pub", "PUBLIC KEY", keys.getPublic().getEncoded());
    Path tokens = directory.resolve("tokens.csv");
    Files.writeString(tokens, token + ",admin,admin,system:masters\n");
    start(
        assets.resolve("kube-apiserver"),
        "--etcd-servers=http://127.0.0.1:" + etcd,
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        "--secure-port=" + port,
        "--cert-dir=" + directory.resolve("pki"),
        "--token-auth-file=" + tokens,
        "--authorization-mode=RBAC",
        "--service-cluster-ip-range=10.96.0.0/16",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-key-file=" + verifying,
        "--service-account-signing-key-file=" + signing,
        "--disable-admission-plugins=ServiceAccount",
        "--endpoint-reconciler-type=none");
  }

  private void start(Path program, String... arguments) throws IOException {
    if (!Files.isExecutable(program)) {
      throw new IOException(program + " is missing; KUBEBUILDER_ASSETS must name a folder with it");
    }
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    processes.add(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(program.getFileName() + ".log").toFile())
            .start());
  }

  private Path pem(String name, String kind, byte[] encoded) throws IOException {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
    return Files.writeString(
        directory.resolve(name),
        "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n");
  }

  private Path awaitCertificate() throws InterruptedException, IOException {
    Path certificate = directory.resolve("pki/apiserver.crt");
    await(() -> Files.exists(certificate) && Files.exists(directory.resolve("pki/apiserver.key")));
    return certificate;
  }

  private void awaitReady() throws InterruptedException, IOException {
    await(
        () -> {
          try {
            return get("/readyz").status() == 200
                && get("/api/v1/namespaces/default").status() == 200;
          } catch (UncheckedIOException notYet) {
            return false;
          }
        });
  }

  private void await(java.util.function.BooleanSupplier ready)
      throws InterruptedException, IOException {
    long deadline = System.nanoTime() + START.toNanos();
    while (!ready.getAsBoolean()) {
      for (Process process : processes) {
        // Also the pause between two looks.
        if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
          throw new IOException("ended too early: " + process.info().commandLine() + logs());
        }
      }
      if (System.nanoTime() > deadline) {
        throw new IOException("not ready after " + START + logs());
      }
    }
  }

  private String logs() throws IOException {
    StringBuilder text = new StringBuilder();
    for (String name : List.of("etcd.log", "kube-apiserver.log")) {
      Path log = directory.resolve(name);
      if (Files.exists(log)) {
        List<String> lines = Files.readAllLines(log);
        text.append("\n").append(name).append(":\n");
        lines
            .subList(Math.max(0, lines.size() - 20), lines.size())
            .forEach(line -> text.append(line).append('\n'));
      }
    }
    return text.toString();
  }

  private static SSLContext trust(Path certificates) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream pem = Files.newInputStream(certificates)) {
      int number = 0;
      for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        trusted.setCertificateEntry("apiserver" + number++, certificate);
      }
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  private static List<Integer> freePorts() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket one = new ServerSocket(0, 1, loopback);
        ServerSocket two = new ServerSocket(0, 1, loopback);
        ServerSocket three = new ServerSocket(0, 1, loopback)) {
      return List.of(one.getLocalPort(), two.getLocalPort(), three.getLocalPort());
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    for (int i = processes.size() - 1; i >= 0; i--) {
      processes.get(i).destroyForcibly().waitFor();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
