/**
 * What a node agent knew, kept in a file for a restart while the cloud is away: header values and a
 * stream of records, written as a whole or not at all, and never read if a bit of it is wrong.
 *
 * <pre>{@code
 * SnapshotFile file = new SnapshotFile(Disk.system(), Path.of("/var/lib/unitgrid"), metrics);
 * SnapshotReading reading = file.read(visitor);  // Whole, None, Refused or Unreadable
 * SnapshotKeeper keeper = SnapshotKeeper.of(file, snapshot, Duration.ofSeconds(10), scheduler, worker, metrics);
 * keeper.changed();  // as often as you like: written once in ten seconds at most
 * keeper.close();    // writes what has not been written yet
 * }</pre>
 */
@NullMarked
package dev.unitgrid.node.snapshot;

import org.jspecify.annotations.NullMarked;
