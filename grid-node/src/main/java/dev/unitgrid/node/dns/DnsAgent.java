/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.dns;

import dev.unitgrid.api.Labels;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.dns.DnsSettings;
import dev.unitgrid.core.dns.GoverningService;
import dev.unitgrid.core.dns.HostsBlock;
import dev.unitgrid.core.dns.ObservedStatefulSet;
import dev.unitgrid.core.dns.SliceNames;
import dev.unitgrid.node.NodeMetrics;
import dev.unitgrid.node.cache.Tap;
import dev.unitgrid.node.cache.Taps;
import dev.unitgrid.node.files.Disk;
import dev.unitgrid.node.serve.ServedResource;
import dev.unitgrid.runtime.health.WatchHealth;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.reflect.Reflector;
import dev.unitgrid.runtime.time.Backoff;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.time.SerialLoop;
import dev.unitgrid.runtime.transport.ApiTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;

/**
 * Keeps a hosts file equal to the names of the node's own unit (RULES 32, 33). Before the first
 * complete lists, and while the API server is away, the file stays as it is; a file that cannot be
 * written is tried again for ever. Thread-safe.
 */
public final class DnsAgent implements AutoCloseable {
  /** Services, their slices and StatefulSets of grids carry it, and nobody else's are read. */
  private static final String OF_GRIDS = Labels.GRID_SELECTOR;

  /** The pages of all lists are in memory at one time: some hundred kilobytes each. */
  private static final int OBJECTS = 100;

  private static final int LARGE_OBJECTS = 20;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final String node;
  private final ApiTransport transport;
  private final Scheduler scheduler;
  private final RandomGenerator random;
  private final DnsSettings settings;
  private final Metrics metrics;
  private final SerialLoop loop;
  private final Names names;
  private final HostsKeeper keeper;
  private final List<Reflector<?>> reflectors = new CopyOnWriteArrayList<>();
  private final List<Metrics.Registration> gauges = new ArrayList<>();
  private final AtomicBoolean shared = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();

  private DnsAgent(Builder builder) {
    this.node = builder.node;
    this.transport = builder.transport;
    this.scheduler = builder.scheduler;
    this.random = builder.random;
    this.settings = builder.settings;
    this.metrics = builder.metrics;
    this.loop = new SerialLoop(scheduler);
    this.names = new Names(node, settings, loop, this::changed);
    HostsBlock block = HostsBlock.of(settings.clusterDomain());
    this.keeper =
        new HostsKeeper(
            new HostsFile(
                builder.disk, builder.hostsFile, block, builder.largestFile, scheduler, metrics),
            names::records,
            scheduler,
            loop,
            builder.writer,
            Backoff.exponential(FIRST_PAUSE, LONGEST_PAUSE).jittered(0.5, random));
  }

  /**
   * An agent of {@code node}, still to be built.
   *
   * @param transport how it reads the API server, or an endpoint proxy before it
   * @param scheduler its threads and clock; not closed
   * @param random for jitter; thread-safe
   */
  public static Builder builder(
      String node, ApiTransport transport, Scheduler scheduler, RandomGenerator random) {
    return new Builder(node, transport, scheduler, random);
  }

  /**
   * What it wants to be told by the cache of an endpoint proxy in the same process: then it reads
   * only StatefulSets itself. To be called before {@link #start}.
   */
  public Taps taps() {
    shared.set(true);
    return new Taps(
        new Tap<>(DnsAgent::labels, names.nodes()),
        new Tap<>(utf8 -> GoverningService.read(Json.parse(utf8)), names.services()),
        new Tap<>(utf8 -> SliceNames.read(utf8, settings), names.slices()));
  }

  /** Begins. To be called once. */
  public void start() {
    registerGauges();
    start(
        Reflector.<ObservedStatefulSet>of(
                ResourceType.STATEFUL_SET,
                ObservedStatefulSet::read,
                names.statefulSets(),
                transport,
                scheduler,
                random)
            .labelSelector(OF_GRIDS)
            .pageSize(OBJECTS));
    if (!shared.get()) {
      startFeeds();
    }
  }

