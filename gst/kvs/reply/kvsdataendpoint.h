/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads the endpoint of a stream out of a reply to GetDataEndpoint. */
#pragma once

#include <awsreply.h>

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * kvs_data_endpoint_read:
 * @reply: a reply to GetDataEndpoint.
 * @allow_http: whether the endpoint may be http, which is so if the control endpoint is http itself.
 * @error: an error of aws_reply_read(), or %AWS_ERROR_BAD_REPLY if the reply has no usable endpoint.
 *
 * Returns: (transfer full) (nullable): the DataEndpoint, without the name of the API (API
 * reference, GetDataEndpoint).
 */
GUri *kvs_data_endpoint_read (
    AwsReply *reply, gboolean allow_http, GCancellable *cancellable, GError **error);

G_END_DECLS
