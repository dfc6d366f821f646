/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The failures of a call, grouped by what a caller can do about them, with the service's answer.
 * The message is for people, the getters are for code. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AWS_ERROR:
 * The domain of the errors of this library. A cancelled call is no failure and stays
 * %G_IO_ERROR_CANCELLED.
 */
#define AWS_ERROR (aws_error_quark ())

/**
 * AwsError:
 * @AWS_ERROR_SETTINGS: a setting of the user is malformed, missing or incomplete
 * @AWS_ERROR_NO_CREDENTIALS: no credentials were found
 * @AWS_ERROR_INVALID_REQUEST: the service rejects the request for another reason (any other 4xx)
 * @AWS_ERROR_NOT_AUTHORIZED: the service rejects these credentials or this signature
 * @AWS_ERROR_NOT_FOUND: the service answers ResourceNotFoundException; a 404 without it is
 *     %AWS_ERROR_BAD_REPLY
 * @AWS_ERROR_THROTTLED: too many requests
 * @AWS_ERROR_SERVER: the service failed (5xx)
 * @AWS_ERROR_HOST_NOT_FOUND: the host's name has no address
 * @AWS_ERROR_CONNECT: the host or the proxy cannot be reached
 * @AWS_ERROR_TLS: there is no trusted connection to the host
 * @AWS_ERROR_REDIRECT: the host redirects (3xx), which a signed request must not follow
 * @AWS_ERROR_TIMEOUT: no reply within the time limit
 * @AWS_ERROR_CUT_OFF: the connection ended before the handshake or the reply did
 * @AWS_ERROR_BAD_REPLY: the reply is not HTTP, not what was requested, or a 4xx that the service
 *     cannot have written, such as the page of a proxy
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
 * @AWS_ERROR_CLASS_FINAL: a retry would not help
 * @AWS_ERROR_CLASS_TRANSIENT: a retry may succeed
 * @AWS_ERROR_CLASS_THROTTLING: a retry will succeed at a lower rate
 * @AWS_ERROR_CLASS_AUTH: a retry may succeed with renewed credentials
 * @AWS_ERROR_CLASS_SKEW: a retry may succeed with the service's time
 *
 * What an error means for a retry.
 */
typedef enum {
  AWS_ERROR_CLASS_FINAL,
  AWS_ERROR_CLASS_TRANSIENT,
  AWS_ERROR_CLASS_THROTTLING,
  AWS_ERROR_CLASS_AUTH,
  AWS_ERROR_CLASS_SKEW,
} AwsErrorClass;

/* RFC 6585, section 4; newer than libsoup's list. */
#define AWS_STATUS_TOO_MANY_REQUESTS 429

GQuark aws_error_quark (void);

/**
 * aws_error_set_reply:
 * @error: an error without a reply; one of another domain than %AWS_ERROR is not changed
 * @http_status: the HTTP status of the reply that @error is about
 * @code: (nullable): the service's error code
 * @request_id: (nullable): the service's name for the request, added to the message
 *
 * Stores in @error which reply it is about.
 */
void aws_error_set_reply (
    GError *error, guint http_status, const char *code, const char *request_id);

/**
 * aws_error_set_retry_after_ms:
 * @error: an error; one of another domain than %AWS_ERROR is not changed
 * @ms: how long the service asks to wait, in milliseconds, or -1
 */
void aws_error_set_retry_after_ms (GError *error, gint64 ms);

/**
 * aws_error_get_http_status:
 * @error: (nullable): an error of any domain
 *
 * Returns: the HTTP status of the reply that @error is about, or 0 where there was none
 */
guint aws_error_get_http_status (const GError *error);

/**
 * aws_error_get_code:
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
 * Follows the lists that the cores of AWS's SDKs share: codes of throttling, expired credentials, a
 * wrong clock and a service that took too long; then the statuses 500, 502, 503, 504, and 429 as
 * throttling; then failures of the connection, but not a certificate that is not trusted. Added to
 * them are `ClientLimitExceededException`, which Kinesis Video Streams throttles with, and replies
 * that make no sense.
 *
 * Returns: what @error means for a retry; an error of another domain is final
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
