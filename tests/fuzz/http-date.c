/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any Date of a reply, and any times to wait. */
#include "fuzzreply.h"

void
fuzz_run (FuzzInput *input)
{
  g_autofree char *date = fuzz_take_line (input);
  g_autofree char *seconds = fuzz_take_line (input);
  g_autofree char *ms = fuzz_take_line (input);
  g_autofree char *headers =
      g_strdup_printf ("Date:%s\nRetry-After:%s\nx-amz-retry-after:%s", date, seconds, ms);
  g_autoptr (AwsReply) reply = fuzz_reply_new (headers, NULL);
  g_autoptr (GError) error = aws_reply_read_failure (reply, NULL);

  g_assert_cmpint (aws_reply_get_date (reply), >=, -1);
  g_assert_cmpint (aws_error_get_retry_after_ms (error), >=, -1);
}
