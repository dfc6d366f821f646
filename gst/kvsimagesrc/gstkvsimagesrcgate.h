/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether the streaming thread may go on. */
#pragma once

#include <kvsreader.h>

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstKvsImageSrcPass:
 * @GST_KVS_IMAGE_SRC_PASS_OPEN: go on.
 * @GST_KVS_IMAGE_SRC_PASS_SHUT: stop at once; a flush or a stop is under way.
 * @GST_KVS_IMAGE_SRC_PASS_EOS: send the EOS that was asked for from outside.
 *
 * What the gate says to the streaming thread.
 */
typedef enum {
  GST_KVS_IMAGE_SRC_PASS_OPEN,
  GST_KVS_IMAGE_SRC_PASS_SHUT,
  GST_KVS_IMAGE_SRC_PASS_EOS,
} GstKvsImageSrcPass;

/**
 * GstKvsImageSrcGate:
 *
 * May be used from any thread. Its lock is held briefly, and meanwhile no other is taken but the reader's.
 */
typedef struct _GstKvsImageSrcGate GstKvsImageSrcGate;

/**
 * gst_kvs_image_src_gate_new:
 * @is_live: whether streaming waits for PLAYING.
 *
 * Returns: (transfer full): a gate that is open as far as flushes go.
 */
GstKvsImageSrcGate *gst_kvs_image_src_gate_new (gboolean is_live);

/**
 * gst_kvs_image_src_gate_free:
 * @self: (transfer full): a gate at which no thread waits.
 */
void gst_kvs_image_src_gate_free (GstKvsImageSrcGate *self);

/**
 * gst_kvs_image_src_gate_set_reader:
 * @self: a gate.
 * @reader: (nullable): where the streaming thread waits for samples.
 *
 * While a wait for a sample must end, kvs_reader_pull() of @reader returns at once.
 */
void gst_kvs_image_src_gate_set_reader (GstKvsImageSrcGate *self, KvsReader *reader);

/**
 * gst_kvs_image_src_gate_wait:
 * @self: a gate, in the streaming thread.
 *
 * Waits while the element is live and not PLAYING.
 */
GstKvsImageSrcPass gst_kvs_image_src_gate_wait (GstKvsImageSrcGate *self);

/**
 * gst_kvs_image_src_gate_wait_for_flush:
 * @self: a gate, in the streaming thread.
 *
 * Waits while a FLUSH_STOP is on its way.
 *
 * Returns: whether no flush and no stop is under way.
 */
gboolean gst_kvs_image_src_gate_wait_for_flush (GstKvsImageSrcGate *self);

/**
 * gst_kvs_image_src_gate_set_playing:
 * @self: a gate.
 * @is_playing: whether the element is PLAYING.
 */
void gst_kvs_image_src_gate_set_playing (GstKvsImageSrcGate *self, gboolean is_playing);

/**
 * gst_kvs_image_src_gate_is_playing:
 * @self: a gate.
 */
gboolean gst_kvs_image_src_gate_is_playing (GstKvsImageSrcGate *self);

/**
 * gst_kvs_image_src_gate_begin_flush:
 * @self: a gate.
 * @sends_events: whether the caller flushes downstream as well.
 *
 * Shuts the gate until gst_kvs_image_src_gate_end_flush() was called as often. Waits until FLUSH_START may be pushed: a
 * FLUSH_STOP may be on its way. Where downstream is flushed as well, an EOS that was asked for before and has not been
 * sent is not sent any more.
 */
void gst_kvs_image_src_gate_begin_flush (GstKvsImageSrcGate *self, gboolean sends_events);

/**
 * gst_kvs_image_src_gate_end_flush:
 * @self: a gate.
 * @sends_events: as it was when the flush began.
 *
 * Returns: whether FLUSH_STOP must be pushed, because no other flush will do so. Then the streaming task may be started, and
 *     waits at the gate until gst_kvs_image_src_gate_note_flush_stop().
 */
gboolean gst_kvs_image_src_gate_end_flush (GstKvsImageSrcGate *self, gboolean sends_events);

/**
 * gst_kvs_image_src_gate_begin_outer_flush:
 * @self: a gate.
 * @sends_events: whether the flush goes downstream through the element.
 *
 * As gst_kvs_image_src_gate_begin_flush(), for a flush that others begin and end by events. Those that come
 * the same way at the same time count once.
 */
void gst_kvs_image_src_gate_begin_outer_flush (GstKvsImageSrcGate *self, gboolean sends_events);

/**
 * gst_kvs_image_src_gate_end_outer_flush:
 * @self: a gate.
 * @sends_events: as it was when the flush began.
 *
 * Returns: as gst_kvs_image_src_gate_end_flush() does.
 */
gboolean gst_kvs_image_src_gate_end_outer_flush (GstKvsImageSrcGate *self, gboolean sends_events);

/**
 * gst_kvs_image_src_gate_note_flush_stop:
 * @self: a gate.
 *
 * Notes that FLUSH_STOP has been pushed.
 */
void gst_kvs_image_src_gate_note_flush_stop (GstKvsImageSrcGate *self);

/**
 * gst_kvs_image_src_gate_start:
 * @self: a gate.
 *
 * Called before the streaming task is started.
 *
 * Returns: whether it may be.
 */
gboolean gst_kvs_image_src_gate_start (GstKvsImageSrcGate *self);

/**
 * gst_kvs_image_src_gate_rest:
 * @self: a gate, in the streaming thread.
 *
 * Called before the streaming task pauses itself.
 *
 * Returns: whether it may; if not, there is an EOS to be sent.
 */
gboolean gst_kvs_image_src_gate_rest (GstKvsImageSrcGate *self);

/**
 * gst_kvs_image_src_gate_request_eos:
 * @self: a gate.
 * @eos: (transfer full): the EOS to send.
 *
 * Returns: whether the streaming task is paused, so that it must be started to send @eos.
 */
gboolean gst_kvs_image_src_gate_request_eos (GstKvsImageSrcGate *self, GstEvent *eos);

/**
 * gst_kvs_image_src_gate_take_eos:
 * @self: a gate.
 *
 * Returns: (transfer full) (nullable): the EOS that was asked for.
 */
GstEvent *gst_kvs_image_src_gate_take_eos (GstKvsImageSrcGate *self);

/**
 * gst_kvs_image_src_gate_is_shut:
 * @self: a gate.
 *
 * Returns: whether a wait for a sample must end: for a flush, a stop or an EOS from outside.
 */
gboolean gst_kvs_image_src_gate_is_shut (GstKvsImageSrcGate *self);

G_END_DECLS
