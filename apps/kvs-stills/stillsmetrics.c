/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stillsmetrics.h"

/* A number of a stream: of what is there, or a field of the stats of the element. */
typedef struct {
  const char *name;
  const char *type;
  const char *help;
  const char *field;
  gdouble unit;
} Metric;

#define PREFIX "kvs_stills_"

static const Metric metrics[] = {
    {"samples", "gauge", "Samples that the output has, also of earlier runs.", NULL, 1},
    {"stills", "gauge", "Samples with a still.", NULL, 1},
    {"gaps", "gauge", "Samples without.", NULL, 1},
    {"bytes", "gauge", "Size of all stills in the output.", NULL, 1},
    {"expected_samples", "gauge", "Samples that the output will have; 0 if that is not known.",
        NULL, 1},
    {"complete", "gauge", "Whether the stream is complete.", NULL, 1},
    {"requests_total", "counter", "Requests of this run.", "requests", 1},
    {"retries_total", "counter", "Requests that were sent again.", "retries", 1},
    {"throttles_total", "counter", "Requests that the service has throttled.", "throttles", 1},
    {"images_recovered_total", "counter", "Stills that were found by looking back.",
        "images-recovered", 1},
    {"images_wasted_total", "counter", "Images that were received and are none of the samples.",
        "images-wasted", 1},
    {"received_bytes_total", "counter", "Bytes that this run has received.", "bytes-received", 1},
    {"request_seconds_mean", "gauge", "How long a request takes.", "request-time-mean", 1e9},
    {"request_seconds_max", "gauge", "How long the longest request has taken.", "request-time-max",
        1e9},
    {"held_bytes", "gauge", "Bytes that the element holds.", "held-bytes", 1},
};

struct _StillsMetrics {
  StillsProgress progress;
  GString *lines[G_N_ELEMENTS (metrics)];
};

StillsMetrics *
stills_metrics_new (const StillsProgress *progress)
{
  StillsMetrics *self = g_new0 (StillsMetrics, 1);

  self->progress = *progress;
  for (guint i = 0; i < G_N_ELEMENTS (metrics); i++)
    self->lines[i] = g_string_new (NULL);
  return self;
}

void
stills_metrics_free (StillsMetrics *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (metrics); i++)
    g_string_free (self->lines[i], TRUE);
  g_free (self);
}

static void
append_number (GString *text, gdouble number)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (text, g_ascii_formatd (buffer, sizeof buffer, "%.15g", number));
  g_string_append_c (text, '\n');
}

/* The names of streams have no character that a label would have to quote. */
static void
add (StillsMetrics *self, guint i, const char *stream, gdouble number)
{
  g_string_append_printf (self->lines[i], PREFIX "%s{stream=\"%s\"} ", metrics[i].name, stream);
  append_number (self->lines[i], number / metrics[i].unit);
}

void
stills_metrics_add (StillsMetrics *self, const char *stream, const StillsTotals *totals,
    guint64 expected, gboolean is_complete, const GstStructure *stats)
{
  const guint64 own[] = {
      totals->samples, totals->stills, totals->gaps, totals->bytes, expected, is_complete};

  for (guint i = 0; i < G_N_ELEMENTS (metrics); i++) {
    guint64 number = 0;

    if (i < G_N_ELEMENTS (own))
      number = own[i];
    else if (stats)
      gst_structure_get_uint64 (stats, metrics[i].field, &number);
    add (self, i, stream, (gdouble)number);
  }
}

static void
append_header (GString *text, const char *name, const char *type, const char *help)
{
  g_string_append_printf (
      text, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s %s\n", name, help, name, type);
}

static void
append_task (GString *text, const char *name, const char *help, gdouble number)
{
  append_header (text, name, "gauge", help);
  g_string_append_printf (text, PREFIX "%s ", name);
  append_number (text, number);
}

char *
stills_metrics_format (StillsMetrics *self)
{
  GString *text = g_string_new (NULL);

  append_task (text, "streams", "Streams of the task.", self->progress.streams);
  append_task (
      text, "streams_complete", "Streams that are complete.", self->progress.streams_complete);
  append_task (text, "run_seconds", "How long this run has taken so far.", self->progress.seconds);
  for (guint i = 0; i < G_N_ELEMENTS (metrics); i++) {
    append_header (text, metrics[i].name, metrics[i].type, metrics[i].help);
    g_string_append (text, self->lines[i]->str);
  }
  return g_string_free (text, FALSE);
}
