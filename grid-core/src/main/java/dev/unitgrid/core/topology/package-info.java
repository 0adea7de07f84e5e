/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Which endpoints of a Service a node is shown: those of its own unit.
 *
 * <pre>{@code
 * List<Endpoint> seen = TopologyFilter.forNode(localLabels, labelsOfNode::get)
 *     .keep(List.of("location"), endpoints, Endpoint::nodeName);
 *
 * IncrementalFilter<String> filter = new IncrementalFilter<>("bj-1"); // the same, change by change
 * filter.node("bj-1", Map.of("location", "beijing"));
 * filter.service(new ServiceName("default", "demo"), Topology.read(annotations));
 * for (Changes.Slice<String> change : filter.slice("demo-1", SliceShape.read(raw)).slices()) {
 *   SliceRenderer.render(raw, change.shown(), "1001"); // the slice as this node sees it
 * }
 * }</pre>
 */
@NullMarked
package dev.unitgrid.core.topology;

import org.jspecify.annotations.NullMarked;
