/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package example;

import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.informer.ResourceEventHandler;
import io.kubernetes.client.informer.SharedIndexInformer;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.AppsV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1DeploymentList;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1OwnerReference;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServicePort;
import io.kubernetes.client.openapi.models.V1ServiceSpec;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A small controller: each Deployment with the annotation {@code example/expose: "PORT"} gets a
 * Service of its name. What the server refuses is tried again.
 */
public final class Exposer implements AutoCloseable {
  static final String ANNOTATION = "example/expose";

  private final CoreV1Api core;
  private final SharedInformerFactory informers;
  private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor();

  private Exposer(ApiClient client) {
    this.core = new CoreV1Api(client);
    this.informers = new SharedInformerFactory(client);
    AppsV1Api apps = new AppsV1Api(client);
    SharedIndexInformer<V1Deployment> deployments =
        informers.sharedIndexInformerFor(
            params ->
                apps.listDeploymentForAllNamespaces()
                    .resourceVersion(params.resourceVersion)
                    .timeoutSeconds(params.timeoutSeconds)
                    .watch(params.watch)
                    .buildCall(null),
            V1Deployment.class,
            V1DeploymentList.class);
    deployments.addEventHandler(
        new ResourceEventHandler<>() {
          @Override
          public void onAdd(V1Deployment deployment) {
            worker.execute(() -> expose(deployment));
          }

          @Override
          public void onUpdate(V1Deployment before, V1Deployment after) {
            onAdd(after);
          }

          @Override
          public void onDelete(V1Deployment deployment, boolean stale) {
            // The garbage collector takes the Service.
          }
        });
  }

  /** Starts one on {@code client}. */
  public static Exposer start(ApiClient client) {
    Exposer exposer = new Exposer(client);
    exposer.informers.startAllRegisteredInformers();
    return exposer;
  }

  private void expose(V1Deployment deployment) {
    V1ObjectMeta metadata = deployment.getMetadata();
    if (metadata.getAnnotations() == null || !metadata.getAnnotations().containsKey(ANNOTATION)) {
      return;
    }
    try {
      core.createNamespacedService(metadata.getNamespace(), service(deployment)).execute();
    } catch (ApiException refused) {
      if (refused.getCode() != 409) {
        worker.schedule(() -> expose(deployment), 50, TimeUnit.MILLISECONDS);
      }
    }
  }

  private static V1Service service(V1Deployment deployment) {
    V1ObjectMeta owner = deployment.getMetadata();
    int port = Integer.parseInt(owner.getAnnotations().get(ANNOTATION));
    return new V1Service()
        .metadata(
            new V1ObjectMeta()
                .name(owner.getName())
                .addOwnerReferencesItem(
                    new V1OwnerReference()
                        .apiVersion("apps/v1")
                        .kind("Deployment")
                        .name(owner.getName())
                        .uid(owner.getUid())))
        .spec(
            new V1ServiceSpec()
                .selector(deployment.getSpec().getSelector().getMatchLabels())
                .addPortsItem(new V1ServicePort().port(port).targetPort(new IntOrString(port))));
  }

  @Override
  public void close() {
    informers.stopAllRegisteredInformers();
    worker.shutdownNow();
  }
}
