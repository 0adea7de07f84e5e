/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.junit;

import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.testkit.TestCluster;
import io.kubernetes.client.openapi.ApiClient;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test class whose methods take a cluster of their own: {@link TestCluster}, {@link ApiClient},
 * {@link ApiTransport}, and a kubeconfig file as a {@code Path} with {@link Kubeconfig}. A method
 * that takes none starts none. Methods may run in parallel.
 *
 * <p>The configuration parameter {@value KubeExtension#REAL} of JUnit, e.g. a system property,
 * names a folder with etcd and kube-apiserver: then the same tests run on those.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
@ExtendWith(KubeExtension.class)
public @interface KubeTest {
  /** Who shares a cluster; each test method has its own if this is not set. */
  ClusterPer clusterPer() default ClusterPer.METHOD;

  /** YAML files that are applied at the start, as resources of the class path beside the class. */
  String[] manifests() default {};
}
