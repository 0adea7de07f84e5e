/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.conformance.Api.Reply;
import io.kubernetes.client.proto.IntStr.IntOrString;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.Resource.Quantity;
import io.kubernetes.client.proto.Runtime;
import io.kubernetes.client.proto.V1;
import io.kubernetes.client.proto.V1Apps;
import io.kubernetes.client.proto.V1Authorization;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What kubectl and client-go send of typed objects. */
abstract class ProtobufConformance extends Conformance {
  private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";

  private static byte[] wrapped(String apiVersion, String kind, Message message) {
    Runtime.Unknown envelope =
        Runtime.Unknown.newBuilder()
            .setTypeMeta(
                Runtime.TypeMeta.newBuilder().setApiVersion(apiVersion).setKind(kind).build())
            .setRaw(message.toByteString())
            .build();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[] {'k', '8', 's', 0});
    bytes.writeBytes(envelope.toByteArray());
    return bytes.toByteArray();
  }

  private static Meta.ObjectMeta named(String name) {
    // As Go writes it: a time that is none, and fields that say nothing.
    return Meta.ObjectMeta.newBuilder()
        .setName(name)
        .setGenerateName("")
        .setCreationTimestamp(Meta.Time.getDefaultInstance())
        .putLabels("app", "echo")
        .build();
  }

  private static V1.PodTemplateSpec template() {
    V1.EnvVar color =
        V1.EnvVar.newBuilder()
            .setName("COLOR")
            .setValueFrom(
                V1.EnvVarSource.newBuilder()
                    .setConfigMapKeyRef(
                        V1.ConfigMapKeySelector.newBuilder()
                            .setLocalObjectReference(
                                V1.LocalObjectReference.newBuilder().setName("settings"))
                            .setKey("color")))
            .build();
    V1.Container echo =
        V1.Container.newBuilder()
            .setName("echo")
            .setImage("echo:1")
            .addEnv(color)
            .setResources(
                V1.ResourceRequirements.newBuilder()
                    .putRequests("cpu", Quantity.newBuilder().setString("250m").build()))
            .setReadinessProbe(
                V1.Probe.newBuilder()
                    .setHandler(
                        V1.ProbeHandler.newBuilder()
                            .setHttpGet(
                                V1.HTTPGetAction.newBuilder()
                                    .setPath("/")
                                    .setPort(
                                        IntOrString.newBuilder().setType(1).setStrVal("web")))))
            .build();
    V1.Volume volume =
        V1.Volume.newBuilder()
            .setName("scratch")
            .setVolumeSource(
                V1.VolumeSource.newBuilder()
                    .setEmptyDir(V1.EmptyDirVolumeSource.getDefaultInstance()))
            .build();
    return V1.PodTemplateSpec.newBuilder()
        .setMetadata(Meta.ObjectMeta.newBuilder().putLabels("app", "echo"))
        .setSpec(V1.PodSpec.newBuilder().addContainers(echo).addVolumes(volume))
        .build();
  }

  @Test
  void a_deployment_in_protobuf_is_the_one_in_json() {
    V1Apps.Deployment message =
        V1Apps.Deployment.newBuilder()
            .setMetadata(named("demo"))
            .setSpec(
                V1Apps.DeploymentSpec.newBuilder()
                    .setReplicas(2)
                    .setSelector(Meta.LabelSelector.newBuilder().putMatchLabels("app", "echo"))
                    .setTemplate(template())
                    .setStrategy(V1Apps.DeploymentStrategy.getDefaultInstance()))
            .build();
    Reply created =
        api.send(
            "POST",
            deployments + "?fieldManager=kubectl-create",
            PROTOBUF,
            wrapped("apps/v1", "Deployment", message));
    assertThat(created.status()).as(created.message()).isEqualTo(201);
    Reply same =
        api.post(
            deployments + "?fieldManager=kubectl-create",
            """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"same","labels":{"app":"echo"}},
            "spec":{"replicas":2,"selector":{"matchLabels":{"app":"echo"}},"template":{"metadata":{"labels":{"app":"echo"}},
            "spec":{"containers":[{"name":"echo","image":"echo:1","env":[{"name":"COLOR","valueFrom":{"configMapKeyRef":
            {"name":"settings","key":"color"}}}],"resources":{"requests":{"cpu":"250m"}},
            "readinessProbe":{"httpGet":{"path":"/","port":"web"}}}],"volumes":[{"name":"scratch","emptyDir":{}}]}}}}""");
    assertThat(created.body().get("spec")).isEqualTo(same.body().get("spec"));
    assertThat(created.fields("kubectl-create", "Update"))
        .isEqualTo(same.fields("kubectl-create", "Update"));
  }

  @Test
  void bytes_and_ports_without_a_target_come_through() {
    V1.ConfigMap map =
        V1.ConfigMap.newBuilder()
            .setMetadata(named("a"))
            .putData("k", "v")
            .putBinaryData("b", ByteString.copyFromUtf8("xy"))
            .build();
    Reply created = api.send("POST", configMaps, PROTOBUF, wrapped("v1", "ConfigMap", map));
    assertThat(created.body().get("data")).isEqualTo(Json.parse("{\"k\":\"v\"}"));
    assertThat(created.body().get("binaryData")).isEqualTo(Json.parse("{\"b\":\"eHk=\"}"));
    V1.Service service =
        V1.Service.newBuilder()
            .setMetadata(named("a"))
            .setSpec(
                V1.ServiceSpec.newBuilder()
                    .addPorts(
                        V1.ServicePort.newBuilder()
                            .setPort(80)
                            .setTargetPort(IntOrString.newBuilder().setType(0).setIntVal(0))))
            .build();
    Reply served = api.send("POST", services, PROTOBUF, wrapped("v1", "Service", service));
    assertThat(served.body().get("spec", "ports").items().get(0).get("targetPort"))
        .isEqualTo(Json.of(80));
  }

  @Test
  void a_review_may_be_protobuf() {
    V1Authorization.SelfSubjectAccessReview review =
        V1Authorization.SelfSubjectAccessReview.newBuilder()
            .setSpec(
                V1Authorization.SelfSubjectAccessReviewSpec.newBuilder()
                    .setResourceAttributes(
                        V1Authorization.ResourceAttributes.newBuilder()
                            .setVerb("list")
                            .setResource("pods")
                            .setNamespace(namespace)))
            .build();
    Reply answered =
        api.send(
            "POST",
            "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            PROTOBUF,
            wrapped("authorization.k8s.io/v1", "SelfSubjectAccessReview", review));
    assertThat(answered.body().get("status", "allowed")).isEqualTo(Json.of(true));
  }

  @Test
  void what_is_no_protobuf_is_400() {
    for (String body : List.of("k8s", "hello there")) {
      Reply refused = api.send("POST", configMaps, PROTOBUF, body);
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.reason()).isEqualTo("BadRequest");
    }
  }
}
