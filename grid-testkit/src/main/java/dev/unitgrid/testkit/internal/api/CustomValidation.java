/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.unitgrid.testkit.internal.api.StatusException.Cause;
import dev.unitgrid.testkit.internal.fields.GoText;
import dev.unitgrid.testkit.internal.rules.Names;
import dev.unitgrid.testkit.internal.schema.Schema;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A custom resource against its structural schema, in the real server's words. One value, one
 * thread.
 */
final class CustomValidation {
  private final List<Cause> causes = new ArrayList<>();
  private int matches;

  private CustomValidation() {}

  /** What the schema refuses of {@code object}; of its status alone if only that is written. */
  static List<Cause> of(ResourceKind kind, JsonObject object, String subresource) {
    CustomValidation validation = new CustomValidation();
    if (!subresource.equals("status")) {
      validation.fields(object, kind.schema(), "", "");
      validation.scale(kind.scalePaths().map(ResourceKind.ScalePaths::specReplicas), object);
    } else if (object.has("status")) {
      Schema status = kind.schema().field("status");
      validation.value(
          object.get("status"), status == null ? Schema.UNKNOWN : status, "status", "");
      validation.scale(kind.scalePaths().map(ResourceKind.ScalePaths::statusReplicas), object);
    }
    return validation.causes;
  }

  /** What {@code schema} refuses of {@code value}, which stands at {@code field}. */
  static List<Cause> ofPart(JsonElement value, Schema schema, String field) {
    CustomValidation validation = new CustomValidation();
    validation.value(value, schema, field, "");
    return validation.causes;
  }

  private void scale(Optional<String> path, JsonObject object) {
    if (path.isEmpty()) {
      return;
    }
    JsonElement found = object;
    for (String step : path.get().substring(1).split("\\.", -1)) {
      if (!(found instanceof JsonObject fields)) {
        noAccess(path.get(), found, "map[string]interface{}");
        return;
      }
      found = fields.get(step);
      if (found == null) {
        return;
      }
    }
    if (!(found instanceof JsonPrimitive number && number.isNumber())) {
      noAccess(path.get(), found, "int64");
    } else if (number.getAsLong() < 0) {
      causes.add(Cause.invalid(path.get(), number.toString(), "should be a non-negative integer"));
    }
  }

  private void noAccess(String path, JsonElement found, String wanted) {
    causes.add(
        Cause.invalid(
            path,
            "0",
            path
                + " accessor error: "
                + GoText.of(found)
                + " is of the type "
                + GoText.typeOf(found)
                + ", expected "
                + wanted));
  }

  /**
   * @param field its path in causes
   * @param body its path in sentences: without what a status is prefixed with
   */
  private void value(JsonElement value, Schema schema, String field, String body) {
    matches++;
    if (value.isJsonNull() && schema.isNullable()) {
      return;
    }
    enumeration(value, schema, field);
    String wrong = wrongType(value, schema);
    if (wrong != null) {
      wrongType(field, body, wrong, schema.isIntOrString() ? "integer,string" : schema.type());
      if (value instanceof JsonPrimitive) {
        junctors(value, schema, field, body);
      }
      return;
    }
    if (value instanceof JsonPrimitive primitive) {
      if (primitive.isNumber()) {
        number(primitive, schema, field, body);
      } else if (primitive.isString()) {
        text(primitive, schema, field, body);
      }
    }
    if (value instanceof JsonArray array) {
      items(array, schema, field, body);
    }
    if (value instanceof JsonObject object) {
      properties(object, schema, field, body);
      fields(object, schema, field, body);
      if (schema.isEmbeddedResource()) {
        embedded(object, field);
      }
    }
    junctors(value, schema, field, body);
  }

  private void wrongType(String field, String body, String shown, String type) {
    causes.add(
        Cause.wrongType(
            field,
            "\""
                + shown
                + "\": "
                + body
                + " in body must be of type "
                + type
                + ": \""
                + shown
                + "\""));
  }

  private static @Nullable String wrongType(JsonElement value, Schema schema) {
    String actual = typeOf(value);
    if (schema.isIntOrString()) {
      return actual.equals("integer") || actual.equals("string") ? null : actual;
    }
    String type = schema.type();
    boolean fits =
        type.isEmpty()
            || type.equals(actual)
            || (type.equals("number") && actual.equals("integer"));
    return fits ? null : actual;
  }

  private static String typeOf(JsonElement value) {
    if (value instanceof JsonPrimitive primitive) {
      if (primitive.isString()) {
        return "string";
      }
      if (primitive.isBoolean()) {
        return "boolean";
      }
      return isInteger(primitive) ? "integer" : "number";
    }
    return value.isJsonArray() ? "array" : value.isJsonObject() ? "object" : "null";
  }

