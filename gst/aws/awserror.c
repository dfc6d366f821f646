/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a failure is called differs between services, gateways and libraries. Here it gets the one
 * name that callers go by, and a text that says what happened where, and what to do about it. */
#include "awserror.h"

#include "awsfault.h"

#include <string.h>

/* What a service has to say is for one line of a log. */
#define MAX_MESSAGE_LENGTH 1024

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
#define ALLOW "allow it in the policies of who asks"
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
    /* Who has asked knows what it is. */
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

static AwsError
classify_status (guint status, const char **advice)
{
  static const struct {
    guint status;
    AwsError error;
    const char *advice;
  } known[] = {
      {SOUP_STATUS_UNAUTHORIZED, AWS_ERROR_NOT_AUTHORIZED, CHECK_ACCESS},
      {SOUP_STATUS_FORBIDDEN, AWS_ERROR_NOT_AUTHORIZED, CHECK_ACCESS},
      {SOUP_STATUS_NOT_FOUND, AWS_ERROR_NOT_FOUND, "check the endpoint"},
      {SOUP_STATUS_PROXY_AUTHENTICATION_REQUIRED, AWS_ERROR_CONNECT,
          "the proxy asks for a user and a password"},
      {STATUS_TOO_MANY_REQUESTS, AWS_ERROR_THROTTLED, ASK_LESS},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++) {
    if (status == known[i].status) {
      *advice = known[i].advice;
      return known[i].error;
    }
  }
  if (SOUP_STATUS_IS_REDIRECTION (status)) {
    *advice = "redirects are not followed, check the endpoint";
    return AWS_ERROR_REDIRECT;
  }
  if (SOUP_STATUS_IS_CLIENT_ERROR (status))
    return AWS_ERROR_INVALID_REQUEST;
  if (SOUP_STATUS_IS_SERVER_ERROR (status)) {
    *advice = TRY_LATER;
    return AWS_ERROR_SERVER;
  }
  return AWS_ERROR_BAD_REPLY;
}

static AwsError
classify_reply (guint status, const char *code, const char **advice)
{
  for (gsize i = 0; i < G_N_ELEMENTS (known_codes); i++) {
    if (g_strcmp0 (code, known_codes[i].code) == 0) {
      *advice = known_codes[i].advice;
      return known_codes[i].error;
    }
  }
  return classify_status (status, advice);
}

static const char *
describe_status (guint status)
{
  return status == STATUS_TOO_MANY_REQUESTS ? "Too Many Requests" : soup_status_get_phrase (status);
}

static void
append_redirect (GString *text, SoupMessageHeaders *headers)
{
  const char *location = soup_message_headers_get_one (headers, "Location");
  g_autoptr (GUri) uri = NULL;

  if (location != NULL)
    uri = g_uri_parse (location, SOUP_HTTP_URI_FLAGS, NULL);
  if (uri != NULL && g_uri_get_host (uri) != NULL)
    g_string_append_printf (text, " to %s", g_uri_get_host (uri));
}

static gboolean
is_end_of_paragraph (const char *text)
{
  return text[0] == '\n' && text[1 + strspn (text + 1, " \t\r")] == '\n';
}

/* The first paragraph of @message as one line. A complaint about a signature goes on with the request
 * as the service understood it, session token included. */
static GString *
take_first_paragraph (const char *message)
{
  g_autofree char *stripped = g_strstrip (g_strdup (message));
  GString *line = g_string_new (NULL);
  gboolean space = FALSE;

  for (const char *c = stripped; *c != '\0' && !is_end_of_paragraph (c); c = g_utf8_next_char (c)) {
    gunichar character = g_utf8_get_char (c);

    if (g_unichar_isspace (character) || !g_unichar_isprint (character)) {
      space = TRUE;
      continue;
    }
    if (space && line->len > 0)
      g_string_append_c (line, ' ');
    space = FALSE;
    g_string_append_unichar (line, character);
  }
  return line;
}

/* Takes out what an answer may repeat of the request's secrets: @secret, and what a header
 * Authorization is made of. */
