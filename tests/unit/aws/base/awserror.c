/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awserror.h"

#include <gio/gio.h>

/* An error about a reply with @status and @code. */
static GError *
make_error (AwsError error_code, guint status, const char *code)
{
  GError *error = g_error_new_literal (AWS_ERROR, (int)error_code, "x");

  aws_error_set_reply (error, status, code, "id-1");
  return error;
}

static void
test_reply (void)
{
  g_autoptr (GError) error = g_error_new_literal (AWS_ERROR, AWS_ERROR_THROTTLED, "too fast");

  g_assert_cmpuint (aws_error_get_http_status (error), ==, 0);
  g_assert_null (aws_error_get_code (error));
  g_assert_null (aws_error_get_request_id (error));
  g_assert_cmpint (aws_error_get_retry_after_ms (error), ==, -1);

  aws_error_set_reply (error, 400, "Throttling", "id-1");
  aws_error_set_retry_after_ms (error, 1500);
  g_assert_cmpuint (aws_error_get_http_status (error), ==, 400);
  g_assert_cmpstr (aws_error_get_code (error), ==, "Throttling");
  g_assert_cmpstr (aws_error_get_request_id (error), ==, "id-1");
  g_assert_cmpint (aws_error_get_retry_after_ms (error), ==, 1500);
  g_assert_cmpstr (error->message, ==, "too fast (request id-1)");
}

static void
test_class_of_code (void)
{
  g_autoptr (GError) by_code = make_error (AWS_ERROR_INVALID_REQUEST, 400, "Throttling");
  g_autoptr (GError) final = make_error (AWS_ERROR_NOT_FOUND, 400, "ResourceNotFoundException");
  g_autoptr (GError) by_status = make_error (AWS_ERROR_NOT_FOUND, 503, "ResourceNotFoundException");
  g_autoptr (GError) unknown = make_error (AWS_ERROR_INVALID_REQUEST, 400, "SomethingNew");

  g_assert_cmpint (aws_error_get_class (by_code), ==, AWS_ERROR_CLASS_THROTTLING);
  g_assert_cmpint (aws_error_get_class (final), ==, AWS_ERROR_CLASS_FINAL);
  g_assert_cmpint (aws_error_get_class (by_status), ==, AWS_ERROR_CLASS_TRANSIENT);
  g_assert_cmpint (aws_error_get_class (unknown), ==, AWS_ERROR_CLASS_FINAL);
}

static void
test_class_without_code (void)
{
  static const struct {
    AwsError code;
    AwsErrorClass error_class;
  } rows[] = {
      {AWS_ERROR_SETTINGS, AWS_ERROR_CLASS_FINAL},
      {AWS_ERROR_NO_CREDENTIALS, AWS_ERROR_CLASS_FINAL},
      {AWS_ERROR_HOST_NOT_FOUND, AWS_ERROR_CLASS_TRANSIENT},
      {AWS_ERROR_CONNECT, AWS_ERROR_CLASS_TRANSIENT},
      {AWS_ERROR_TLS, AWS_ERROR_CLASS_FINAL},
      {AWS_ERROR_TIMEOUT, AWS_ERROR_CLASS_TRANSIENT},
      {AWS_ERROR_CUT_OFF, AWS_ERROR_CLASS_TRANSIENT},
      {AWS_ERROR_BAD_REPLY, AWS_ERROR_CLASS_TRANSIENT},
  };
  g_autoptr (GError) cancelled = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "x");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = g_error_new_literal (AWS_ERROR, rows[i].code, "x");

    g_assert_cmpint (aws_error_get_class (error), ==, rows[i].error_class);
    aws_error_set_reply (error, 200, NULL, "id");
    g_assert_cmpint (aws_error_get_class (error), ==, rows[i].error_class);
  }
  g_assert_cmpint (aws_error_get_class (cancelled), ==, AWS_ERROR_CLASS_FINAL);
  g_assert_cmpint (aws_error_get_class (NULL), ==, AWS_ERROR_CLASS_FINAL);
}

static void
test_cancelled (void)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "stop");

  aws_error_set_reply (error, 200, "code", "id");
  aws_error_set_retry_after_ms (error, 1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpstr (error->message, ==, "stop");
}

static void
test_other_domains (void)
{
  g_autoptr (GError) error = g_error_new_literal (G_FILE_ERROR, G_FILE_ERROR_IO, "x");

  g_assert_cmpuint (aws_error_get_http_status (error), ==, 0);
  g_assert_null (aws_error_get_code (error));
  g_assert_null (aws_error_get_request_id (error));
  g_assert_cmpuint (aws_error_get_http_status (NULL), ==, 0);
  g_assert_null (aws_error_get_code (NULL));
  g_assert_null (aws_error_get_request_id (NULL));
  g_assert_cmpint (aws_error_get_retry_after_ms (NULL), ==, -1);
}

static void
test_copy (void)
{
  GError *error = make_error (AWS_ERROR_THROTTLED, 400, "Throttling");
  g_autoptr (GError) copy = g_error_copy (error);

  g_error_free (error);
  g_assert_error (copy, AWS_ERROR, AWS_ERROR_THROTTLED);
  g_assert_cmpuint (aws_error_get_http_status (copy), ==, 400);
  g_assert_cmpstr (aws_error_get_code (copy), ==, "Throttling");
  g_assert_cmpstr (aws_error_get_request_id (copy), ==, "id-1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awserror/reply", test_reply);
  g_test_add_func ("/awserror/class-of-code", test_class_of_code);
  g_test_add_func ("/awserror/class-without-code", test_class_without_code);
  g_test_add_func ("/awserror/cancelled", test_cancelled);
  g_test_add_func ("/awserror/other-domains", test_other_domains);
  g_test_add_func ("/awserror/copy", test_copy);
  return g_test_run ();
}
