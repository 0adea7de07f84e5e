/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.reflect;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.JsonSyntaxException;
import dev.unitgrid.runtime.codec.ApiStatus;
import dev.unitgrid.runtime.codec.BytesDecoder;
import dev.unitgrid.runtime.codec.Decoder;
import dev.unitgrid.runtime.codec.ObjectCodec;
import dev.unitgrid.runtime.internal.Mailbox;
import dev.unitgrid.runtime.metrics.MetricNames;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.reflect.Input.Failure;
import dev.unitgrid.runtime.time.Backoff;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.runtime.transport.TransportException;
import dev.unitgrid.runtime.transport.Watch;
import dev.unitgrid.runtime.transport.WatchListener;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a {@link DeltaSink} equal to the objects of one kind on the server: lists them in pages,
 * always consistently, then watches. Nothing is delivered of a list that was not read to its end,
 * and a list older than what was seen before is refused (RULE 2). It keeps trying whatever happens,
 * and says in {@link #state()} what is wrong. Thread-safe; it has no thread of its own: the sink is
 * called on threads of the transport and the scheduler, one call at a time.
 *
 * <p>A real API server sends a bookmark at least every 75 seconds (a minute and a quarter of
 * jitter), so a watch that is silent for 150 seconds is taken for a half-open connection and opened
 * again from the last version, without a list.
 */
public final class Reflector<T> implements AutoCloseable {
  /** Silence after which a connection is not trusted: two bookmarks did not come. */
  public static final Duration DEFAULT_SILENCE = Duration.ofSeconds(150);

  /** Objects asked for in one page of a list, unless it is told otherwise. */
  public static final int PAGE_SIZE = 500;

  private static final Logger LOG = LoggerFactory.getLogger(Reflector.class);
  private static final Duration LIST_TIMEOUT = Duration.ofSeconds(60);

  private final ResourceType type;
  private final String path;
  private final Map<String, String> selectors;
  private final boolean metadataOnly;
  private final String pageSize;
  private final DeltaSink<T> sink;
  private final ApiTransport transport;
  private final Scheduler scheduler;
  private final Metrics metrics;
  private final Consumer<ReflectorState> onState;
  private final ObjectCodec<T> codec;
  private final ReflectorMachine<T> machine;
  private final Mailbox<IntFunction<Input<T>>> mailbox = new Mailbox<>(this::on);
  // Written by the one reader of the mailbox, read by anybody.
  private volatile ReflectorState state = ReflectorState.IDLE;
  private Watch watch = () -> {};
  private Scheduler.Task timer = () -> {};
  private CompletableFuture<ApiResponse> list = new CompletableFuture<>();

  private Reflector(Builder<T> builder) {
    this.type = builder.type;
    this.path = builder.type.path(builder.namespace);
    this.selectors = Map.copyOf(builder.selectors);
    this.metadataOnly = builder.metadataOnly;
    this.pageSize = Integer.toString(builder.pageSize);
    this.sink = builder.sink;
    this.transport = builder.transport;
    this.scheduler = builder.scheduler;
    this.metrics = builder.metrics;
    this.onState = builder.onState;
    this.codec = builder.codec;
    this.machine =
        new ReflectorMachine<>(builder.namespace, builder.silence, builder.backoff, builder.random);
  }

  /**
   * A reflector of all objects of {@code type}, still to be built.
   *
   * @param random for jitter; thread-safe, or not shared
   */
  public static <T> Builder<T> of(
      ResourceType type,
      Decoder<? extends T> decoder,
      DeltaSink<T> sink,
      ApiTransport transport,
      Scheduler scheduler,
      RandomGenerator random) {
    return new Builder<>(type, ObjectCodec.of(decoder), sink, transport, scheduler, random);
  }

  /** As {@link #of}, without a tree of each object. */
  public static <T> Builder<T> ofBytes(
      ResourceType type,
      BytesDecoder<? extends T> decoder,
      DeltaSink<T> sink,
      ApiTransport transport,
      Scheduler scheduler,
      RandomGenerator random) {
    return new Builder<>(type, ObjectCodec.ofBytes(decoder), sink, transport, scheduler, random);
  }

  /** Begins; later calls do nothing. */
  public void start() {
    mailbox.put(turn -> new Input.Start<>(0));
  }

  /** What it reflects. */
  public ResourceType type() {
    return type;
  }

  /** Where it is. */
  public ReflectorState state() {
    return state;
  }

  /** Ends it for good; the sink hears nothing more, save a call that is under way. */
  @Override
  public void close() {
    mailbox.put(Input.Stop::new);
  }

  private void on(IntFunction<Input<T>> input) {
    ReflectorMachine.Moment now =
        new ReflectorMachine.Moment(scheduler.clock().instant(), scheduler.elapsed());
    List<Effect<T>> effects = machine.on(input.apply(machine.turn()), now);
    if (effects.isEmpty()) {
      return;
    }
    try {
      effects.forEach(this::perform);
    } catch (RuntimeException bug) {
      LOG.error("{}: what was learnt could not be delivered", name(), bug);
      mailbox.put(turn -> new Input.Garbled<>(turn, "cannot deliver what was learnt: " + bug));
    }
    state = machine.state();
    tellState();
  }

  private void tellState() {
    try {
      onState.accept(state);
    } catch (RuntimeException bug) {
      LOG.error("{}: a listener of the state failed", name(), bug);
    }
  }

  private void perform(Effect<T> effect) {
    if (effect instanceof Effect.Upsert<T> upsert) {
      sink.upsert(upsert.item());
    } else if (effect instanceof Effect.Remove<T> remove) {
      sink.remove(remove.key(), remove.version());
    } else if (effect instanceof Effect.Replace<T> replace) {
      sink.replace(replace.list());
    } else if (effect instanceof Effect.SendList<T> sending) {
      sendList(sending);
    } else if (effect instanceof Effect.OpenWatch<T> opening) {
      openWatch(opening);
    } else if (effect instanceof Effect.CloseWatch<T>) {
      closeAll();
    } else if (effect instanceof Effect.StartTimer<T> starting) {
      startTimer(starting);
    } else if (effect instanceof Effect.Count<T> counted) {
      metrics.count(counted.metric(), MetricNames.TAG_KIND, type.kind());
    } else if (effect instanceof Effect.Say<T> said) {
      LOG.atLevel(said.level()).log("{}: {}", name(), said.sentence());
    }
  }

  private String name() {
    return type.kind() + " " + path;
  }

  private void closeAll() {
    timer.cancel();
    watch.close();
    list.cancel(false);
  }

  private void startTimer(Effect.StartTimer<T> starting) {
    timer.cancel();
    timer = scheduler.schedule(starting.delay(), () -> tell(new Input.TimeUp<>(starting.turn())));
  }

  private void tell(Input<T> input) {
    mailbox.put(turn -> input);
  }

  private void sendList(Effect.SendList<T> sending) {
    ApiRequest request =
        request()
            .accept(accept("PartialObjectMetadataList"))
            .timeout(LIST_TIMEOUT)
            .query("limit", pageSize);
    if (!sending.continueToken().isEmpty()) {
      request = request.query("continue", sending.continueToken());
    }
    timer.cancel();
    list = transport.send(request);
    var unused =
        list.whenComplete((answer, failure) -> tell(listed(sending.turn(), answer, failure)));
  }

  private Input<T> listed(int turn, @Nullable ApiResponse answer, @Nullable Throwable failure) {
    if (answer == null) {
      return new Input.ListFailed<>(turn, Failure.of(sentence(failure)));
    }
    if (!answer.isSuccess()) {
      return new Input.ListFailed<>(turn, Failure.of(ApiStatus.of(answer)));
    }
    try {
      return new Input.Listed<>(turn, codec.page(answer.body()));
    } catch (JsonSyntaxException brokenOff) {
      return new Input.ListFailed<>(turn, Failure.of(sentence(brokenOff)));
    }
  }

  private void openWatch(Effect.OpenWatch<T> opening) {
    ApiRequest request =
        request()
            .accept(accept("PartialObjectMetadata"))
            .query("watch", "true")
            .query("allowWatchBookmarks", "true")
            .query("resourceVersion", opening.from().text())
            .query("timeoutSeconds", Long.toString(opening.length().toSeconds()));
    closeAll();
    list = new CompletableFuture<>(); // its answer is megabytes, and a watch lasts for minutes
    watch = transport.watch(request, new Frames(opening.turn()));
  }

  private ApiRequest request() {
    ApiRequest request = ApiRequest.get(path);
    for (Map.Entry<String, String> selector : selectors.entrySet()) {
      request = request.query(selector.getKey(), selector.getValue());
    }
    return request;
  }

  /** A server that cannot answer with metadata alone answers with whole objects. */
  private String accept(String kind) {
    return metadataOnly
        ? ApiRequest.JSON + ";as=" + kind + ";g=meta.k8s.io;v=v1," + ApiRequest.JSON
        : ApiRequest.JSON;
  }

  private static String sentence(@Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause == null || cause.getMessage() == null ? String.valueOf(cause) : cause.getMessage();
  }

  /** Decodes on the thread of the watch, so that a burst slows down who sends it. */
  private final class Frames implements WatchListener {
    private final int turn;

    Frames(int turn) {
      this.turn = turn;
    }

    @Override
    public void onOpen() {
      tell(new Input.WatchOpened<>(turn));
    }

    @Override
    public void onFrame(byte[] frame) {
      tell(event(frame));
    }

    @Override
    public void onRefused(ApiResponse response) {
      tell(new Input.WatchRefused<>(turn, ApiStatus.of(response)));
    }

    @Override
    public void onClosed(@Nullable TransportException cause) {
      if (cause != null && cause.isTruncated()) {
        tell(new Input.Garbled<>(turn, sentence(cause)));
      } else {
        tell(
            new Input.WatchClosed<>(
                turn, Optional.ofNullable(cause).map(broken -> Failure.of(sentence(broken)))));
      }
    }

    private Input<T> event(byte[] frame) {
      try {
        return new Input.Event<>(turn, codec.event(frame));
      } catch (JsonSyntaxException noEvent) {
        return new Input.Garbled<>(turn, "a frame that is no event: " + sentence(noEvent));
      }
    }
  }

  /** A reflector to be built. */
  public static final class Builder<T> {
    private final ResourceType type;
    private final ObjectCodec<T> codec;
    private final DeltaSink<T> sink;
    private final ApiTransport transport;
    private final Scheduler scheduler;
    private final RandomGenerator random;
    private final Map<String, String> selectors = new LinkedHashMap<>();
    private String namespace = "";
    private boolean metadataOnly;
    private int pageSize = PAGE_SIZE;
    private Duration silence = DEFAULT_SILENCE;
    private Backoff backoff;
    private Metrics metrics = Metrics.NOOP;
    private Consumer<ReflectorState> onState = state -> {};

    private Builder(
        ResourceType type,
        ObjectCodec<T> codec,
        DeltaSink<T> sink,
        ApiTransport transport,
        Scheduler scheduler,
        RandomGenerator random) {
      this.type = type;
      this.codec = codec;
      this.sink = sink;
      this.transport = transport;
      this.scheduler = scheduler;
      this.random = random;
      this.backoff =
          Backoff.exponential(Duration.ofSeconds(1), Duration.ofSeconds(30)).jittered(0.5, random);
    }

    /** Only objects of {@code namespace}; empty for all. */
    public Builder<T> namespace(String namespace) {
      this.namespace = namespace;
      return this;
    }

    /**
     * Asks for the metadata of objects only: for a decoder that reads nothing else. A node's status
     * is most of what its heartbeats would carry.
     */
    public Builder<T> metadataOnly() {
      metadataOnly = true;
      return this;
    }

    /**
     * Objects asked for in one page of a list, {@link #PAGE_SIZE} by default: the bytes of one page
     * are in memory at a time.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder<T> pageSize(int objects) {
      if (objects < 1) {
        throw new IllegalArgumentException("pages of " + objects + " objects");
      }
      this.pageSize = objects;
      return this;
    }

    /** Only objects that {@code selector} selects by their labels. */
    public Builder<T> labelSelector(String selector) {
      selectors.put("labelSelector", selector);
      return this;
    }

    /** Only objects that {@code selector} selects by their fields. */
    public Builder<T> fieldSelector(String selector) {
      selectors.put("fieldSelector", selector);
      return this;
    }

    /** Instead of {@link #DEFAULT_SILENCE}. */
    public Builder<T> silence(Duration silence) {
      this.silence = silence;
      return this;
    }

    /** Instead of 1 s to 30 s with half of it jitter. */
    public Builder<T> backoff(Backoff backoff) {
      this.backoff = backoff;
      return this;
    }

    /** Where it counts. */
    public Builder<T> metrics(Metrics metrics) {
      this.metrics = metrics;
      return this;
    }

    /**
     * Who is told of each new state, after the sink was told what it says. Called often, on the
     * threads of the transport; must not block.
     */
    public Builder<T> onState(Consumer<ReflectorState> listener) {
      this.onState = listener;
      return this;
    }

    /** The reflector, not started. */
    public Reflector<T> build() {
      return new Reflector<>(this);
    }
  }
}
