/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.fields;

/** An object whose lists cannot be merged by their keys. */
public final class FieldsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String path;
  private final String sentence;

  /** The server's sentence. */
  public FieldsException(String sentence) {
    this("", sentence);
  }

  private FieldsException(String path, String sentence) {
    super(path.isEmpty() ? sentence : path + ": " + sentence);
    this.path = path;
    this.sentence = sentence;
  }

  /** The same, seen from one step further out. */
  FieldsException under(String step) {
    return new FieldsException(step + path, sentence);
  }
}
