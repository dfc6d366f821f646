/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Carries samples in order from the thread that receives them to the one that pushes them, and
 * bounds how much is held in between. */
#pragma once

#include "kvssample.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/** The most samples that wait in a queue: gaps have no bytes, and a range may hold millions. */
#define KVS_SAMPLE_QUEUE_MAX_LENGTH 1024

typedef struct _KvsSampleQueue KvsSampleQueue;

/**
 * kvs_sample_queue_new:
 * @max_bytes: the most bytes of images that wait; one image always may.
 *
 * Returns: (transfer full): an empty queue.
 */
KvsSampleQueue *kvs_sample_queue_new (gsize max_bytes);

/**
 * kvs_sample_queue_free:
 * @self: (transfer full): a queue that no thread uses.
 */
void kvs_sample_queue_free (KvsSampleQueue *self);

/**
 * kvs_sample_queue_push:
 * @self: a queue.
 * @sample: (transfer full): the next sample.
 *
 * Waits for room.
 *
 * Returns: whether the queue took the sample; %FALSE once it was closed.
 */
gboolean kvs_sample_queue_push (KvsSampleQueue *self, KvsSample *sample);

/**
 * kvs_sample_queue_finish:
 * @self: a queue.
 * @error: (transfer full) (nullable): why nothing more comes, or %NULL at the end of the range.
 *
 * Says that nothing more comes. What is in the queue can still be popped.
 */
void kvs_sample_queue_finish (KvsSampleQueue *self, GError *error);

/**
 * kvs_sample_queue_pop:
 * @self: a queue.
 * @error: what kvs_sample_queue_finish() was given, or %G_IO_ERROR_CANCELLED while the queue is
 * flushing.
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
 * kvs_sample_queue_close:
 * @self: a queue.
 *
 * Makes kvs_sample_queue_push() return at once, now and later.
 */
void kvs_sample_queue_close (KvsSampleQueue *self);

/**
 * kvs_sample_queue_get_bytes:
 * @self: a queue.
 *
 * Returns: how many bytes of images wait.
 */
gsize kvs_sample_queue_get_bytes (KvsSampleQueue *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsSampleQueue, kvs_sample_queue_free)

G_END_DECLS
