/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The streaming loop: from a sample to the source pad. */
#pragma once

#include "gstkvsimagesrcsession.h"

G_BEGIN_DECLS

/**
 * GstKvsImageSrcLoop:
 *
 * The state of the streaming thread. Used with the stream lock of the pad held.
 */
typedef struct _GstKvsImageSrcLoop GstKvsImageSrcLoop;

/**
 * gst_kvs_image_src_loop_new:
 * @element: the element; it must outlive the loop.
 * @pad: its source pad; likewise.
 *
 * Returns: (transfer full): a loop without a session.
 */
GstKvsImageSrcLoop *gst_kvs_image_src_loop_new (GstElement *element, GstPad *pad);

/**
 * gst_kvs_image_src_loop_free:
 * @self: (transfer full): a loop that does not run.
 */
void gst_kvs_image_src_loop_free (GstKvsImageSrcLoop *self);

/**
 * gst_kvs_image_src_loop_begin:
 * @self: a loop that does not run.
 * @session: the session whose samples are pushed from now on.
 */
void gst_kvs_image_src_loop_begin (GstKvsImageSrcLoop *self, GstKvsImageSrcSession *session);

/**
 * gst_kvs_image_src_loop_end:
 * @self: a loop that does not run any more.
 *
 * Forgets the session, its samples and what was queued for it.
 */
void gst_kvs_image_src_loop_end (GstKvsImageSrcLoop *self);

/**
 * gst_kvs_image_src_loop_let_go:
 * @self: a loop that is about to be sought in.
 *
 * Notes that the sample which is being pushed counts as delivered: a seek that comes meanwhile, and has the stream lock,
 * is sent by downstream, which has the sample.
 */
void gst_kvs_image_src_loop_let_go (GstKvsImageSrcLoop *self);

/**
 * gst_kvs_image_src_loop_seek:
 * @self: a loop.
 *
 * Drops the samples that were not delivered, because of a seek; a SEGMENT is due.
 */
void gst_kvs_image_src_loop_seek (GstKvsImageSrcLoop *self);

/**
 * gst_kvs_image_src_loop_recover:
 * @self: a loop after a flush without a seek.
 *
 * The samples that the flush has dropped are pushed again; a SEGMENT is due.
 */
void gst_kvs_image_src_loop_recover (GstKvsImageSrcLoop *self);

/**
 * gst_kvs_image_src_loop_queue:
 * @self: a loop. May be called from any thread.
 * @event: (transfer full): an event from outside that is to be pushed ahead of the next sample, of the session to come
 *     if there is none.
 */
void gst_kvs_image_src_loop_queue (GstKvsImageSrcLoop *self, GstEvent *event);

/**
 * gst_kvs_image_src_loop_start:
 * @self: a loop.
 *
 * Starts the streaming task if there is a session, unless a flush is under way. The task takes samples and pushes them, and pauses itself when
 * there is nothing more to do.
 */
void gst_kvs_image_src_loop_start (GstKvsImageSrcLoop *self);

G_END_DECLS
