/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A Lease by namespace and name, written {@code NS/NAME}. */
record LeaseName(String namespace, String name) {
  private static final Pattern FORM =
      Pattern.compile("(" + NamespaceName.FORM + ")/([a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?)");

  static final class Converter implements ITypeConverter<LeaseName> {
    @Override
    public LeaseName convert(String text) {
      Matcher form = FORM.matcher(text);
      if (!form.matches()) {
        throw new TypeConversionException(
            "\"" + text + "\" is no lease, such as kube-system/unitgrid");
      }
      return new LeaseName(form.group(1), form.group(2));
    }
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
