/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Services, gateways and libraries name the same failure differently. This file maps each to one
 * AwsError and a text that says what happened, where, and what to do. */
#include "awserror.h"

#include "awsserviceerror.h"
#include "awsforeigntext.h"

#include <string.h>

/* RFC 6585, section 4; newer than libsoup's list. */
#define STATUS_TOO_MANY_REQUESTS 429

typedef struct {
  guint http_status;
  char *code;
  char *request_id;
  gint64 retry_after_ms;
} AwsErrorPrivate;

static void
aws_error_private_init (AwsErrorPrivate *priv)
{
  priv->retry_after_ms = -1;
}

static void
aws_error_private_copy (const AwsErrorPrivate *source, AwsErrorPrivate *target)
{
  target->http_status = source->http_status;
  target->code = g_strdup (source->code);
  target->request_id = g_strdup (source->request_id);
  target->retry_after_ms = source->retry_after_ms;
}

static void
aws_error_private_clear (AwsErrorPrivate *priv)
{
  g_free (priv->code);
  g_free (priv->request_id);
}

/* Clang cannot know that GLib aligns what the macro casts. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-align"
G_DEFINE_EXTENDED_ERROR (AwsError, aws_error)
#pragma GCC diagnostic pop

#define CHECK_CLOCK "check the system clock"
#define CHECK_KEYS "check the access key, the session token and the region"
#define CHECK_SECRET "check the secret key, the region and the system clock"
#define RENEW "the credentials have expired, get new ones"
#define CHECK_ACCESS "check the credentials and what they may do"
#define CHECK_WAY "check the endpoint and what is on the way to it"
#define CHECK_INTERLOPER                                                                           \
  "something else may have answered in the service's place: check the proxy and the endpoint-url"
#define ALLOW "allow it in the policies of the identity"
#define ASK_LESS "ask for less at a time, or have the quota raised"
#define RETAIN "turn on data retention for the stream"
#define TRY_LATER "try again later"

/* Codes that say more than the status they come with. Those of throttling are what the cores of
 * AWS's SDKs agree on, and the one that Kinesis Video Streams sends with a 400. */
static const struct {
  const char *code;
  AwsError error;
  AwsErrorClass error_class;
  const char *advice;
} known_codes[] = {
    {"AccessDenied", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_FINAL, ALLOW},
    {"AccessDeniedException", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_FINAL, ALLOW},
    {"AuthFailure", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_SKEW, CHECK_SECRET},
    {"ExpiredToken", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_AUTH, RENEW},
    {"ExpiredTokenException", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_AUTH, RENEW},
    {"IncompleteSignature", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_FINAL, CHECK_WAY},
    {"IncompleteSignatureException", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_FINAL, CHECK_WAY},
    {"InvalidAccessKeyId", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_AUTH, CHECK_KEYS},
    {"InvalidClientTokenId", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_AUTH, CHECK_KEYS},
    {"InvalidSignatureException", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_SKEW, CHECK_SECRET},
    {"InvalidToken", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_AUTH, CHECK_KEYS},
    {"MissingAuthenticationToken", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_FINAL, CHECK_WAY},
    {"MissingAuthenticationTokenException", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_FINAL,
        CHECK_WAY},
    {"NotAuthorizedException", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_FINAL, ALLOW},
    {"RequestExpired", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_SKEW, CHECK_CLOCK},
    {"RequestInTheFuture", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_SKEW, CHECK_CLOCK},
    {"RequestTimeTooSkewed", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_SKEW, CHECK_CLOCK},
    {"SignatureDoesNotMatch", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_SKEW, CHECK_SECRET},
    {"UnrecognizedClient", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_AUTH, CHECK_KEYS},
    {"UnrecognizedClientException", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_AUTH, CHECK_KEYS},

    {"NoDataRetentionException", AWS_ERROR_INVALID_REQUEST, AWS_ERROR_CLASS_FINAL, RETAIN},
    /* The caller knows what it asked for. */
    {"ResourceNotFoundException", AWS_ERROR_NOT_FOUND, AWS_ERROR_CLASS_FINAL, NULL},

    {"BandwidthLimitExceeded", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING, ASK_LESS},
    {"ClientLimitExceededException", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING, ASK_LESS},
    {"EC2ThrottledException", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING, ASK_LESS},
    {"LimitExceededException", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING, ASK_LESS},
    {"PriorRequestNotComplete", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING, ASK_LESS},
    {"ProvisionedThroughputExceededException", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING,
        ASK_LESS},
    {"RequestLimitExceeded", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING, ASK_LESS},
    {"RequestThrottled", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING, ASK_LESS},
    {"RequestThrottledException", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING, ASK_LESS},
    {"SlowDown", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING, ASK_LESS},
    {"ThrottledException", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING, ASK_LESS},
    {"Throttling", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING, ASK_LESS},
    {"ThrottlingException", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING, ASK_LESS},
    {"TooManyRequestsException", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING, ASK_LESS},
    {"TransactionInProgressException", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING, ASK_LESS},

    {"RequestTimeout", AWS_ERROR_TIMEOUT, AWS_ERROR_CLASS_TRANSIENT, TRY_LATER},
    {"RequestTimeoutException", AWS_ERROR_TIMEOUT, AWS_ERROR_CLASS_TRANSIENT, TRY_LATER},
    {"IDPCommunicationError", AWS_ERROR_SERVER, AWS_ERROR_CLASS_TRANSIENT, TRY_LATER},
};

