/**
 * Bytes of the Kubernetes API to values: lists, watch frames, failures. Lenient: one object that
 * cannot be understood costs itself only.
 *
 * <pre>{@code
 * ObjectCodec<CompactJson> codec = ObjectCodec.of(node -> CompactJson.of(node.get("metadata", "labels")));
 * ListPage<CompactJson> page = codec.page(response.body());
 * page.items();     // what could be decoded
 * page.poisoned();  // what could not, and why
 * WatchEvent<CompactJson> event = codec.event(frame);
 * ApiStatus.of(refusal).retryAfter();
 * }</pre>
 */
@NullMarked
package dev.unitgrid.runtime.codec;

import org.jspecify.annotations.NullMarked;
