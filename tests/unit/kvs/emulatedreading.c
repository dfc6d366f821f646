/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "emulatedreading.h"

const EmulatedReading emulated_readings[EMULATED_N_READINGS] = {
    {"timestamp", {"grid", "frame"}},
    {"end", {"exclusive", "inclusive"}},
    {"start-fraction", {"honoured", "cut"}},
    {"numbers", {"exponent", "decimal", "integer"}},
    {"nulls", {"written", "absent", "empty"}},
    {"slashes", {"plain", "escaped"}},
    {"transfer", {"length", "chunked"}},
    {"page-order", {"ascending", "descending", "shuffled"}},
    {"empty-range", {"entries", "list", "404"}},
    {"empty-page", {"never", "first", "every"}},
    {"first-image", {"drop", "keep"}},
    {"outside", {"none", "before", "after", "both"}},
    {"seam", {"clean", "repeat"}},
    {"range-cap", {"0", "100"}},
    {"retention-check", {"end", "start"}},
};

guint
emulated_reading_count_levels (const EmulatedReading *self)
{
  return g_strv_length ((char **)self->levels);
}

char *
emulated_reading_configure_random (EmulatedRun *run, GRand *chance)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < EMULATED_N_READINGS; i++) {
    const EmulatedReading *reading = &emulated_readings[i];
    gint32 n_levels = (gint32)emulated_reading_count_levels (reading);
    const char *level = reading->levels[g_rand_int_range (chance, 0, n_levels)];

    emulated_run_configure (run, reading->name, level);
    g_string_append_printf (text, " %s=%s", reading->name, level);
  }
  return g_string_free (text, FALSE);
}
