/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Objects as tables, as {@code kubectl get} asks for them: the columns of the real server, and
 * those that a CustomResourceDefinition names.
 *
 * <pre>{@code
 * Table table = Table.builtIn("v1/pods");
 * table.columns();                         // [{"name":"Name",...}, {"name":"Ready",...}, ...]
 * table.row(pod, now);                     // {"cells":["web-0","1/1","Running","0","5s",...]}
 * Table.custom(additionalPrinterColumns);  // for kinds that a definition names
 * JsonPath.parse(".status.conditions[?(@.type==\"Ready\")].status").find(object);
 * }</pre>
 */
@NullMarked
package dev.unitgrid.testkit.internal.table;

import org.jspecify.annotations.NullMarked;
