/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The name of a namespace, as the API server takes it. */
final class NamespaceName implements ITypeConverter<String> {
  static final String FORM = "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?";

  @Override
  public String convert(String text) {
    if (!text.matches(FORM)) {
      throw new TypeConversionException(
          "\"" + text + "\" is no name of a namespace, such as edge-a");
    }
    return text;
  }
}
