/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Local servers that give credentials to every program that can reach them. Requests are unsigned, and the
 * size of replies is limited. */
#pragma once

#include "awscredentialsdocument.h"
#include "awshttp.h"

G_BEGIN_DECLS

/**
 * aws_credentials_server_ask:
 * @http: the transport
 * @request: what to send; its purpose is taken for %AWS_REQUEST_TO_CREDENTIALS_SERVER
 * @max_size: the most bytes that the body may have
 * @error: an error of aws_http_send() or aws_reply_read(), %AWS_ERROR_BAD_REPLY where the body is too
 *     large, or where the status is not 200 one of aws_error_reply_to_error(); any 4xx but 429 is
 *     %AWS_ERROR_NOT_AUTHORIZED, unless a proxy may have written it
 *
 * Sends @request once, and reads the reply.
 *
 * Returns: (transfer full) (nullable): the body, which is wiped with its last reference
 */
GBytes *aws_credentials_server_ask (AwsHttp *http, const AwsRequest *request, gsize max_size,
    GCancellable *cancellable, GError **error);

/**
 * aws_credentials_server_read:
 * @uri: the server, for the message
 * @body: the body of its reply
 * @document: the names of the members
 * @member: (nullable): the member of the reply that holds them; %NULL is the reply itself
 * @error: %AWS_ERROR_BAD_REPLY, which never shows a value
 *
 * Makes credentials of a reply.
 *
 * Returns: (transfer full) (nullable): the credentials
 */
AwsCredentials *aws_credentials_server_read (GUri *uri, GBytes *body,
    const AwsCredentialsDocument *document, const char *member, GError **error);

/**
 * aws_credentials_server_fetch:
 * @http: the transport
 * @request: as of aws_credentials_server_ask()
 * @document: as of aws_credentials_server_read()
 * @member: (nullable): likewise
 * @error: an error of either, after three attempts if it is transient
 *
 * Asks for credentials and reads them, 10 KiB at most. Replies of 5xx and 429, failures of the
 * connection and replies without credentials are tried again.
 *
 * Returns: (transfer full) (nullable): the credentials
 */
AwsCredentials *aws_credentials_server_fetch (AwsHttp *http, const AwsRequest *request,
    const AwsCredentialsDocument *document, const char *member, AwsClock *clock,
    GCancellable *cancellable, GError **error);

G_END_DECLS
