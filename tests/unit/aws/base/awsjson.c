/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which texts from outside are accepted as JSON, and what is read of them. */
#include "awsjson.h"

#include "awsjsonparser.h"

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
    g_autofree char *shown = g_strescape (bad[i], NULL);

    g_test_message ("%s", shown);
    g_assert_null (parse (bad[i]));
  }
  g_assert_null (aws_json_parse_object (NULL, 0));
}

/* Texts that json-glib's parser accepts although they are not JSON. */
static void
test_almost_json (void)
{
  static const char *const bad[] = {"{}{}", "{}{\"a\":[1,1,1]}", "{\"a\":1}[", "{'a':1}",
      "{\"a\":'b'}", "{\"a\":0x10}", "{\"a\":01}", "{\"a\":1.}", "{\"a\":1e999}", "{\"a\":.5}",
      "{\"a\":+1}", "{a:1}", "{/*\"*/\"a\":1}", "{\"a\":1/* b */}", "{\"a\":1}// b", "{\"a\":1,}",
      "{\"a\":[1,]}", "{\"a\":TRUE}", "var a = {\"a\":1};", "\xef\xbb\xbf{}", "{\"a\":\"b\nc\"}",
      "{\"a\":1,\"a\":2}", "{\"a\":\"AK\\u0000ID\"}", "{\"a\\u0000b\":1}",
      "{\"a\":[{\"b\":\"\\u0000\"}]}"};

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_test_message ("text %zu", i);
    g_assert_null (parse (bad[i]));
  }
  g_assert_null (aws_json_parse_object ("{}\0", 3));
  g_assert_null (aws_json_parse_object ("{\"a\":\"b\0c\"}", 11));
}

/* Half a surrogate pair makes json-glib's parser end the process. */
static void
test_texts (void)
{
  static const struct {
    const char *text;
    const char *value;
  } rows[] = {
      {"{\"a\":\"\\ud83d\\u0041\"}", "\xef\xbf\xbd"
                                     "A"},
      {"{\"a\":\"\\ud83d\"}", "\xef\xbf\xbd"},
      {"{\"a\":\"\\ude00\\ude00\"}", "\xef\xbf\xbd\xef\xbf\xbd"},
      {"{\"a\":\"\\ud83d\\ude00\"}", "\xf0\x9f\x98\x80"},
      {"{\"a\":\"\\n\\\"\\/\\u00e9\"}", "\n\"/\xc3\xa9"},
      {"{\"b\":\"long enough\",\"a\":\"\",\"c\":\"x\"}", ""},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (JsonObject) object = parse (rows[i].text);

    g_test_message ("%s", rows[i].text);
    g_assert_cmpstr (aws_json_get_string (object, "a"), ==, rows[i].value);
  }
}

/* The depth is limited before a parser recurses. A check that mistook brackets for part of a comment or a
 * string would let too many pass. */
static void
test_hidden_depth (void)
{
  static const char *const beginnings[] = {
      "{/*\"*/\"a\":", "{//\"\n\"a\":", "{'\"':", "{\"\\\\\":", "{}{\"a\":"};
  g_autofree char *brackets = g_strnfill (65000, '[');

  for (gsize i = 0; i < G_N_ELEMENTS (beginnings); i++) {
    g_autofree char *text = g_strconcat (beginnings[i], brackets, NULL);

    g_assert_null (parse (text));
  }
}

static void
test_numbers (void)
{
  g_autoptr (JsonObject) object = parse (
      "{\"largest\":9223372036854775807,\"larger\":9223372036854775808,\"zero\":-0,\"e\":1e3}");
  gint64 number = 7;

  g_assert_false (aws_json_get_int (object, "larger", &number));
  g_assert_false (aws_json_get_int (object, "e", &number));
  g_assert_cmpint (number, ==, 7);
  g_assert_true (aws_json_get_int (object, "zero", &number));
  g_assert_cmpint (number, ==, 0);
  g_assert_true (aws_json_get_int (object, "largest", &number));
  g_assert_cmpint (number, ==, G_MAXINT64);
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
  g_test_add_func ("/awsjson/almost-json", test_almost_json);
  g_test_add_func ("/awsjson/texts", test_texts);
  g_test_add_func ("/awsjson/hidden-depth", test_hidden_depth);
  g_test_add_func ("/awsjson/numbers", test_numbers);
  g_test_add_func ("/awsjson/length", test_length);
  g_test_add_func ("/awsjson/depth", test_depth);
  g_test_add_func ("/awsjson/members", test_members);
  g_test_add_func ("/awsjson/members-of-other-types", test_members_of_other_types);
  return g_test_run ();
}
