/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.unitgrid.api");

  @Test
  void only_the_models_need_client_java() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.unitgrid.api.model..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.kubernetes..", "okhttp3..", "dev.unitgrid.api.model..")
        .check(classes);
  }

  @Test
  void the_json_value_stands_alone() {
    noClasses()
        .that()
        .resideInAPackage("dev.unitgrid.api.json..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.unitgrid.api", "dev.unitgrid.api.model..")
        .check(classes);
  }

  @Test
  void nothing_sets_the_global_gson_of_client_java() {
    noClasses()
        .should()
        .callMethod("io.kubernetes.client.openapi.JSON", "setGson", "com.google.gson.Gson")
        .check(classes);
  }
}
