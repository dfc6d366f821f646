/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What can go wrong on the way to a service, sorted by what a caller would do about it, with what
 * the service said of it. The words are for people; the getters are for code. */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * AWS_ERROR:
 *
 * The domain of the errors of this library. A cancelled call is no failure and stays
 * %G_IO_ERROR_CANCELLED.
 */
#define AWS_ERROR (aws_error_quark ())

/**
 * AwsError:
 * @AWS_ERROR_SETTINGS: a setting of the user is malformed, missing or only half there
 * @AWS_ERROR_NO_CREDENTIALS: no credentials were found
 * @AWS_ERROR_INVALID_REQUEST: the service does not accept what was asked (any other 4xx)
 * @AWS_ERROR_NOT_AUTHORIZED: the service refuses these credentials or this signature
 * @AWS_ERROR_NOT_FOUND: the service does not know what was asked for (404)
 * @AWS_ERROR_THROTTLED: too many requests
 * @AWS_ERROR_SERVER: the service failed (5xx)
 * @AWS_ERROR_HOST_NOT_FOUND: the host's name has no address
 * @AWS_ERROR_CONNECT: the host or the proxy cannot be reached
 * @AWS_ERROR_TLS: there is no trusted connection to the host
 * @AWS_ERROR_REDIRECT: the host sends elsewhere, where a signed request must not go (3xx)
 * @AWS_ERROR_TIMEOUT: nothing came for too long
 * @AWS_ERROR_CUT_OFF: the connection ended before the handshake or the reply did
 * @AWS_ERROR_BAD_REPLY: what came is not HTTP, or not what was asked for
 */
typedef enum {
  AWS_ERROR_SETTINGS,
  AWS_ERROR_NO_CREDENTIALS,
  AWS_ERROR_INVALID_REQUEST,
  AWS_ERROR_NOT_AUTHORIZED,
  AWS_ERROR_NOT_FOUND,
  AWS_ERROR_THROTTLED,
  AWS_ERROR_SERVER,
  AWS_ERROR_HOST_NOT_FOUND,
  AWS_ERROR_CONNECT,
  AWS_ERROR_TLS,
  AWS_ERROR_REDIRECT,
  AWS_ERROR_TIMEOUT,
  AWS_ERROR_CUT_OFF,
  AWS_ERROR_BAD_REPLY,
} AwsError;

/**
 * AwsErrorClass:
 * @AWS_ERROR_CLASS_FINAL: asking again would not help
 * @AWS_ERROR_CLASS_TRANSIENT: it may work in a moment
 * @AWS_ERROR_CLASS_THROTTLING: it will work when less is asked
 * @AWS_ERROR_CLASS_AUTH: it may work with renewed credentials
 * @AWS_ERROR_CLASS_SKEW: it may work with the service's time
 *
 * What an error means for whoever could ask again.
 */
typedef enum {
  AWS_ERROR_CLASS_FINAL,
  AWS_ERROR_CLASS_TRANSIENT,
  AWS_ERROR_CLASS_THROTTLING,
  AWS_ERROR_CLASS_AUTH,
  AWS_ERROR_CLASS_SKEW,
} AwsErrorClass;

/**
 * aws_error_quark:
 *
 * Returns: the quark of %AWS_ERROR
 */
GQuark aws_error_quark (void);

/**
 * aws_error_new_for_reply:
 * @status: the HTTP status, anything but 200
 * @headers: the headers of the reply
 * @body: (nullable): the body of the reply, or as much of it as was read
 * @host: the host that was asked, for the message
 * @secret: (nullable): a secret of the request that must not be shown where the reply repeats it
 *
 * Turns a reply that is not a success into an error, as aws_fault_new() reads it: by its code where
 * that is known to say more than the status, else by the status. The service's own words go into the
 * message as one line of limited length, without secrets of the request as far as they can be told.
 *
 * Returns: (transfer full): an error of %AWS_ERROR
 */
GError *aws_error_new_for_reply (
    guint status, SoupMessageHeaders *headers, GBytes *body, const char *host, const char *secret);

/**
 * aws_error_new_for_transport:
 * @cause: what GIO or libsoup reported
 * @host: the host that was asked, for the message
 *
 * Turns a failure of the connection into an error that tells apart what callers do. That a call was
 * cancelled passes through as %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full): an error of %AWS_ERROR, or a copy of @cause if that is a cancellation
 */
GError *aws_error_new_for_transport (const GError *cause, const char *host);

/**
 * aws_error_set_reply:
 * @error: an error without a reply; one of another domain than %AWS_ERROR is left as it is
 * @http_status: the HTTP status of the reply that @error is about
 * @code: (nullable): the service's error code
 * @request_id: (nullable): the service's name for the request, added to the message
 *
 * Notes in @error which reply it is about.
 */
void aws_error_set_reply (
    GError *error, guint http_status, const char *code, const char *request_id);

/**
 * aws_error_get_http_status:
 * @error: (nullable): an error of any domain
 *
 * Returns: the HTTP status of the reply that @error is about, or 0 where there was none
 */
guint aws_error_get_http_status (const GError *error);

/**
 * aws_error_get_code:
 * @error: (nullable): an error of any domain
 *
 * Returns: (nullable) (transfer none): the service's error code, such as `AccessDeniedException`
 */
const char *aws_error_get_code (const GError *error);

/**
 * aws_error_get_request_id:
 * @error: (nullable): an error of any domain
 *
 * Returns: (nullable) (transfer none): the service's name for the request that failed
 */
const char *aws_error_get_request_id (const GError *error);

/**
 * aws_error_get_class:
 * @error: (nullable): an error of any domain
 *
 * Goes by the lists that the cores of AWS's SDKs share: codes of throttling, expired credentials, a
 * wrong clock and a service that took too long; then the statuses 500, 502, 503, 504, and 429 as
 * throttling; then failures of the connection, but not a certificate that is not trusted. Added to
 * them is `ClientLimitExceededException`, which Kinesis Video Streams throttles with.
 *
 * Returns: what @error means for whoever could ask again; an error of another domain is final
 */
AwsErrorClass aws_error_get_class (const GError *error);

/**
 * aws_error_get_retry_after_ms:
 * @error: (nullable): an error of any domain
 *
 * Returns: how long the service asks to wait before the next attempt, in milliseconds, or -1 where
 *     it does not ask (header `x-amz-retry-after`, or a gateway's `Retry-After` in seconds)
 */
gint64 aws_error_get_retry_after_ms (const GError *error);

G_END_DECLS
