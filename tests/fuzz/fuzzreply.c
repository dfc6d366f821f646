/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzzreply.h"

#include <awssessionpool.h>

#include <libsoup/soup.h>
#include <string.h>

/* As libsoup's own parser, it takes what can be a header. */
static void
add_headers (SoupMessage *message, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", 20);

  for (char **line = lines; *line != NULL; line++) {
    char *value = strchr (*line, ':');

    g_strdelimit (*line, "\r", ' ');
    if (value == NULL || value == *line)
      continue;
    *value++ = '\0';
    g_strstrip (*line);
    if (**line != '\0' && g_str_is_ascii (*line))
      soup_message_headers_append (
          soup_message_get_response_headers (message), *line, g_strstrip (value));
  }
}

static SoupSession *
make_session_cb (GUri *uri, gpointer user_data)
{
  return soup_session_new ();
}

AwsReply *
fuzz_reply_new (const char *headers, GBytes *body)
{
  static const char *const secrets[] = {FUZZ_SECRET, NULL};
  static AwsSessionPool *pool;
  const AwsRequest request = {.method = "POST", .secrets = secrets};
  SoupMessage *message =
      soup_message_new ("POST", "https://kinesisvideo.eu-west-1.amazonaws.com/getDataEndpoint");
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  g_autoptr (AwsWatchdog) watchdog = aws_watchdog_new (aws_clock_get_default ());

  if (pool == NULL)
    pool = aws_session_pool_new ();
  if (headers != NULL)
    add_headers (message, headers);
  return aws_reply_new (&request,
      aws_session_pool_take (pool, soup_message_get_uri (message), make_session_cb, NULL), message,
      g_memory_input_stream_new_from_bytes (body != NULL ? body : nothing), g_main_context_new (),
      aws_deadline_new (watchdog, 5000, 60000), FALSE, 0);
}
