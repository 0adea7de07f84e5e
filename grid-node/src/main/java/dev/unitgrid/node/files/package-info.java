/**
 * Files that are there whole or not at all, whatever moment the machine stops at: the few
 * operations on a disk that this takes, and the one way in which they are put together.
 *
 * <pre>{@code
 * AtomicFile hosts = new AtomicFile(Disk.system(), Path.of("/run/unitgrid/hosts"));
 * hosts.replace(out -> out.write("10.244.0.7 demo-0.demo-svc\n".getBytes(UTF_8)));
 * // a reader saw the former content until here, and sees the new one from here on
 * }</pre>
 */
@NullMarked
package dev.unitgrid.node.files;

import org.jspecify.annotations.NullMarked;
