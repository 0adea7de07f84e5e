/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.unitgrid.testkit.internal.tree.Trees;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.Runtime;
import io.kubernetes.client.proto.V1;
import io.kubernetes.client.proto.V1Apps;
import io.kubernetes.client.proto.V1Authentication;
import io.kubernetes.client.proto.V1Authorization;
import io.kubernetes.client.proto.V1Autoscaling;
import io.kubernetes.client.proto.V1Policy;
import io.kubernetes.client.proto.V1Rbac;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Bodies in Kubernetes' protobuf, which kubectl and client-go send of typed objects, as JSON. The
 * messages are those of client-java; a field that they do not have is refused, never dropped.
 * Stateless.
 */
final class ProtobufBodies {
  static final String TYPE = "application/vnd.kubernetes.protobuf";

  private static final byte[] MAGIC = {'k', '8', 's', 0};
  private static final Map<String, FileDescriptor> FILES =
      Map.of(
          "v1", V1.getDescriptor(),
          "apps/v1", V1Apps.getDescriptor(),
          "authentication.k8s.io/v1", V1Authentication.getDescriptor(),
          "authorization.k8s.io/v1", V1Authorization.getDescriptor(),
          "autoscaling/v1", V1Autoscaling.getDescriptor(),
          "policy/v1", V1Policy.getDescriptor(),
          "rbac.authorization.k8s.io/v1", V1Rbac.getDescriptor());

  /** Structs of Go that are embedded: their fields stand in JSON where they stand. */
  private static final Set<String> EMBEDDED =
      Set.of(
          "volumeSource",
          "persistentVolumeSource",
          "handler",
          "ephemeralContainerCommon",
          "localObjectReference");

  private ProtobufBodies() {}

  static JsonObject read(byte[] body) {
    if (body.length < MAGIC.length || !Arrays.equals(body, 0, MAGIC.length, MAGIC, 0, 4)) {
      throw StatusException.badRequest(
          "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
    }
    try {
      Runtime.Unknown envelope =
          Runtime.Unknown.parseFrom(
              ByteString.copyFrom(body, MAGIC.length, body.length - MAGIC.length));
      String apiVersion = envelope.getTypeMeta().getApiVersion();
      String kind = envelope.getTypeMeta().getKind();
      Descriptor type = type(apiVersion, kind);
      JsonObject read = Trees.objectOf("apiVersion", apiVersion, "kind", kind);
      fields(DynamicMessage.parseFrom(type, envelope.getRaw()), read);
      return read;
    } catch (InvalidProtocolBufferException malformed) {
      throw StatusException.badRequest(String.valueOf(malformed.getMessage()));
    }
  }

  private static Descriptor type(String apiVersion, String kind) {
    FileDescriptor file =
        kind.equals("DeleteOptions") ? Meta.getDescriptor() : FILES.get(apiVersion);
    return Optional.ofNullable(file)
        .map(known -> known.findMessageTypeByName(kind))
        .orElseThrow(
            () ->
                StatusException.of(
                    415,
                    "UnsupportedMediaType",
                    "the embedded API server reads no protobuf of "
                        + apiVersion
                        + " "
                        + kind
                        + ": send JSON or YAML"));
  }

  private static void fields(Message message, JsonObject json) {
    if (!message.getUnknownFields().asMap().isEmpty()) {
      throw StatusException.of(
          501,
          "NotImplemented",
          "the embedded API server does not know field "
              + message.getUnknownFields().asMap().keySet().iterator().next()
              + " of "
              + message.getDescriptorForType().getFullName()
              + " in protobuf: send JSON or YAML");
    }
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              if (EMBEDDED.contains(field.getName())) {
                fields((Message) value, json);
              } else if (!isAbsent(field, value)) {
                json.add(field.getName(), field(field, value));
              }
            });
  }

  /** A port of a Service that says no target is written as zero. */
  private static boolean isAbsent(FieldDescriptor field, Object value) {
    return field.getName().equals("targetPort") && element(value).equals(new JsonPrimitive(0));
  }

  private static JsonElement field(FieldDescriptor field, Object value) {
    if (field.isMapField()) {
      JsonObject map = new JsonObject();
      for (Object entry : (List<?>) value) {
        Message pair = (Message) entry;
        Descriptor type = pair.getDescriptorForType();
        map.add(
            String.valueOf(pair.getField(type.findFieldByName("key"))),
            element(pair.getField(type.findFieldByName("value"))));
      }
      return map;
    }
    if (field.isRepeated()) {
      JsonArray items = new JsonArray();
      ((List<?>) value).forEach(item -> items.add(element(item)));
      return items;
    }
    return element(value);
  }

  private static JsonElement element(Object value) {
    if (value instanceof Message message) {
      return message(message);
    }
    return value instanceof ByteString bytes
        ? new JsonPrimitive(Base64.getEncoder().encodeToString(bytes.toByteArray()))
        : Trees.of(value);
  }

  private static JsonElement message(Message message) {
    return switch (message.getDescriptorForType().getName()) {
      case "Time", "MicroTime" -> time(message);
      case "Quantity" -> Trees.of(value(message, "string"));
      case "IntOrString" ->
          Trees.of(value(message, value(message, "type").equals(1L) ? "strVal" : "intVal"));
      case "FieldsV1", "RawExtension" ->
          Trees.parse(((ByteString) value(message, "raw")).toByteArray());
      default -> {
        JsonObject json = new JsonObject();
        fields(message, json);
        yield json;
      }
    };
  }

  private static JsonElement time(Message message) {
    long seconds = (Long) value(message, "seconds");
    int nanos = (Integer) value(message, "nanos");
    return message.getAllFields().isEmpty()
        ? JsonNull.INSTANCE
        : new JsonPrimitive(Instant.ofEpochSecond(seconds, nanos).toString());
  }

  private static Object value(Message message, String field) {
    return message.getField(message.getDescriptorForType().findFieldByName(field));
  }
}
