/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What checks the engine shares no code with it. */
class BoundariesTest {
  private static final JavaClasses TESTKIT =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.unitgrid.testkit");

  @Test
  void it_uses_neither_the_core_nor_the_controllers() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.unitgrid.core..", "dev.unitgrid.controllers..", "dev.unitgrid.node..")
        .check(TESTKIT);
  }

  @Test
  void of_the_runtime_it_uses_the_transport_and_the_time() {
    noClasses()
        .should()
        .dependOnClassesThat(
            com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage(
                    "dev.unitgrid.runtime..")
                .and(
                    com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages(
                        "dev.unitgrid.runtime.transport..", "dev.unitgrid.runtime.time..")))
        .check(TESTKIT);
  }

  @Test
  void the_semantics_use_trees_of_their_own() {
    noClasses()
        .that()
        .resideInAPackage("dev.unitgrid.testkit.internal..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.unitgrid.api..")
        .check(TESTKIT);
  }
}
