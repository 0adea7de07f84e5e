/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.temporal.Temporal;
import java.util.Date;
import java.util.Random;
import java.util.Timer;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** The core decides; it reads no world and changes none. */
class ArchitectureTest {
  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.unitgrid.core");

  @Test
  void the_core_is_there_to_be_checked() {
    assertThat(CORE.size()).isGreaterThan(20);
  }

  @Test
  void the_core_uses_its_values_guava_and_the_jdk_only() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.unitgrid.core..",
            "dev.unitgrid.api",
            "dev.unitgrid.api.json",
            "com.google.common..",
            "com.google.errorprone.annotations..",
            "org.immutables.value..",
            "org.jspecify.annotations..",
            "javax.annotation..",
            "java.lang..",
            "java.math..",
            "java.nio.charset..",
            "java.time..",
            "java.text..",
            "java.util..",
            "java.io..")
        .check(CORE);
  }

  @Test
  void the_core_knows_no_client_and_no_network() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.kubernetes..", "okhttp3..", "java.net..", "java.nio.file..", "java.nio.channels..")
        .check(CORE);
  }

  @Test
  void the_core_reads_and_writes_no_stream() {
    for (Class<?> stream :
        new Class<?>[] {
          InputStream.class,
          OutputStream.class,
          Reader.class,
          Writer.class,
          File.class,
          Files.class,
          FileSystem.class
        }) {
      noClasses().should().dependOnClassesThat().areAssignableTo(stream).check(CORE);
    }
    noClasses().should().accessField(System.class, "out").check(CORE);
    noClasses().should().accessField(System.class, "err").check(CORE);
  }

  @Test
  void the_core_starts_and_locks_nothing() {
    noClasses().should().dependOnClassesThat().areAssignableTo(Thread.class).check(CORE);
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.util.concurrent..")
        .check(CORE);
    noClasses().should().dependOnClassesThat().areAssignableTo(Timer.class).check(CORE);
  }

  @Test
  void the_core_asks_no_clock() {
    noClasses().should().dependOnClassesThat().areAssignableTo(Clock.class).check(CORE);
    noClasses()
        .should()
        .callMethodWhere(
            new DescribedPredicate<>("the system clock") {
              @Override
              public boolean test(JavaMethodCall call) {
                return readsTheClock(call.getTarget());
              }
            })
        .check(CORE);
    noClasses().should().callConstructor(Date.class).check(CORE);
  }

  @Test
  void the_core_throws_no_dice_and_reads_no_environment() {
    for (Class<?> source :
        new Class<?>[] {
          Random.class, RandomGenerator.class, SecureRandom.class, UUID.class,
        }) {
      noClasses().should().dependOnClassesThat().areAssignableTo(source).check(CORE);
    }
    noClasses().should().callMethod(Math.class, "random").check(CORE);
    noClasses().should().callMethod(System.class, "getenv", String.class).check(CORE);
    noClasses().should().callMethod(System.class, "getProperty", String.class).check(CORE);
    noClasses().should().callMethod(System.class, "exit", int.class).check(CORE);
  }

  @Test
  void the_packages_are_free_of_cycles() {
    slices().matching("dev.unitgrid.core.(*)..").should().beFreeOfCycles().check(CORE);
  }

  @Test
  void the_core_keeps_no_state_in_statics() {
    fields().that().areStatic().should().beFinal().check(CORE);
  }

  private static boolean readsTheClock(AccessTarget.MethodCallTarget target) {
    JavaClass owner = target.getOwner();
    return (owner.isEquivalentTo(System.class)
            && (target.getName().equals("currentTimeMillis")
                || target.getName().equals("nanoTime")))
        || (target.getName().equals("now") && owner.isAssignableTo(Temporal.class));
  }
}
