/**
 * The three kinds as client-java objects, for {@code GenericKubernetesApi}, informers and whoever
 * builds grids in Java. The only package that needs client-java.
 *
 * <pre>{@code
 * DeploymentGrid grid =
 *     DeploymentGrid.builder()
 *         .namespace("default")
 *         .name("deploymentgrid-demo")
 *         .gridUniqKey("location")
 *         .template(new V1DeploymentSpecBuilder().withReplicas(2)...build())
 *         .build();
 * new GenericKubernetesApi<>(
 *         DeploymentGrid.class, DeploymentGridList.class, "superedge.io", "v1", "deploymentgrids", apiClient)
 *     .create(grid);
 * }</pre>
 */
@NullMarked
package dev.unitgrid.api.model;

import org.jspecify.annotations.NullMarked;