  private void startFeeds() {
    Reflector.Builder<Map<String, String>> nodes =
        Reflector.<Map<String, String>>of(
                ResourceType.NODE,
                object -> object.get("metadata", "labels").asStrings(),
                names.nodes(),
                transport,
                scheduler,
                random)
            .metadataOnly()
            .pageSize(OBJECTS);
    start(settings.closedHeadless() ? nodes : nodes.fieldSelector("metadata.name=" + node));
    start(
        Reflector.<Optional<GoverningService>>of(
                ServedResource.SERVICES.type(),
                GoverningService::read,
                names.services(),
                transport,
                scheduler,
                random)
            .labelSelector(OF_GRIDS)
            .pageSize(OBJECTS));
    start(
        Reflector.<SliceNames>ofBytes(
                ServedResource.ENDPOINT_SLICES.type(),
                utf8 -> SliceNames.read(utf8, settings),
                names.slices(),
                transport,
                scheduler,
                random)
            .labelSelector(OF_GRIDS)
            .pageSize(LARGE_OBJECTS));
  }

  private <T> void start(Reflector.Builder<T> builder) {
    Reflector<T> reflector = builder.metrics(metrics).build();
    reflectors.add(reflector);
    reflector.start();
  }

  private static Map<String, String> labels(byte[] utf8) {
    return Json.parse(utf8).get("metadata", "labels").asStrings();
  }

  /** How it is. */
  public DnsState state() {
    List<WatchHealth> watches = new ArrayList<>();
    reflectors.forEach(
        reflector -> watches.add(WatchHealth.of(reflector.type(), "", reflector.state())));
    return new DnsState(
        node,
        keeper.current() && names.isWhole(),
        names.nodeKnown(),
        names.listed(),
        names.count(),
        names.withheld(),
        keeper.problem(),
        watches);
  }

  /** Stops; the file stays as it is. */
  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      reflectors.forEach(Reflector::close);
      gauges.forEach(Metrics.Registration::close);
      loop.execute(keeper::close);
    }
  }

  private void changed() {
    keeper.changed();
  }

  private void registerGauges() {
    gauges.add(metrics.gauge(NodeMetrics.NAMES, names::count));
    gauges.add(metrics.gauge(NodeMetrics.WITHHELD_NAMES, names::withheld));
    gauges.add(metrics.gauge(NodeMetrics.HOSTS_CURRENT, () -> state().current() ? 1 : 0));
  }

  /** An agent to be built. */
  public static final class Builder {
    private static final long LARGEST_FILE = 4 << 20;

    private final String node;
    private final ApiTransport transport;
    private final Scheduler scheduler;
    private final RandomGenerator random;
    private Path hostsFile = Path.of("hosts");
    private Disk disk = Disk.system();
    private long largestFile = LARGEST_FILE;
    private Executor writer;
    private DnsSettings settings = DnsSettings.of("cluster.local");
    private Metrics metrics = Metrics.NOOP;

    private Builder(
        String node, ApiTransport transport, Scheduler scheduler, RandomGenerator random) {
      this.node = node;
      this.transport = transport;
      this.scheduler = scheduler;
      this.random = random;
      this.writer = new SerialLoop(scheduler);
    }

    /** The file; its folder is made if it is missing. {@code hosts} by default. */
    public Builder hostsFile(Path file) {
      this.hostsFile = file;
      return this;
    }

    /** Where the file is; the machine's own disk by default. */
    public Builder disk(Disk disk) {
      this.disk = disk;
      return this;
    }

    /**
     * How many bytes the file may have with all its lines; 4 MiB by default. It comes into memory
     * as a whole; a larger one is left as it is, and {@link DnsAgent#state} says so.
     */
    public Builder largestFile(long bytes) {
      this.largestFile = bytes;
      return this;
    }

    /**
     * Runs what blocks on the disk, one task at a time; by default the scheduler does.
     *
     * @param writer in order
     */
    public Builder writer(Executor writer) {
      this.writer = writer;
      return this;
    }

    /** How names are made; {@code cluster.local} by default. */
    public Builder settings(DnsSettings settings) {
      this.settings = settings;
      return this;
    }

    /** Where it counts. */
    public Builder metrics(Metrics metrics) {
      this.metrics = metrics;
      return this;
    }

    /** The agent, not started. */
    public DnsAgent build() {
      return new DnsAgent(this);
    }
  }
}
