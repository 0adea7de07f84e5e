/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.node.Rule;
import dev.unitgrid.node.files.Disk;
import dev.unitgrid.node.serve.ServedKind;
import dev.unitgrid.node.serve.ServedResource;
import dev.unitgrid.node.snapshot.SnapshotFile;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.testkit.LinkCut;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SurvivingTest {
  private final SimulatedSite site = new SimulatedSite(7);
  private @TempDir Path folder;

  @BeforeEach
  void a_cache_with_a_state_folder() {
    site.node("bj-1", "beijing");
    site.node("gz-1", "guangzhou");
    site.service("near", "[\"location\"]");
    site.service("far", "");
    site.slice("near-1", "near", "bj-1", "gz-1");
    site.slice("far-1", "far", "bj-1", "gz-1");
    site.replaceBy(surviving("bj-1"));
    site.start();
    site.run(Duration.ofSeconds(5));
  }

  @AfterEach
  void end() {
    site.close();
  }

  @Test
  void after_a_restart_without_the_api_server_the_same_is_served() {
    ServedKind before = site.cache().kind(ServedResource.ENDPOINT_SLICES);
    long served = before.versions().current();
    site.service("near", "[broken");
    site.run(Duration.ofSeconds(5));
    try (LinkCut cut = site.cluster().faults().cutLink()) {
      site.replaceBy(surviving("bj-1"));
      site.start();

      assertThat(site.cache().state().fromSnapshot()).isTrue();
      assertThat(site.addressesOf("near-1")).containsExactly("bj-1");
      assertThat(site.addressesOf("far-1")).containsExactly("bj-1", "gz-1");
      assertThat(site.cache().kind(ServedResource.OWN_NODE).all()).hasSize(1);
      assertThat(site.cache().kind(ServedResource.SERVICES).all()).hasSizeGreaterThan(1);
      assertThat(site.cache().state().brokenServices()).containsOnlyKeys("default/near");
      assertThat(site.cache().kind(ServedResource.ENDPOINT_SLICES).versions().start())
          .isGreaterThan(served);
      site.slice("near-1", "near", "bj-1", "gz-1", "bj-1");
      site.cluster().delete(SimulatedSite.SLICE, "default", "far-1");
      site.run(Duration.ofMinutes(1));
      site.events();
    }
    site.run(Duration.ofMinutes(1));

    assertThat(site.cache().state().fromSnapshot()).isFalse();
    assertThat(site.events())
        .containsExactlyInAnyOrder("EndpointSlice near-1", "EndpointSlice far-1 gone");
    assertThat(site.addressesOf("near-1")).containsExactly("bj-1", "bj-1");
  }

  @Test
  @Rule(30)
  void versions_begin_above_everything_served_before_even_if_the_clock_went_back() {
    long reserved = 0;
    for (int restart = 0; restart < 3; restart++) {
      ServedKind slices = site.cache().kind(ServedResource.ENDPOINT_SLICES);
      assertThat(slices.versions().start()).isGreaterThanOrEqualTo(reserved);
      reserved = slices.versions().current() + FilteredKind.BLOCK;
      site.replaceBy(surviving("bj-1"));
      site.start();
    }

    assertThat(reserved).isGreaterThan(3 * FilteredKind.BLOCK);
  }

  @Test
  void the_snapshot_of_another_node_is_not_served() {
    try (LinkCut cut = site.cluster().faults().cutLink()) {
      site.replaceBy(surviving("gz-1"));
      site.cache().start();
      site.run(Duration.ofSeconds(30));

      assertThat(site.cache().state().serving()).isFalse();
    }
    site.runUntil(() -> site.cache().state().serving());
    assertThat(site.addressesOf("near-1")).containsExactly("gz-1");
  }

  @Test
  void a_damaged_snapshot_is_set_aside_and_never_served() throws Exception {
    site.cache().close();
    Path file = folder.resolve("snapshot");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    try (LinkCut cut = site.cluster().faults().cutLink()) {
      site.replaceBy(surviving("bj-1"));
      site.cache().start();
      site.run(Duration.ofSeconds(30));

      assertThat(site.cache().state().serving()).isFalse();
      assertThat(folder.resolve("snapshot.damaged-1")).exists();
    }
    site.runUntil(() -> site.cache().state().serving());
    site.assertTruth();
  }

  private NodeCache surviving(String node) {
    return NodeCache.builder(
            node,
            site.cluster().transport(),
            site.simulation().scheduler(),
            new Random(site.simulation().seed()))
        .snapshot(new SnapshotFile(Disk.system(), folder, Metrics.NOOP), Runnable::run)
        .build();
  }
}