/* Whether @code is written as AWS writes its codes, and not as `404` or `NOT_FOUND`. */
static gboolean
is_aws_code (const char *code)
{
  return code != NULL &&
         g_regex_match_simple ("^(?=.*[a-z])[A-Z][A-Za-z0-9.]*$", code, G_REGEX_DOLLAR_ENDONLY, 0);
}

/* Whether a service or a server that gives credentials wrote the reply. A proxy that answers in its
 * place writes a page, or nothing. */
static gboolean
is_of_service (const AwsErrorReply *reply, const AwsServiceError *service_error)
{
  if (is_aws_code (service_error->code) || service_error->request_id != NULL)
    return TRUE;
  if (reply->purpose == AWS_REQUEST_TO_CREDENTIALS_SERVER && reply->is_direct)
    return TRUE;
  return service_error->message != NULL && !service_error->is_quote && !service_error->is_page;
}

static AwsError
classify_credentials_server (guint status, const char **advice)
{
  if (status == SOUP_STATUS_NOT_FOUND)
    *advice = "check the endpoint";
  else if (status == SOUP_STATUS_UNAUTHORIZED || status == SOUP_STATUS_FORBIDDEN)
    *advice = CHECK_ACCESS;
  return AWS_ERROR_NOT_AUTHORIZED;
}

static AwsError
classify_client_error (
    const AwsErrorReply *reply, const AwsServiceError *service_error, const char **advice)
{
  if (!is_of_service (reply, service_error)) {
    *advice = CHECK_INTERLOPER;
    return AWS_ERROR_BAD_REPLY;
  }
  if (reply->purpose == AWS_REQUEST_TO_CREDENTIALS_SERVER)
    return classify_credentials_server (reply->status, advice);
  switch (reply->status) {
    case SOUP_STATUS_UNAUTHORIZED:
    case SOUP_STATUS_FORBIDDEN:
      *advice = CHECK_ACCESS;
      return AWS_ERROR_NOT_AUTHORIZED;
    case SOUP_STATUS_NOT_FOUND:
      if (is_aws_code (service_error->code))
        return AWS_ERROR_INVALID_REQUEST;
      *advice = CHECK_INTERLOPER;
      return AWS_ERROR_BAD_REPLY;
    default:
      return AWS_ERROR_INVALID_REQUEST;
  }
}

