/**
 * The engine that keeps the children of grids as the grids say: observes, plans, executes.
 *
 * <pre>{@code
 * GridEngine engine = GridEngine.builder(apiClient)
 *     .namespaces("edge-a", "edge-b")
 *     .nodes(InformerFeed.of(nodeInformer))
 *     .leadership(Leadership.lease("kube-system", "unitgrid"))
 *     .metrics(metrics)
 *     .build();
 * engine.start();
 * engine.health().isReady();
 * engine.close(); // leaves no thread
 * }</pre>
 */
@NullMarked
package dev.unitgrid.controllers;

import org.jspecify.annotations.NullMarked;
