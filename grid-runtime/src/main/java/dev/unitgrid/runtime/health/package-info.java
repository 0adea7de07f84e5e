/**
 * Health as data: what is watched, who leads, what waits.
 *
 * <pre>{@code
 * Health health = new Health(List.of(nodes), Optional.of(leader), Map.of("grids", queue));
 * health.isReady();   // every list was read, and nothing is wrong
 * health.problems();  // sentences for people
 * }</pre>
 */
@NullMarked
package dev.unitgrid.runtime.health;

import org.jspecify.annotations.NullMarked;
