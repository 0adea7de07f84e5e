/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.transport;

import dev.unitgrid.runtime.time.Scheduler;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One watch over HTTP. OkHttp calls back on one thread, which is the watch's until its end. */
final class HttpWatch implements Watch, Callback {
  private static final Logger LOG = LoggerFactory.getLogger(HttpWatch.class);

  private final ApiRequest request;
  private final WatchListener listener;
  private final AtomicBoolean over = new AtomicBoolean();
  // Set before the call is made, but read by close() on any thread.
  private volatile @Nullable Call call;
  // Set by the timer, read by the thread of the watch.
  private volatile boolean late;
  private volatile Scheduler.Task timer = () -> {};

  HttpWatch(ApiRequest request, WatchListener listener) {
    this.request = request;
    this.listener = listener;
  }

  void open(Call opening, Scheduler scheduler) {
    call = opening;
    timer =
        scheduler.schedule(
            request.timeout(),
            () -> {
              late = true;
              opening.cancel();
            });
    opening.enqueue(this);
  }

  @Override
  public void close() {
    over.set(true);
    timer.cancel();
    Call open = call;
    if (open != null) {
      open.cancel();
    }
  }

  @Override
  public void onResponse(Call answered, Response response) {
    try (response) {
      if (response.code() != 200) {
        refused(WholeAnswer.read(response, HttpCalls.LONGEST_FRAME));
        return;
      }
      timer.cancel();
      if (!over.get()) {
        listener.onOpen();
      }
      readFrames(new Frames(response.body().source(), HttpCalls.LONGEST_FRAME));
      end(null);
    } catch (IOException broken) {
      onFailure(answered, broken);
    } catch (TransportException truncated) {
      end(truncated);
    } catch (RuntimeException bug) {
      LOG.error("A listener of {} failed; the watch ends", request, bug);
      end(new TransportException("the listener of " + request + " failed: " + bug, bug));
    }
  }

  @Override
  public void onFailure(Call answered, IOException cause) {
    end(WholeAnswer.failure(request, late ? new InterruptedIOException() : cause));
  }

  void end(@Nullable TransportException cause) {
    timer.cancel();
    if (over.compareAndSet(false, true)) {
      listener.onClosed(cause);
    }
  }

  private void refused(ApiResponse answer) {
    timer.cancel();
    if (over.compareAndSet(false, true)) {
      listener.onRefused(answer);
    }
  }

  private void readFrames(Frames frames) throws IOException {
    byte[] frame = frames.next();
    while (frame != null && !over.get()) {
      listener.onFrame(frame);
      frame = frames.next();
    }
  }
}
