/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli.yaml;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.JsonSyntaxException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * The documents of one text. The parser builds nodes only; what they mean is {@link Scalars}'s
 * business, for snakeyaml's own types are not Kubernetes' (it reads {@code 1:30} as ninety and
 * dates as instants).
 */
final class Documents {
  private static final int MAX_CHARACTERS = 16 << 20;
  private static final int MAX_DEPTH = 100;
  private static final int MAX_VALUES = 1_000_000;
  private static final String MERGE = "<<";

  private final String file;
  private final List<String> doubles = new ArrayList<>();
  private int values;

  Documents(String file) {
    this.file = file;
  }

  List<Manifest> read(String text) {
    if (text.stripLeading().startsWith("{")) {
      try {
        // JSON indented by tabs is no YAML.
        return List.of(new Manifest(file, 1, Json.parse(text), List.of()));
      } catch (JsonSyntaxException notJson) {
        return readYaml(text);
      }
    }
    return readYaml(text);
  }

  private List<Manifest> readYaml(String text) {
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(MAX_CHARACTERS);
    limits.setNestingDepthLimit(MAX_DEPTH);
    limits.setMaxAliasesForCollections(Integer.MAX_VALUE); // MAX_VALUES bounds what they expand to
    try {
      Composer composer =
          new Composer(
              new ParserImpl(new StreamReader(text), limits), new UntypedResolver(), limits);
      List<Manifest> documents = new ArrayList<>();
      while (composer.checkNode()) {
        Node root = composer.getNode();
        doubles.clear();
        Json object = value(root, 0);
        documents.add(new Manifest(file, line(root.getStartMark()), object, doubles));
      }
      return documents;
    } catch (MarkedYAMLException broken) {
      throw new ManifestException(place(broken.getProblemMark()), "not YAML: " + sentence(broken));
    } catch (YAMLException broken) {
      throw new ManifestException(file, "not YAML: " + oneLine(broken.getMessage()));
    }
  }

  private Json value(Node node, int depth) {
    if (++values > MAX_VALUES) {
      throw at(node, "the anchors of this document expand to more than a million values");
    }
    if (depth > MAX_DEPTH) {
      throw at(node, "an anchor contains itself, or the document is nested too deeply");
    }
    if (node instanceof MappingNode mapping) {
      return Json.object(fields(mapping, depth));
    }
    if (node instanceof SequenceNode sequence) {
      List<Json> items = new ArrayList<>();
      for (Node item : sequence.getValue()) {
        items.add(value(item, depth + 1));
      }
      return Json.array(items);
    }
    return scalar((ScalarNode) node);
  }

  /** Of two fields of one name the last wins, as kubectl has it; a merged one yields to both. */
  private Map<String, Json> fields(MappingNode mapping, int depth) {
    Map<String, Json> merged = new LinkedHashMap<>();
    Map<String, Json> own = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (isMerge(tuple.getKeyNode())) {
        merge(tuple.getValueNode(), depth, merged);
      } else {
        String name = name(tuple.getKeyNode());
        if (own.put(name, value(tuple.getValueNode(), depth + 1)) != null) {
          doubles.add(
              place(tuple.getKeyNode().getStartMark())
                  + ": "
                  + name
                  + " is there twice, the last one counts");
        }
      }
    }
    merged.putAll(own);
    return merged;
  }

  private static boolean isMerge(Node key) {
    return key instanceof ScalarNode scalar && scalar.isPlain() && scalar.getValue().equals(MERGE);
  }

  private void merge(Node from, int depth, Map<String, Json> into) {
    if (from instanceof MappingNode mapping) {
      fields(mapping, depth + 1).forEach(into::putIfAbsent);
    } else if (from instanceof SequenceNode sequence && depth < MAX_DEPTH) {
      sequence.getValue().forEach(each -> merge(each, depth + 1, into));
    } else {
      throw at(from, "only an object can be merged with <<");
    }
  }

  private String name(Node key) {
    if (!(key instanceof ScalarNode scalar)) {
      throw at(key, "a field's name is text");
    }
    Json name = scalar(scalar);
    if (name.isNull()) {
      throw at(key, "a field has no name");
    }
    return name.isString() ? name.asString("") : name.toString();
  }

  private Json scalar(ScalarNode node) {
    String text = node.getValue();
    if (node.getTag().equals(UntypedResolver.UNTYPED)) {
      return node.isPlain() ? plain(node) : Json.of(text);
    }
    if (node.getTag().equals(Tag.STR)) {
      return Json.of(text);
    }
    if (node.getTag().equals(Tag.BINARY)) {
      return binary(node);
    }
    Json value = plain(node);
    if (!Scalars.fits(node.getTag(), value)) {
      throw at(node, "\"" + text + "\" is no " + node.getTag().getValue());
    }
    // As go-yaml has it, a tag that is not YAML's own makes text of a scalar.
    return node.getTag().startsWith(Tag.PREFIX) ? value : Json.of(text);
  }

  private Json plain(ScalarNode node) {
    try {
      return Scalars.resolve(node.getValue());
    } catch (NumberFormatException noJson) {
      throw at(node, "JSON cannot say \"" + node.getValue() + "\"");
    }
  }

  private Json binary(ScalarNode node) {
    try {
      String base64 = node.getValue().replaceAll("\\s", "");
      return Json.of(
          new String(Base64.getDecoder().decode(base64), java.nio.charset.StandardCharsets.UTF_8));
    } catch (IllegalArgumentException notBase64) {
      throw at(node, "this is not base64");
    }
  }

  private ManifestException at(Node node, String sentence) {
    return new ManifestException(place(node.getStartMark()), sentence);
  }

  private String place(@org.jspecify.annotations.Nullable Mark mark) {
    return mark == null ? file : file + ":" + line(mark);
  }

  private static int line(Mark mark) {
    return mark.getLine() + 1;
  }

  private static String sentence(MarkedYAMLException broken) {
    String problem = oneLine(broken.getProblem());
    return broken.getContext() == null ? problem : problem + ", " + oneLine(broken.getContext());
  }

  private static String oneLine(@org.jspecify.annotations.Nullable String message) {
    return message == null ? "cannot be read" : message.strip().replaceAll("\\s+", " ");
  }

  /** Leaves a scalar without an explicit tag untyped, so that an explicit one can be told apart. */
  private static final class UntypedResolver extends Resolver {
    static final Tag UNTYPED = new Tag("!untyped-scalar");

    @Override
    public Tag resolve(NodeId kind, String value, boolean implicit) {
      return kind == NodeId.scalar ? UNTYPED : super.resolve(kind, value, implicit);
    }
  }
}
