/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a command of kvs-stills can end: the exit codes, which are those of sysexits.h, and errors that carry them. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * StillsExit:
 * @STILLS_EXIT_COMPLETE: all that was asked for is there.
 * @STILLS_EXIT_USAGE: the command line, or a setting in it, is wrong (EX_USAGE).
 * @STILLS_EXIT_NOT_FOUND: there is no such stream, it keeps no media, or it has no still (EX_NOINPUT).
 * @STILLS_EXIT_OUTPUT: the output cannot be written (EX_CANTCREAT).
 * @STILLS_EXIT_AGAIN: stopped, or the service does not work: the same command goes on later (EX_TEMPFAIL).
 * @STILLS_EXIT_NOT_AUTHORIZED: no credentials, or they are refused (EX_NOPERM).
 */
typedef enum {
  STILLS_EXIT_COMPLETE = 0,
  STILLS_EXIT_USAGE = 64,
  STILLS_EXIT_NOT_FOUND = 66,
  STILLS_EXIT_OUTPUT = 73,
  STILLS_EXIT_AGAIN = 75,
  STILLS_EXIT_NOT_AUTHORIZED = 77,
} StillsExit;

/** The domain of errors whose code is a #StillsExit. */
#define STILLS_ERROR (stills_error_quark ())
GQuark stills_error_quark (void);

/** Sets @error to @text, with %STILLS_EXIT_USAGE. Returns FALSE. */
gboolean stills_error_refuse (GError **error, const char *text);

/**
 * stills_error_from_message:
 * @message: an ERROR message of the element.
 *
 * An unknown stream is told from an unknown host, which comes back when the network does.
 *
 * Returns: (transfer full): its text, with the exit code that it means.
 */
GError *stills_error_from_message (GstMessage *message);

/**
 * stills_error_get_exit:
 * @error: (nullable): an error.
 *
 * Returns: its exit code: %STILLS_EXIT_USAGE if it is not of %STILLS_ERROR, as those of GOption.
 */
StillsExit stills_error_get_exit (const GError *error);

/**
 * stills_exit_join:
 * @a: how one stream ended.
 * @b: how another one ended.
 *
 * Returns: how both together did: what trying again does not help weighs more than what it does.
 */
StillsExit stills_exit_join (StillsExit a, StillsExit b);

G_END_DECLS
