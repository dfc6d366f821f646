/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Periods of time, and their parts. All parts of a period have one length, except the last, which ends with
 * its period. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* From @from_ms to before @to_ms. */
typedef struct {
  gint64 from_ms;
  gint64 to_ms;
} EmulatorPeriod;

/**
 * emulator_periods_find:
 * @periods: (element-type EmulatorPeriod): periods
 *
 * Returns: (nullable): the first one of them that @unix_ms lies in
 */
const EmulatorPeriod *emulator_periods_find (GArray *periods, gint64 unix_ms);

/**
 * emulator_period_get_part:
 * @part_ms: the length of parts
 * @unix_ms: a time of @period
 *
 * Returns: the part of @period that holds @unix_ms
 */
EmulatorPeriod emulator_period_get_part (
    const EmulatorPeriod *period, gint64 part_ms, gint64 unix_ms);

/**
 * emulator_periods_count_parts:
 * @periods: (element-type EmulatorPeriod): periods in order, none of them empty
 * @part_ms: the length of parts
 * @before_ms: a time
 *
 * Returns: how many parts of all periods begin before @before_ms
 */
gint64 emulator_periods_count_parts (GArray *periods, gint64 part_ms, gint64 before_ms);

/**
 * emulator_periods_get_part:
 * @periods: (element-type EmulatorPeriod): periods in order, none of them empty
 * @part_ms: the length of parts
 * @n: the number of a part, counted from 0 over all periods, that there is
 *
 * Returns: the part
 */
EmulatorPeriod emulator_periods_get_part (GArray *periods, gint64 part_ms, gint64 n);

G_END_DECLS
