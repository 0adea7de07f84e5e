/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  private static final Path ROOT = Path.of("..", "..");

  @Test
  void the_example_that_embeds_the_engine_is_the_one_that_is_built_and_run() throws Exception {
    Matcher example = Pattern.compile("(?s)```java\n(.*?)```").matcher(read("README.md"));

    assertThat(example.find()).isTrue();
    assertThat(read("examples/embedded-controller/src/main/java/example/MyController.java"))
        .contains(example.group(1));
  }

  @Test
  void every_file_that_a_page_links_to_is_there() throws Exception {
    for (String page :
        new String[] {"README.md", "docs/compatibility.md", "docs/uninstall.md", "docs/dns.md"}) {
      Matcher links = Pattern.compile("]\\((?!https?:)([^)#]+)\\)").matcher(read(page));
      Path folder = ROOT.resolve(page).toAbsolutePath().normalize().getParent();
      while (links.find()) {
        assertThat(folder.resolve(links.group(1))).exists();
      }
    }
  }

  private static String read(String file) throws Exception {
    return Files.readString(ROOT.resolve(file));
  }
}
