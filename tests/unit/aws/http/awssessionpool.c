/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awssessionpool.h"

static SoupSession *
make_cb (GUri *uri, gpointer user_data)
{
  guint *made = user_data;

  (*made)++;
  return soup_session_new ();
}

static AwsPooledSession *
take (AwsSessionPool *pool, const char *text, guint *made)
{
  g_autoptr (GUri) uri = g_uri_parse (text, SOUP_HTTP_URI_FLAGS, NULL);

  return aws_session_pool_take (pool, uri, make_cb, made);
}

static void
test_one_after_another (void)
{
  g_autoptr (AwsSessionPool) pool = aws_session_pool_new ();
  guint made = 0;

  for (int i = 0; i < 3; i++)
    aws_pooled_session_give_back (take (pool, "http://a.example/x", &made));
  g_assert_cmpuint (made, ==, 1);
}

static void
test_at_once (void)
{
  g_autoptr (AwsSessionPool) pool = aws_session_pool_new ();
  guint made = 0;
  AwsPooledSession *first = take (pool, "http://a.example/", &made);
  AwsPooledSession *second = take (pool, "http://a.example/", &made);
  SoupSession *latest = aws_pooled_session_get (first);

  g_assert_true (latest != aws_pooled_session_get (second));
  aws_pooled_session_give_back (second);
  aws_pooled_session_give_back (first);

  first = take (pool, "http://a.example/", &made);
  g_assert_true (aws_pooled_session_get (first) == latest);
  g_assert_cmpuint (made, ==, 2);
  aws_pooled_session_give_back (first);
}

/* A session for one host has no connection that another host could use. */
static void
test_origins (void)
{
  static const char *const origins[] = {"http://a.example/", "https://a.example/",
      "https://a.example:444/", "https://b.example/", "http://[::1]/"};
  g_autoptr (AwsSessionPool) pool = aws_session_pool_new ();
  guint made = 0;

  for (int round = 0; round < 2; round++) {
    for (gsize i = 0; i < G_N_ELEMENTS (origins); i++)
      aws_pooled_session_give_back (take (pool, origins[i], &made));
    g_assert_cmpuint (made, ==, G_N_ELEMENTS (origins));
  }
}

static void
test_taken_outlives_pool (void)
{
  AwsSessionPool *pool = aws_session_pool_new ();
  guint made = 0;
  AwsPooledSession *taken = take (pool, "http://a.example/", &made);

  g_object_unref (pool);
  g_assert_true (SOUP_IS_SESSION (aws_pooled_session_get (taken)));
  aws_pooled_session_give_back (taken);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/awssessionpool/one-after-another", test_one_after_another);
  g_test_add_func ("/awssessionpool/at-once", test_at_once);
  g_test_add_func ("/awssessionpool/origins", test_origins);
  g_test_add_func ("/awssessionpool/taken-outlives-pool", test_taken_outlives_pool);

  return g_test_run ();
}
