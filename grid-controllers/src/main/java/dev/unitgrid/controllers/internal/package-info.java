/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What the packages of the controllers share; not API.
 *
 * <pre>{@code
 * Loop loop = new Loop(scheduler);
 * Sending sending = new Sending(transport, scheduler, loop, metrics);
 * sending.write(request, mandate); // completes on the loop; dropped if the mandate is over
 * }</pre>
 */
@NullMarked
package dev.unitgrid.controllers.internal;

import org.jspecify.annotations.NullMarked;
