/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.demo;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.unitgrid.node.dns.DnsAgent;
import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import dev.unitgrid.testkit.TestCluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * The DNS of one node: the hosts file that the DNS agent keeps there, and for every other name the
 * cluster's own answers, as CoreDNS with {@code hosts} and {@code fallthrough} has it.
 */
final class NodeDns implements AutoCloseable {
  private final String node;
  private final TestCluster cluster;
  private final Path folder;
  private final SystemScheduler scheduler;
  private final ApiClientTransport transport;
  private final DnsAgent agent;

  private NodeDns(String node, TestCluster cluster, Path folder) {
    this.node = node;
    this.cluster = cluster;
    this.folder = folder;
    this.scheduler = SystemScheduler.start("unitgrid-dns-" + node, 2);
    this.transport = ApiClientTransport.on(cluster.apiClient(), scheduler);
    this.agent =
        DnsAgent.builder(node, transport, scheduler, new Random()).hostsFile(hosts()).build();
  }

  static NodeDns start(String node, TestCluster cluster) {
    try {
      NodeDns dns = new NodeDns(node, cluster, Files.createTempDirectory("unitgrid-demo-dns-"));
      dns.agent.start();
      return dns;
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }

  private Path hosts() {
    return folder.resolve("hosts");
  }

  /** The addresses of a full name. */
  List<String> addresses(String name) {
    List<String> own = fromFile(name);
    return own.isEmpty() ? cluster.around().dns(name).addresses() : own;
  }

  private List<String> fromFile(String name) {
    try {
      return Files.exists(hosts())
          ? Files.readAllLines(hosts()).stream()
              .filter(line -> line.endsWith(" " + name))
              .map(line -> line.substring(0, line.indexOf(' ')))
              .toList()
          : List.of();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Prints what nslookup says in a pod of this node. */
  void nslookup(String name, PrintWriter out) {
    out.println(node + "$ nslookup " + name);
    addresses(name).forEach(address -> out.println("Address: " + address));
  }

  @Override
  public void close() {
    agent.close();
    transport.close();
    scheduler.close();
    try {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    } catch (IOException left) {
      throw new UncheckedIOException(left);
    }
  }
}
