/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads where GetImages of a stream is answered. */
#pragma once

#include <awsreply.h>

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * kvs_data_endpoint_read:
 * @reply: a reply to GetDataEndpoint.
 * @allow_http: whether the endpoint may be http, which holds when the one that was asked is http
 * itself.
 * @cancellable: (nullable): ends the wait.
 * @error: an error of aws_reply_read(), or %AWS_ERROR_BAD_REPLY with what came instead of an
 * endpoint.
 *
 * Returns: (transfer full) (nullable): the DataEndpoint, without the name of the API (API
 * reference, GetDataEndpoint).
 */
GUri *kvs_data_endpoint_read (
    AwsReply *reply, gboolean allow_http, GCancellable *cancellable, GError **error);

G_END_DECLS
