/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a process holds: memory, threads, file descriptors. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SoakMeasure:
 * @seconds: when, since the beginning.
 * @heap_kib: allocated by malloc() and not freed.
 * @resident_kib: resident memory of the process.
 */
typedef struct {
  double seconds;
  guint64 heap_kib;
  guint64 resident_kib;
  guint64 threads;
  guint64 descriptors;
} SoakMeasure;

/**
 * soak_measure_init:
 * @seconds: when.
 */
void soak_measure_init (SoakMeasure *self, double seconds);

/**
 * soak_measures_find_growth:
 * @measures: (element-type SoakMeasure): those after the warm-up, while nothing was done.
 *
 * Compares the median of the last third with that of the first third.
 *
 * Returns: (transfer full) (nullable): what has grown.
 */
char *soak_measures_find_growth (GArray *measures);

/**
 * soak_measures_print:
 * @measures: (element-type SoakMeasure): all of them.
 *
 * Prints about ten of them, as a table of Markdown.
 */
void soak_measures_print (GArray *measures);

G_END_DECLS
