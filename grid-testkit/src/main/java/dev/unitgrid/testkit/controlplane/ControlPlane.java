/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.controlplane;

import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.cluster.NodeObjects;
import dev.unitgrid.testkit.internal.tree.Trees;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.Config;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok on free loopback ports.
 * Starts in some seconds; {@link #close()} ends what it started and deletes its folder. The node
 * lifecycle controller is off: nodes send no heartbeats. Thread-safe but for {@link #restart} and
 * {@link #close()}, which one thread calls.
 */
public final class ControlPlane implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Path assets;
  private final Path folder;
  private final List<User> users;
  private final Map<Part, List<String>> extra;
  private final boolean audit;
  private final @Nullable Duration nodeGrace;
  private final User admin =
      new User("admin", UUID.randomUUID().toString(), List.of("system:masters"));
  private final Map<Part, Program> programs = new EnumMap<>(Part.class);
  private final List<Integer> ports = Ports.free(6);

  private ControlPlane(Builder builder) {
    this.assets = builder.assets;
    this.users = List.copyOf(builder.users);
    this.extra = builder.extra;
    this.audit = builder.audit;
    this.nodeGrace = builder.nodeGrace;
    try {
      this.folder = Files.createTempDirectory("unitgrid-control-plane");
    } catch (IOException noFolder) {
      throw new UncheckedIOException("cannot make a folder", noFolder);
    }
  }

  /**
   * Starts every part.
   *
   * @param assets the folder of the executables
   * @throws ControlPlaneException if an executable is missing, or a part does not come up
   */
  public static ControlPlane start(Path assets) {
    return builder(assets).start();
  }

  /** For more users, an audit log, fewer parts, other flags. */
  public static Builder builder(Path assets) {
    return new Builder(assets);
  }

  /** What to start. One thread. */
  public static final class Builder {
    private final Path assets;
    private final List<User> users = new ArrayList<>();
    private final Set<Part> without = EnumSet.noneOf(Part.class);
    private final Map<Part, List<String>> extra = new EnumMap<>(Part.class);
    private boolean audit;
    private @Nullable Duration nodeGrace;

    private Builder(Path assets) {
      this.assets = assets;
    }

    /** Lets {@code user} in; what it may do is up to RBAC objects. */
    public Builder user(User user) {
      users.add(user);
      return this;
    }

    /** Keeps an audit log of every request's metadata: {@link ControlPlane#auditLog()}. */
    public Builder audit() {
      audit = true;
      return this;
    }

    /**
     * Runs the node lifecycle controller, too: a node whose Lease is not renewed for {@code grace}
     * is lost. kwok renews none.
     */
    public Builder nodeLifecycle(Duration grace) {
      nodeGrace = grace;
      return this;
    }

    /** Leaves out a part; not etcd and the API server. */
    public Builder without(Part part) {
      without.add(part);
      return this;
    }

    /** More flags for a part. */
    public Builder flags(Part part, String... flags) {
      extra.put(part, List.of(flags));
      return this;
    }

    /**
     * Starts.
     *
     * @throws ControlPlaneException if an executable is missing, or a part does not come up
     */
    public ControlPlane start() {
      Set<Part> parts = EnumSet.complementOf(EnumSet.copyOf(without));
      parts.add(Part.ETCD);
      parts.add(Part.KUBE_APISERVER);
      for (Part part : parts) {
        if (!Files.isExecutable(assets.resolve(part.program()))) {
          throw new ControlPlaneException(
              "there is no executable " + part.program() + " in " + assets);
        }
      }
      ControlPlane plane = new ControlPlane(this);
      try {
        plane.launch(parts);
        return plane;
      } catch (IOException unwritable) {
        plane.close();
        throw new ControlPlaneException("cannot write to " + plane.folder, unwritable);
      } catch (RuntimeException failed) {
        plane.close();
        throw failed;
      }
    }
  }

  private void launch(Set<Part> parts) throws IOException {
    Files.createDirectories(file("logs"));
    Files.createDirectories(file("pki"));
    ServiceAccountKey.write(file("pki/sa.key"), file("pki/sa.pub"));
    StringBuilder tokens = new StringBuilder(admin.line());
    users.forEach(user -> tokens.append(user.line()));
    Files.writeString(file("pki/tokens.csv"), tokens);
    Files.writeString(
        file("pki/audit.yaml"),
        """
        apiVersion: audit.k8s.io/v1
        kind: Policy
        omitStages: [RequestReceived]
        rules: [{level: Metadata}]
        """);
    try (InputStream stages =
        Objects.requireNonNull(ControlPlane.class.getResourceAsStream("stages.yaml"))) {
      Files.copy(stages, file("stages.yaml"));
    }
    run(Part.ETCD, etcdFlags());
    run(Part.KUBE_APISERVER, apiServerFlags());
    Files.writeString(file("kubeconfig"), kubeconfig(admin));
    awaitReady();
    for (Part part : parts) {
      switch (part) {
        case KUBE_CONTROLLER_MANAGER -> run(part, controllerManagerFlags());
        case KUBE_SCHEDULER -> run(part, schedulerFlags());
        case KWOK -> run(part, kwokFlags());
        default -> {
          // Runs.
        }
      }
    }
  }

  private void run(Part part, List<String> flags) {
    List<String> command = new ArrayList<>();
    command.add(assets.resolve(part.program()).toString());
    command.addAll(flags);
    command.addAll(extra.getOrDefault(part, List.of()));
    programs.put(part, Program.start(part, command, file("logs/" + part.program() + ".log")));
  }

  private List<String> etcdFlags() {
    String clients = "http://127.0.0.1:" + ports.get(0);
    String peers = "http://127.0.0.1:" + ports.get(1);
    return List.of(
        "--name=unit",
        "--data-dir=" + file("etcd"),
        "--unsafe-no-fsync",
        "--log-level=warn",
        "--listen-client-urls=" + clients,
        "--advertise-client-urls=" + clients,
        "--listen-peer-urls=" + peers,
        "--initial-advertise-peer-urls=" + peers,
        "--initial-cluster=unit=" + peers);
  }

  private List<String> apiServerFlags() {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--etcd-servers=http://127.0.0.1:" + ports.get(0),
                "--bind-address=127.0.0.1",
                "--advertise-address=127.0.0.1",
                "--secure-port=" + ports.get(2),
                "--cert-dir=" + file("pki"),
                "--token-auth-file=" + file("pki/tokens.csv"),
                "--authorization-mode=RBAC",
                "--service-cluster-ip-range=10.96.0.0/16",
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + file("pki/sa.pub"),
                "--service-account-signing-key-file=" + file("pki/sa.key"),
                "--disable-admission-plugins=ServiceAccount,TaintNodesByCondition",
                "--endpoint-reconciler-type=none"));
    if (audit) {
      flags.add("--audit-policy-file=" + file("pki/audit.yaml"));
      flags.add("--audit-log-path=" + file("logs/audit.log"));
      flags.add("--audit-log-mode=blocking");
    }
    return flags;
  }

  private List<String> controllerManagerFlags() {
    List<String> flags = new ArrayList<>(nodeFlags());
    flags.addAll(
        List.of(
            "--kubeconfig=" + file("kubeconfig"),
            "--secure-port=" + ports.get(3),
            "--bind-address=127.0.0.1",
            "--cert-dir=" + file("pki/controller-manager"),
            "--leader-elect=false",
            "--service-account-private-key-file=" + file("pki/sa.key"),
            "--kube-api-qps=500",
            "--kube-api-burst=1000",
            "--concurrent-deployment-syncs=20",
            "--concurrent-replicaset-syncs=20",
            "--concurrent-statefulset-syncs=20"));
    return flags;
  }

  private List<String> nodeFlags() {
    Duration grace = nodeGrace;
    return grace == null
        ? List.of("--controllers=*,-node-lifecycle-controller")
        : List.of(
            "--node-monitor-grace-period=" + grace.toMillis() + "ms",
            "--node-monitor-period=" + grace.toMillis() / 4 + "ms",
            "--node-eviction-rate=100");
  }

  private List<String> schedulerFlags() {
    return List.of(
        "--kubeconfig=" + file("kubeconfig"),
        "--secure-port=" + ports.get(4),
        "--bind-address=127.0.0.1",
        "--cert-dir=" + file("pki/scheduler"),
        "--leader-elect=false",
        "--kube-api-qps=500",
        "--kube-api-burst=1000");
  }

  private List<String> kwokFlags() {
    return List.of(
        "--kubeconfig=" + file("kubeconfig"),
        "--config=" + file("stages.yaml"),
        "--manage-all-nodes=false",
        "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
        "--server-address=127.0.0.1:" + ports.get(5),
        "--cidr=10.244.0.0/16");
  }

  private void awaitReady() {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (!isReady()) {
      for (Program program : programs.values()) {
        if (!program.isAlive()) {
          throw new ControlPlaneException(
              program.part().program() + " ended; its log ends with\n" + program.endOfLog());
        }
      }
      if (System.nanoTime() > end) {
        throw new ControlPlaneException(
            "kube-apiserver is not ready after "
                + START_LIMIT
                + "; its log ends with\n"
                + Objects.requireNonNull(programs.get(Part.KUBE_APISERVER)).endOfLog());
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ControlPlaneException("interrupted while a control plane started", interrupted);
    }
  }

  /** Whether the API server says that it is ready. */
  public boolean isReady() {
    try {
      return Files.exists(certificate()) && ok(send("GET", "/readyz", null));
    } catch (IOException notYet) {
      return false;
    }
  }

  private static boolean ok(@Nullable HttpResponse<String> response) {
    return response != null && response.statusCode() / 100 == 2;
  }

  private HttpResponse<String> send(String method, String path, @Nullable JsonObject body)
      throws IOException {
    HttpClient client = HttpClient.newBuilder().sslContext(trust()).build();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url() + path))
            .header("Authorization", "Bearer " + admin.token())
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(10))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(Trees.bytes(body)))
            .build();
    return send(client, request);
  }

  private static HttpResponse<String> send(HttpClient client, HttpRequest request)
      throws IOException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }

  private SSLContext trust() throws IOException {
    try (InputStream certificate = Files.newInputStream(certificate())) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (var authority :
          CertificateFactory.getInstance("X.509").generateCertificates(certificate)) {
        store.setCertificateEntry("authority-" + number++, authority);
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException unusable) {
      throw new IOException("the API server's certificate is not written yet", unusable);
    }
  }

  /** The URL of the API server. */
  public String url() {
    return "https://127.0.0.1:" + ports.get(2);
  }

  /** A file with the certificates that a client of the API server trusts. */
  public Path certificate() {
    return file("pki/apiserver.crt");
  }

  /** A kubeconfig file of the cluster's administrator. */
  public Path kubeconfig() {
    return file("kubeconfig");
  }

  /** The text of a kubeconfig of {@code user}. */
  public String kubeconfig(User user) {
    return """
        apiVersion: v1
        kind: Config
        current-context: unit
        clusters:
        - {name: unit, cluster: {server: "%s", certificate-authority: "%s"}}
        users:
        - {name: user, user: {token: "%s"}}
        contexts:
        - {name: unit, context: {cluster: unit, user: user}}
        """
        .formatted(url(), certificate(), user.token());
  }

  /** A new client of the cluster's administrator. */
  public ApiClient apiClient() {
    return apiClient(admin);
  }

  /** A new client of {@code user}, who must have been named to the builder. */
  public ApiClient apiClient(User user) {
    ApiClient client = Config.fromToken(url(), user.token());
    try (InputStream trusted = Files.newInputStream(certificate())) {
      client.setSslCaCert(trusted);
    } catch (IOException unreadable) {
      throw new UncheckedIOException("cannot read the certificate", unreadable);
    }
    client.setReadTimeout(0);
    return client;
  }

  /**
   * The whole lines of the audit log so far, one JSON event each; one still being written waits.
   */
  public List<String> auditLog() {
    try {
      Path log = file("logs/audit.log");
      String text = Files.exists(log) ? Files.readString(log) : "";
      return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException("cannot read the audit log", unreadable);
    }
  }

  /**
   * Creates ready fake nodes with {@code label}, e.g. {@code location=beijing}; kwok runs their
   * pods.
   */
  public void nodes(String label, String... names) {
    int equals = label.indexOf('=');
    if (equals < 0) {
      throw new IllegalArgumentException("a label is key=value, not \"" + label + "\"");
    }
    for (String name : names) {
      JsonObject node =
          NodeObjects.ready(name, Map.of(label.substring(0, equals), label.substring(equals + 1)));
      Trees.child(node, "metadata")
          .add(
              "annotations",
              Trees.objectOf("kwok.x-k8s.io/node", "fake", "node.alpha.kubernetes.io/ttl", "0"));
      create("/api/v1/nodes", node);
    }
  }

  private void create(String path, JsonObject object) {
    try {
      HttpResponse<String> response = send("POST", path, object);
      if (!ok(response)) {
        throw new IllegalStateException(response.statusCode() + " " + response.body());
      }
    } catch (IOException failed) {
      throw new UncheckedIOException("cannot create " + path, failed);
    }
  }

  /**
   * Forgets the history of etcd. What the API server itself remembers of it lives on until it
   * {@linkplain #restart starts again}.
   *
   * @throws ControlPlaneException with etcd's answer, if it refuses
   */
  public void compact() {
    String revision =
        Trees.string(askEtcd("maintenance/status", new JsonObject()), "header", "revision");
    askEtcd("kv/compaction", Trees.objectOf("revision", revision, "physical", true));
  }

  private JsonObject askEtcd(String what, JsonObject body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports.get(0) + "/v3/" + what))
            .timeout(Duration.ofSeconds(10))
            .POST(HttpRequest.BodyPublishers.ofByteArray(Trees.bytes(body)))
            .build();
    try {
      HttpResponse<String> answer = send(HttpClient.newHttpClient(), request);
      if (!ok(answer)) {
        throw new ControlPlaneException("etcd answers " + what + " with " + answer.body());
      }
      return Trees.parse(answer.body().getBytes(StandardCharsets.UTF_8)).getAsJsonObject();
    } catch (IOException failed) {
      throw new ControlPlaneException("etcd does not answer " + what, failed);
    }
  }

  /**
   * Kills a part and starts it again on the same port; returns when the API server is ready.
   *
   * @throws IllegalArgumentException if the part was left out
   */
  public void restart(Part part) {
    Program program = programs.get(part);
    if (program == null) {
      throw new IllegalArgumentException(part.program() + " does not run here");
    }
    program.restart();
    awaitReady();
  }

  /** The process of a part is killed; {@link #restart} brings it back. */
  public void kill(Part part) {
    Program program = programs.get(part);
    if (program != null) {
      program.kill();
    }
  }

  private Path file(String name) {
    return folder.resolve(name);
  }

  /** Ends every part and deletes the folder with all data and logs. */
  @Override
  public void close() {
    List<Part> reversed = new ArrayList<>(programs.keySet());
    java.util.Collections.reverse(reversed);
    for (Part part : reversed) {
      Objects.requireNonNull(programs.get(part)).stop();
    }
    programs.clear();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException left) {
      throw new UncheckedIOException("cannot delete " + folder, left);
    }
  }
}