static AwsError
classify_status (
    const AwsErrorReply *reply, const AwsServiceError *service_error, const char **advice)
{
  switch (reply->status) {
    case SOUP_STATUS_PROXY_AUTHENTICATION_REQUIRED:
      *advice = "the proxy asks for a user and a password";
      return AWS_ERROR_CONNECT;
    case STATUS_TOO_MANY_REQUESTS:
      *advice = ASK_LESS;
      return AWS_ERROR_THROTTLED;
    default:
      break;
  }
  if (SOUP_STATUS_IS_REDIRECTION (reply->status)) {
    *advice = "redirects are not followed, check the endpoint";
    return AWS_ERROR_REDIRECT;
  }
  if (SOUP_STATUS_IS_CLIENT_ERROR (reply->status))
    return classify_client_error (reply, service_error, advice);
  if (SOUP_STATUS_IS_SERVER_ERROR (reply->status)) {
    *advice = TRY_LATER;
    return AWS_ERROR_SERVER;
  }
  return AWS_ERROR_BAD_REPLY;
}

static gboolean
is_known_code (const char *code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (known_codes); i++) {
    if (g_strcmp0 (code, known_codes[i].code) == 0)
      return TRUE;
  }
  return FALSE;
}

static AwsError
classify_reply (
    const AwsErrorReply *reply, const AwsServiceError *service_error, const char **advice)
{
  for (gsize i = 0; i < G_N_ELEMENTS (known_codes); i++) {
    if (g_strcmp0 (service_error->code, known_codes[i].code) == 0) {
      *advice = known_codes[i].advice;
      return known_codes[i].error;
    }
  }
  return classify_status (reply, service_error, advice);
}

static void
append_redirect (GString *text, const AwsErrorReply *reply)
{
  const char *location = soup_message_headers_get_one (reply->headers, "Location");
  g_autoptr (GUri) uri = NULL;
  g_autofree char *host = NULL;

  if (location != NULL)
    uri = g_uri_parse (location, SOUP_HTTP_URI_FLAGS, NULL);
  if (uri == NULL || g_uri_get_host (uri) == NULL)
    return;
  host = aws_foreign_text_clean (g_uri_get_host (uri), -1, reply->secrets);
  g_string_append_printf (text, " to %s", host);
}

/* Appends what the server wrote, without its full stop. */
static void
append_foreign (GString *text, const AwsErrorReply *reply, const char *message)
{
  g_autofree char *foreign = aws_foreign_text_clean (message, -1, reply->secrets);

  if (g_str_has_suffix (foreign, "."))
    foreign[strlen (foreign) - 1] = '\0';
  if (*foreign != '\0')
    g_string_append_printf (text, ": %s", foreign);
}

/* The number that a header consists of, or -1. */
static gint64
read_number (SoupMessageHeaders *headers, const char *name, gint64 max)
{
  const char *text = soup_message_headers_get_one (headers, name);
  guint64 number;

  return text != NULL && g_ascii_string_to_unsigned (text, 10, 0, (guint64)max, &number, NULL)
             ? (gint64)number
             : -1;
}

/* AWS's own hint is in milliseconds. A gateway's is in seconds (RFC 9110, 10.2.3); a date is
 * ignored, because it depends on the gateway's clock. */
static gint64
read_retry_after (SoupMessageHeaders *headers)
{
  gint64 ms = read_number (headers, "x-amz-retry-after", G_MAXINT64);
  gint64 s = ms < 0 ? read_number (headers, "Retry-After", G_MAXINT64 / 1000) : -1;

  return s >= 0 ? s * 1000 : ms;
}

/* A body that is credentials, or may be, is not shown. */
static gboolean
may_show_message (const AwsErrorReply *reply, const AwsServiceError *service_error)
{
  return service_error->message != NULL && !SOUP_STATUS_IS_SUCCESSFUL (reply->status) &&
         (reply->purpose == AWS_REQUEST_FOR_DATA || !service_error->is_quote);
}

/* Whether something else answered in the service's place. */
static gboolean
is_page (const AwsErrorReply *reply, AwsError code)
{
  return code == AWS_ERROR_BAD_REPLY && SOUP_STATUS_IS_CLIENT_ERROR (reply->status);
}

