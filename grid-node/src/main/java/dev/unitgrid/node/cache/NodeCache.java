/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.cache;

import com.google.common.collect.Interner;
import com.google.common.collect.Interners;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.node.NodeMetrics;
import dev.unitgrid.node.serve.ServeLimits;
import dev.unitgrid.node.serve.ServedKind;
import dev.unitgrid.node.serve.ServedObject;
import dev.unitgrid.node.serve.ServedResource;
import dev.unitgrid.node.serve.Serving;
import dev.unitgrid.node.snapshot.SnapshotFile;
import dev.unitgrid.node.snapshot.SnapshotKeeper;
import dev.unitgrid.node.snapshot.SnapshotReading;
import dev.unitgrid.runtime.codec.BytesDecoder;
import dev.unitgrid.runtime.health.WatchHealth;
import dev.unitgrid.runtime.metrics.MetricNames;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.reflect.DeltaSink;
import dev.unitgrid.runtime.reflect.Reflector;
import dev.unitgrid.runtime.reflect.ReflectorState;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.time.SerialLoop;
import dev.unitgrid.runtime.transport.ApiTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps {@link ServedKind}s equal to what this node may see of the cluster: Services,
 * EndpointSlices, the own Node and ServiceCIDRs, and Endpoints once somebody asks. While the API
 * server is away it serves on what it knows, and then only the differences; with a snapshot it does
 * so across a restart. Nothing is served before all first lists are read, or a whole snapshot is.
 * Thread-safe; the kinds belong to {@link #loop()}.
 */
public final class NodeCache implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeCache.class);
  private static final int NOT_FOUND = 404;

  /** Some, in which whoever mistyped a name recognizes how they look. */
  private static final int NAMED_NODES = 5;

  /** A page of 500 slices of 50 endpoints would be a third of the memory that a node gives. */
  private static final int LARGE_OBJECTS = 100;

  private final String node;
  private final ApiTransport transport;
  private final Scheduler scheduler;
  private final RandomGenerator random;
  private final Metrics metrics;
  private final @Nullable SnapshotFile file;
  private final Executor writer;
  private final Duration interval;
  private final @Nullable Taps taps;
  private final SerialLoop loop;
  private final Serving serves;
  private final Packer packer = new Packer();
  private final HeldSlice.Decoder slices = new HeldSlice.Decoder(packer);
  private final Map<ServedResource, ServedKind> kinds = new EnumMap<>(ServedResource.class);
  private final List<Reflector<?>> reflectors = new CopyOnWriteArrayList<>();
  private final List<Metrics.Registration> gauges = new ArrayList<>();
  private final AtomicBoolean endpointsWatched = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Gate servicesGate = new Gate();
  private final Gate slicesGate = new Gate();
  // Endpoints are made of slices, and nothing says later that those of before were too few.
  private final Gate endpointsGate = new Gate();

  // Set once by start, before anything runs on the loop.
  private volatile World world;
  private volatile @Nullable SnapshotKeeper keeper;
  // Written by the loop, read by anybody.
  private volatile boolean serving;
  private volatile boolean fromSnapshot;

  private NodeCache(Builder builder) {
    this.node = builder.node;
    this.transport = builder.transport;
    this.scheduler = builder.scheduler;
    this.random = builder.random;
    this.metrics = builder.metrics;
    this.file = builder.file;
    this.writer = builder.writer;
    this.interval = builder.interval;
    this.taps = builder.taps;
    this.loop = new SerialLoop(builder.scheduler);
    this.serves = new Serving(scheduler, loop, metrics, ServeLimits.USUAL);
    for (ServedResource resource : ServedResource.values()) {
      kinds.put(resource, new ServedKind(resource, serves));
    }
    kind(ServedResource.ENDPOINTS).whenAsked(this::watchEndpoints);
    this.world = newWorld();
  }

  /**
   * A cache for the clients of {@code node}, still to be built.
   *
   * @param random for jitter; thread-safe
   */
  public static Builder builder(
      String node, ApiTransport transport, Scheduler scheduler, RandomGenerator random) {
    return new Builder(node, transport, scheduler, random);
  }

  /** The kind {@code resource}, to be used on {@link #loop()} only. */
  public ServedKind kind(ServedResource resource) {
    return java.util.Objects.requireNonNull(kinds.get(resource));
  }

  /** What the kinds are served with. */
  public Serving serving() {
    return serves;
  }

  /** Where the kinds are changed, and must be read. */
  public Executor loop() {
    return loop;
  }

  /**
   * Begins; reads the snapshot, if there is one, on this thread. To be called once.
   *
   * @throws IllegalStateException if it was closed
   */
  public void start() {
    if (closed.get()) {
      throw new IllegalStateException("the cache of " + node + " is closed");
    }
    Restoring restored = restore();
    registerGauges();
    loop.execute(
        () -> {
          if (restored != null) {
            serveRestored(restored);
          }
          startReflectors();
        });
  }

  /** Serves Endpoints too from their first list on; later calls do nothing. */
  public void watchEndpoints() {
    if (!endpointsWatched.getAndSet(true)) {
      loop.execute(this::startEndpoints);
    }
  }

  /** How it is. */
  public CacheState state() {
    List<WatchHealth> watches = new ArrayList<>();
    for (Reflector<?> reflector : reflectors) {
      if (!isAbsent(reflector)) {
        watches.add(WatchHealth.of(reflector.type(), "", reflector.state()));
      }
    }
    Map<String, String> broken = new TreeMap<>();
    world.broken().forEach((key, sentence) -> broken.put(key.toString(), sentence));
    return new CacheState(
        node,
        serving,
        isConnected(),
        fromSnapshot,
        world.nodes().containsKey(node),
        watches,
        broken);
  }

  /** Stops, and writes the snapshot if something changed since it was written. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    reflectors.forEach(Reflector::close);
    gauges.forEach(Metrics.Registration::close);
    SnapshotKeeper last = keeper;
    if (last != null) {
      last.close();
    }
  }

  private World newWorld() {
    return new World(
        node, this::kind, packer, slices, loop, scheduler.clock(), metrics, this::changed);
  }

  private void changed() {
    SnapshotKeeper now = keeper;
    if (now != null && serving) {
      now.changed();
    }
  }

  // Surviving

  private @Nullable Restoring restore() {
    if (file == null) {
      return null;
    }
    Restoring restoring = new Restoring(node, world);
    boolean whole = file.read(restoring) instanceof SnapshotReading.Whole;
    if (!whole) {
      world = newWorld(); // what was read of a damaged one is thrown away
    }
    keeper =
        SnapshotKeeper.of(
            file, new WorldSnapshot(node, world), interval, scheduler, writer, metrics);
    return whole ? restoring : null;
  }

  private void serveRestored(Restoring restored) {
    LOG.info("Serving what is known from before the restart until the API server answers");
    fromSnapshot = true;
    servicesGate.open();
    slicesGate.open();
    begin();
    if (restored.hadEndpoints()) {
      world.endpoints().begin(0);
      watchEndpoints();
    }
  }

  private void begin() {
    serving = true;
    world.begin();
    endpointsGate.open();
  }

  // Feeding

  private void startReflectors() {
    Interner<String> strings = Interners.newWeakInterner();
    start(
        reflector(
                ResourceType.NODE,
                utf8 -> labels(utf8, strings),
                on(loop, world.nodesSink(servicesGate::open)),
                taps == null ? null : taps.nodes())
            .metadataOnly());
    startPlain(ServedResource.OWN_NODE, world.ownNode(), "metadata.name=" + node);
    startPlain(ServedResource.SERVICE_CIDRS, world.cidrs(), "");
    startServices();
    start(
        reflector(
                ServedResource.ENDPOINT_SLICES.type(),
                slices,
                on(gated(slicesGate), world.slicesSink(this::allListed)),
                taps == null ? null : taps.slices())
            .pageSize(LARGE_OBJECTS));
  }

  private <T> Reflector.Builder<?> reflector(
      ResourceType type, BytesDecoder<T> decoder, DeltaSink<T> sink, @Nullable Tap<?> tap) {
    return tap == null
        ? Reflector.ofBytes(type, decoder, sink, transport, scheduler, random)
        : tapped(type, decoder, sink, tap);
  }

  private <T, U> Reflector.Builder<?> tapped(
      ResourceType type, BytesDecoder<T> decoder, DeltaSink<T> sink, Tap<U> tap) {
    return Reflector.ofBytes(
        type, tap.beside(decoder), tap.beside(sink), transport, scheduler, random);
  }

  private void startServices() {
    ServedForm form = new ServedForm(ServedResource.SERVICES.type());
    Executor gated = gated(servicesGate);
    start(
        reflector(
                ServedResource.SERVICES.type(),
                utf8 -> HeldService.read(form.of(utf8)),
                on(gated, world.servicesSink(slicesGate::open)),
                taps == null ? null : taps.services())
            .onState(state -> advance(gated, world.services(), state)));
  }

  private void startPlain(ServedResource resource, PlainKind kind, String fieldSelector) {
    ServedForm form = new ServedForm(resource.type());
    Reflector.Builder<ServedObject> builder =
        Reflector.<ServedObject>ofBytes(
                resource.type(),
                utf8 -> object(form.of(utf8)),
                on(loop, world.plainSink(resource, kind)),
                transport,
                scheduler,
                random)
            .onState(state -> follow(resource, kind, state));
    start(fieldSelector.isEmpty() ? builder : builder.fieldSelector(fieldSelector));
  }

  private void startEndpoints() {
    ServedForm form = new ServedForm(ServedResource.ENDPOINTS.type());
    BytesDecoder<Packer.Packed> decoder = utf8 -> packer.pack(form.of(utf8));
    start(
        Reflector.ofBytes(
                ServedResource.ENDPOINTS.type(),
                decoder,
                on(gated(endpointsGate), world.endpointsSink()),
                transport,
                scheduler,
                random)
            .pageSize(LARGE_OBJECTS));
  }

  private <T> void start(Reflector.Builder<T> builder) {
    if (closed.get()) {
      return;
    }
    Reflector<T> reflector = builder.metrics(metrics).build();
    reflectors.add(reflector);
    reflector.start();
    if (closed.get()) {
      reflector.close();
    }
  }

  private static <T> DeltaSink<T> on(Executor executor, DeltaSink<T> sink) {
    return new LoopSink<>(executor, sink);
  }

  private Executor gated(Gate gate) {
    return task -> loop.execute(() -> gate.execute(task));
  }

  private void allListed() {
    fromSnapshot = false;
    if (!world.nodes().containsKey(node)) {
      LOG.warn(
          "There is no node {}: endpoints of filtered Services are hidden until there is; there are"
              + " {} nodes, {}",
          node,
          world.nodes().size(),
          world.nodes().keySet().stream().sorted().limit(NAMED_NODES).toList());
    }
    if (!serving) {
      SnapshotKeeper first = keeper;
      if (first != null) {
        first.begun();
      }
      begin();
    }
  }

  /** A bookmark says how far a kind is without changing it. */
  private static void advance(Executor executor, PlainKind kind, ReflectorState state) {
    if (state.synced() && !state.rollbackDetected()) {
      long reached = Long.parseLong(state.reached().text());
      if (reached > kind.reached()) {
        executor.execute(() -> kind.advance(reached));
      }
    }
  }

  private void follow(ServedResource resource, PlainKind kind, ReflectorState state) {
    advance(loop, kind, state);
    if (isAbsent(resource.type(), state)) {
      loop.execute(() -> kind(resource).absent());
    }
  }

  private static Map<String, String> labels(byte[] utf8, Interner<String> strings) {
    Map<String, String> labels = new HashMap<>();
    Metadata.read(utf8)
        .labels()
        .forEach((name, value) -> labels.put(strings.intern(name), strings.intern(value)));
    return Map.copyOf(labels);
  }

  private static ServedObject object(byte[] json) {
    Metadata metadata = Metadata.read(json);
    return new ServedObject(metadata.key(), metadata.version(), json);
  }

  // State

  private boolean isConnected() {
    return !reflectors.isEmpty()
        && reflectors.stream()
            .filter(reflector -> !isAbsent(reflector))
            .map(Reflector::state)
            .allMatch(state -> state.synced() && state.problem().isEmpty());
  }

  private static boolean isAbsent(Reflector<?> reflector) {
    return isAbsent(reflector.type(), reflector.state());
  }

  /** API servers before Kubernetes 1.33 have no ServiceCIDRs; that is no problem. */
  private static boolean isAbsent(ResourceType type, ReflectorState state) {
    return type.equals(ServedResource.SERVICE_CIDRS.type())
        && state.problem().filter(problem -> problem.code() == NOT_FOUND).isPresent();
  }

  private void registerGauges() {
    gauges.add(metrics.gauge(NodeMetrics.SERVING, () -> serving ? 1 : 0));
    gauges.add(metrics.gauge(NodeMetrics.UPSTREAM_CONNECTED, () -> isConnected() ? 1 : 0));
    gauges.add(metrics.gauge(NodeMetrics.BROKEN_SERVICES, () -> world.broken().size()));
    held("Node", () -> world.nodes().size());
    held("Service", () -> world.services().objects().size());
    held("EndpointSlice", () -> world.slices().held().size());
    held("Endpoints", () -> world.endpoints().held().size());
    kinds.values().forEach(this::watched);
  }

  private void held(String kind, java.util.function.DoubleSupplier count) {
    gauges.add(metrics.gauge(NodeMetrics.HELD_OBJECTS, count, MetricNames.TAG_KIND, kind));
  }

  private void watched(ServedKind kind) {
    gauges.add(
        metrics.gauge(
            NodeMetrics.OPEN_WATCHES,
            kind::openWatches,
            MetricNames.TAG_KIND,
            kind.resource().type().kind()));
  }

  /** A cache to be built. */
  public static final class Builder {
    private final String node;
    private final ApiTransport transport;
    private final Scheduler scheduler;
    private final RandomGenerator random;
    private Metrics metrics = Metrics.NOOP;
    private @Nullable SnapshotFile file;
    private Executor writer = Runnable::run;
    private Duration interval = Duration.ofSeconds(30);
    private @Nullable Taps taps;

    private Builder(
        String node, ApiTransport transport, Scheduler scheduler, RandomGenerator random) {
      this.node = node;
      this.transport = transport;
      this.scheduler = scheduler;
      this.random = random;
    }

    /**
     * Survives restarts by {@code file}.
     *
     * @param writer runs what blocks on the disk
     */
    public Builder snapshot(SnapshotFile file, Executor writer) {
      this.file = file;
      this.writer = writer;
      return this;
    }

    /** How long a change may wait to be written down. 30 s by default. */
    public Builder snapshotInterval(Duration interval) {
      this.interval = interval;
      return this;
    }

    /** Where it counts. */
    public Builder metrics(Metrics metrics) {
      this.metrics = metrics;
      return this;
    }

    /** Another agent that reads the same feeds. */
    public Builder taps(Taps taps) {
      this.taps = taps;
      return this;
    }

    /** The cache, not started. */
    public NodeCache build() {
      return new NodeCache(this);
    }
  }
}
