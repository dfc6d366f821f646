/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Measures how long something takes by itself: the time in which a busy machine had no processor to
 * give does not count. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** The longest that ending something may take, in microseconds. */
#define STOPWATCH_AT_ONCE_US (100 * 1000)

/**
 * Stopwatch:
 *
 * A measurement that has begun.
 */
typedef struct {
  /*< private >*/
  gint64 began_us;
  gint64 waited_us;
} Stopwatch;

/**
 * stopwatch_start:
 *
 * Returns: a measurement that begins now.
 */
Stopwatch stopwatch_start (void);

/**
 * stopwatch_get_us:
 * @self: a measurement.
 *
 * Takes off for how long any task of the machine has been waiting for a processor, as the kernel
 * tells under /proc/pressure (Documentation/accounting/psi.rst); nothing where it does not tell.
 *
 * Returns: how long it has been, in microseconds.
 */
gint64 stopwatch_get_us (const Stopwatch *self);

G_END_DECLS
