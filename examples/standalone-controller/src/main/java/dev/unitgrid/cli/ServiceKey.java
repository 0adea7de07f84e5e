/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A Service by namespace and name, written {@code NS/NAME}. */
record ServiceKey(String namespace, String name) {
  private static final Pattern FORM =
      Pattern.compile("(" + NamespaceName.FORM + ")/([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)");

  static final class Converter implements ITypeConverter<ServiceKey> {
    @Override
    public ServiceKey convert(String text) {
      Matcher form = FORM.matcher(text);
      if (!form.matches()) {
        throw new TypeConversionException(
            "\"" + text + "\" is no Service, such as default/servicegrid-demo-svc");
      }
      return new ServiceKey(form.group(1), form.group(2));
    }
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
