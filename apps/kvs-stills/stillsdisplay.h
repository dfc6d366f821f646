/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The output of a command on the terminal: a bar, lines in a log, or JSON for programs. */
#pragma once

#include "stillserror.h"
#include "stillsprogress.h"

G_BEGIN_DECLS

/** StillsDisplay: where it goes, and how. */
typedef struct _StillsDisplay StillsDisplay;

/**
 * stills_display_new:
 * @is_json: whether all of it goes to stdout as JSON, one object a line.
 * @is_quiet: whether only warnings and errors are shown.
 */
StillsDisplay *stills_display_new (gboolean is_json, gboolean is_quiet);
void stills_display_free (StillsDisplay *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StillsDisplay, stills_display_free)

/** How long to wait from one progress to the next, in ms. */
guint stills_display_get_interval (StillsDisplay *self);

void stills_display_progress (StillsDisplay *self, const StillsProgress *progress);

/** @stream: (nullable): what it is about. */
void stills_display_warning (StillsDisplay *self, const char *stream, const char *text);

/** @stream: (nullable): what it is about. */
void stills_display_error (StillsDisplay *self, const char *stream, const GError *error);

/**
 * stills_display_summary:
 * @exit: the exit code.
 * @output: the folder of the output.
 */
void stills_display_summary (
    StillsDisplay *self, const StillsProgress *progress, StillsExit exit, const char *output);

G_END_DECLS
