/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Checks what passes a pad, as gst-validate's monitors do: the order of the events, their sequence numbers, that
 * a segment is what was asked for, and that the data fills it without a hole. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/** How far times may be off: validate's tolerance for positions. */
#define PAD_WATCH_TOLERANCE GST_MSECOND

typedef struct _PadWatch PadWatch;

/**
 * pad_watch_new:
 * @pad: a pad.
 * @name: what it is called in reports.
 * @duration: how much media there is, %GST_CLOCK_TIME_NONE for one that grows.
 *
 * Returns: (transfer full): what watches @pad until pad_watch_free().
 */
PadWatch *pad_watch_new (GstPad *pad, const char *name, GstClockTime duration);

/**
 * pad_watch_free:
 * @self: (transfer full): a watch.
 */
void pad_watch_free (PadWatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PadWatch, pad_watch_free)

/**
 * pad_watch_expect_seek:
 * @self: a watch.
 * @seek: (transfer none): a SEEK event that flushes, in TIME.
 *
 * To be called before @seek is sent. Each one has to have ended with SEGMENT before the next one.
 */
void pad_watch_expect_seek (PadWatch *self, GstEvent *seek);

/**
 * pad_watch_expect_eos:
 * @self: a watch.
 * @is_prompt: whether it has to pass before the end of the segment; there may be queues that have read it all.
 *
 * To be called before an EOS event is sent into the pipeline: EOS may pass at any place.
 */
void pad_watch_expect_eos (PadWatch *self, gboolean is_prompt);

/**
 * pad_watch_restart:
 * @self: a watch of a pad that is not active.
 *
 * Everything begins anew.
 */
void pad_watch_restart (PadWatch *self);

/**
 * pad_watch_end:
 * @self: a watch.
 *
 * To be called when playback has come to its end: EOS has to have passed, after data up to the end of the
 * segment.
 */
void pad_watch_end (PadWatch *self);

/**
 * pad_watch_steal_reports:
 * @self: a watch.
 *
 * Returns: (transfer full) (element-type utf8): what was wrong since the last call.
 */
GPtrArray *pad_watch_steal_reports (PadWatch *self);

G_END_DECLS
