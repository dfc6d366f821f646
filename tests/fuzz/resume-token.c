/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any text as a next-token: what is taken for one is the same when it is written and read again. */
#include "fuzz.h"

#include <kvsresumetoken.h>

static void
check_same (const KvsResumeToken *a, const KvsResumeToken *b)
{
  g_assert_cmpstr (a->stream, ==, b->stream);
  g_assert_cmpint (a->selector, ==, b->selector);
  g_assert_cmpint (a->start_ms, ==, b->start_ms);
  g_assert_cmpint (a->end_ms, ==, b->end_ms);
  g_assert_cmpuint (a->interval_ms, ==, b->interval_ms);
  g_assert_cmpuint (a->sample, ==, b->sample);
}

static void
check_again (const KvsResumeToken *token)
{
  g_autofree char *text = kvs_resume_token_write (token);
  g_autoptr (KvsResumeToken) again = NULL;
  GError *error = NULL;

  g_assert_true (kvs_resume_token_is_text (text));
  again = kvs_resume_token_read (text, &error);
  g_assert_no_error (error);
  check_same (token, again);
}

/* One with any parts, whose checksum is right. */
static void
check_parts (FuzzInput *input)
{
  g_autoptr (KvsResumeToken) token = g_new0 (KvsResumeToken, 1);
  g_autoptr (KvsResumeToken) again = NULL;
  g_autofree char *text = NULL;

  token->selector = fuzz_take_number (input, 1);
  token->start_ms = (gint64)fuzz_take_number (input, 65535) << fuzz_take_number (input, 46);
  token->end_ms = fuzz_take_number (input, 1)
                      ? KVS_RESUME_TOKEN_NO_END
                      : token->start_ms + (gint64)fuzz_take_number (input, 65535);
  token->interval_ms = fuzz_take_number (input, 65535);
  token->sample = fuzz_take_number (input, 65535);
  token->stream = fuzz_take_line (input);
  text = kvs_resume_token_write (token);
  again = kvs_resume_token_read (text, NULL);
  if (again != NULL)
    check_same (token, again);
}

void
fuzz_run (FuzzInput *input)
{
  g_autofree char *text = fuzz_take_line (input);
  GError *error = NULL;
  g_autoptr (KvsResumeToken) token = kvs_resume_token_read (text, &error);

  if (token != NULL)
    check_again (token);
  fuzz_check_error (token != NULL, error);
  check_parts (input);
}
