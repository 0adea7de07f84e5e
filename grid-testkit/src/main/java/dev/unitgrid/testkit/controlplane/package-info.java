/**
 * A real Kubernetes control plane for tests, from the binaries of a folder such as {@code
 * KUBEBUILDER_ASSETS} names.
 *
 * <pre>{@code
 * try (ControlPlane plane = ControlPlane.start(Path.of(assets))) {
 *   plane.nodes("location=beijing", "bj-1", "bj-2");
 *   ApiClient client = plane.apiClient();
 *   plane.restart(Part.KUBE_APISERVER);
 * }
 * }</pre>
 */
@NullMarked
package dev.unitgrid.testkit.controlplane;

import org.jspecify.annotations.NullMarked;
