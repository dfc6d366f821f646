/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A reply that is not a success, and the error that is made of it. */
#pragma once

#include "awsrequest.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * AwsErrorReply:
 * @status: the HTTP status, anything but 200
 * @headers: the headers of the reply
 * @body: (nullable): the body of the reply, or as much of it as was read
 * @host: the host that was asked, for the message
 * @secrets: (nullable) (array zero-terminated=1): the secrets of the request
 * @purpose: what the request was for
 * @is_direct: no proxy can have written the reply
 *
 * A reply that is not a success.
 */
typedef struct {
  guint status;
  SoupMessageHeaders *headers;
  GBytes *body;
  const char *host;
  const char *const *secrets;
  AwsRequestPurpose purpose;
  gboolean is_direct;
} AwsErrorReply;

/**
 * aws_error_reply_to_error:
 * @reply: the reply
 *
 * Makes an error of @reply, which aws_service_error_new() reads: by its code if aws_error_code_find() knows it,
 * else by the status. The service's own message is a part of the error's, after aws_foreign_text_clean().
 *
 * Without a code, the header of a request id or a message in JSON or XML, a 4xx but 407 and 429 is
 * %AWS_ERROR_BAD_REPLY: the page of a proxy, or of a host that is no AWS service. Load balancers of AWS
 * send pages with a 5xx, too, which is %AWS_ERROR_SERVER with a page or without.
 *
 * Returns: (transfer full): an error of %AWS_ERROR
 */
GError *aws_error_reply_to_error (const AwsErrorReply *reply);

G_END_DECLS
