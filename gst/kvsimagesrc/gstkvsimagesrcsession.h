/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A session: it begins at READY→PAUSED with a copy of the settings, and ends at PAUSED→READY. Its results can
 * still be read then. */
#pragma once

#include "gstkvsimagesrcgate.h"
#include "gstkvsimagesrcproperties.h"
#include "gstkvsimagesrcseek.h"

#include <kvsreader.h>
#include <kvsstats.h>

G_BEGIN_DECLS

/**
 * GstKvsImageSrcSession:
 *
 * Where the samples come from, which of them are played, and how far playback is. What it posts has the element as
 * its source, and its properties are the ones that are notified. It may be used from any thread, unless said
 * otherwise. No function that posts or notifies may be called with a lock held.
 */
typedef struct _GstKvsImageSrcSession GstKvsImageSrcSession;

/**
 * GstKvsImageSrcStatus:
 * @is_live: whether it follows the live edge, and was not stopped.
 * @start_time, @end_time: the range, in ns since the epoch; %GST_CLOCK_TIME_NONE where it is not known or endless.
 * @is_endless: whether the range has no end.
 * @live_edge: the stream time of the live edge, %GST_CLOCK_TIME_NONE if that is not known.
 * @latency: how much later than its time a still comes, in ns; 0 unless it is live.
 * @held_bytes: how many bytes of images wait to be pulled.
 *
 * The state of a session, for queries and properties.
 */
typedef struct {
  gboolean is_live;
  GstClockTime start_time, end_time;
  gboolean is_endless;
  GstClockTime live_edge;
  GstClockTime latency;
  guint64 held_bytes;
} GstKvsImageSrcStatus;

/**
 * gst_kvs_image_src_session_new:
 * @element: the element, which must outlive the use of the session by its threads.
 * @settings: what is set.
 * @stats: what to count in; it must outlive the session.
 * @error: what is wrong with @settings or with AWS's configuration.
 *
 * Nothing is sent yet.
 *
 * Returns: (transfer full) (nullable): a session that plays the whole range.
 */
GstKvsImageSrcSession *gst_kvs_image_src_session_new (
    GstElement *element, const GstKvsImageSrcSettings *settings, KvsStats *stats, GError **error);

GstKvsImageSrcSession *gst_kvs_image_src_session_ref (GstKvsImageSrcSession *self);
void gst_kvs_image_src_session_unref (GstKvsImageSrcSession *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstKvsImageSrcSession, gst_kvs_image_src_session_unref)

/**
 * gst_kvs_image_src_session_stop:
 * @self: a session that nothing streams from.
 *
 * Ends the requests in flight, and notifies where the session can be resumed.
 */
void gst_kvs_image_src_session_stop (GstKvsImageSrcSession *self);

/**
 * gst_kvs_image_src_session_is_active:
 * @self: a session.
 *
 * Returns: whether it was not stopped yet.
 */
gboolean gst_kvs_image_src_session_is_active (GstKvsImageSrcSession *self);

/**
 * gst_kvs_image_src_session_get_settings:
 * @self: a session.
 *
 * Returns: (transfer none): what was set when it began.
 */
const KvsSettings *gst_kvs_image_src_session_get_settings (const GstKvsImageSrcSession *self);

/**
 * gst_kvs_image_src_session_get_gate:
 * @self: a session.
 *
 * Returns: (transfer none): whether streaming may go on.
 */
GstKvsImageSrcGate *gst_kvs_image_src_session_get_gate (GstKvsImageSrcSession *self);

/* Seeking */

/**
 * gst_kvs_image_src_session_can_seek:
 * @self: a session.
 * @seek: a SEEK.
 *
 * Returns: whether gst_kvs_image_src_session_seek() would perform it now.
 */
gboolean gst_kvs_image_src_session_can_seek (GstKvsImageSrcSession *self, GstEvent *seek);

/**
 * gst_kvs_image_src_session_seek:
 * @self: a session that nothing streams from.
 * @seek: a SEEK.
 * @shown: the stream time on screen, or %GST_CLOCK_TIME_NONE.
 *
 * Records what is to be read, and waits for nothing. max-items goes on counting.
 *
 * Returns: whether that can be done.
 */
gboolean gst_kvs_image_src_session_seek (
    GstKvsImageSrcSession *self, GstEvent *seek, GstClockTime shown);

/**
 * gst_kvs_image_src_session_copy_segment:
 * @self: a session.
 * @segment: (out): what SEGMENT says.
 *
 * Returns: the sequence number of the seek or start that it comes from.
 */
guint32 gst_kvs_image_src_session_copy_segment (GstKvsImageSrcSession *self, GstSegment *segment);

