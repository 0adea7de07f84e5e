/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.cache;

import java.util.Map;

/**
 * What another agent of the process reads of a {@link NodeCache}'s feeds.
 *
 * @param nodes the labels of every node
 * @param services every Service
 * @param slices every EndpointSlice, whole
 */
public record Taps(Tap<Map<String, String>> nodes, Tap<?> services, Tap<?> slices) {}
