/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which source of a chain decides at first and later, and the error if none does. */
#include "awssourcechain.h"

#include "testsource.h"

typedef struct {
  AwsCredentialSource *chain;
  TestSource *first;
  TestSource *second;
  TestSource *third;
} Fixture;

static TestSource *
add (AwsSourceChain *chain, const char *name)
{
  TestSource *source = test_source_new (name);

  aws_source_chain_add (chain, AWS_CREDENTIAL_SOURCE (g_object_ref (source)));
  return source;
}

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  AwsSourceChain *chain = aws_source_chain_new ();

  fixture->first = add (chain, "first");
  fixture->second = add (chain, "second");
  fixture->third = add (chain, "third");
  fixture->chain = AWS_CREDENTIAL_SOURCE (chain);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  g_assert_finalize_object (fixture->chain);
  g_assert_finalize_object (fixture->first);
  g_assert_finalize_object (fixture->second);
  g_assert_finalize_object (fixture->third);
}

static void
assert_gives (Fixture *fixture, const char *access_key, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials =
      aws_credential_source_fetch (fixture->chain, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (aws_credentials_get_access_key (credentials), ==, access_key);
  g_assert_cmpstr (aws_credential_source_get_name (fixture->chain), ==, name);
}

static void
assert_fails (Fixture *fixture, AwsError code, const char *message, const char *name)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (aws_credential_source_fetch (fixture->chain, NULL, &error));
  g_assert_error (error, AWS_ERROR, (int)code);
  g_assert_cmpstr (error->message, ==, message);
  g_assert_cmpstr (aws_credential_source_get_name (fixture->chain), ==, name);
}

static void
assert_asked (Fixture *fixture, guint first, guint second, guint third)
{
  g_assert_cmpuint (test_source_get_n_asked (fixture->first), ==, first);
  g_assert_cmpuint (test_source_get_n_asked (fixture->second), ==, second);
  g_assert_cmpuint (test_source_get_n_asked (fixture->third), ==, third);
}

static void
test_first_configured (Fixture *fixture, gconstpointer unused)
{
  test_source_fail (fixture->first, AWS_ERROR_NO_CREDENTIALS, "FIRST is not set");
  test_source_give (fixture->second, "A", AWS_CREDENTIALS_FOREVER);

  g_assert_cmpstr (aws_credential_source_get_name (fixture->chain), ==, "none");
  assert_gives (fixture, "A", "second");
  assert_asked (fixture, 1, 1, 0);
}

static void
test_failure_ends (Fixture *fixture, gconstpointer unused)
{
  test_source_fail (fixture->first, AWS_ERROR_NO_CREDENTIALS, "FIRST is not set");
  test_source_fail (fixture->second, AWS_ERROR_CONNECT, "The second cannot be reached");
  test_source_give (fixture->second, "A", AWS_CREDENTIALS_FOREVER);

  assert_fails (fixture, AWS_ERROR_CONNECT, "The second cannot be reached", "second");
  assert_asked (fixture, 1, 1, 0);
  assert_gives (fixture, "A", "second");
}

static void
test_none (Fixture *fixture, gconstpointer unused)
{
  test_source_fail (fixture->first, AWS_ERROR_NO_CREDENTIALS, "FIRST is not set");
  test_source_fail (fixture->second, AWS_ERROR_NO_CREDENTIALS, "there is no second");
  test_source_fail (fixture->third, AWS_ERROR_NO_CREDENTIALS, "the third is switched off");

  assert_fails (fixture, AWS_ERROR_NO_CREDENTIALS,
      "No credentials found: first: FIRST is not set; second: there is no second; third: the third "
      "is switched off",
      "none");

  aws_source_chain_set_advice (AWS_SOURCE_CHAIN (fixture->chain), "First set FIRST");
  test_source_fail (fixture->first, AWS_ERROR_NO_CREDENTIALS, "FIRST is not set");
  test_source_fail (fixture->second, AWS_ERROR_NO_CREDENTIALS, "there is no second");
  test_source_fail (fixture->third, AWS_ERROR_NO_CREDENTIALS, "there is no third");
  assert_fails (fixture, AWS_ERROR_NO_CREDENTIALS,
      "No credentials found: first: FIRST is not set; second: there is no second; third: there is "
      "no third. First set FIRST",
      "none");
}

static void
test_winner_stays (Fixture *fixture, gconstpointer unused)
{
  test_source_fail (fixture->first, AWS_ERROR_NO_CREDENTIALS, "FIRST is not set");
  test_source_give (fixture->first, "FIRST", AWS_CREDENTIALS_FOREVER);
  test_source_give (fixture->second, "A", AWS_CREDENTIALS_FOREVER);
  test_source_fail (fixture->second, AWS_ERROR_SERVER, "The second is down");
  test_source_fail (fixture->second, AWS_ERROR_NO_CREDENTIALS, "the second has gone");
  test_source_give (fixture->second, "B", AWS_CREDENTIALS_FOREVER);

  assert_gives (fixture, "A", "second");
  assert_fails (fixture, AWS_ERROR_SERVER, "The second is down", "second");
  assert_fails (fixture, AWS_ERROR_NO_CREDENTIALS,
      "No credentials found: second: the second has gone", "second");
  assert_gives (fixture, "B", "second");
  assert_asked (fixture, 1, 4, 0);
}

static void
test_error_survives (Fixture *fixture, gconstpointer unused)
{
  GError *failure = g_error_new_literal (AWS_ERROR, AWS_ERROR_SERVER, "503");
  g_autoptr (GError) error = NULL;

  aws_error_set_reply (failure, 503, "Down", "id");
  test_source_fail_with (fixture->first, failure);
  g_assert_null (aws_credential_source_fetch (fixture->chain, NULL, &error));
  g_assert_cmpuint (aws_error_get_http_status (error), ==, 503);
  g_assert_cmpint (aws_error_get_class (error), ==, AWS_ERROR_CLASS_TRANSIENT);
}

static void
test_stability (Fixture *fixture, gconstpointer unused)
{
  test_source_set_statically_stable (fixture->second);
  test_source_fail (fixture->first, AWS_ERROR_NO_CREDENTIALS, "FIRST is not set");
  test_source_give (fixture->second, "A", AWS_CREDENTIALS_FOREVER);

  g_assert_false (aws_credential_source_is_statically_stable (fixture->chain));
  assert_gives (fixture, "A", "second");
  g_assert_true (aws_credential_source_is_statically_stable (fixture->chain));
}

static void
test_cancel (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (aws_credential_source_fetch (fixture->chain, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_asked (fixture, 1, 0, 0);
}

static void
add_test (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_test ("/awssourcechain/first-configured", test_first_configured);
  add_test ("/awssourcechain/failure-ends", test_failure_ends);
  add_test ("/awssourcechain/none", test_none);
  add_test ("/awssourcechain/winner-stays", test_winner_stays);
  add_test ("/awssourcechain/error-survives", test_error_survives);
  add_test ("/awssourcechain/stability", test_stability);
  add_test ("/awssourcechain/cancel", test_cancel);
  return g_test_run ();
}
