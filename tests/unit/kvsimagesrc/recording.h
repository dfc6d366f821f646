/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Plays a source and records the data that passes its pad, in order. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/** How long a test waits for what has to come, in µs. */
#define RECORDING_TIMEOUT_US (60 * G_USEC_PER_SEC)

/**
 * Recording:
 * @pipeline: what plays.
 * @source: the source in it.
 * @pad: its pad.
 * @lines: what left the pad, a line each, as the tests like to read it.
 * @buffers: the buffers among it.
 * @gaps: the GAP events among it.
 * @caps: the CAPS events among it.
 * @segments: the SEGMENT events among it.
 * @segment: the last SEGMENT.
 * @stream_id: (nullable): the stream-id of the last STREAM_START.
 * @tags: (nullable): the last tags.
 * @messages: all messages of @source that were read from the bus.
 * @warnings: the WARNING messages.
 * @error: (nullable): the first ERROR message, which ended it.
 * @duration: what a DURATION query was answered at the end, or %GST_CLOCK_TIME_NONE.
 *
 * What left the pad may be read while nothing leaves.
 */
typedef struct {
  GstElement *pipeline;
  GstElement *source;
  GstPad *pad;
  GPtrArray *lines;
  GPtrArray *buffers;
  GPtrArray *gaps;
  GPtrArray *caps;
  GPtrArray *segments;
  GstSegment segment;
  char *stream_id;
  GstTagList *tags;
  GPtrArray *messages;
  GPtrArray *warnings;
  GstMessage *error;
  GstClockTime duration;

  /*< private >*/
  gpointer checker;
  GMutex lock; /* guards what is written down, for the waiting */
  GCond changed;
} Recording;

/**
 * recording_new:
 * @source: (transfer floating): an element with a source pad.
 * @sink: (nullable): a description of what comes behind it; %NULL is a sink that takes anything
 *   and does not wait for the clock.
 *
 * Plays @source until EOS or an error, and stops it. GStreamer's consistency checker watches the
 * pad.
 *
 * Returns: (transfer full): what happened.
 */
Recording *recording_new (GstElement *source, const char *sink);

/**
 * recording_start:
 * @source: (transfer floating): an element with a source pad.
 * @sink: (nullable): as for recording_new().
 * @state: the state to bring the pipeline to; %GST_STATE_PAUSED is waited for unless it is live.
 *
 * Begins to play @source. The rest is up to the caller.
 *
 * Returns: (transfer full): what happens.
 */
Recording *recording_start (GstElement *source, const char *sink, GstState state);

/**
 * recording_set_state:
 * @self: a recording.
 * @state: the state to bring the pipeline to, and to wait for.
 */
void recording_set_state (Recording *self, GstState state);

/**
 * recording_wait:
 * @self: a recording.
 *
 * Reads the bus until EOS, SEGMENT_DONE or the first error.
 *
 * Returns: which of them it was.
 */
GstMessageType recording_wait (Recording *self);

/**
 * recording_wait_for_stills:
 * @self: a recording.
 * @n: how many stills to wait for, counted from the beginning.
 */
void recording_wait_for_stills (Recording *self, guint n);

/**
 * recording_finish:
 * @self: a recording that plays.
 *
 * Waits until EOS or an error as recording_wait() does, and stops it.
 */
void recording_finish (Recording *self);

/**
 * recording_stop:
 * @self: a recording.
 *
 * Stops it where it is.
 */
void recording_stop (Recording *self);

/**
 * recording_forget:
 * @self: a recording from which nothing leaves.
 *
 * Forgets what left the pad so far.
 */
void recording_forget (Recording *self);

/**
 * recording_free:
 * @self: (transfer full): a recording.
 */
void recording_free (Recording *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Recording, recording_free)

/**
 * recording_get_text:
 * @self: a recording.
 *
 * Returns: (transfer full): its lines in one text.
 */
char *recording_get_text (Recording *self);

/**
 * recording_get_progress:
 * @self: a recording.
 *
 * Returns: (transfer full): the types of the PROGRESS messages of the source and "ERROR" for its ERRORs, in order,
 *   those that were read from the bus. The code of all must be "open".
 */
char *recording_get_progress (Recording *self);

/**
 * recording_assert_lines:
 * @self: a recording from which nothing leaves.
 * @expected: its lines in one text.
 */
void recording_assert_lines (Recording *self, const char *expected);

/**
 * recording_assert_error:
 * @self: a recording that has ended.
 * @domain: the domain of the error that it has to have ended with.
 * @code: its code.
 * @words: what it has to say.
 *
 * No secret may be in it.
 */
void recording_assert_error (Recording *self, GQuark domain, gint code, const char *words);

/**
 * recording_get_offsets:
 * @self: a recording from which nothing leaves.
 *
 * Returns: (transfer full) (element-type guint64): the numbers of the samples that left since the last
 * flush, stills and gaps, in order.
 */
GArray *recording_get_offsets (Recording *self);

G_END_DECLS
