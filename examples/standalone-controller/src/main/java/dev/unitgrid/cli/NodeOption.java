/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option of the commands that run on a node. */
final class NodeOption {
  @Option(
      names = "--node",
      required = true,
      paramLabel = "NAME",
      converter = NodeName.class,
      description = "The node that it runs on, by the name of its Node.")
  @SuppressWarnings("NullAway.Init") // required
  private String name;

  /** Refuses what no Node can be called, such as a variable that nobody replaced. */
  static final class NodeName implements ITypeConverter<String> {
    private static final Pattern FORM =
        Pattern.compile("(?=.{1,253}$)[a-z0-9]([-.a-z0-9]*[a-z0-9])?");

    @Override
    public String convert(String text) {
      if (!FORM.matcher(text).matches()) {
        throw new TypeConversionException(
            "\"" + text + "\" is no name of a Node; kubectl get nodes shows them");
      }
      return text;
    }
  }

  String name() {
    return name;
  }
}
