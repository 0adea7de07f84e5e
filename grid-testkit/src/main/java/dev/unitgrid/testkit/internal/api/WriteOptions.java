/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import dev.unitgrid.testkit.internal.api.StatusException.Cause;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Checks the parameters of writes as the real server checks them. Stateless. */
final class WriteOptions {
  private static final int LONGEST_MANAGER = 128;

  private WriteOptions() {}

  /** How a POST is done; 422 for parameters that make no sense. */
  static Request ofCreate(Call call) {
    return request("CreateOptions", call, new ArrayList<>());
  }

  /** How a PUT is done; 422 for parameters that make no sense. */
  static Request ofUpdate(Call call) {
    return request("UpdateOptions", call, new ArrayList<>());
  }

  /** How a PATCH is done; 422 for parameters that make no sense. */
  static Request ofPatch(Call call, boolean apply) {
    List<Cause> causes = new ArrayList<>();
    if (!apply && call.query().containsKey("force")) {
      causes.add(Cause.forbidden("force", "may not be specified for non-apply patch"));
    }
    if (apply && call.query("fieldManager").isEmpty()) {
      causes.add(Cause.required("fieldManager", "is required for apply patch"));
    }
    return request("PatchOptions", call, causes);
  }

  private static Request request(String kind, Call call, List<Cause> causes) {
    causes.addAll(problemsOfManager(call.query("fieldManager")));
    causes.addAll(problemsOfDryRun(call.query("dryRun")));
    String validation = call.query("fieldValidation");
    if (!List.of("", "Ignore", "Warn", "Strict").contains(validation)) {
      causes.add(
          Cause.unsupported(
              "fieldValidation",
              "\"" + validation + "\"",
              "\"\", \"Ignore\", \"Strict\", \"Warn\""));
    }
    if (!causes.isEmpty()) {
      throw StatusException.invalidOptions(kind, causes);
    }
    return new Request(
        manager(call), true, call.query("dryRun").equals("All"), validation.equals("Strict"));
  }

  /** What is wrong with {@code dryRun}, if anything. */
  static List<Cause> problemsOfDryRun(String dryRun) {
    return dryRun.isEmpty() || dryRun.equals("All")
        ? List.of()
        : List.of(Cause.unsupported("dryRun", "[\"" + dryRun + "\"]", "\"All\""));
  }

  private static List<Cause> problemsOfManager(String manager) {
    List<Cause> causes = new ArrayList<>();
    if (manager.getBytes(StandardCharsets.UTF_8).length > LONGEST_MANAGER) {
      causes.add(
          new Cause(
              "FieldValueTooLong",
              "Too long: may not be more than " + LONGEST_MANAGER + " bytes",
              "fieldManager"));
    }
    for (int i = 0; i < manager.length(); i++) {
      char c = manager.charAt(i);
      if (Character.isISOControl(c)) {
        String code = String.format("%02x", (int) c);
        causes.add(
            Cause.invalid(
                "fieldManager",
                "\"" + manager.replace(String.valueOf(c), "\\x" + code) + "\"",
                String.format("invalid character U+%04X (at position %d)", (int) c, i)));
      }
    }
    return causes;
  }

  /** Who writes: as the request says, or the program that sends it. */
  private static String manager(Call call) {
    String said = call.query("fieldManager");
    if (!said.isEmpty()) {
      return said;
    }
    String program = call.userAgent().replaceFirst("/.*", "");
    if (program.isEmpty()) {
      return "unknown";
    }
    return program.length() > LONGEST_MANAGER ? program.substring(0, LONGEST_MANAGER) : program;
  }
}
