/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awserrorcode.h"

/* What a user is told, and whether a retry may help, follows from the code alone. */
static void
test_known (void)
{
  static const AwsErrorCode rows[] = {
      {"AccessDeniedException", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_FINAL, NULL},
      {"ExpiredTokenException", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_AUTH, NULL},
      {"InvalidSignatureException", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_SKEW, NULL},
      {"ResourceNotFoundException", AWS_ERROR_NOT_FOUND, AWS_ERROR_CLASS_FINAL, NULL},
      {"NoDataRetentionException", AWS_ERROR_INVALID_REQUEST, AWS_ERROR_CLASS_FINAL, NULL},
      {"ClientLimitExceededException", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING, NULL},
      {"RequestTimeoutException", AWS_ERROR_TIMEOUT, AWS_ERROR_CLASS_TRANSIENT, NULL},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    const AwsErrorCode *known = aws_error_code_find (rows[i].code);

    g_assert_nonnull (known);
    g_assert_cmpstr (known->code, ==, rows[i].code);
    g_assert_cmpint (known->error, ==, rows[i].error);
    g_assert_cmpint (known->error_class, ==, rows[i].error_class);
  }
}

/* What does not exist is known to the caller, which gives its own advice. */
static void
test_advice (void)
{
  g_assert_cmpstr (aws_error_code_find ("RequestExpired")->advice, ==, "check the system clock");
  g_assert_null (aws_error_code_find ("ResourceNotFoundException")->advice);
}

static void
test_unknown (void)
{
  static const char *const codes[] = {"", "SomethingNew", "throttling", "Throttling ", NULL};

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    g_assert_null (aws_error_code_find (codes[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awserrorcode/known", test_known);
  g_test_add_func ("/awserrorcode/advice", test_advice);
  g_test_add_func ("/awserrorcode/unknown", test_unknown);
  return g_test_run ();
}
