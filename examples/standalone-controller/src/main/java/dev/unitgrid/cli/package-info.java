/**
 * The commands of {@code unitgrid.jar}.
 *
 * <pre>{@code
 * Shell shell = new Shell(out, err, in, System.getenv(), termination);
 * int exitCode = Cli.run(shell, List.of(), "plan", "-f", "grid.yaml", "--nodes", "nodes.yaml");
 * }</pre>
 */
@NullMarked
package dev.unitgrid.cli;

import org.jspecify.annotations.NullMarked;
