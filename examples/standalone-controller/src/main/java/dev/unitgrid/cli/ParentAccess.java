/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.auth.ApiKeyAuth;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of the parent cluster whose credentials may change while it is used: the next request
 * goes with the new ones, and watches that are open go on.
 */
final class ParentAccess {
  private static final Logger LOG = LoggerFactory.getLogger(ParentAccess.class);

  private final ApiClient client;

  ParentAccess(ApiClient first) {
    this.client = first;
  }

  ApiClient client() {
    return client;
  }

  /** From now on as {@code fresh} is. */
  void become(ApiClient fresh) {
    client.setBasePath(fresh.getBasePath());
    client.setHttpClient(fresh.getHttpClient());
    if (client.getAuthentication("BearerToken") instanceof ApiKeyAuth used
        && fresh.getAuthentication("BearerToken") instanceof ApiKeyAuth renewed) {
      used.setApiKey(renewed.getApiKey());
      used.setApiKeyPrefix(renewed.getApiKeyPrefix());
    }
    LOG.info("The credentials for the parent cluster changed and are used from now on");
  }
}
