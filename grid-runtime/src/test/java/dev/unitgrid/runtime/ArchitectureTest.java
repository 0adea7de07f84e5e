/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.unitgrid.runtime");

  @Test
  void the_runtime_knows_nothing_of_the_domain() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.unitgrid.core..", "dev.unitgrid.controllers..", "dev.unitgrid.testkit..")
        .check(classes);
  }

  @Test
  void only_the_transport_knows_client_java() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.unitgrid.runtime.transport..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.kubernetes..", "okhttp3..", "okio..")
        .check(classes);
  }

  @Test
  void the_seam_depends_on_nothing_but_time() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.unitgrid.runtime.transport..", "dev.unitgrid.runtime.time..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.unitgrid.runtime.codec..",
            "dev.unitgrid.runtime.reflect..",
            "dev.unitgrid.runtime.store..",
            "dev.unitgrid.runtime.queue..",
            "dev.unitgrid.runtime.lease..",
            "dev.unitgrid.runtime.health..",
            "dev.unitgrid.runtime.metrics..")
        .check(classes);
  }

  @Test
  void threads_and_clocks_are_made_where_they_belong() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.unitgrid.runtime.time..", "dev.unitgrid.runtime.transport..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.Thread")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.concurrent.Executors")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(java.time.Clock.class, "systemUTC")
        .check(classes);
  }

  @Test
  void nothing_owns_the_process_or_sets_the_global_gson_of_client_java() {
    noClasses()
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(Runtime.class, "addShutdownHook", Thread.class)
        .orShould()
        .callMethod("io.kubernetes.client.openapi.JSON", "setGson", "com.google.gson.Gson")
        .check(classes);
  }
}
