/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that JSON from outside is read for what it is and no further. */
#include "awsjson.h"

#include <string.h>

static JsonObject *
parse (const char *text)
{
  return aws_json_parse_object (text, strlen (text));
}

static void
test_objects (void)
{
  static const char *const good[] = {"{}", " \r\n{\"a\":[{}]}\t", "{\"[[{\":\"}\\\"[\"}"};

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (JsonObject) object = parse (good[i]);

    g_assert_nonnull (object);
  }
}

static void
test_others (void)
{
  static const char *const bad[] = {"", " ", "[]", "null", "\"{}\"", "5", "{",
      "{\"a\":", "{\"a\":1", "<html>", "{\"a\":\"\xff\"}", "\\", "\"", "{\"a\\"};

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_test_message ("%s", bad[i]);
    g_assert_null (parse (bad[i]));
  }
  g_assert_null (aws_json_parse_object (NULL, 0));
}

static void
test_length (void)
{
  g_autoptr (JsonObject) object = aws_json_parse_object ("{}}}", 2);

  g_assert_nonnull (object);
}

static char *
nest (guint depth)
{
  GString *text = g_string_new ("{\"a\":");

  for (guint i = 1; i < depth; i++)
    g_string_append_c (text, '[');
  for (guint i = 1; i < depth; i++)
    g_string_append_c (text, ']');
  return g_string_free (g_string_append_c (text, '}'), FALSE);
}

static void
test_depth (void)
{
  g_autofree char *deepest = nest (AWS_JSON_MAX_DEPTH);
  g_autofree char *deeper = nest (AWS_JSON_MAX_DEPTH + 1);
  g_autofree char *bottomless = nest (1000 * 1000);
  g_autoptr (JsonObject) object = parse (deepest);

  g_assert_nonnull (object);
  g_assert_null (parse (deeper));
  g_assert_null (parse (bottomless));
}

static void
test_members (void)
{
  g_autoptr (JsonObject) object =
      parse ("{\"text\":\"a\",\"empty\":\"\",\"int\":1700000000000,\"double\":1.5,\"bool\":true,"
             "\"null\":null,\"array\":[\"a\"],\"object\":{\"text\":\"b\"}}");
  gint64 number = 7;

  g_assert_cmpstr (aws_json_get_string (object, "text"), ==, "a");
  g_assert_cmpstr (aws_json_get_string (object, "empty"), ==, "");
  g_assert_true (aws_json_get_int (object, "int", &number));
  g_assert_cmpint (number, ==, 1700000000000);
  g_assert_cmpstr (aws_json_get_string (aws_json_get_object (object, "object"), "text"), ==, "b");
}

static void
test_members_of_other_types (void)
{
  static const char *const names[] = {
      "int", "text", "object", "double", "bool", "null", "array", "x"};
  g_autoptr (JsonObject) object =
      parse ("{\"int\":1,\"text\":\"1\",\"object\":{},\"double\":1.5,\"bool\":true,\"null\":null,"
             "\"array\":[1]}");

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    gint64 number = 7;

    g_test_message ("%s", names[i]);
    g_assert_true (aws_json_get_int (object, names[i], &number) == (i == 0));
    g_assert_cmpint (number, ==, i == 0 ? 1 : 7);
    g_assert_true ((aws_json_get_string (object, names[i]) != NULL) == (i == 1));
    g_assert_true ((aws_json_get_object (object, names[i]) != NULL) == (i == 2));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awsjson/objects", test_objects);
  g_test_add_func ("/awsjson/others", test_others);
  g_test_add_func ("/awsjson/length", test_length);
  g_test_add_func ("/awsjson/depth", test_depth);
  g_test_add_func ("/awsjson/members", test_members);
  g_test_add_func ("/awsjson/members-of-other-types", test_members_of_other_types);
  return g_test_run ();
}
