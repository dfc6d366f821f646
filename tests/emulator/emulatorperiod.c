/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arithmetic of periods. The last period may have no end, so the code adds nothing to an end. */
#include "emulatorperiod.h"

const EmulatorPeriod *
emulator_periods_find (GArray *periods, gint64 unix_ms)
{
  for (guint i = 0; i < periods->len; i++) {
    const EmulatorPeriod *period = &g_array_index (periods, EmulatorPeriod, i);

    if (period->from_ms <= unix_ms && unix_ms < period->to_ms)
      return period;
  }
  return NULL;
}

EmulatorPeriod
emulator_period_get_part (const EmulatorPeriod *period, gint64 part_ms, gint64 unix_ms)
{
  gint64 from_ms = unix_ms - (unix_ms - period->from_ms) % part_ms;

  return (EmulatorPeriod){from_ms, MIN (from_ms + part_ms, period->to_ms)};
}

static gint64
count_parts (const EmulatorPeriod *period, gint64 part_ms, gint64 before_ms)
{
  gint64 last_ms = MIN (before_ms, period->to_ms) - 1;

  return last_ms < period->from_ms ? 0 : (last_ms - period->from_ms) / part_ms + 1;
}

gint64
emulator_periods_count_parts (GArray *periods, gint64 part_ms, gint64 before_ms)
{
  gint64 n = 0;

  for (guint i = 0; i < periods->len; i++)
    n += count_parts (&g_array_index (periods, EmulatorPeriod, i), part_ms, before_ms);
  return n;
}

EmulatorPeriod
emulator_periods_get_part (GArray *periods, gint64 part_ms, gint64 n)
{
  const EmulatorPeriod *period = &g_array_index (periods, EmulatorPeriod, 0);

  while (n >= count_parts (period, part_ms, period->to_ms)) {
    n -= count_parts (period, part_ms, period->to_ms);
    period++;
  }
  return emulator_period_get_part (period, part_ms, period->from_ms + n * part_ms);
}
