/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The numbers of a task in Prometheus' text format 0.0.4, as node_exporter's textfile collector reads it. */
#pragma once

#include "stillsprogress.h"
#include "stillsstate.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/** StillsMetrics: the numbers of all streams at one time. */
typedef struct _StillsMetrics StillsMetrics;

StillsMetrics *stills_metrics_new (const StillsProgress *progress);
void stills_metrics_free (StillsMetrics *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StillsMetrics, stills_metrics_free)

/**
 * stills_metrics_add:
 * @stream: the name of a stream.
 * @totals: what there is of it.
 * @expected: how many samples there will be; 0 if that is not known.
 * @is_complete: whether that is all.
 * @stats: (nullable): the stats of its element.
 */
void stills_metrics_add (StillsMetrics *self, const char *stream, const StillsTotals *totals,
    guint64 expected, gboolean is_complete, const GstStructure *stats);

/** (transfer full): the text: each metric with its help, its type, and a line for each stream. */
char *stills_metrics_format (StillsMetrics *self);

G_END_DECLS
