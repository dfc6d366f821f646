/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsresumetoken.h"

#include "kvserror.h"

#include <string.h>

static char *
write (const char *stream, gint64 end_ms, guint64 sample)
{
  const KvsResumeToken token = {.stream = (char *)stream,
      .selector = KVS_IMAGE_SELECTOR_PRODUCER_TIMESTAMP,
      .start_ms = 1795161600250,
      .end_ms = end_ms,
      .interval_ms = 4294967295,
      .sample = sample};

  return kvs_resume_token_write (&token);
}

static void
test_round_trip (void)
{
  static const char *const streams[] = {"d", "do", "doo", "front_door.2-b"};
  static const gint64 ends[] = {1795165200000, KVS_RESUME_TOKEN_NO_END};

  for (gsize i = 0; i < G_N_ELEMENTS (streams) * G_N_ELEMENTS (ends); i++) {
    const char *stream = streams[i / 2];
    g_autofree char *text = NULL;
    g_autoptr (KvsResumeToken) token = NULL;

    text = write (stream, ends[i % 2], i * 1000);
    g_assert_true (kvs_resume_token_is_text (text));
    g_assert_cmpuint (
        strspn (text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS ".-_"), ==, strlen (text));
    token = kvs_resume_token_read (text, NULL);
    g_assert_nonnull (token);
    g_assert_cmpstr (token->stream, ==, stream);
    g_assert_cmpint (token->selector, ==, KVS_IMAGE_SELECTOR_PRODUCER_TIMESTAMP);
    g_assert_cmpint (token->start_ms, ==, 1795161600250);
    g_assert_cmpint (token->end_ms, ==, ends[i % 2]);
    g_assert_cmpuint (token->interval_ms, ==, 4294967295);
    g_assert_cmpuint (token->sample, ==, i * 1000);
  }
}

static void
assert_refused (const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (kvs_resume_token_read (text, &error));
  g_assert_error (error, KVS_ERROR, KVS_ERROR_INVALID);
}

/* A token that is cut off, or has a changed character, is never read as another position. */
static void
test_damaged (void)
{
  g_autofree char *text = write ("door", 1795165200000, 7);

  for (gsize i = 0; i < strlen (text); i++) {
    g_autofree char *cut = g_strndup (text, i);
    g_autofree char *changed = g_strdup (text);

    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    assert_refused (cut);
    assert_refused (changed);
  }
}

static void
test_others (void)
{
  assert_refused ("");
  assert_refused (".");
  assert_refused ("kvsimagesrc1.");
  assert_refused ("kvsimagesrc2.AAAA");
  assert_refused ("kvsimagesrc1.!!!!");
  g_assert_false (kvs_resume_token_is_text ("AYADeJx+/w=="));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/resumetoken/round-trip", test_round_trip);
  g_test_add_func ("/resumetoken/damaged", test_damaged);
  g_test_add_func ("/resumetoken/others", test_others);
  return g_test_run ();
}
