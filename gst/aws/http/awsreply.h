/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The reply to a request, its body read as it arrives. */
#pragma once

#include "awsdeadline.h"
#include "awserror.h"
#include "awsrequest.h"
#include "awssessionpool.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define AWS_TYPE_REPLY (aws_reply_get_type ())

/**
 * AwsReply:
 * A reply whose headers are there and whose body is read by one thread at a time. It may be dropped
 * at any point of the body: that never waits for the rest.
 */
G_DECLARE_FINAL_TYPE (AwsReply, aws_reply, AWS, REPLY, GObject)

/**
 * aws_reply_new:
 * @request: the request that it is the reply to; its secrets are copied
 * @session: (transfer full): what @message was sent on
 * @message: (transfer full): a message that was sent and whose headers are there; nothing else has it
 * @body: (transfer full): the body of the reply to it
 * @context: (transfer full): the main context that was the thread's own when @message was sent; nothing else has it
 * @deadline: (transfer full): how long the reply may still take
 * @is_direct: no proxy can have written the reply
 * @begin_us: when the request began, in microseconds of the monotonic clock, for the debug log
 *
 * Returns: (transfer full): the reply
 */
AwsReply *aws_reply_new (const AwsRequest *request, AwsPooledSession *session, SoupMessage *message,
    GInputStream *body, GMainContext *context, AwsDeadline *deadline, gboolean is_direct,
    gint64 begin_us);

/**
 * aws_reply_read:
 * @buffer: (out caller-allocates) (array length=count): where to put what comes next
 * @count: how many bytes fit in @buffer, at least 1
 *
 * Waits for the next bytes of the body. The connection is kept for other calls when the body was
 * read to its end, which means until 0 is returned.
 *
 * libsoup before 3.6.5 does not tell a chunked body that was cut off from one that ended: the caller,
 * which parses the body, has to see whether it is whole, and raises %AWS_ERROR_CUT_OFF through
 * aws_reply_new_error() if it is not.
 *
 * Returns: how many bytes were put in @buffer; 0 at the end of the body; -1 with an error of
 *     %AWS_ERROR, %AWS_ERROR_CUT_OFF where the body did not reach its end,
 *     %AWS_ERROR_TIMEOUT where all waiting for the reply has taken too long, or with
 *     %G_IO_ERROR_CANCELLED
 */
gssize aws_reply_read (
    AwsReply *self, void *buffer, gsize count, GCancellable *cancellable, GError **error);

/**
 * aws_reply_catch_up:
 * @self: a reply that was read from
 *
 * Counts the time since aws_reply_read() as time of the reply, for a caller that has processed the received bytes
 * meanwhile. Otherwise a body without end that arrives fast would never reach the time limit.
 */
void aws_reply_catch_up (AwsReply *self);

/**
 * aws_reply_set_setup_time:
 * @setup_us: how long it took from when the request began until it could be sent, in microseconds
 */
void aws_reply_set_setup_time (AwsReply *self, gint64 setup_us);

/**
 * aws_reply_get_setup_time:
 * Returns: how much of the time since the request began was needed to make a connection for it, in microseconds: 0 where
 *     it was sent on one that was kept
 */
gint64 aws_reply_get_setup_time (AwsReply *self);

/**
 * aws_reply_read_all:
 * @max: the most bytes the body may have
 *
 * Reads what is left of the body.
 *
 * Returns: (transfer full) (nullable): the body, or %NULL with an error of aws_reply_read(), or
 *     with %AWS_ERROR_BAD_REPLY where there are more than @max bytes
 */
GBytes *aws_reply_read_all (AwsReply *self, gsize max, GCancellable *cancellable, GError **error);

/**
 * aws_reply_read_secret:
 * @max: the most bytes the body may have
 *
 * As aws_reply_read_all(), to memory that is wiped. Copies that libsoup and TLS
 * make are not wiped.
 *
 * Returns: (transfer full) (nullable): the body
 */
GBytes *aws_reply_read_secret (
    AwsReply *self, gsize max, GCancellable *cancellable, GError **error);

/**
 * aws_reply_read_failure:
 * @self: a reply whose status is no success, and of whose body nothing was read
 *
 * Reads the body of an error reply. If it cannot be read, the status alone makes the error.
 *
 * Returns: (transfer full): an error of aws_error_reply_to_error()
 */
GError *aws_reply_read_failure (AwsReply *self, GCancellable *cancellable);

guint aws_reply_get_status (AwsReply *self);

SoupMessageHeaders *aws_reply_get_headers (AwsReply *self);

/**
 * aws_reply_get_date:
 * Returns: the time the server says it sent the reply, in seconds since the epoch, or -1 where it
 *     does not say or names a time before the epoch. libsoup reads years before Christ, too.
 */
gint64 aws_reply_get_date (AwsReply *self);

/**
 * aws_reply_get_request_id:
 * Returns: (nullable) (transfer none): the service's name for the request, unless a secret of the request is in it
 */
const char *aws_reply_get_request_id (AwsReply *self);

/**
 * aws_reply_has_secret:
 * @text: something from its body
 *
 * Returns: whether @text repeats a secret of the request, by aws_foreign_text_has_run()
 */
gboolean aws_reply_has_secret (AwsReply *self, const char *text);

/**
 * aws_reply_get_content_type:
 * Returns: (nullable) (transfer none): the media type of the body, without its parameters
 */
const char *aws_reply_get_content_type (AwsReply *self);

/**
 * aws_reply_is_compressed:
 * Returns: whether the body is compressed, by its Content-Encoding. Names that servers put there by mistake, such as
 * `utf-8`, are none of a compression.
 */
gboolean aws_reply_is_compressed (AwsReply *self);

/**
 * aws_reply_new_error:
 * @code: what is wrong
 * @format: printf() format of what is wrong, as the end of the sentence "HOST …"
 * @...: arguments of @format
 *
 * Makes an error about the body, for the caller that parses it: with the status and the request id
 * of @self, and a message that names the host. aws_foreign_text_clean() cleans the formatted text, which may
 * quote the reply.
 *
 * Returns: (transfer full): an error of %AWS_ERROR
 */
GError *aws_reply_new_error (AwsReply *self, AwsError code, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

G_END_DECLS
