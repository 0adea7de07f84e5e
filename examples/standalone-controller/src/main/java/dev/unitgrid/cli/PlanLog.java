/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.controllers.GridKey;
import dev.unitgrid.controllers.PlanListener;
import dev.unitgrid.core.plan.Observed;
import dev.unitgrid.core.plan.Plan;
import dev.unitgrid.core.plan.Preview;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what a dry run would do, once for each plan that differs from the grid's last. */
final class PlanLog implements PlanListener {
  private static final Logger LOG = LoggerFactory.getLogger(PlanLog.class);

  private final Map<GridKey, String> last = new ConcurrentHashMap<>();

  @Override
  public void planned(GridKey grid, Observed observed, Plan plan) {
    String text = plan.isEmpty() ? "nothing to do" : Preview.text(plan).strip();
    if (!text.equals(last.put(grid, text))) {
      text.lines().forEach(line -> LOG.info("{}: {}", grid, line));
    }
  }
}
