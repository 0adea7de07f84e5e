/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class AddressesTest {
  private final ListenAddress.Converter addresses = new ListenAddress.Converter();
  private final LeaseName.Converter leases = new LeaseName.Converter();

  @Test
  void an_address_is_host_and_port_or_a_port_alone() {
    assertThat(addresses.convert("127.0.0.1:8080").address())
        .isEqualTo(new InetSocketAddress("127.0.0.1", 8080));
    assertThat(addresses.convert("[::1]:0").address()).isEqualTo(new InetSocketAddress("::1", 0));
    assertThat(addresses.convert(":9090").address().getAddress().isAnyLocalAddress()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "8080", "localhost", "127.0.0.1:", "127.0.0.1:x", ":70000", "::1:80", "a:b:1"})
  void what_is_no_address_is_a_sentence(String text) {
    assertThatThrownBy(() -> addresses.convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("is no address to listen on");
  }

  @Test
  void a_lease_is_a_namespace_and_a_name() {
    assertThat(leases.convert("kube-system/unitgrid"))
        .isEqualTo(new LeaseName("kube-system", "unitgrid"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "unitgrid", "/unitgrid", "kube-system/", "a/b/c", "A/b", "a/b_c"})
  void what_is_no_lease_is_a_sentence(String text) {
    assertThatThrownBy(() -> leases.convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("is no lease");
  }
}
