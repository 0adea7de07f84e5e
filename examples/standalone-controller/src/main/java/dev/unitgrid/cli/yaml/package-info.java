/**
 * Manifests in YAML as Kubernetes reads them: the values that kubectl would send for the same text.
 *
 * <pre>{@code
 * for (Manifest manifest : Manifest.read("grid.yaml", text)) {
 *   manifest.object().get("kind"); // "DeploymentGrid"
 *   manifest.place();              // "grid.yaml:1"
 * }
 * }</pre>
 */
@NullMarked
package dev.unitgrid.cli.yaml;

import org.jspecify.annotations.NullMarked;
