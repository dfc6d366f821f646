/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which names and ARNs a stream can have. */
#include "kvsstream.h"

#include "kvserror.h"

static void
test_names (void)
{
  static const char *const good[] = {"door", "a", "Front_Door-2.cam", "...", "123"};
  static const char *const bad[] = {
      "", " ", "a b", "a/b", "a:b", "a\n", "\na", "t\xc3\xbcr", "\xff", "a\"b", "a,b", "\xd9\xa3"};
  g_autofree char *longest = g_strnfill (KVS_MAX_STREAM_NAME, 'a');
  g_autofree char *too_long = g_strnfill (KVS_MAX_STREAM_NAME + 1, 'a');

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (kvs_stream_name_check (good[i], NULL));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (kvs_stream_name_check (bad[i], NULL));
  g_assert_true (kvs_stream_name_check (longest, NULL));
  g_assert_false (kvs_stream_name_check (too_long, NULL));
}

static void
test_arns (void)
{
  static const char *const good[] = {
      "arn:aws:kinesisvideo:us-west-2:123456789012:stream/door/1700000000000",
      "arn:aws-cn:kinesisvideo:cn-north-1:1:stream/Front_Door-2.cam/0",
      "arn:aws-us-gov:kinesisvideo:us-gov-east-1:123456789012:stream/a/1",
      "arn:aws2:kinesisvideo:us-west-2:1:stream/a/1",
  };
  static const char *const bad[] = {
      "",
      "door",
      "arn:aws:kinesisvideo:us-west-2:123456789012:stream/door",
      "arn:aws:kinesisvideo:us-west-2:123456789012:stream/door/",
      "arn:aws:kinesisvideo:us-west-2:123456789012:stream/door/17x",
      "arn:aws:kinesisvideo:us-west-2:123456789012:stream//1",
      "arn:aws:kinesisvideo:us-west-2:123456789012:stream/a/b/1",
      "arn:aws:kinesisvideo:us-west-2:123456789012:channel/door/1700000000000",
      "arn:aws:kinesisvideo:us-west-2::stream/door/1",
      "arn:aws:kinesisvideo::1:stream/door/1",
      "arn::kinesisvideo:us-west-2:1:stream/door/1",
      "arn:aws:kinesis:us-west-2:1:stream/door/1",
      "arn:aws:kinesisvideo:us_west:1:stream/door/1",
      "ARN:aws:kinesisvideo:us-west-2:1:stream/door/1",
      " arn:aws:kinesisvideo:us-west-2:1:stream/door/1",
      "arn:aws:kinesisvideo:us-west-2:1:stream/door/1\n",
      "arn:aws\xd9\xa3:kinesisvideo:us-west-2:1:stream/door/1",
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (kvs_stream_arn_check (good[i], NULL));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_test_message ("%s", bad[i]);
    g_assert_false (kvs_stream_arn_check (bad[i], NULL));
  }
}

static void
test_long_arn (void)
{
  static const char start[] = "arn:aws:kinesisvideo:us-west-2:1:stream/a/";
  g_autofree char *digits = g_strnfill (KVS_MAX_STREAM_ARN - (sizeof start - 1), '1');
  g_autofree char *longest = g_strconcat (start, digits, NULL);
  g_autofree char *too_long = g_strconcat (longest, "1", NULL);

  g_assert_true (kvs_stream_arn_check (longest, NULL));
  g_assert_false (kvs_stream_arn_check (too_long, NULL));
}

static void
test_messages (void)
{
  g_autoptr (GError) name_error = NULL;
  g_autoptr (GError) arn_error = NULL;

  g_assert_false (kvs_stream_name_check ("a b", &name_error));
  g_assert_error (name_error, KVS_ERROR, KVS_ERROR_INVALID);
  g_assert_cmpstr (name_error->message, ==,
      "a stream's name has 1 to 256 letters, digits, dots, dashes and underscores");
  g_assert_false (kvs_stream_arn_check ("door", &arn_error));
  g_assert_error (arn_error, KVS_ERROR, KVS_ERROR_INVALID);
  g_assert_cmpstr (arn_error->message, ==,
      "a stream's ARN is of the form "
      "arn:aws:kinesisvideo:REGION:ACCOUNT:stream/NAME/CREATION-TIME");
}

static void
test_parts_of_an_arn (void)
{
  static const char arn[] = "arn:aws-cn:kinesisvideo:cn-north-1:1:stream/Front_Door-2.cam/17";
  g_autofree char *region = kvs_stream_arn_get_region (arn);
  g_autofree char *name = kvs_stream_arn_get_name (arn);

  g_assert_cmpstr (region, ==, "cn-north-1");
  g_assert_cmpstr (name, ==, "Front_Door-2.cam");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsstream/names", test_names);
  g_test_add_func ("/kvsstream/arns", test_arns);
  g_test_add_func ("/kvsstream/long-arn", test_long_arn);
  g_test_add_func ("/kvsstream/messages", test_messages);
  g_test_add_func ("/kvsstream/parts-of-an-arn", test_parts_of_an_arn);
  return g_test_run ();
}
