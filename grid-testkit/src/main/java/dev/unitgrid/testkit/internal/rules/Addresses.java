/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Addresses and ranges as the real server reads them. Stateless. */
public final class Addresses {
  static final String NO_ADDRESS = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
  static final String NO_RANGE = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

  private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
  private static final Pattern IPV4 = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  private Addresses() {}

  /** Whether it is one of four numbers. */
  public static boolean isIpv4(String text) {
    return IPV4.matcher(text).matches();
  }

  /** Whether it is one with colons. */
  public static boolean isIpv6(String text) {
    return IPV6.matcher(text).matches() && read(text) != null;
  }

  static boolean isAddress(String text) {
    return isIpv4(text) || isIpv6(text);
  }

  static boolean isRange(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || !text.substring(slash + 1).matches("0|[1-9][0-9]{0,2}")) {
      return false;
    }
    String address = text.substring(0, slash);
    int bits = Integer.parseInt(text.substring(slash + 1));
    return (isIpv4(address) && bits <= 32) || (isIpv6(address) && bits <= 128);
  }

  /** The address; null for what is none. Nothing is asked by name: only literals come here. */
  static @org.jspecify.annotations.Nullable InetAddress read(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException none) {
      return null;
    }
  }
}
