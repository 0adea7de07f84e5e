/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.fields;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.Set;

/** An apply that would change fields of other managers. */
public final class ConflictException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** One field that another manager owns. */
  public record Cause(String message, String field) {}

  private final transient Map<String, List<String>> pathsByManager;
  private final transient List<Cause> causes;

  ConflictException(Map<String, List<String>> pathsByManager) {
    super(message(pathsByManager));
    this.pathsByManager = pathsByManager;
    List<Cause> all = new ArrayList<>();
    pathsByManager.forEach(
        (manager, paths) ->
            paths.forEach(path -> all.add(new Cause("conflict with " + manager, path))));
    causes = List.copyOf(all);
  }

  /** What is left of the conflict without {@code paths}; empty for nothing. */
  public Optional<ConflictException> without(Set<String> paths) {
    Map<String, List<String>> left = new LinkedHashMap<>();
    pathsByManager.forEach(
        (manager, all) -> {
          List<String> others = all.stream().filter(path -> !paths.contains(path)).toList();
          if (!others.isEmpty()) {
            left.put(manager, others);
          }
        });
    return left.isEmpty() ? Optional.empty() : Optional.of(new ConflictException(left));
  }

  /** Each field. */
  public List<Cause> causes() {
    return causes;
  }

  private static String message(Map<String, List<String>> pathsByManager) {
    long count = pathsByManager.values().stream().mapToLong(List::size).sum();
    if (count == 1) {
      Entry<String, List<String>> one = pathsByManager.entrySet().iterator().next();
      return "Apply failed with 1 conflict: conflict with "
          + one.getKey()
          + ": "
          + one.getValue().get(0);
    }
    List<String> lines = new ArrayList<>();
    pathsByManager.forEach(
        (manager, paths) -> {
          lines.add("conflicts with " + manager + ":");
          paths.forEach(path -> lines.add("- " + path));
        });
    return "Apply failed with " + count + " conflicts: " + String.join("\n", lines);
  }
}
