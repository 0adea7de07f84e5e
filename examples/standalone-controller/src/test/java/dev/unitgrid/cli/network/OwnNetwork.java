/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The network namespace of this JVM: loopback, its addresses, and kube-proxy's rules. */
final class OwnNetwork {
  /** The address that stands for the node's own; the JVM's starter sets it. */
  static final String NODE_ADDRESS = "172.31.255.1";

  private static final Pattern BACKEND =
      Pattern.compile(
          "-A KUBE-SVC-\\S+ -m comment --comment \"(\\S+) -> (\\S+)\"(?: -m statistic --mode random --probability (\\S+))? -j KUBE-SEP-\\S+");

  private OwnNetwork() {}

  /** One jump of a Service's chain: its endpoint, and the probability, empty for the last one. */
  record Backend(String endpoint, String probability) {}

  /** Fails with a sentence where the rules and addresses would be the machine's. */
  static void require() throws IOException {
    assertThat(NetworkInterface.networkInterfaces().map(NetworkInterface::getName))
        .as(
            "these tests write rules and addresses, so they run in a network namespace of their own only:"
                + " ./mvnw -P network, as root")
        .allMatch(name -> !name.startsWith("eth") && !name.startsWith("en"))
        .contains("lo");
    assertThat(NetworkInterface.getByName("lo").inetAddresses())
        .anyMatch(address -> address.getHostAddress().equals(NODE_ADDRESS));
    assertThat(onPath("iptables-save"))
        .as("there is no iptables, which kube-proxy writes its rules with: install Debian's")
        .isTrue();
  }

  /** Fails with a sentence where names cannot be asked for. */
  static void requireDig() {
    assertThat(onPath("dig")).as("there is no dig: install Debian's bind9-dnsutils").isTrue();
  }

  /** What the DNS server on a port of loopback answers, line by line. */
  static List<String> dig(int port, String... question) {
    List<String> command =
        new ArrayList<>(
            List.of("dig", "@127.0.0.1", "-p", Integer.toString(port), "+short", "+time=5"));
    command.addAll(List.of(question));
    return run(command.toArray(String[]::new)).lines().sorted().toList();
  }

  private static boolean onPath(String program) {
    return List.of(System.getenv("PATH").split(":")).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /** Answers at an address of a pod, from now on. */
  static void addAddress(String address) {
    run("ip", "address", "add", address + "/32", "dev", "lo");
  }

  /** Every rule of the table {@code nat}, as iptables-save prints them. */
  static String rules() {
    return run("iptables-save", "-t", "nat");
  }

  /** Throws all rules away, as a reboot does. */
  static void flushRules() {
    run("iptables", "-t", "nat", "-F");
    run("iptables", "-t", "nat", "-X");
    run("iptables", "-t", "filter", "-F");
    run("iptables", "-t", "filter", "-X");
    run("iptables", "-t", "mangle", "-F");
    run("iptables", "-t", "mangle", "-X");
  }

  /** What kube-proxy does with connections to a Service's port, e.g. {@code default/demo-svc}. */
  static List<Backend> backends(String service) {
    return BACKEND
        .matcher(rules())
        .results()
        .filter(match -> match.group(1).equals(service))
        .map(match -> new Backend(match.group(2), match.group(3) == null ? "" : match.group(3)))
        .toList();
  }

  /** Runs a program that must end well. */
  static String run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(String.join(" ", command) + ": " + output).isZero();
      return output;
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }
}
