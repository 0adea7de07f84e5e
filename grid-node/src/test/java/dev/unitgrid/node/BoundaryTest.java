/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.util.Timer;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class BoundaryTest {
  private static final JavaClasses NODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.unitgrid.node");

  @Test
  void the_node_side_holds_no_generated_models_and_knows_nothing_of_the_cloud_side() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.kubernetes..", "dev.unitgrid.controllers..", "dev.unitgrid.testkit..")
        .check(NODE);
  }

  @Test
  void the_node_side_never_owns_the_process() {
    noClasses()
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Runtime.class)
        .check(NODE);
  }

  @Test
  void threads_and_time_come_only_from_the_scheduler() {
    noClasses()
        .should()
        .callConstructor(Thread.class, Runnable.class)
        .orShould()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Executors.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Timer.class)
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(NODE);
  }
}
