/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One attempt to call an operation of Kinesis Video Streams, counted. */
#pragma once

#include "kvsstats.h"

#include <awsclient.h>

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * kvs_call_send:
 * @client: who asks.
 * @uri: the operation.
 * @body: its parameters, as JSON.
 * @attempts: which attempt it is.
 * @stats: where to count the request, and how long its reply took to begin.
 * @cancellable: (nullable): ends the wait at once from another thread.
 * @error: an error of aws_client_send().
 *
 * Asks once.
 *
 * Returns: (transfer full) (nullable): the reply, its body still to be read.
 */
AwsReply *kvs_call_send (AwsClient *client, GUri *uri, GBytes *body, AwsAttempts *attempts,
    KvsStats *stats, GCancellable *cancellable, GError **error);

/**
 * kvs_call_again:
 * @attempts: which attempt has failed.
 * @failure: how.
 * @stats: where to count a further attempt, and that the service has asked for less.
 * @cancellable: (nullable): ends the wait at once from another thread.
 * @error: as aws_attempts_again().
 *
 * Waits until it is time to ask again, where that is worth it: aws_attempts_again().
 *
 * Returns: whether to ask again, now.
 */
gboolean kvs_call_again (AwsAttempts *attempts, const GError *failure, KvsStats *stats,
    GCancellable *cancellable, GError **error);

G_END_DECLS
