/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where to listen: {@code 127.0.0.1:8080}, {@code [::1]:8080}, or {@code :8080} for all addresses.
 */
record ListenAddress(InetSocketAddress address) {
  private static final Pattern FORM =
      Pattern.compile("(?:\\[([0-9a-fA-F:.]+)]|([^:\\[\\]]*)):(\\d{1,5})");

  static final class Converter implements ITypeConverter<ListenAddress> {
    @Override
    public ListenAddress convert(String text) {
      Matcher form = FORM.matcher(text);
      if (!form.matches() || Integer.parseInt(form.group(3)) > 65_535) {
        throw new TypeConversionException(
            "\"" + text + "\" is no address to listen on, such as 127.0.0.1:8080 or :8080");
      }
      int port = Integer.parseInt(form.group(3));
      String host = form.group(1) != null ? form.group(1) : form.group(2);
      return new ListenAddress(host.isEmpty() ? new InetSocketAddress(port) : resolved(host, port));
    }

    private static InetSocketAddress resolved(String host, int port) {
      try {
        return new InetSocketAddress(InetAddress.getByName(host), port);
      } catch (UnknownHostException unknown) {
        throw new TypeConversionException("there is no host \"" + host + "\" to listen on");
      }
    }
  }
}
