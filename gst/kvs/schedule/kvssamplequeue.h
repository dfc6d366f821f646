/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Puts samples that arrive in any order into their order. */
#pragma once

#include "kvssample.h"

G_BEGIN_DECLS

/**
 * KvsSampleQueue:
 * Samples have positions in the order in which they are pulled, from 0 on. It has no lock of its own.
 */
typedef struct _KvsSampleQueue KvsSampleQueue;

KvsSampleQueue *kvs_sample_queue_new (void);

void kvs_sample_queue_free (KvsSampleQueue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsSampleQueue, kvs_sample_queue_free)

/**
 * kvs_sample_queue_clear:
 * Drops all, also an error. The next position is 0.
 */
void kvs_sample_queue_clear (KvsSampleQueue *self);

/**
 * kvs_sample_queue_push:
 * @position: a position that is not before the next one and has no sample.
 * @sample: (transfer full): its sample.
 */
void kvs_sample_queue_push (KvsSampleQueue *self, guint64 position, KvsSample *sample);

/**
 * kvs_sample_queue_fail:
 * @position: the position that has no sample because of @error.
 * @error: (transfer full): an error; of several the one with the lowest position counts.
 */
void kvs_sample_queue_fail (KvsSampleQueue *self, guint64 position, GError *error);

/**
 * kvs_sample_queue_is_ready:
 * Returns: whether there is a sample at the next position.
 */
gboolean kvs_sample_queue_is_ready (KvsSampleQueue *self);

/**
 * kvs_sample_queue_pop:
 * Returns: (transfer full) (nullable): the sample at the next position, if it is there.
 */
KvsSample *kvs_sample_queue_pop (KvsSampleQueue *self);

/**
 * kvs_sample_queue_get_error:
 * Returns: (transfer none) (nullable): why there is no sample at the next position.
 */
const GError *kvs_sample_queue_get_error (KvsSampleQueue *self);

guint64 kvs_sample_queue_get_next (KvsSampleQueue *self);

G_END_DECLS
