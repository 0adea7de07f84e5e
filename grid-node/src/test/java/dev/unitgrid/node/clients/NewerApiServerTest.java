/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.TransportException;
import dev.unitgrid.runtime.transport.WatchListener;
import dev.unitgrid.testkit.controlplane.ControlPlane;
import dev.unitgrid.testkit.controlplane.Part;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the API server of a Kubernetes does that is newer than the client's models. */
@Tag("newer-control-plane")
class NewerApiServerTest {
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";

  /** The API server compresses from some hundred KiB on. */
  private static final int OBJECTS = 20;

  private static final int OBJECT_BYTES = 64 * 1024;

  private static final SystemScheduler SCHEDULER = SystemScheduler.start("newer", 1);
  private static ControlPlane cluster;
  private static ApiClientTransport transport;

  @BeforeAll
  static void start() {
    cluster =
        ControlPlane.builder(Path.of(System.getenv("KUBEBUILDER_ASSETS_NEWER")))
            .without(Part.KUBE_CONTROLLER_MANAGER)
            .without(Part.KUBE_SCHEDULER)
            .without(Part.KWOK)
            .start();
    transport = ApiClientTransport.on(cluster.apiClient(), SCHEDULER);
  }

  @AfterAll
  static void stop() {
    transport.close();
    SCHEDULER.close();
    cluster.close();
  }

  @Test
  void a_watch_that_begins_with_large_objects_is_read_to_its_bookmark_and_goes_on()
      throws Exception {
    for (int i = 0; i < OBJECTS; i++) {
      make("large-" + i, "x".repeat(OBJECT_BYTES));
    }
    Heard heard = new Heard();
    transport.watch(
        ApiRequest.get(MAPS)
            .query("watch", "true")
            .query("sendInitialEvents", "true")
            .query("resourceVersionMatch", "NotOlderThan")
            .query("allowWatchBookmarks", "true"),
        heard);
    List<String> names = new ArrayList<>();
    for (Json event = heard.next();
        !event.get("type").asString("").equals("BOOKMARK");
        event = heard.next()) {
      names.add(event.get("object", "metadata", "name").asString(""));
    }
    assertThat(names).hasSize(OBJECTS).doesNotHaveDuplicates();
    make("later", "x");
    assertThat(heard.next().get("object", "metadata", "name").asString("")).isEqualTo("later");
  }

  private static void make(String name, String text) throws Exception {
    Json map =
        Json.object("metadata", Json.object("name", name), "data", Json.object("text", text));
    ApiResponse made = transport.send(ApiRequest.post(MAPS, map.toBytes())).get();
    assertThat(made.status()).isEqualTo(201);
  }

  /** The frames of a watch; what else happens to it is one too. */
  private static final class Heard implements WatchListener {
    private final BlockingQueue<byte[]> frames = new LinkedBlockingQueue<>();

    Json next() throws InterruptedException {
      byte[] frame = frames.poll(20, TimeUnit.SECONDS);
      assertThat(frame).as("a frame within 20 s").isNotNull();
      return Json.parse(frame);
    }

    @Override
    public void onOpen() {
      // The frames tell.
    }

    @Override
    public void onFrame(byte[] frame) {
      frames.add(frame);
    }

    @Override
    public void onRefused(ApiResponse response) {
      frames.add(response.body());
    }

    @Override
    public void onClosed(@Nullable TransportException cause) {
      frames.add(("the watch ended: " + cause).getBytes(UTF_8));
    }
  }
}
