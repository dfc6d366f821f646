/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Carries samples from the threads that receive them to the one that pushes them, brings them in
 * order, and bounds how much is held in between. */
#pragma once

#include "kvssample.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/** With so many samples in a queue or owed to it no span is to be added: gaps have no bytes, and a range may
 * hold millions. */
#define KVS_SAMPLE_QUEUE_MAX_LENGTH 4096

/** How many bytes an image is taken to have before there is any: that of a large JPEG. */
#define KVS_SAMPLE_QUEUE_LIKELY_IMAGE_BYTES (256 * 1024)

/**
 * KvsSampleQueue:
 *
 * A queue of spans, in the order in which they are popped. May be used from any thread.
 *
 * Each span is filled by one thread, which says before each request how many bytes it is about to get,
 * and waits until there is room for them, so that it can receive what it has asked for. It need not wait
 * for room when its span is the first and there is nothing in it to pop: otherwise nobody could go on. Then
 * it receives one image after the other, as they are popped.
 *
 * Images that cannot be settled yet, because it is not known which samples they are, are held in what is
 * reserved.
 */
typedef struct _KvsSampleQueue KvsSampleQueue;

/**
 * KvsSpan:
 *
 * A run of samples in the queue, each of which is settled once, in any order.
 */
typedef struct _KvsSpan KvsSpan;

/**
 * kvs_sample_queue_new:
 * @max_bytes: the most bytes of images that wait; one image always may. 0 is no limit.
 *
 * Returns: (transfer full): an empty queue.
 */
KvsSampleQueue *kvs_sample_queue_new (guint64 max_bytes);

/**
 * kvs_sample_queue_free:
 * @self: (transfer full): a queue that no thread uses.
 */
void kvs_sample_queue_free (KvsSampleQueue *self);

/**
 * kvs_sample_queue_add:
 * @self: a queue.
 * @count: how many samples the span has, at least 1.
 * @is_reverse: whether its last sample is popped first.
 *
 * Adds a span at the end of the queue.
 *
 * Returns: (transfer full): the span, no sample of which is settled.
 */
KvsSpan *kvs_sample_queue_add (KvsSampleQueue *self, guint count, gboolean is_reverse);

/**
 * kvs_span_unref:
 * @self: (transfer full): a span.
 */
void kvs_span_unref (KvsSpan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsSpan, kvs_span_unref)

/**
 * kvs_sample_queue_reserve:
 * @self: a queue.
 * @span: a span.
 * @n_images: for how many images.
 *
 * Waits until there is room for so many images of the size of the largest so far, besides what is held; in
 * reverse for all that is not settled yet, because none of it is popped before.
 *
 * Returns: whether to go on; %FALSE once the span was dropped.
 */
gboolean kvs_sample_queue_reserve (KvsSampleQueue *self, KvsSpan *span, guint n_images);

/**
 * kvs_sample_queue_hold:
 * @self: a queue.
 * @span: a span.
 * @bytes: how many bytes of images are held for it from now on, more than before.
 * @is_least: whether nothing less can be asked for.
 *
 * Waits until there is room for what is more than was reserved. A span that need not wait, see
 * #KvsSampleQueue, gets by without if @is_least.
 *
 * Returns: whether to go on; %FALSE where there is no room and no use in waiting, or once the span was
 * dropped. Then no more is held than before.
 */
gboolean kvs_sample_queue_hold (
    KvsSampleQueue *self, KvsSpan *span, guint64 bytes, gboolean is_least);

/**
 * kvs_sample_queue_let_go:
 * @self: a queue.
 * @span: a span.
 * @bytes: how many bytes of images are held for it from now on, not more than before.
 */
void kvs_sample_queue_let_go (KvsSampleQueue *self, KvsSpan *span, guint64 bytes);

/**
 * kvs_sample_queue_settle:
 * @self: a queue.
 * @span: a span.
 * @index: which of its samples, in the order of time; one that is not settled.
 * @sample: (transfer full): what it is.
 *
 * Waits where a larger image than expected has no room.
 *
 * Returns: whether to go on; %FALSE once the span was dropped.
 */
gboolean kvs_sample_queue_settle (
    KvsSampleQueue *self, KvsSpan *span, guint index, KvsSample *sample);

/**
 * kvs_sample_queue_wait_for_still:
 * @self: a queue.
 * @span: a span.
 *
 * Waits until there is, or was, a still in the queue, or until all spans before @span are settled.
 *
 * Returns: whether there is, or was, a still.
 */
gboolean kvs_sample_queue_wait_for_still (KvsSampleQueue *self, KvsSpan *span);

/**
 * kvs_sample_queue_end_span:
 * @self: a queue.
 * @span: a span, whose first @count samples are settled unless there is an error.
 * @count: how many samples it has in the end.
 * @error: (transfer full) (nullable): why there are no more.
 *
 * Says that no more of the span are settled. What was reserved for it is free. After an error nothing
 * is popped but the samples before it.
 */
void kvs_sample_queue_end_span (KvsSampleQueue *self, KvsSpan *span, guint count, GError *error);

/**
 * kvs_sample_queue_finish:
 * @self: a queue.
 * @error: (transfer full) (nullable): why nothing more comes, or %NULL at the end of the range.
 *
 * Says that no more spans come. What is in the queue can still be popped.
 */
void kvs_sample_queue_finish (KvsSampleQueue *self, GError *error);

/**
 * kvs_sample_queue_clear:
 * @self: a queue.
 *
 * Drops all spans, whose threads are told by what they do with them; more may come.
 */
void kvs_sample_queue_clear (KvsSampleQueue *self);

/**
 * kvs_sample_queue_pop:
 * @self: a queue.
 * @error: what kvs_sample_queue_finish() or kvs_sample_queue_end_span() was given, or
 * %G_IO_ERROR_CANCELLED while the queue is flushing.
 *
 * Waits for the next sample.
 *
 * Returns: (transfer full) (nullable): the sample, or %NULL without an error at the end of the
 * range.
 */
KvsSample *kvs_sample_queue_pop (KvsSampleQueue *self, GError **error);

/**
 * kvs_sample_queue_set_flushing:
 * @self: a queue.
 * @flushing: whether kvs_sample_queue_pop() is to return at once.
 *
 * Loses nothing: what waits is there afterwards.
 */
void kvs_sample_queue_set_flushing (KvsSampleQueue *self, gboolean flushing);

/**
 * kvs_sample_queue_get_bytes:
 * @self: a queue.
 *
 * Returns: how many bytes of images wait, those that are held included.
 */
guint64 kvs_sample_queue_get_bytes (KvsSampleQueue *self);

/**
 * kvs_sample_queue_get_length:
 * @self: a queue.
 *
 * Returns: how many samples are in the queue or owed to it.
 */
guint64 kvs_sample_queue_get_length (KvsSampleQueue *self);

/**
 * kvs_sample_queue_get_max_images:
 * @self: a queue.
 *
 * Returns: how many images of the size of the largest so far can be in the queue, at least 1.
 */
guint64 kvs_sample_queue_get_max_images (KvsSampleQueue *self);

/**
 * kvs_sample_queue_get_image_bytes:
 * @self: a queue.
 *
 * Returns: the size of the largest image so far, in bytes, or what an image is likely to have.
 */
gsize kvs_sample_queue_get_image_bytes (KvsSampleQueue *self);

/**
 * kvs_sample_queue_has_seen_still:
 * @self: a queue.
 *
 * Returns: whether there is, or was, a still in the queue.
 */
gboolean kvs_sample_queue_has_seen_still (KvsSampleQueue *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsSampleQueue, kvs_sample_queue_free)

G_END_DECLS
