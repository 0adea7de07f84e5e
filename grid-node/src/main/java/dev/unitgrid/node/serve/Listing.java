/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** A list that is written while it is read, of a state that stays as it is. */
final class Listing implements Body {
  private static final byte[] COMMA = {','};
  private static final byte[] TAIL = "]}\n".getBytes(StandardCharsets.US_ASCII);

  private final List<ServedObject> state;
  private final Selection selection;
  private final Form form;
  private final byte[] head;
  private int at;
  private final int to;
  private boolean first = true;
  private boolean headGiven;
  private boolean tailGiven;

  /**
   * A list.
   *
   * @param from the first place in {@code state} that is looked at
   * @param to the place after the last one
   * @param metadata of the list
   */
  Listing(
      List<ServedObject> state, int from, int to, Selection selection, Form form, String metadata) {
    this.state = state;
    this.at = from;
    this.to = to;
    this.selection = selection;
    this.form = form;
    this.head = form.listHead(metadata).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public Next next(Sink sink) {
    if (!headGiven) {
      headGiven = true;
      sink.put(head);
      return Next.MORE;
    }
    while (at < to) {
      ServedObject object = state.get(at++);
      if (selection.matches(object)) {
        if (!first) {
          sink.put(COMMA);
        }
        first = false;
        form.item(object.json(), sink);
        return Next.MORE;
      }
    }
    if (tailGiven) {
      return Next.END;
    }
    tailGiven = true;
    sink.put(TAIL);
    return Next.MORE;
  }

  @Override
  public void close() {
    // It holds nothing that anybody counts.
  }
}
