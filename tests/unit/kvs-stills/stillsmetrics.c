/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests of the text for Prometheus. tests/e2e/test_stills.py shows that Prometheus' own parser reads it. */
#include "stillsmetrics.h"

#include <string.h>

static void
test_format (void)
{
  const StillsProgress progress = {.streams = 2, .streams_complete = 1, .seconds = 1.5};
  const StillsTotals totals = {.samples = 10, .stills = 7, .gaps = 3, .bytes = 12345678901};
  g_autoptr (StillsMetrics) metrics = stills_metrics_new (&progress);
  GstStructure *stats =
      gst_structure_new ("stats", "requests", G_TYPE_UINT64, G_GUINT64_CONSTANT (4),
          "request-time-max", G_TYPE_UINT64, G_GUINT64_CONSTANT (250000000), NULL);
  g_autofree char *text = NULL;
  static const char *const lines[] = {"\nkvs_stills_streams_complete 1\n",
      "\nkvs_stills_run_seconds 1.5\n", "\nkvs_stills_stills{stream=\"door\"} 7\n",
      "\nkvs_stills_bytes{stream=\"door\"} 12345678901\n",
      "\nkvs_stills_complete{stream=\"yard\"} 1\n",
      "\nkvs_stills_requests_total{stream=\"door\"} 4\n",
      "\nkvs_stills_request_seconds_max{stream=\"door\"} 0.25\n",
      "\nkvs_stills_requests_total{stream=\"yard\"} 0\n",
      "\n# TYPE kvs_stills_requests_total counter\n"};

  stills_metrics_add (metrics, "door", &totals, 20, FALSE, stats);
  stills_metrics_add (metrics, "yard", &totals, 20, TRUE, NULL);
  gst_structure_free (stats);
  text = stills_metrics_format (metrics);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    g_assert_nonnull (strstr (text, lines[i]));
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stillsmetrics/format", test_format);
  return g_test_run ();
}
