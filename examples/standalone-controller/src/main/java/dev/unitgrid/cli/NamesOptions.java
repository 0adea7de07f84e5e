/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.core.dns.DnsSettings;
import dev.unitgrid.node.dns.DnsAgent;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.transport.ApiTransport;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Executor;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of the commands that keep a hosts file. */
final class NamesOptions {
  /** Former and new content of the hosts file are in memory at one time, beside all else. */
  private static final int MEMORY_FOR_FILES = 8;

  @Option(
      names = "--hosts-file",
      required = true,
      paramLabel = "FILE",
      converter = HostsFile.class,
      description =
          "The file that CoreDNS's hosts plugin reads, in a folder that both mount. Lines that are"
              + " not unitgrid's are kept.")
  @SuppressWarnings("NullAway.Init") // required
  private Path hostsFile;

  @Option(
      names = "--cluster-domain",
      paramLabel = "DOMAIN",
      defaultValue = "cluster.local",
      converter = Domain.class,
      description = "The domain that ends the cluster's names. ${DEFAULT-VALUE} by default.")
  @SuppressWarnings("NullAway.Init") // picocli sets the default
  private DnsSettings domain;

  @Option(
      names = "--closed-headless",
      description =
          "Answer the plain name of a headless ServiceGrid with the unit's own ready pods; without"
              + " it, with all units'.")
  private boolean closedHeadless;

  /** Refuses what can be no file, before anything is listed for it. */
  static final class HostsFile implements ITypeConverter<Path> {
    @Override
    public Path convert(String text) {
      Path path = path(text);
      if (text.isBlank() || path.getFileName() == null || Files.isDirectory(path)) {
        throw new TypeConversionException("\"" + text + "\" is no file, but a folder");
      }
      return path;
    }

    private static Path path(String text) {
      try {
        return Path.of(text);
      } catch (InvalidPathException wrong) {
        throw new TypeConversionException(String.valueOf(wrong.getMessage()));
      }
    }
  }

  static final class Domain implements ITypeConverter<DnsSettings> {
    @Override
    public DnsSettings convert(String text) {
      try {
        return DnsSettings.of(text);
      } catch (IllegalArgumentException wrong) {
        throw new TypeConversionException(String.valueOf(wrong.getMessage()));
      }
    }
  }

  /** The file. */
  Path hostsFile() {
    return hostsFile;
  }

  /**
   * The agent that keeps it.
   *
   * @param disk runs what blocks, one task at a time
   */
  DnsAgent agent(
      String node, ApiTransport transport, Scheduler scheduler, Executor disk, Metrics metrics) {
    return DnsAgent.builder(node, transport, scheduler, new Random())
        .largestFile(Runtime.getRuntime().maxMemory() / MEMORY_FOR_FILES)
        .hostsFile(hostsFile)
        .settings(new DnsSettings(domain.clusterDomain(), closedHeadless))
        .writer(disk)
        .metrics(metrics)
        .build();
  }
}