static char *
describe_reply (const AwsErrorReply *reply, const AwsServiceError *service_error, AwsError code,
    const char *advice)
{
  const char *phrase = reply->status == STATUS_TOO_MANY_REQUESTS
                           ? "Too Many Requests"
                           : soup_status_get_phrase (reply->status);
  GString *text = g_string_new (NULL);

  g_string_printf (text, "%s answered %u %s", reply->host, reply->status,
      service_error->code != NULL ? service_error->code : phrase);
  if (is_page (reply, code))
    g_string_append (text, " without an AWS error");
  if (code == AWS_ERROR_REDIRECT)
    append_redirect (text, reply);
  else if (may_show_message (reply, service_error))
    append_foreign (text, reply, service_error->message);
  if (advice != NULL)
    g_string_append_printf (text, "; %s", advice);
  return g_string_free (text, FALSE);
}

GError *
aws_error_new_for_reply_full (const AwsErrorReply *reply)
{
  g_autoptr (AwsServiceError) service_error = aws_service_error_new (reply->headers, reply->body);
  g_autofree char *text = NULL;
  const char *advice = NULL;
  AwsError code;
  GError *error;

  /* A name may be anything that has the form of one. */
  if (!is_known_code (service_error->code))
    service_error->code = aws_foreign_text_check_name (service_error->code, reply->secrets);
  service_error->request_id =
      aws_foreign_text_check_name (service_error->request_id, reply->secrets);
  code = classify_reply (reply, service_error, &advice);
  if (is_page (reply, code))
    g_clear_pointer (&service_error->code, g_free);

  text = describe_reply (reply, service_error, code, advice);
  error = g_error_new_literal (AWS_ERROR, (int)code, text);
  aws_error_set_reply (error, reply->status, service_error->code, service_error->request_id);
  aws_error_get_private (error)->retry_after_ms = read_retry_after (reply->headers);
  return error;
}

GError *
aws_error_new_for_reply (guint status, SoupMessageHeaders *headers, GBytes *body, const char *host,
    const char *const *secrets)
{
  const AwsErrorReply reply = {
      .status = status, .headers = headers, .body = body, .host = host, .secrets = secrets};

  return aws_error_new_for_reply_full (&reply);
}

/* Measured with GIO and libsoup 3.2.3. */
static AwsError
classify_io_error (int code)
{
  switch (code) {
    case G_IO_ERROR_TIMED_OUT:
      return AWS_ERROR_TIMEOUT;
    case G_IO_ERROR_PARTIAL_INPUT:
    case G_IO_ERROR_CONNECTION_CLOSED:
    case G_IO_ERROR_FAILED: /* a stream of HTTP/2 that the server gave up */
      return AWS_ERROR_CUT_OFF;
    case G_IO_ERROR_INVALID_DATA:
      return AWS_ERROR_BAD_REPLY;
    default:
      return AWS_ERROR_CONNECT;
  }
}

/* G_TLS_ERROR_NOT_TLS stands for a handshake that ended before it was one. */
static AwsError
classify_tls_error (int code)
{
  return code == G_TLS_ERROR_EOF || code == G_TLS_ERROR_NOT_TLS ? AWS_ERROR_CUT_OFF : AWS_ERROR_TLS;
}

static AwsError
classify_transport (const GError *cause)
{
  if (cause->domain == G_IO_ERROR)
    return classify_io_error (cause->code);
  if (cause->domain == G_RESOLVER_ERROR)
    return AWS_ERROR_HOST_NOT_FOUND;
  if (cause->domain == G_TLS_ERROR)
    return classify_tls_error (cause->code);
  return AWS_ERROR_BAD_REPLY;
}

static const char *
describe_transport (AwsError code)
{
  switch (code) {
    case AWS_ERROR_HOST_NOT_FOUND:
      return "has no address; check the region, the endpoint and the network";
    case AWS_ERROR_TLS:
      return "does not complete a TLS handshake; check the endpoint and the proxy";
    case AWS_ERROR_TIMEOUT:
      return "did not answer in time; check the network, or allow more time";
    case AWS_ERROR_CUT_OFF:
      return "ended the connection too early; check the network, or try again later";
    case AWS_ERROR_BAD_REPLY:
      return "sent something other than an HTTP reply; check the endpoint";
    default:
      return "cannot be reached; check the endpoint, the network and the proxy, if there is one";
  }
}

