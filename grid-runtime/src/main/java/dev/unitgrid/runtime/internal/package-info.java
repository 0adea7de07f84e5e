/**
 * What the packages of the runtime share; not API.
 *
 * <pre>{@code
 * Mailbox<String> mailbox = new Mailbox<>(line -> lines.add(line));
 * mailbox.put("one at a time");
 * }</pre>
 */
@NullMarked
package dev.unitgrid.runtime.internal;

import org.jspecify.annotations.NullMarked;