static void
hide_secrets (GString *text, const char *secret)
{
  g_autoptr (GRegex) authorization =
      g_regex_new ("\\b(Credential|Signature)=[^\\s,;&\"'<>]+", G_REGEX_CASELESS, 0, NULL);
  g_autofree char *hidden = NULL;

  if (secret != NULL)
    g_string_replace (text, secret, "…", 0);
  hidden = g_regex_replace (authorization, text->str, -1, 0, "\\1: …", 0, NULL);
  g_string_assign (text, hidden);
}

/* Appends what others wrote, as one line of limited length and without its full stop. */
static void
append_foreign (GString *text, const char *message, const char *secret)
{
  g_autoptr (GString) foreign = take_first_paragraph (message);
  const char *end;

  hide_secrets (foreign, secret);
  if (foreign->len == 0)
    return;
  if (foreign->len > MAX_MESSAGE_LENGTH) {
    end = g_utf8_find_prev_char (foreign->str, foreign->str + MAX_MESSAGE_LENGTH);
    g_string_truncate (foreign, end - foreign->str);
    g_string_append (foreign, "…");
  }
  if (g_str_has_suffix (foreign->str, "."))
    g_string_truncate (foreign, foreign->len - 1);
  g_string_append_printf (text, ": %s", foreign->str);
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

/* AWS's own hint is in milliseconds. A gateway's is in seconds (RFC 9110, 10.2.3); one that is a
 * date is not worth trusting another clock for. */
static gint64
read_retry_after (SoupMessageHeaders *headers)
{
  gint64 ms = read_number (headers, "x-amz-retry-after", G_MAXINT64);
  gint64 s = ms < 0 ? read_number (headers, "Retry-After", G_MAXINT64 / 1000) : -1;

  return s >= 0 ? s * 1000 : ms;
}

GError *
aws_error_new_for_reply (
    guint status, SoupMessageHeaders *headers, GBytes *body, const char *host, const char *secret)
{
  g_autoptr (AwsFault) fault = aws_fault_new (headers, body);
  g_autoptr (GString) text = g_string_new (NULL);
  const char *advice = NULL;
  AwsError code = classify_reply (status, fault->code, &advice);
  GError *error;

  /* The body of a success is not for showing: it may be credentials. */
  g_string_printf (text, "%s answered %u %s", host, status,
      fault->code != NULL ? fault->code : describe_status (status));
  if (code == AWS_ERROR_REDIRECT)
    append_redirect (text, headers);
  else if (fault->message != NULL && !SOUP_STATUS_IS_SUCCESSFUL (status))
    append_foreign (text, fault->message, secret);
  if (advice != NULL)
    g_string_append_printf (text, "; %s", advice);

  error = g_error_new_literal (AWS_ERROR, code, text->str);
  aws_error_set_reply (error, status, fault->code, fault->request_id);
  aws_error_get_private (error)->retry_after_ms = read_retry_after (headers);
  return error;
}

/* As GIO and libsoup 3.2.3 were measured to report it. */
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
      return "offers no TLS connection that can be trusted; check the endpoint, the CA file and "
             "the system clock";
    case AWS_ERROR_TIMEOUT:
      return "did not answer in time; check the network, or allow more time";
    case AWS_ERROR_CUT_OFF:
      return "ended the connection too early; check the network, or try again later";
    case AWS_ERROR_BAD_REPLY:
      return "sent something else than a HTTP reply; check the endpoint";
    default:
      return "cannot be reached; check the endpoint, the network and the proxy, if there is one";
  }
}

GError *
aws_error_new_for_transport (const GError *cause, const char *host)
{
  AwsError code;

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (cause);

  code = classify_transport (cause);
  return g_error_new (
      AWS_ERROR, code, "%s %s (%s)", host, describe_transport (code), cause->message);
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
  if (is_about_status (priv))
    return get_class_of_status (priv->http_status);

  switch (error->code) {
    case AWS_ERROR_HOST_NOT_FOUND:
    case AWS_ERROR_CONNECT:
    case AWS_ERROR_TIMEOUT:
    case AWS_ERROR_CUT_OFF:
    case AWS_ERROR_BAD_REPLY:
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
