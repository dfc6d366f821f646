/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finds the beginning of a stream's retention period when the service rejects windows. */
#pragma once

#include "kvswindow.h"

G_BEGIN_DECLS

/** The retention period begins a whole number of these before now, in ms (API reference, CreateStream,
 * DataRetentionInHours). */
#define KVS_RETENTION_STEP_MS G_GINT64_CONSTANT (3600000)

/**
 * KvsRetention:
 * The service rejects a window that is older than the retention period. It may reject one without media in the same
 * way, so a rejection alone does not tell that all earlier windows are rejected, too. Two facts do: the retention
 * period begins a whole number of %KVS_RETENTION_STEP_MS before now, and its beginning moves with the time.
 *
 * The search asks for windows, one after the other:
 *
 * 1. By bisection: how many hours before now is a window still answered?
 * 2. Is the window right before that beginning rejected?
 * 3. Unless the service itself has named the retention period as the reason: are windows right behind the beginning
 *    answered, and rejected some seconds later, when the beginning has moved over them?
 *
 * Only if all of this is so, the beginning is found. It is pure: it neither waits nor sends.
 */
typedef struct _KvsRetention KvsRetention;

/**
 * KvsRetentionState:
 * @KVS_RETENTION_UNKNOWN: no search has begun.
 * @KVS_RETENTION_SEARCH: a window is to be asked for.
 * @KVS_RETENTION_FOUND: the beginning is known.
 * @KVS_RETENTION_NONE: rejections are not due to the retention period.
 */
typedef enum {
  KVS_RETENTION_UNKNOWN,
  KVS_RETENTION_SEARCH,
  KVS_RETENTION_FOUND,
  KVS_RETENTION_NONE,
} KvsRetentionState;

KvsRetention *kvs_retention_new (void);
void kvs_retention_free (KvsRetention *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsRetention, kvs_retention_free)

KvsRetentionState kvs_retention_get_state (KvsRetention *self);

/**
 * kvs_retention_begin:
 * @self: of unknown state.
 * @rejected_ms: a time in a window that was rejected, in ms since the epoch.
 * @now_ms: the service's time.
 */
void kvs_retention_begin (KvsRetention *self, gint64 rejected_ms, gint64 now_ms);

/**
 * kvs_retention_next:
 * @now_ms: the service's time.
 * @window: (out): a window of one sample to request.
 * @wake_ms: (inout): lowered to when there is one, where only time is missing.
 *
 * Returns: whether there is a window to request, whose answer goes to kvs_retention_take() or kvs_retention_fail().
 */
gboolean kvs_retention_next (KvsRetention *self, gint64 now_ms, KvsWindow *window, gint64 *wake_ms);

/**
 * kvs_retention_take:
 * @self: a search with a window that was asked for.
 * @is_answered: whether the service has answered, and not rejected it.
 * @message: (nullable): the service's text about a rejection.
 */
void kvs_retention_take (KvsRetention *self, gboolean is_answered, const char *message);

/**
 * kvs_retention_fail:
 * Ends the search, because a window got neither answer.
 */
void kvs_retention_fail (KvsRetention *self);

/**
 * kvs_retention_get_begin_ms:
 * @self: found.
 *
 * Returns: a time before which nothing is retained, in ms since the epoch; %G_MININT64 unless it is found.
 */
gint64 kvs_retention_get_begin_ms (KvsRetention *self);

G_END_DECLS
