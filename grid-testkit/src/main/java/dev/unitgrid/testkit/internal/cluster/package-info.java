/**
 * The simulated cluster around the server.
 *
 * <pre>{@code
 * Controllers controllers = new Controllers(server, scheduler);
 * controllers.pause(true);  // Deployments get no pods
 * controllers.pause(false); // now they do
 * }</pre>
 */
@NullMarked
package dev.unitgrid.testkit.internal.cluster;

import org.jspecify.annotations.NullMarked;