  /** Go reads what an int64 holds as one, and of the rest only what a double holds exactly. */
  private static boolean isInteger(JsonPrimitive number) {
    try {
      Long.parseLong(number.getAsString());
      return true;
    } catch (NumberFormatException noLong) {
      double value = number.getAsDouble();
      return value == Math.rint(value) && Math.abs(value) < 1L << 53;
    }
  }

  private void enumeration(JsonElement value, Schema schema, String field) {
    if (schema.keyword("enum") instanceof JsonArray allowed && !allowed.contains(value)) {
      List<String> words = new ArrayList<>();
      allowed.forEach(
          word ->
              words.add(
                  word.isJsonPrimitive() ? "\"" + word.getAsString() + "\"" : word.toString()));
      causes.add(Cause.unsupported(field, value.toString(), String.join(", ", words)));
    }
  }

  private void number(JsonPrimitive value, Schema schema, String field, String body) {
    BigDecimal number = value.getAsBigDecimal();
    JsonElement multiple = schema.keyword("multipleOf");
    if (multiple != null && number.remainder(multiple.getAsBigDecimal()).signum() != 0) {
      should(value, field, body, "be a multiple of " + multiple);
    }
    JsonElement maximum = schema.keyword("maximum");
    if (maximum != null) {
      boolean exclusive = isTrue(schema, "exclusiveMaximum");
      int order = number.compareTo(maximum.getAsBigDecimal());
      if (order > 0 || (exclusive && order == 0)) {
        should(
            value,
            field,
            body,
            (exclusive ? "be less than " : "be less than or equal to ") + maximum);
      }
    }
    JsonElement minimum = schema.keyword("minimum");
    if (minimum != null) {
      boolean exclusive = isTrue(schema, "exclusiveMinimum");
      int order = number.compareTo(minimum.getAsBigDecimal());
      if (order < 0 || (exclusive && order == 0)) {
        should(
            value,
            field,
            body,
            (exclusive ? "be greater than " : "be greater than or equal to ") + minimum);
      }
    }
  }

  private static boolean isTrue(Schema schema, String keyword) {
    return schema.keyword(keyword) instanceof JsonPrimitive word && word.getAsBoolean();
  }

  private void should(JsonElement value, String field, String body, String what) {
    causes.add(Cause.invalid(field, value.toString(), body + " in body should " + what));
  }

  private void text(JsonPrimitive value, Schema schema, String field, String body) {
    String text = value.getAsString();
    int length = text.codePointCount(0, text.length());
    JsonElement maximum = schema.keyword("maxLength");
    if (maximum != null && length > maximum.getAsInt()) {
      causes.add(
          new Cause(
              "FieldValueTooLong", "Too long: may not be more than " + maximum + " bytes", field));
    }
    JsonElement minimum = schema.keyword("minLength");
    if (minimum != null && length < minimum.getAsInt()) {
      should(value, field, body, "be at least " + minimum + " chars long");
    }
    JsonElement pattern = schema.keyword("pattern");
    if (pattern != null && !Pattern.compile(pattern.getAsString()).matcher(text).find()) {
      should(value, field, body, "match '" + pattern.getAsString() + "'");
    }
    if (!Formats.fits(schema.format(), value)) {
      wrongType(field, body, text, schema.format());
    }
  }

