/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The element as its parts see it. Locks are taken in this order: the state lock of the element, the stream
 * lock of its pad, the lock of notifications, the lock of the session, then one of: the object lock, the lock
 * of the gate; and last that of the reader. Nothing is posted, notified, pushed, queried or logged with a
 * lock behind the stream lock held. */
#pragma once

#include "gstkvsimagesrc.h"
#include "gstkvsimagesrcloop.h"
#include "gstkvsimagesrcsession.h"

G_BEGIN_DECLS

struct _GstKvsImageSrc {
  GstElement parent_instance;

  GstPad *pad;
  KvsStats *stats;
  GstKvsImageSrcLoop *loop;

  GMutex notify_lock; /* guards @notified */
  GHashTable *
      notified; /* what each property read when it was notified last, as text; else it is the default */

  /* Guarded by the object lock. */
  GstKvsImageSrcSettings settings;
  GstKvsImageSrcSession *session; /* the last one, or NULL */
  GstEvent *ready_seek;           /* came in READY and waits for a session, or NULL */
};

/**
 * gst_kvs_image_src_ref_session:
 * @self: an element.
 *
 * Returns: (transfer full) (nullable): the last session, which may have been stopped.
 */
GstKvsImageSrcSession *gst_kvs_image_src_ref_session (GstKvsImageSrc *self);

/**
 * gst_kvs_image_src_ref_active_session:
 * @self: an element.
 *
 * Returns: (transfer full) (nullable): the session, while there is one that was not stopped.
 */
GstKvsImageSrcSession *gst_kvs_image_src_ref_active_session (GstKvsImageSrc *self);

/* State changes */

GstStateChangeReturn gst_kvs_image_src_change_state (
    GstElement *element, GstStateChange transition);
gboolean gst_kvs_image_src_activate_mode (
    GstPad *pad, GstObject *parent, GstPadMode mode, gboolean active);

/* Events from outside */

gboolean gst_kvs_image_src_send_event (GstElement *element, GstEvent *event);
gboolean gst_kvs_image_src_pad_event (GstPad *pad, GstObject *parent, GstEvent *event);

/**
 * gst_kvs_image_src_change_segment:
 * @self: an element that streams nothing, with the stream lock held.
 * @session: its session.
 * @seek: a SEEK.
 * @shown: the stream time on screen, or %GST_CLOCK_TIME_NONE.
 *
 * Makes the session play the samples of @seek, and posts SEGMENT_START for a segment seek.
 *
 * Returns: whether that can be done.
 */
gboolean gst_kvs_image_src_change_segment (
    GstKvsImageSrc *self, GstKvsImageSrcSession *session, GstEvent *seek, GstClockTime shown);

/* Queries */

gboolean gst_kvs_image_src_pad_query (GstPad *pad, GstObject *parent, GstQuery *query);

G_END_DECLS
