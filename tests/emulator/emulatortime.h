/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Points in time: the emulator's own clock, and the ways in which options, signatures and replies
 * write them. A time is a gint64 of milliseconds since the epoch, the precision of the service. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _EmulatorClock EmulatorClock;

/**
 * emulator_clock_new:
 *
 * Returns: (transfer full): a clock that follows the machine's
 */
EmulatorClock *emulator_clock_new (void);

/**
 * emulator_clock_free:
 * @clock: (transfer full): a clock
 */
void emulator_clock_free (EmulatorClock *clock);

/**
 * emulator_clock_get_now:
 *
 * Returns: the time; may be asked for from any thread
 */
gint64 emulator_clock_get_now (EmulatorClock *clock);

/**
 * emulator_clock_set:
 * @unix_ms: the time at which it stands still, or -1 to follow the machine's clock
 *
 * May be called from any thread.
 */
void emulator_clock_set (EmulatorClock *clock, gint64 unix_ms);

/**
 * emulator_time_parse:
 * @text: RFC 3339 with a zone, or seconds since the epoch with up to three decimals
 * @unix_ms: (out): the time
 *
 * Returns: %FALSE when @text is neither
 */
gboolean emulator_time_parse (const char *text, gint64 *unix_ms);

/**
 * emulator_time_parse_basic:
 * @text: (nullable): the basic form of a signature's date, as "20261123T080000Z"
 * @unix_ms: (out): the time
 *
 * Returns: %FALSE when @text is not of that form
 */
gboolean emulator_time_parse_basic (const char *text, gint64 *unix_ms);

/**
 * emulator_time_format:
 *
 * Returns: (transfer full): @unix_ms as RFC 3339 in UTC with milliseconds
 */
char *emulator_time_format (gint64 unix_ms);

/**
 * emulator_time_format_seconds:
 *
 * Returns: (transfer full): @unix_ms as RFC 3339 in UTC in whole seconds
 */
char *emulator_time_format_seconds (gint64 unix_ms);

/**
 * emulator_time_format_basic:
 *
 * Returns: (transfer full): @unix_ms in the basic form of a signature's date
 */
char *emulator_time_format_basic (gint64 unix_ms);

/**
 * emulator_time_format_http:
 *
 * Returns: (transfer full): @unix_ms as in a Date header
 */
char *emulator_time_format_http (gint64 unix_ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EmulatorClock, emulator_clock_free)

G_END_DECLS
