/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Services and gateways name the same failure differently. This file maps each to one AwsError and a text
 * that says what happened, where, and what to do. */
#include "awserrorreply.h"

#include "awserrorcode.h"
#include "awsforeigntext.h"
#include "awsserviceerror.h"

#include <string.h>

#define CHECK_ACCESS "check the credentials and what they may do"
#define CHECK_INTERLOPER                                                                           \
  "something else may have answered in the service's place: check the proxy and the endpoint-url"

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
    case AWS_STATUS_TOO_MANY_REQUESTS:
      *advice = AWS_ADVICE_ASK_LESS;
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
    *advice = AWS_ADVICE_TRY_LATER;
    return AWS_ERROR_SERVER;
  }
  return AWS_ERROR_BAD_REPLY;
}

/* Whether a code is for requests for data, and comes from where credentials are: what is missing there, or not accepted,
 * is not what the caller has asked the service for. */
static gboolean
is_out_of_place (const AwsErrorReply *reply, const AwsErrorCode *known)
{
  return known != NULL && reply->purpose == AWS_REQUEST_TO_CREDENTIALS_SERVER &&
         (known->error == AWS_ERROR_NOT_FOUND || known->error == AWS_ERROR_INVALID_REQUEST);
}

static AwsError
classify_reply (
    const AwsErrorReply *reply, const AwsServiceError *service_error, const char **advice)
{
  const AwsErrorCode *known = aws_error_code_find (service_error->code);

  if (known == NULL || is_out_of_place (reply, known))
    return classify_status (reply, service_error, advice);
  *advice = known->advice;
  return known->error;
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

/* Appends the server's message, without its full stop. */
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

/* Whether another server answered in the service's place. */
static gboolean
is_page (const AwsErrorReply *reply, AwsError code)
{
  return code == AWS_ERROR_BAD_REPLY && SOUP_STATUS_IS_CLIENT_ERROR (reply->status);
}

static char *
describe_reply (const AwsErrorReply *reply, const AwsServiceError *service_error, AwsError code,
    const char *advice)
{
  const char *phrase = reply->status == AWS_STATUS_TOO_MANY_REQUESTS
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
aws_error_reply_to_error (const AwsErrorReply *reply)
{
  g_autoptr (AwsServiceError) service_error = aws_service_error_new (reply->headers, reply->body);
  g_autofree char *text = NULL;
  const char *advice = NULL;
  AwsError code;
  GError *error;

  /* Any text of the right form may be a name, also a secret. */
  if (aws_error_code_find (service_error->code) == NULL)
    service_error->code = aws_foreign_text_check_name (service_error->code, reply->secrets);
  service_error->request_id =
      aws_foreign_text_check_name (service_error->request_id, reply->secrets);
  code = classify_reply (reply, service_error, &advice);
  if (is_page (reply, code))
    g_clear_pointer (&service_error->code, g_free);

  text = describe_reply (reply, service_error, code, advice);
  error = g_error_new_literal (AWS_ERROR, (int)code, text);
  if (is_out_of_place (reply, aws_error_code_find (service_error->code)))
    g_clear_pointer (&service_error->code, g_free);
  aws_error_set_reply (error, reply->status, service_error->code, service_error->request_id);
  aws_error_set_retry_after_ms (error, read_retry_after (reply->headers));
  return error;
}
