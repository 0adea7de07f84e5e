/**
 * The real kube-proxy behind the endpoint proxy, in a network of its own.
 *
 * <pre>{@code
 * try (Site site = Site.start(folder)) {
 *   int port = site.startProxy("bj-1");
 *   site.awaitProxy(port);
 *   site.startKubeProxy("bj-1", port);
 *   site.awaitBackends("default/servicegrid-demo-svc", backends -> backends.size() == 2);
 * }
 * }</pre>
 */
package dev.unitgrid.cli.network;
