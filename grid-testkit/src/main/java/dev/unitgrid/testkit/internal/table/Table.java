/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.table;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** How objects of one kind look as a table. Immutable. */
public final class Table {
  private static final JsonObject DEFINITIONS = read();

  private final JsonArray columns;
  private final Cells cells;

  private Table(JsonArray columns, Cells cells) {
    this.columns = columns;
    this.cells = cells;
  }

  /** Makes the cells of a row. */
  @FunctionalInterface
  interface Cells {
    JsonArray of(JsonObject object, Instant now);
  }

  private static JsonObject read() {
    try (InputStream columns = Table.class.getResourceAsStream("columns.json")) {
      return Trees.parse(Objects.requireNonNull(columns, "columns.json").readAllBytes())
          .getAsJsonObject();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /**
   * The table of a built-in kind, e.g. {@code apps/v1/deployments}; name and creation if unknown.
   */
  public static Table builtIn(String resource) {
    Cells cells = BuiltInCells.of(resource);
    return cells == null || !DEFINITIONS.has(resource)
        ? new Table(Trees.array(DEFINITIONS, ""), Table::nameAndCreation)
        : new Table(Trees.array(DEFINITIONS, resource), cells);
  }

  private static JsonArray nameAndCreation(JsonObject object, Instant now) {
    return Trees.arrayOf(
        Trees.string(object, "metadata", "name"),
        Trees.string(object, "metadata", "creationTimestamp"));
  }

  /**
   * The table of a custom resource.
   *
   * @param printerColumns the definition's {@code additionalPrinterColumns}; without any, the age
   * @throws UnsupportedOperationException if one has a JSONPath that is not understood, which the
   *     message names
   */
  public static Table custom(List<JsonObject> printerColumns) {
    List<JsonObject> written =
        printerColumns.isEmpty()
            ? List.of(
                Trees.objectOf(
                    "name", "Age",
                    "type", "date",
                    "description", description("Created At"),
                    "jsonPath", ".metadata.creationTimestamp"))
            : printerColumns;
    JsonArray columns = new JsonArray();
    columns.add(Trees.array(DEFINITIONS, "").get(0));
    List<CustomColumn> paths = new ArrayList<>();
    for (JsonObject column : written) {
      String path = Trees.string(column, "jsonPath");
      String said = Trees.string(column, "description");
      columns.add(
          Trees.objectOf(
              "name",
              Trees.string(column, "name"),
              "type",
              Trees.string(column, "type"),
              "format",
              Trees.string(column, "format"),
              "description",
              said.isEmpty()
                  ? "Custom resource definition column (in JSONPath format): " + path
                  : said,
              "priority",
              Trees.number(column, 0, "priority")));
      try {
        paths.add(new CustomColumn(Trees.string(column, "type"), JsonPath.parse(path)));
      } catch (JsonPath.UnknownPathException unknown) {
        throw new UnsupportedOperationException(unknown.getMessage(), unknown);
      }
    }
    return new Table(columns, (object, now) -> customCells(object, paths, now));
  }

  private static String description(String column) {
    return Trees.objects(DEFINITIONS, "").stream()
        .filter(each -> Trees.string(each, "name").equals(column))
        .map(each -> Trees.string(each, "description"))
        .findFirst()
        .orElse("");
  }

  private record CustomColumn(String type, JsonPath path) {
    JsonElement cell(JsonObject object, Instant now) {
      List<JsonElement> found = path.find(object);
      if (found.isEmpty()) {
        return com.google.gson.JsonNull.INSTANCE;
      }
      JsonElement value = found.get(0);
      boolean isNumber = value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber();
      return switch (type) {
        case "string" -> Trees.of(value.isJsonPrimitive() ? value.getAsString() : value.toString());
        case "integer" -> isNumber ? Trees.of(value.getAsLong()) : Trees.of(null);
        case "number" -> isNumber ? value : Trees.of(null);
        case "boolean" ->
            value.isJsonPrimitive() && value.getAsJsonPrimitive().isBoolean()
                ? value
                : Trees.of(null);
        case "date" -> Trees.of(Ages.since(value.getAsString(), now));
        default -> Trees.of(null);
      };
    }
  }

  private static JsonArray customCells(JsonObject object, List<CustomColumn> columns, Instant now) {
    JsonArray cells = Trees.arrayOf(Trees.string(object, "metadata", "name"));
    columns.forEach(column -> cells.add(column.cell(object, now)));
    return cells;
  }

  /** The definitions of the columns. Not to be changed. */
  public JsonArray columns() {
    return columns;
  }

  /** The row of {@code object}, without the object. */
  public JsonObject row(JsonObject object, Instant now) {
    JsonObject row = Trees.objectOf("cells", cells.of(object, now));
    JsonArray conditions = PodCells.conditions(object);
    if (!conditions.isEmpty()) {
      row.add("conditions", conditions);
    }
    return row;
  }
}
