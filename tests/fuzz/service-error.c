/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any body of an error reply, with any headers: the message is clean, and has no secret of the request. */
#include "fuzz.h"

#include <awserror.h>
#include <awserrorreply.h>
#include <awsserviceerror.h>

#include <string.h>

static SoupMessageHeaders *
take_headers (FuzzInput *input)
{
  static const char *const names[] = {"X-Amzn-ErrorType", "X-Amzn-RequestId", "Content-Type",
      "Retry-After", "x-amz-retry-after", "Location"};
  SoupMessageHeaders *headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *value = fuzz_take_line (input);

    g_strdelimit (value, "\r", ' ');
    if (*g_strstrip (value) != '\0')
      soup_message_headers_append (headers, names[i], value);
  }
  return headers;
}

static void
check_name (const char *name)
{
  if (name == NULL)
    return;
  fuzz_check_message (name);
  g_assert_null (strstr (name, FUZZ_SECRET));
}

void
fuzz_run (FuzzInput *input)
{
  static const char *const secrets[] = {FUZZ_SECRET, NULL};
  static const guint statuses[] = {200, 301, 302, 400, 401, 403, 404, 407, 429, 500, 503, 599};
  g_autofree char *status = fuzz_take_line (input);
  g_autoptr (SoupMessageHeaders) headers = take_headers (input);
  g_autoptr (GBytes) body = fuzz_take_rest (input);
  const AwsErrorReply reply = {
      .status = statuses[g_ascii_strtoull (status, NULL, 10) % G_N_ELEMENTS (statuses)],
      .headers = headers,
      .body = body,
      .host = "kinesisvideo.eu-west-1.amazonaws.com",
      .secrets = secrets,
      .purpose = g_bytes_get_size (body) % 3,
  };
  g_autoptr (AwsServiceError) said = aws_service_error_new (headers, body);
  GError *error = aws_error_reply_to_error (&reply);

  g_assert_true (said->message == NULL || g_utf8_validate (said->message, -1, NULL));
  g_assert_cmpint (aws_error_get_retry_after_ms (error), >=, -1);
  g_assert_cmpint (aws_error_get_class (error), <=, AWS_ERROR_CLASS_SKEW);
  check_name (aws_error_get_code (error));
  check_name (aws_error_get_request_id (error));
  fuzz_check_secret_error (FALSE, error);
}