  private void items(JsonArray array, Schema schema, String field, String body) {
    JsonElement minimum = schema.keyword("minItems");
    if (minimum != null && array.size() < minimum.getAsInt()) {
      should(new JsonPrimitive(array.size()), field, body, "have at least " + minimum + " items");
    }
    tooMany(array.size(), schema.keyword("maxItems"), field);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < array.size(); i++) {
      String index = "[" + i + "]";
      value(array.get(i), schema.items(), field + index, body + index);
      String identity = identity(array.get(i), schema, field + index);
      if (identity != null && !seen.add(identity)) {
        causes.add(Cause.duplicate(field + index, identity));
      }
    }
  }

  private void tooMany(int size, @Nullable JsonElement maximum, String field) {
    if (maximum != null && size > maximum.getAsInt()) {
      causes.add(
          new Cause(
              "FieldValueTooMany",
              "Too many: " + size + ": must have at most " + maximum + " items",
              field));
    }
  }

  private @Nullable String identity(JsonElement item, Schema list, String field) {
    return switch (list.listType()) {
      case ATOMIC -> null;
      case SET -> item.toString();
      case MAP -> {
        if (!(item instanceof JsonObject object)) {
          causes.add(
              Cause.invalid(
                  field, item.toString(), "must be an object for an array of list-type map"));
          yield null;
        }
        Map<String, JsonElement> keys = new TreeMap<>();
        for (String key : list.keys()) {
          JsonElement value = Trees.at(object, key);
          if (value != null) {
            keys.put(key, value);
          }
        }
        JsonObject identity = new JsonObject();
        keys.forEach(identity::add);
        yield identity.toString();
      }
    };
  }

  private void properties(JsonObject object, Schema schema, String field, String body) {
    JsonElement minimum = schema.keyword("minProperties");
    if (minimum != null && object.size() < minimum.getAsInt()) {
      should(
          new JsonPrimitive(object.size()),
          field,
          body,
          "have at least " + minimum + " properties");
    }
    tooMany(object.size(), schema.keyword("maxProperties"), field);
  }

  private void fields(JsonObject object, Schema schema, String field, String body) {
    for (String name : schema.required()) {
      if (!object.has(name)) {
        causes.add(Cause.required(join(field, name), ""));
      }
    }
    for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
      Schema below = schema.field(entry.getKey());
      boolean ofEveryObject = field.isEmpty() && entry.getKey().equals("metadata");
      if (below != null && !ofEveryObject) {
        value(entry.getValue(), below, join(field, entry.getKey()), join(body, entry.getKey()));
      }
    }
  }

  private void embedded(JsonObject object, String field) {
    String version = Trees.string(object, "apiVersion");
    if (version.isEmpty()) {
      causes.add(Cause.required(field + ".apiVersion", ""));
    } else if (version.chars().filter(c -> c == '/').count() > 1) {
      causes.add(
          Cause.invalid(
              field + ".apiVersion",
              "\"" + version + "\"",
              "unexpected GroupVersion string: " + version));
    }
    String kind = Trees.string(object, "kind");
    if (kind.isEmpty()) {
      causes.add(Cause.required(field + ".kind", ""));
    } else {
      for (String problem : Names.problemsOfDns1035(kind.toLowerCase(Locale.ROOT))) {
        causes.add(
            Cause.invalid(
                field + ".kind",
                "\"" + kind + "\"",
                "may have mixed case, but should otherwise match: " + problem));
      }
    }
  }

  private void junctors(JsonElement value, Schema schema, String field, String body) {
    any(value, schema.branches("anyOf"), field, body);
    one(value, schema.branches("oneOf"), field, body);
    all(value, schema.branches("allOf"), field, body);
    for (Schema not : schema.branches("not")) {
      if (alone(value, not, field, body).causes.isEmpty()) {
        must(body, "must not validate the schema (not)");
      }
    }
  }

  private static CustomValidation alone(
      JsonElement value, Schema schema, String field, String body) {
    CustomValidation alone = new CustomValidation();
    alone.value(value, schema, field, body);
    return alone;
  }

  private void any(JsonElement value, List<Schema> branches, String field, String body) {
    if (branches.isEmpty()) {
      return;
    }
    List<CustomValidation> tried = tried(value, branches, field, body);
    if (tried.stream().noneMatch(one -> one.causes.isEmpty())) {
      must(body, "must validate at least one schema (anyOf)");
      causes.addAll(nearest(tried));
    }
  }

  private void one(JsonElement value, List<Schema> branches, String field, String body) {
    if (branches.isEmpty()) {
      return;
    }
    List<CustomValidation> tried = tried(value, branches, field, body);
    long valid = tried.stream().filter(one -> one.causes.isEmpty()).count();
    if (valid == 0) {
      must(body, "must validate one and only one schema (oneOf). Found none valid");
      causes.addAll(nearest(tried));
    } else if (valid > 1) {
      must(
          body,
          "must validate one and only one schema (oneOf). Found " + valid + " valid alternatives");
    }
  }

  private void all(JsonElement value, List<Schema> branches, String field, String body) {
    List<CustomValidation> tried = tried(value, branches, field, body);
    long valid = tried.stream().filter(one -> one.causes.isEmpty()).count();
    tried.forEach(one -> causes.addAll(one.causes));
    if (valid < branches.size()) {
      must(body, "must validate all the schemas (allOf)" + (valid == 0 ? ". None validated" : ""));
    }
  }

  private static List<CustomValidation> tried(
      JsonElement value, List<Schema> branches, String field, String body) {
    return branches.stream().map(branch -> alone(value, branch, field, body)).toList();
  }

  /** The real server shows what was wrong with the branch that looked at most. */
  private static List<Cause> nearest(List<CustomValidation> tried) {
    CustomValidation nearest = tried.get(0);
    for (CustomValidation one : tried) {
      nearest = one.matches > nearest.matches ? one : nearest;
    }
    return nearest.causes;
  }

  private void must(String body, String sentence) {
    causes.add(Cause.invalid("<nil>", "\"\"", "\"" + body + "\" " + sentence));
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
