/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "emulatedinterpretation.h"

const EmulatedInterpretation emulated_interpretations[EMULATED_N_INTERPRETATIONS] = {
    {"timestamp", {"grid", "frame", "nearest", "after"}},
    {"end", {"exclusive", "inclusive"}},
    {"start-fraction", {"honoured", "cut"}},
    {"numbers", {"exponent", "decimal", "integer"}},
    {"nulls", {"written", "absent", "empty"}},
    {"slashes", {"plain", "escaped"}},
    {"transfer", {"length", "chunked"}},
    {"page-order", {"ascending", "descending", "shuffled"}},
    {"empty-range", {"entries", "list", "404", "400"}},
    {"empty-page", {"never", "first", "every"}},
    {"first-image", {"drop", "keep"}},
    {"outside", {"none", "before", "after", "both"}},
    {"seam", {"clean", "repeat"}},
    {"range-cap", {"0", "100"}},
    {"retention-check", {"end", "start"}},
    {"error-connection", {"keep", "close"}},
};

guint
emulated_interpretation_count_levels (const EmulatedInterpretation *self)
{
  return g_strv_length ((char **)self->levels);
}

char *
emulated_interpretation_configure_random (EmulatedRun *run, GRand *chance)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < EMULATED_N_INTERPRETATIONS; i++) {
    const EmulatedInterpretation *reading = &emulated_interpretations[i];
    gint32 n_levels = (gint32)emulated_interpretation_count_levels (reading);
    const char *level = reading->levels[g_rand_int_range (chance, 0, n_levels)];

    emulated_run_configure (run, reading->name, level);
    g_string_append_printf (text, " %s=%s", reading->name, level);
  }
  return g_string_free (text, FALSE);
}
