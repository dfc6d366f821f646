/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The log: one JSON object for each request and its reply, in memory for tests, and as lines of a file for
 * users. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _EmulatorLog EmulatorLog;

/**
 * emulator_log_new:
 *
 * Returns: (transfer full): an empty log without a file; any thread may use it
 */
EmulatorLog *emulator_log_new (void);

/**
 * emulator_log_free:
 * @log: (transfer full): a log
 */
void emulator_log_free (EmulatorLog *log);

/**
 * emulator_log_open:
 * @path: (nullable): a file that further entries are appended to, "-" for the standard output, or
 *   %NULL for none
 * @error: return location for a #GError
 *
 * Returns: %FALSE with %G_FILE_ERROR when the file cannot be opened
 */
gboolean emulator_log_open (EmulatorLog *log, const char *path, GError **error);

/**
 * emulator_log_add:
 * @entry: (transfer full): an entry, whose member "operation" may be null
 */
void emulator_log_add (EmulatorLog *log, JsonObject *entry);

/**
 * emulator_log_get_entries:
 *
 * Returns: (transfer full): all entries so far
 */
JsonArray *emulator_log_get_entries (EmulatorLog *log);

/**
 * emulator_log_count:
 * @operation: the name of an operation, or "*" for all
 *
 * Returns: how many entries there are for it
 */
guint emulator_log_count (EmulatorLog *log, const char *operation);

/**
 * emulator_log_wait:
 * @operation: the name of an operation, or "*" for all
 * @n: how many entries to wait for
 * @timeout_us: the longest wait, in microseconds
 *
 * Returns: %FALSE when the time passed without
 */
gboolean emulator_log_wait (EmulatorLog *log, const char *operation, guint n, gint64 timeout_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EmulatorLog, emulator_log_free)

G_END_DECLS
