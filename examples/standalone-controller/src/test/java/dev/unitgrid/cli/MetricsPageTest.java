/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.controllers.EngineMetrics;
import dev.unitgrid.controllers.federation.FederationMetrics;
import dev.unitgrid.node.NodeMetrics;
import dev.unitgrid.runtime.metrics.MetricNames;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MetricsPageTest {
  @Test
  void the_page_names_every_metric_and_no_other() throws Exception {
    assertThat(named())
        .isEqualTo(
            constants(
                MetricNames.class,
                EngineMetrics.class,
                FederationMetrics.class,
                NodeMetrics.class));
  }

  private static Set<String> constants(Class<?>... holders) throws Exception {
    Set<String> names = new TreeSet<>();
    for (Class<?> holder : holders) {
      for (Field field : holder.getFields()) {
        if (!field.getName().startsWith("TAG_")) {
          names.add((String) field.get(null));
        }
      }
    }
    return names;
  }

  private static Set<String> named() throws Exception {
    Matcher rows =
        Pattern.compile("(?m)^\\| `(unitgrid_[a-z_]+)` \\|")
            .matcher(Files.readString(Path.of("..", "..", "docs", "metrics.md")));
    Set<String> names = new TreeSet<>();
    while (rows.find()) {
      names.add(rows.group(1));
    }
    return names;
  }
}
