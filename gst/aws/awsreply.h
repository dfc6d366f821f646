/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The reply to a request, its body read as it arrives. */
#pragma once

#include "awsdeadline.h"
#include "awserror.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define AWS_TYPE_REPLY (aws_reply_get_type ())

/**
 * AwsReply:
 *
 * A reply whose headers are there and whose body is read by one thread at a time. It may be dropped
 * at any point of the body: that never waits for the rest.
 */
G_DECLARE_FINAL_TYPE (AwsReply, aws_reply, AWS, REPLY, GObject)

/**
 * aws_reply_new:
 * @message: a message that was sent and whose headers are there
 * @body: the body of the reply to it
 * @context: the main context that was the thread's own when @message was sent; nobody else uses it
 * @deadline: (transfer full): how long the reply may still take
 *
 * Returns: (transfer full): the reply
 */
AwsReply *aws_reply_new (
    SoupMessage *message, GInputStream *body, GMainContext *context, AwsDeadline *deadline);

/**
 * aws_reply_read:
 * @self: a reply
 * @buffer: (out caller-allocates) (array length=count): where to put what comes next
 * @count: how many bytes fit in @buffer, at least 1
 * @cancellable: (nullable): ends the wait
 * @error: return location for an error
 *
 * Waits for the next bytes of the body. The connection is kept for other calls when the body was
 * read to its end, which means until 0 is returned.
 *
 * libsoup does not tell a chunked body that was cut off from one that ended (it does since 3.6.5):
 * who understands the body has to see whether it is whole, and raises %AWS_ERROR_CUT_OFF through
 * aws_reply_new_error() where it is not.
 *
 * Returns: how many bytes were put in @buffer; 0 at the end of the body; -1 with an error of
 *     %AWS_ERROR, %AWS_ERROR_CUT_OFF where the body is shorter than its Content-Length,
 *     %AWS_ERROR_TIMEOUT where all waiting for the reply has taken too long, or with
 *     %G_IO_ERROR_CANCELLED
 */
gssize aws_reply_read (
    AwsReply *self, void *buffer, gsize count, GCancellable *cancellable, GError **error);

/**
 * aws_reply_read_all:
 * @self: a reply
 * @max: the most bytes the body may have
 * @cancellable: (nullable): ends the wait
 * @error: return location for an error
 *
 * Reads what is left of the body.
 *
 * Returns: (transfer full) (nullable): the body, or %NULL with an error of aws_reply_read(), or
 *     with %AWS_ERROR_BAD_REPLY where there are more than @max bytes
 */
GBytes *aws_reply_read_all (AwsReply *self, gsize max, GCancellable *cancellable, GError **error);

/**
 * aws_reply_read_secret:
 * @self: a reply
 * @max: the most bytes the body may have
 * @cancellable: (nullable): ends the wait
 * @error: return location for an error
 *
 * As aws_reply_read_all(), to memory that is wiped. What libsoup and TLS keep of it on its way is out
 * of reach.
 *
 * Returns: (transfer full) (nullable): the body
 */
GBytes *aws_reply_read_secret (
    AwsReply *self, gsize max, GCancellable *cancellable, GError **error);

/**
 * aws_reply_read_failure:
 * @self: a reply whose status is no success, and of whose body nothing was read
 * @secret: (nullable): a secret of the request that must not be shown where the reply repeats it
 * @cancellable: (nullable): ends the wait
 *
 * Reads why the server refuses, as far as it can be read: the status has said already what is wrong.
 *
 * Returns: (transfer full): an error of aws_error_new_for_reply()
 */
GError *aws_reply_read_failure (AwsReply *self, const char *secret, GCancellable *cancellable);

/**
 * aws_reply_get_status:
 * @self: a reply
 *
 * Returns: the HTTP status
 */
guint aws_reply_get_status (AwsReply *self);

/**
 * aws_reply_get_headers:
 * @self: a reply
 *
 * Returns: (transfer none): the headers
 */
SoupMessageHeaders *aws_reply_get_headers (AwsReply *self);

/**
 * aws_reply_get_date:
 * @self: a reply
 *
 * Returns: the time the server says it sent the reply, in seconds since the epoch, or -1 where it
 *     does not say
 */
gint64 aws_reply_get_date (AwsReply *self);

/**
 * aws_reply_get_request_id:
 * @self: a reply
 *
 * Returns: (nullable) (transfer none): the service's name for the request
 */
const char *aws_reply_get_request_id (AwsReply *self);

/**
 * aws_reply_get_content_type:
 * @self: a reply
 *
 * Returns: (nullable) (transfer none): the media type of the body, without its parameters
 */
const char *aws_reply_get_content_type (AwsReply *self);

/**
 * aws_reply_new_error:
 * @self: a reply
 * @code: what is wrong
 * @format: printf() format of what is wrong, as the end of the sentence "HOST …"
 * @...: arguments of @format
 *
 * An error about what the body says, for who understands it: with the status and the request id of
 * @self, and a message that names the host.
 *
 * Returns: (transfer full): an error of %AWS_ERROR
 */
GError *aws_reply_new_error (AwsReply *self, AwsError code, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

G_END_DECLS
