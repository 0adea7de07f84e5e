/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.junit;

import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.testkit.EmbeddedApiServer;
import dev.unitgrid.testkit.ExpectationError;
import dev.unitgrid.testkit.TestCluster;
import io.kubernetes.client.openapi.ApiClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.TestAbortedException;

/**
 * What {@link KubeTest} registers; register it yourself to say more than an annotation can. A test
 * that fails carries what is there in the cluster as a suppressed {@link ClusterState}.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final KubeExtension KUBE =
 *     KubeExtension.builder().perClass().prepare(cluster -> cluster.nodes("zone=a", "n1")).build();
 * }</pre>
 */
public final class KubeExtension
    implements ParameterResolver,
        BeforeAllCallback,
        AfterEachCallback,
        AfterAllCallback,
        TestExecutionExceptionHandler,
        LifecycleMethodExecutionExceptionHandler {
  /** The configuration parameter that names a folder with a real control plane's programs. */
  public static final String REAL = "unitgrid.testkit.real";

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(KubeExtension.class);
  private static final Set<Class<?>> TYPES =
      Set.of(TestCluster.class, ApiClient.class, ApiTransport.class);

  private final @Nullable Settings settings;

  /** For {@link KubeTest}: what the annotation of the test class says. */
  public KubeExtension() {
    this.settings = null;
  }

  private KubeExtension(Settings settings) {
    this.settings = settings;
  }

  /** For what an annotation cannot say. */
  public static Builder builder() {
    return new Builder();
  }

  private record Settings(
      boolean perClass, Optional<Path> real, List<Consumer<TestCluster>> preparations) {}

  /** How clusters are started. One thread. */
  public static final class Builder {
    private final List<Consumer<TestCluster>> preparations = new ArrayList<>();
    private Optional<Path> real = Optional.empty();
    private boolean perClass;

    private Builder() {}

    /** One cluster for all methods of the class; register the extension in a static field. */
    public Builder perClass() {
      perClass = true;
      return this;
    }

    /** On etcd and kube-apiserver from this folder, whatever {@link KubeExtension#REAL} says. */
    public Builder real(Path assets) {
      real = Optional.of(assets);
      return this;
    }

    /** Applies a YAML file to each new cluster. */
    public Builder apply(Path manifest) {
      return prepare(cluster -> cluster.apply(manifest));
    }

    /** Does something to each new cluster. */
    public Builder prepare(Consumer<TestCluster> preparation) {
      preparations.add(preparation);
      return this;
    }

    /** The extension. */
    public KubeExtension build() {
      return new KubeExtension(new Settings(perClass, real, List.copyOf(preparations)));
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    Settings wanted = settings(context);
    if (wanted.perClass() && running(context) == null) {
      start(context, wanted);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return TYPES.contains(type) || (type == Path.class && parameter.isAnnotated(Kubeconfig.class));
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Running running = runningOrStarted(context);
    Class<?> type = parameter.getParameter().getType();
    String user =
        parameter.findAnnotation(AsUser.class).map(AsUser::value).orElse(EmbeddedApiServer.ADMIN);
    if (type == ApiClient.class) {
      return running.cluster().apiClient(user);
    }
    if (type == ApiTransport.class) {
      return running.cluster().transport(user);
    }
    return type == Path.class ? running.kubeconfig(user) : running.cluster();
  }

  private Running runningOrStarted(ExtensionContext context) {
    Running running = running(context);
    if (running != null) {
      return running;
    }
    if (context.getTestMethod().isEmpty()) {
      throw new ParameterResolutionException(
          "each test method has its own cluster, and this is no test method; a cluster of the"
              + " class is there for @KubeTest(clusterPer = ClusterPer.CLASS), or for an extension"
              + " in a static field that was built with perClass()");
    }
    return start(context, settings(context));
  }

  private Settings settings(ExtensionContext context) {
    if (settings != null) {
      return settings;
    }
    Class<?> type = context.getRequiredTestClass();
    while (type != null) {
      Optional<KubeTest> annotation = AnnotationSupport.findAnnotation(type, KubeTest.class);
      if (annotation.isPresent()) {
        return of(annotation.get(), type);
      }
      type = type.getEnclosingClass();
    }
    return new Settings(false, Optional.empty(), List.of());
  }

  private static Settings of(KubeTest annotation, Class<?> annotated) {
    List<Consumer<TestCluster>> preparations = new ArrayList<>();
    for (String manifest : annotation.manifests()) {
      preparations.add(cluster -> cluster.apply(Resources.text(annotated, manifest)));
    }
    return new Settings(
        annotation.clusterPer() == ClusterPer.CLASS, Optional.empty(), preparations);
  }

  private Running start(ExtensionContext context, Settings wanted) {
    Optional<Path> real =
        wanted.real().or(() -> context.getConfigurationParameter(REAL).map(Path::of));
    TestCluster cluster = real.map(TestCluster::real).orElseGet(TestCluster::start);
    Running running = new Running(cluster);
    store(context).put(this, running);
    wanted.preparations().forEach(preparation -> preparation.accept(cluster));
    return running;
  }

  /** That of the method, or of a class around it. */
  private @Nullable Running running(ExtensionContext context) {
    return store(context).get(this, Running.class);
  }

  private static ExtensionContext.Store store(ExtensionContext context) {
    return context.getStore(NAMESPACE);
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw withState(context, failure);
  }

  @Override
  public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw withState(context, failure);
  }

  @Override
  public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw withState(context, failure);
  }

  @Override
  public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw withState(context, failure);
  }

  @Override
  public void handleAfterAllMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw withState(context, failure);
  }

  /** The failure, with what is there unless it says so itself. */
  private Throwable withState(ExtensionContext context, Throwable failure) {
    Running running = running(context);
    boolean told = failure instanceof ExpectationError || failure instanceof TestAbortedException;
    if (running != null && !told) {
      failure.addSuppressed(state(running));
    }
    return failure;
  }

  /** A cluster that cannot be described says why: the test's own failure must stay the first. */
  private static RuntimeException state(Running running) {
    try {
      return new ClusterState(running.cluster().describe());
    } catch (RuntimeException undescribable) {
      return undescribable;
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    close(context);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close(context);
  }

  /** Only what this context started is in its own store. */
  private void close(ExtensionContext context) {
    Running running = store(context).remove(this, Running.class);
    if (running != null) {
      running.close();
    }
  }
}
