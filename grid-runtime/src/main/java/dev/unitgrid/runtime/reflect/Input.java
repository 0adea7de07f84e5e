/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.reflect;

import dev.unitgrid.runtime.codec.ApiStatus;
import dev.unitgrid.runtime.codec.ListPage;
import dev.unitgrid.runtime.codec.WatchEvent;
import java.util.Optional;

/**
 * What happens to a {@link ReflectorMachine}. The turn says which list, watch or timer it is of;
 * what comes late, from an earlier one, is ignored.
 */
sealed interface Input<T> {
  int turn();

  record Start<T>(int turn) implements Input<T> {}

  record Listed<T>(int turn, ListPage<T> page) implements Input<T> {}

  record ListFailed<T>(int turn, Failure failure) implements Input<T> {}

  record WatchOpened<T>(int turn) implements Input<T> {}

  record Event<T>(int turn, WatchEvent<T> event) implements Input<T> {}

  /** A frame that is no event, or a broken-off one: what came before it may be wrong too. */
  record Garbled<T>(int turn, String sentence) implements Input<T> {}

  record WatchRefused<T>(int turn, ApiStatus status) implements Input<T> {}

  /** The end of a watch; without a failure it was the server's wish. */
  record WatchClosed<T>(int turn, Optional<Failure> failure) implements Input<T> {}

  record TimeUp<T>(int turn) implements Input<T> {}

  record Stop<T>(int turn) implements Input<T> {}

  /** No answer, with a sentence, or one that is a refusal. */
  record Failure(String sentence, Optional<ApiStatus> status) {
    static Failure of(ApiStatus status) {
      return new Failure(status.toString(), Optional.of(status));
    }

    static Failure of(String sentence) {
      return new Failure(sentence, Optional.empty());
    }

    int code() {
      return status.map(ApiStatus::code).orElse(0);
    }
  }
}