/* Streaming */

/**
 * gst_kvs_image_src_session_pull:
 * @self: a session, in the streaming thread.
 * @sample: (out) (transfer full) (nullable): the next sample.
 * @error: what has ended the session.
 *
 * Waits for the next sample. Sends the first request when it is called for the first time. Takes over the range as
 * soon as it is known.
 *
 * Returns: %GST_FLOW_OK, %GST_FLOW_EOS behind the last sample, %GST_FLOW_FLUSHING if the gate is shut, or
 *     %GST_FLOW_ERROR.
 */
GstFlowReturn gst_kvs_image_src_session_pull (
    GstKvsImageSrcSession *self, KvsSample **sample, GError **error);

/**
 * gst_kvs_image_src_session_place_sample:
 * @self: a session that gave a sample.
 * @number: the sample.
 * @pts, @duration: (out): its times in the stream.
 *
 * Returns: its time, in ns since the epoch.
 */
GstClockTime gst_kvs_image_src_session_place_sample (
    GstKvsImageSrcSession *self, guint64 number, GstClockTime *pts, GstClockTime *duration);

/**
 * gst_kvs_image_src_session_advance:
 * @self: a session, in the streaming thread.
 * @number: the sample that is pushed now.
 *
 * Moves the position to it.
 */
void gst_kvs_image_src_session_advance (GstKvsImageSrcSession *self, guint64 number);

/**
 * gst_kvs_image_src_session_deliver:
 * @self: a session, in the streaming thread.
 * @sample: the sample whose push has returned OK.
 *
 * Counts it, and notifies about once a page where the session can be resumed.
 */
void gst_kvs_image_src_session_deliver (GstKvsImageSrcSession *self, const KvsSample *sample);

/* Latency */

/**
 * gst_kvs_image_src_session_start_clock:
 * @self: a session whose element begins to play.
 *
 * Lateness counts from now on, unless it does already.
 */
void gst_kvs_image_src_session_start_clock (GstKvsImageSrcSession *self);

/**
 * gst_kvs_image_src_session_restart_clock:
 * @self: a session that has been flushed.
 *
 * Lateness counts from now on, or from when the element plays again.
 */
void gst_kvs_image_src_session_restart_clock (GstKvsImageSrcSession *self);

/**
 * gst_kvs_image_src_session_observe:
 * @self: a session, in the streaming thread.
 * @sample: a still that is about to be pushed.
 * @pad_offset: the offset of the source pad, in ns.
 *
 * Raises the latency if the still came later than the latency allows.
 */
void gst_kvs_image_src_session_observe (
    GstKvsImageSrcSession *self, const KvsSample *sample, gint64 pad_offset);

/* Messages and notifications */

/**
 * gst_kvs_image_src_session_end_connecting:
 * @self: a session.
 *
 * Posts that the PROGRESS is canceled, if it has begun and not ended.
 */
void gst_kvs_image_src_session_end_connecting (GstKvsImageSrcSession *self);

/**
 * gst_kvs_image_src_session_notify_token:
 * @self: a session.
 *
 * Notifies next-token.
 */
void gst_kvs_image_src_session_notify_token (GstKvsImageSrcSession *self);

/**
 * gst_kvs_image_src_session_prepare_error:
 * @self: a session.
 * @next: (out): the next sample to push, for the message.
 *
 * Called before an ERROR is posted: ends the PROGRESS and notifies next-token.
 */
void gst_kvs_image_src_session_prepare_error (GstKvsImageSrcSession *self, KvsNextSample *next);

/**
 * gst_kvs_image_src_session_warn_if_empty:
 * @self: a session at the end of its range.
 *
 * Posts one WARNING in a session if it has found no still at all, with the part of the range that it has read.
 */
void gst_kvs_image_src_session_warn_if_empty (GstKvsImageSrcSession *self);

/**
 * gst_kvs_image_src_session_get_next_sample:
 * @self: a session.
 * @next: (out): the next sample to push.
 */
void gst_kvs_image_src_session_get_next_sample (GstKvsImageSrcSession *self, KvsNextSample *next);

/**
 * gst_kvs_image_src_session_get_status:
 * @self: a session.
 * @status: (out): what it says of itself.
 */
void gst_kvs_image_src_session_get_status (
    GstKvsImageSrcSession *self, GstKvsImageSrcStatus *status);

/**
 * gst_kvs_image_src_session_make_token:
 * @self: a session.
 *
 * Returns: (transfer full) (nullable): where it can be resumed.
 */
char *gst_kvs_image_src_session_make_token (GstKvsImageSrcSession *self);

G_END_DECLS
