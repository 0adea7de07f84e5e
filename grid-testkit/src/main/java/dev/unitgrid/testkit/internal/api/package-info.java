/**
 * What kube-apiserver is to the real control plane: requests in, answers and watch frames out.
 *
 * <pre>{@code
 * ApiServer server = new ApiServer(clock, random, scheduler);
 * ApiResponse response = server.answer(call);
 * server.watch(call, sink);
 * }</pre>
 */
@NullMarked
package dev.unitgrid.testkit.internal.api;

import org.jspecify.annotations.NullMarked;
