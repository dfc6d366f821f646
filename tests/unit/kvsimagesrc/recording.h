/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Plays a source to its end and writes down what leaves its pad, in order. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * Recording:
 * @lines: what left the pad, a line each, as the tests like to read it.
 * @buffers: the buffers among it.
 * @gaps: the GAP events among it.
 * @caps: the CAPS events among it.
 * @segment: the last SEGMENT.
 * @tags: (nullable): the last tags.
 * @warnings: the WARNING messages.
 * @error: (nullable): the first ERROR message, which ended it.
 * @duration: what a DURATION query was answered at the end, or %GST_CLOCK_TIME_NONE.
 */
typedef struct {
  GPtrArray *lines;
  GPtrArray *buffers;
  GPtrArray *gaps;
  GPtrArray *caps;
  GstSegment segment;
  GstTagList *tags;
  GPtrArray *warnings;
  GstMessage *error;
  GstClockTime duration;
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

G_END_DECLS
