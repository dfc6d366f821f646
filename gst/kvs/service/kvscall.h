/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One attempt of a call of Kinesis Video Streams, counted; and the key under which results of such calls are
 * shared. */
#pragma once

#include "kvsstats.h"

#include <awsclient.h>

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * kvs_call_make_key:
 * @client: signs and sends.
 * @endpoint: where the calls go.
 * @stream: the name or the ARN of the stream.
 *
 * Makes a key of all that the reply to a call depends on: endpoint, region, stream and credentials. Two accounts may
 * each have a stream of the same name.
 *
 * Returns: (transfer full): a key, equal for calls for which all of this is equal.
 */
char *kvs_call_make_key (AwsClient *client, GUri *endpoint, const char *stream);

/**
 * kvs_call_send:
 * @client: signs and sends.
 * @uri: the operation.
 * @body: its parameters, as JSON.
 * @attempts: which attempt it is.
 * @stats: where to count the request, and how long its reply took to begin.
 * @error: an error of aws_client_send().
 *
 * Sends one attempt.
 *
 * Returns: (transfer full) (nullable): the reply, its body still to be read.
 */
AwsReply *kvs_call_send (AwsClient *client, GUri *uri, GBytes *body, AwsAttempts *attempts,
    KvsStats *stats, GCancellable *cancellable, GError **error);

/**
 * kvs_call_again:
 * @attempts: which attempt has failed.
 * @failure: how.
 * @stats: where to count a further attempt, and a throttling.
 * @error: as aws_attempts_again().
 *
 * If another attempt is worth it, waits until it is time for it: aws_attempts_again().
 *
 * Returns: whether to try again, now.
 */
gboolean kvs_call_again (AwsAttempts *attempts, const GError *failure, KvsStats *stats,
    GCancellable *cancellable, GError **error);

G_END_DECLS
