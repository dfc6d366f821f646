/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls to AWS's services: signs, sends, and retries. */
#pragma once

#include "awsattempts.h"
#include "awscredentialsprovider.h"
#include "awshttp.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define AWS_TYPE_CLIENT (aws_client_get_type ())

/**
 * AwsClient:
 * Makes calls as one identity in one region, or unsigned ones. All calls share one retry budget and one
 * clock offset. It may be used from any thread, and needs no main loop.
 */
G_DECLARE_FINAL_TYPE (AwsClient, aws_client, AWS, CLIENT, GObject)

/**
 * aws_client_new:
 * @http: the transport
 * @credentials: (nullable): the credentials; %NULL leaves requests unsigned
 * @region: (nullable): the region that is signed for; needed with @credentials
 *
 * Returns: (transfer full): a client
 */
AwsClient *aws_client_new (AwsHttp *http, AwsCredentialsProvider *credentials, const char *region);

/**
 * aws_client_set_max_attempts:
 * @self: a client that was not used yet
 * @max_attempts: how often a call is tried in all, at least 1
 *
 * %AWS_DEFAULT_MAX_ATTEMPTS unless set.
 */
void aws_client_set_max_attempts (AwsClient *self, guint max_attempts);

/**
 * aws_client_set_call_timeout:
 * @self: a client that was not used yet
 * @timeout_ms: how long a call may take, all of its attempts and the waits between them, in ms; 0,
 *     as it is unless set, is no limit but that of the attempts: each ends after the completion
 *     timeout of #AwsHttp, and no wait is longer than 20 s
 *
 * No attempt begins once a call has taken this long, and there is no wait for such an attempt. An
 * attempt that has begun ends by its own timeouts.
 */
void aws_client_set_call_timeout (AwsClient *self, guint timeout_ms);

/**
 * aws_client_set_clock:
 * @self: a client that was not used yet
 * @clock: the time; the system's unless set
 */
void aws_client_set_clock (AwsClient *self, AwsClock *clock);

AwsClock *aws_client_get_clock (AwsClient *self);

/**
 * aws_client_get_credentials:
 * Returns: (transfer none) (nullable): the credentials
 */
AwsCredentialsProvider *aws_client_get_credentials (AwsClient *self);

const char *aws_client_get_region (AwsClient *self);

/**
 * aws_client_new_attempts:
 * Returns: (transfer full): the attempts of a call, as many as the client is set to, paid from the
 *     client's budget
 */
AwsAttempts *aws_client_new_attempts (AwsClient *self);

/**
 * aws_client_find_credentials:
 * @attempts: the attempts of the call that they are for
 * @error: an error of aws_credentials_provider_get(), after which aws_attempts_again() decides as
 *     after one of aws_client_send()
 *
 * Waits until there are credentials, as aws_client_send() does, for a caller that has to do something
 * between that and sending.
 *
 * Returns: whether there are, or none are needed
 */
gboolean aws_client_find_credentials (
    AwsClient *self, AwsAttempts *attempts, GCancellable *cancellable, GError **error);

/**
 * aws_client_send:
 * @request: what to send
 * @attempts: (nullable): which attempt it is, told to the service in the headers
 *     `amz-sdk-invocation-id` and `amz-sdk-request`
 * @error: an error of %AWS_ERROR or %G_IO_ERROR_CANCELLED
 *
 * Signs and sends @request as one attempt of a call, and waits for the headers of the reply. Within
 * it the request is signed anew and sent again at once, by aws_attempts_remedy() once in a call for
 * each reason, where the service says that the credentials have expired or that the clock is wrong,
 * and there are newer credentials or a better time. The better time is the Date of the service's reply,
 * if it is 4 minutes or more from the time that was signed, and if nothing on the way can have written it:
 * over https, or over http from this machine. It then holds for all calls of @self, and for the expiration
 * of credentials. Retries of transient failures are left to the caller: aws_attempts_again().
 *
 * Returns: (transfer full) (nullable): the reply when its status is 200, its body still to be read
 */
AwsReply *aws_client_send (AwsClient *self, const AwsRequest *request, AwsAttempts *attempts,
    GCancellable *cancellable, GError **error);

/**
 * AwsReplyFunc:
 * @reply: a reply with status 200
 * @cancellable: (nullable): ends the wait
 * @user_data: from aws_client_call()
 * @error: an error of %AWS_ERROR, which decides whether the call is tried again, or
 *     %G_IO_ERROR_CANCELLED
 *
 * Reads @reply.
 *
 * Returns: (nullable): the result, or %NULL with @error
 */
typedef gpointer (*AwsReplyFunc) (
    AwsReply *reply, GCancellable *cancellable, gpointer user_data, GError **error);

/**
 * aws_client_call:
 * @request: what to send
 * @read: reads the reply
 * @error: an error of aws_client_send() or of @read
 *
 * Sends @request and reads its reply, and repeats both if the failure is transient.
 *
 * Returns: (nullable): the result of @read
 */
gpointer aws_client_call (AwsClient *self, const AwsRequest *request, AwsReplyFunc read,
    gpointer user_data, GCancellable *cancellable, GError **error);

/**
 * aws_client_get_clock_offset:
 * Returns: how far the service's clock is ahead of the local one, in microseconds, as far as that had
 *     to be corrected for a signature to be accepted; 0 until then
 */
gint64 aws_client_get_clock_offset (AwsClient *self);

G_END_DECLS
