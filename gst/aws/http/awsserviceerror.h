/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The reason in a reply that is not a success. A service writes it in JSON, an older one in XML, and a
 * gateway in HTML. */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * AwsServiceError:
 * @code: (nullable): the error code, such as `AccessDeniedException`
 * @message: (nullable): the reason for people, valid UTF-8, just as it came: of any length, with
 *     line ends, and it may repeat secrets of the request
 * @request_id: (nullable): the service's name for the request
 * @is_quote: @message is the body itself, whose form is not known
 * @is_page: the body is HTML, as proxies and load balancers write it
 *
 * What a reply says of a failure. Each part is optional.
 */
typedef struct {
  char *code;
  char *message;
  char *request_id;
  gboolean is_quote;
  gboolean is_page;
} AwsServiceError;

/**
 * aws_service_error_new:
 * @headers: the headers of a reply
 * @body: (nullable): its body, or as much of it as was read
 *
 * Reads a reply by the rules of the restJson1 protocol: the code is in the header
 * `X-Amzn-Errortype`, else in the body's `code`, else in its `__type`; what follows a colon and
 * what precedes a hash is not part of it. The message is the body's `message`, else its `Message`; of
 * a body in which neither a message nor a code is found it is the first 1024 bytes themselves. Of HTML,
 * only the title counts. Any body can be read.
 *
 * Returns: (transfer full): the parts that were found
 */
AwsServiceError *aws_service_error_new (SoupMessageHeaders *headers, GBytes *body);

void aws_service_error_free (AwsServiceError *self);

/**
 * aws_service_error_find_request_id:
 * @headers: the headers of a reply, also of one that succeeded
 *
 * Looks under all the names that AWS's services use.
 *
 * Returns: (nullable) (transfer full): the service's name for the request
 */
char *aws_service_error_find_request_id (SoupMessageHeaders *headers);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AwsServiceError, aws_service_error_free)

G_END_DECLS
