/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.workload;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.json.Digest;
import dev.unitgrid.api.json.Json;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The annotation {@link Annotations#RENDER}: {@code <version>.<digest of the pod template>}. The
 * digest tells a changed template from a drifted child.
 *
 * @param version the version that rendered the child
 * @param templateDigest the digest of the pod template before the version's marks
 */
record RenderStamp(RenderVersion version, String templateDigest) {
  private static final Pattern FORMAT = Pattern.compile("(\\d{1,9})\\.([a-z2-7]+)");
  private static final int DIGEST = 16;

  static RenderStamp of(RenderVersion version, Json spec) {
    return new RenderStamp(version, Digest.of(spec.get("template").canonical(), DIGEST));
  }

  /** The stamp of a child; none if we never wrote it, or if a version that is unknown here did. */
  static Optional<RenderStamp> in(Map<String, String> annotations) {
    Matcher matcher = FORMAT.matcher(annotations.getOrDefault(Annotations.RENDER, ""));
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int number = Integer.parseInt(matcher.group(1));
    return RenderVersion.newestFirst().stream()
        .filter(version -> version.number() == number)
        .findFirst()
        .map(version -> new RenderStamp(version, matcher.group(2)));
  }

  String text() {
    return version.number() + "." + templateDigest;
  }
}
