/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Clusters as parameters of JUnit Jupiter tests, from JUnit 5.14 on.
 *
 * <pre>{@code
 * @KubeTest
 * class MyControllerTest {
 *   @Test
 *   void every_site_gets_its_workload(TestCluster cluster, ApiClient api) {
 *     cluster.nodes("location=beijing", "bj-1", "bj-2");
 *     try (var mine = MyController.start(api)) {
 *       cluster.await().deployment("demo").isAvailable();
 *     }
 *   }
 * }
 * }</pre>
 */
@NullMarked
package dev.unitgrid.testkit.junit;

import org.jspecify.annotations.NullMarked;
