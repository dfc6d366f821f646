/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parsed description of a stream, NAME=SOURCE[,key=value…]. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  char *name;
  char *source;
  gint64 start_ms;
  gint64 duration_ms; /* of a recording */
  gboolean live;
  gint64 lag_ms;            /* live: how far behind now the media ends, at least */
  gint64 jitter_ms;         /* live: how much later a portion may come */
  gboolean whole_fragments; /* live: whether a fragment is there only once it is complete */
  gint64 fragment_ms;
  guint retention_hours;
  gint64 producer_offset_ms;
  guint width, height, fps; /* 0 = as the source has it */
  gint64 frame_ms;          /* the length of a frame; 0 = as the source or fps has it */
  gint64 phase_ms;          /* by how much frames are later than they would be */
  GArray *gaps;             /* EmulatorPeriod, in order of their starts */
  GArray *audio_only;       /* EmulatorPeriod */
} EmulatorStreamSpec;

/**
 * emulator_stream_spec_parse:
 * @spec: (out): what is said, or a part of it; to be cleared in any case
 * @text: NAME=SOURCE[,key=value…], as docs/emulator.md describes it
 * @now_ms: the time from which a start that is not given is counted back
 * @error: return location for a #GError
 *
 * Returns: %FALSE with %G_OPTION_ERROR_BAD_VALUE, saying what is accepted
 */
gboolean emulator_stream_spec_parse (
    EmulatorStreamSpec *spec, const char *text, gint64 now_ms, GError **error);

/**
 * emulator_stream_spec_clear:
 *
 * Frees what @spec holds.
 */
void emulator_stream_spec_clear (EmulatorStreamSpec *spec);

G_END_DECLS
