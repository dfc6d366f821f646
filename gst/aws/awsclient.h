/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One signed JSON call at a time to an AWS service, from as many threads as there are callers. */
#pragma once

#include "awscredentials.h"
#include "awsreply.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define AWS_TYPE_CLIENT (aws_client_get_type ())

/**
 * AwsClient:
 *
 * Signs calls as one identity for one region and keeps their connections for the next ones. It may
 * be called from any thread, and needs no main loop.
 */
G_DECLARE_FINAL_TYPE (AwsClient, aws_client, AWS, CLIENT, GObject)

/**
 * aws_client_new:
 * @credentials: who asks
 * @region: the region that is signed for
 * @user_agent: what names itself to the service
 *
 * Returns: (transfer full): a client that has not connected to anything yet
 */
AwsClient *aws_client_new (AwsCredentials *credentials, const char *region, const char *user_agent);

/**
 * aws_client_set_timeout:
 * @self: a client that was not called yet
 * @seconds: 1 to 3600
 *
 * Sets how long connecting, and each wait for the next bytes, may take. 60 seconds unless set.
 */
void aws_client_set_timeout (AwsClient *self, guint seconds);

/**
 * aws_client_call:
 * @self: a client
 * @uri: what to call, as from aws_endpoint_with_operation()
 * @service: the service's signing name, such as `kinesisvideo`
 * @json_body: the request, as JSON; exactly these bytes are signed and sent
 * @cancellable: (nullable): ends the call at once from another thread
 * @error: return location for an error
 *
 * POSTs @json_body to @uri and waits for the headers of the reply. Redirects are not followed, and
 * nothing is tried twice.
 *
 * Returns: (transfer full) (nullable): the reply when its status is 200, its body still to be read,
 *     or %NULL with an error of %AWS_ERROR or %G_IO_ERROR_CANCELLED
 */
AwsReply *aws_client_call (AwsClient *self, GUri *uri, const char *service, GBytes *json_body,
    GCancellable *cancellable, GError **error);

G_END_DECLS
