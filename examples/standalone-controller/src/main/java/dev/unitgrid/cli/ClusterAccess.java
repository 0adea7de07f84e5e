/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import com.google.common.base.Strings;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which cluster a command talks to, and as whom: the kubeconfig that it is given; else, in a pod,
 * the pod's service account; else the kubeconfig that kubectl would take.
 */
final class ClusterAccess {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterAccess.class);
  private static final ImmutableSet<String> FILES =
      ImmutableSet.of("tokenFile", "client-certificate", "client-key", "certificate-authority");

  private static final Path SERVICE_ACCOUNT =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  private final Map<String, String> environment;

  ClusterAccess(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * A cluster and where in it.
   *
   * @param client the client
   * @param namespace of objects that name none
   */
  record Connection(ApiClient client, String namespace) {
    Connection {
      client.setUserAgent("unitgrid/" + Version.version());
      namespace = namespace.isBlank() ? "default" : namespace.strip();
    }
  }

  /**
   * The cluster.
   *
   * @param kubeconfig the file that the user named, if any
   * @throws CommandFailure if there is no usable configuration
   */
  Connection connect(Optional<Path> kubeconfig) {
    return kubeconfig.isEmpty() && inPod() ? pod() : file(path(kubeconfig));
  }

  /**
   * The cluster as a node agent reaches it, where its configuration says no more than that takes.
   *
   * @param kubeconfig the file that the user named, if any
   * @throws CommandFailure if there is no configuration, or the pod's cannot be read
   */
  Optional<ApiServer> plain(Optional<Path> kubeconfig) {
    if (kubeconfig.isPresent() || !inPod()) {
      return PlainKubeconfig.read(path(kubeconfig));
    }
    try {
      return Optional.of(ApiServer.ofPod(environment, SERVICE_ACCOUNT));
    } catch (IOException unreadable) {
      throw unreadable(unreadable);
    }
  }

  private boolean inPod() {
    return environment.containsKey("KUBERNETES_SERVICE_HOST")
        && Files.isReadable(SERVICE_ACCOUNT.resolve("token"));
  }

  private static Connection pod() {
    try {
      return new Connection(
          ClientBuilder.cluster().build(), Files.readString(SERVICE_ACCOUNT.resolve("namespace")));
    } catch (IOException unreadable) {
      throw unreadable(unreadable);
    }
  }

  private static CommandFailure unreadable(IOException cause) {
    return new CommandFailure(
        "the pod's service account cannot be read: " + cause.getMessage(), cause);
  }

  private Path path(Optional<Path> named) {
    if (named.isPresent()) {
      return named.get();
    }
    String variable = environment.getOrDefault("KUBECONFIG", "");
    if (!variable.isEmpty()) {
      return Path.of(variable.split(java.io.File.pathSeparator, 2)[0]);
    }
    Path usual = Path.of(environment.getOrDefault("HOME", ""), ".kube", "config");
    if (!Files.exists(usual)) {
      throw new CommandFailure(
          "no cluster to talk to: give --kubeconfig, or set KUBECONFIG (there is no "
              + usual
              + ", and this is no pod)");
    }
    return usual;
  }

  private static Connection file(Path file) {
    String text = read(file);
    try {
      KubeConfig config = KubeConfig.loadKubeConfig(new StringReader(text));
      config.setFile(file.toAbsolutePath().toFile()); // certificates are named relative to it
      if (Strings.isNullOrEmpty(config.getServer())) {
        throw new CommandFailure(
            file + " is no usable kubeconfig: its current context has no server");
      }
      return new Connection(
          ClientBuilder.kubeconfig(config).build(), Strings.nullToEmpty(config.getNamespace()));
    } catch (IOException | RuntimeException malformed) {
      if (malformed instanceof CommandFailure failure) {
        throw failure;
      }
      throw new CommandFailure(file + " is no usable kubeconfig: " + reason(malformed), malformed);
    }
  }

  /**
   * What {@code kubeconfig} and the files that it names say: equal while nothing of it changed.
   *
   * @throws CommandFailure if the kubeconfig cannot be read
   */
  static ImmutableList<String> content(Path kubeconfig) {
    String text = read(kubeconfig);
    ImmutableList.Builder<String> content = ImmutableList.<String>builder().add(text);
    try {
      KubeConfig config = KubeConfig.loadKubeConfig(new StringReader(text));
      for (String name : named(Arrays.asList(config.getUsers(), config.getClusters()))) {
        content.add(name, orNothing(kubeconfig.toAbsolutePath().resolveSibling(name)));
      }
    } catch (RuntimeException malformed) {
      LOG.debug("{} is malformed; whoever connects says why", kubeconfig, malformed);
    }
    return content.build();
  }

  private static List<String> named(@Nullable Object part) {
    List<String> names = new ArrayList<>();
    if (part instanceof List<?> list) {
      list.forEach(item -> names.addAll(named(item)));
    } else if (part instanceof Map<?, ?> map) {
      map.forEach(
          (key, value) -> {
            if (value instanceof String file && FILES.contains(key)) {
              names.add(file);
            } else {
              names.addAll(named(value));
            }
          });
    }
    return names;
  }

  private static String orNothing(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      LOG.debug("{} cannot be read", file, unreadable);
      return "";
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException missing) {
      throw new CommandFailure("there is no kubeconfig " + file, missing);
    } catch (IOException unreadable) {
      throw new CommandFailure(
          "the kubeconfig " + file + " cannot be read: " + unreadable, unreadable);
    }
  }

  /** client-java answers a file of another shape with a ClassCastException or a null. */
  private static String reason(Exception malformed) {
    boolean shape =
        malformed instanceof ClassCastException || malformed instanceof NullPointerException;
    String message = malformed.getMessage();
    return shape || message == null
        ? "it has no clusters, users and contexts"
        : message.replaceAll("\\s+", " ");
  }
}