static GError *
make_transport_error (AwsError code, const char *host, const GError *cause)
{
  g_autofree char *words = aws_foreign_text_clean (cause->message, -1, NULL);

  return g_error_new (AWS_ERROR, (int)code, "%s %s (%s)", host, describe_transport (code), words);
}

GError *
aws_error_new_for_transport (const GError *cause, const char *host)
{
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (cause);
  return make_transport_error (classify_transport (cause), host, cause);
}

GError *
aws_error_new_for_body (const GError *cause, const char *host)
{
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (cause);
  return make_transport_error (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_TIMED_OUT)
                                   ? AWS_ERROR_TIMEOUT
                                   : AWS_ERROR_CUT_OFF,
      host, cause);
}

/* The private part of an error that may be anyone's, or NULL. */
static AwsErrorPrivate *
peek_private (const GError *error)
{
  return error != NULL && error->domain == AWS_ERROR ? aws_error_get_private (error) : NULL;
}

void
aws_error_set_reply (GError *error, guint http_status, const char *code, const char *request_id)
{
  AwsErrorPrivate *priv = peek_private (error);
  g_autofree char *message = NULL;

  if (priv == NULL)
    return;

  priv->http_status = http_status;
  priv->code = g_strdup (code);
  priv->request_id = g_strdup (request_id);
  if (request_id != NULL) {
    message = error->message;
    error->message = g_strdup_printf ("%s (request %s)", message, request_id);
  }
}

guint
aws_error_get_http_status (const GError *error)
{
  const AwsErrorPrivate *priv = peek_private (error);

  return priv != NULL ? priv->http_status : 0;
}

const char *
aws_error_get_code (const GError *error)
{
  const AwsErrorPrivate *priv = peek_private (error);

  return priv != NULL ? priv->code : NULL;
}

const char *
aws_error_get_request_id (const GError *error)
{
  const AwsErrorPrivate *priv = peek_private (error);

  return priv != NULL ? priv->request_id : NULL;
}

static AwsErrorClass
get_class_of_status (guint status)
{
  switch (status) {
    case SOUP_STATUS_INTERNAL_SERVER_ERROR:
    case SOUP_STATUS_BAD_GATEWAY:
    case SOUP_STATUS_SERVICE_UNAVAILABLE:
    case SOUP_STATUS_GATEWAY_TIMEOUT:
      return AWS_ERROR_CLASS_TRANSIENT;
    case STATUS_TOO_MANY_REQUESTS:
      return AWS_ERROR_CLASS_THROTTLING;
    default:
      return AWS_ERROR_CLASS_FINAL;
  }
}

static gboolean
is_about_status (const AwsErrorPrivate *priv)
{
  return priv->http_status != 0 && priv->http_status != SOUP_STATUS_OK;
}

AwsErrorClass
aws_error_get_class (const GError *error)
{
  const AwsErrorPrivate *priv = peek_private (error);

  if (priv == NULL)
    return AWS_ERROR_CLASS_FINAL;
  for (gsize i = 0; i < G_N_ELEMENTS (known_codes); i++) {
    if (g_strcmp0 (priv->code, known_codes[i].code) == 0 &&
        known_codes[i].error_class != AWS_ERROR_CLASS_FINAL)
      return known_codes[i].error_class;
  }
  if (error->code == AWS_ERROR_BAD_REPLY)
    return AWS_ERROR_CLASS_TRANSIENT;
  if (is_about_status (priv))
    return get_class_of_status (priv->http_status);

  switch (error->code) {
    case AWS_ERROR_HOST_NOT_FOUND:
    case AWS_ERROR_CONNECT:
    case AWS_ERROR_TIMEOUT:
    case AWS_ERROR_CUT_OFF:
      return AWS_ERROR_CLASS_TRANSIENT;
    default:
      return AWS_ERROR_CLASS_FINAL;
  }
}

gint64
aws_error_get_retry_after_ms (const GError *error)
{
  const AwsErrorPrivate *priv = peek_private (error);

  return priv != NULL ? priv->retry_after_ms : -1;
}
