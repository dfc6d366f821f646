/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests what the parser reports of a document that comes in pieces of any size, and what it does not accept
 * as JSON. */
#include "awsjsonparser.h"

#include "awserror.h"

#include <string.h>

/* What the parser has reported, as a text: "{" and "[" begin, "}" and "]" end, "key=" precedes the value of a
 * member, "#" precedes a number, and strings are in quotes. */

static gboolean
value_cb (gpointer user_data, const char *key, AwsJsonType type, const char *number, GError **error)
{
  static const char *const names[] = {
      [AWS_JSON_OBJECT] = "{",
      [AWS_JSON_ARRAY] = "[",
      [AWS_JSON_STRING] = "\"",
      [AWS_JSON_NUMBER] = "#",
      [AWS_JSON_TRUE] = "T",
      [AWS_JSON_FALSE] = "F",
      [AWS_JSON_NULL] = "N",
  };

  g_assert_cmpint (number != NULL, ==, type == AWS_JSON_NUMBER);
  if (g_strcmp0 (key, "stop") == 0) {
    g_set_error_literal (error, AWS_ERROR, AWS_ERROR_SETTINGS, "stopped");
    return FALSE;
  }
  if (key)
    g_string_append_printf (user_data, "%s=", key);
  g_string_append (user_data, names[type]);
  if (number)
    g_string_append_printf (user_data, "%s ", number);
  return TRUE;
}

static gboolean
string_cb (gpointer user_data, const char *text, gsize length, GError **error)
{
  g_string_append_len (user_data, text, (gssize)length);
  return TRUE;
}

static gboolean
end_cb (gpointer user_data, AwsJsonType type, GError **error)
{
  g_string_append_c (
      user_data, type == AWS_JSON_OBJECT ? '}' : (type == AWS_JSON_ARRAY ? ']' : '"'));
  return TRUE;
}

static const AwsJsonHandler handler = {value_cb, string_cb, end_cb};

/* Reads @text, the first @first bytes in one piece and the rest in pieces of @piece. */
static char *
read_in_pieces (const char *text, gsize length, gsize first, gsize piece, GError **error)
{
  GString *told = g_string_new (NULL);
  g_autoptr (AwsJsonParser) json = aws_json_parser_new (&handler, told);
  gboolean good = aws_json_parser_feed (json, text, first, error);

  for (gsize done = first; good && done < length; done += piece)
    good = aws_json_parser_feed (json, text + done, MIN (piece, length - done), error);
  good = good && aws_json_parser_end (json, error);
  return g_string_free (told, !good);
}

static void
assert_told_once (const char *text, gsize first, gsize piece, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *told = read_in_pieces (text, strlen (text), first, piece, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (told, ==, expected);
}

static void
assert_told (const char *text, const char *expected)
{
  gsize length = strlen (text);

  assert_told_once (text, 0, 1, expected);
  for (gsize first = 0; first <= length; first++)
    assert_told_once (text, first, length, expected);
}

static void
test_values (void)
{
  assert_told ("null", "N");
  assert_told ("true", "T");
  assert_told (" \t\r\n false \t\r\n", "F");
  assert_told ("\"text\"", "\"text\"");
  assert_told ("\"\"", "\"\"");
  assert_told ("{}", "{}");
  assert_told ("[ ]", "[]");
  assert_told ("[1,2 , 3]", "[#1 #2 #3 ]");
  assert_told ("[[],{},[{}]]", "[[]{}[{}]]");
  assert_told ("{\"a\":1,\"b\":\"x\",\"c\":null}", "{a=#1 b=\"x\"c=N}");
  assert_told (
      "{ \"a\" : { \"b\" : [ true , { \"c\" : false } ] } , \"d\" : 1 }", "{a={b=[T{c=F}]}d=#1 }");
  assert_told ("{\"\":\"\",\"a\":[\"x\",\"y\"]}", "{=\"\"a=[\"x\"\"y\"]}");
}

static void
test_numbers (void)
{
  static const char *const numbers[] = {"0", "-0", "1", "-1", "10", "1705489836", "0.5", "-0.5",
      "1.0", "1705489836.421", "1e9", "1E9", "1e+9", "1e-9", "1.705489836421E9", "0e0", "0.0e00",
      "123456789012345678901234567890"};

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    g_autofree char *told = g_strdup_printf ("#%s ", numbers[i]);
    g_autofree char *in_array = g_strdup_printf ("[%s]", numbers[i]);
    g_autofree char *told_in_array = g_strdup_printf ("[#%s ]", numbers[i]);

    assert_told (numbers[i], told);
    assert_told (in_array, told_in_array);
  }
}

static void
test_escapes (void)
{
  assert_told ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\"\\/\b\f\n\r\t\"");
  assert_told ("\"a\\/b\\u002Fc\\u002fd\"", "\"a/b/c/d\"");
  assert_told ("\"\\u003d\\u003D\"", "\"==\"");
  assert_told ("{\"\\u0049mages\\/\":1}", "{Images/=#1 }");
  assert_told ("\"\\u00e4\\u20ac\"", "\"\xc3\xa4\xe2\x82\xac\"");
  assert_told ("\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"");
  assert_told ("\"\xc3\xa4\xf0\x9f\x98\x80\"", "\"\xc3\xa4\xf0\x9f\x98\x80\"");
}

/* Half of a surrogate pair becomes U+FFFD wherever it is, and the characters beside it are kept. */
static void
test_lone_surrogates (void)
{
#define REPLACEMENT "\xef\xbf\xbd"
  assert_told ("\"\\ude00\"", "\"" REPLACEMENT "\"");
  assert_told ("\"\\ud83d\"", "\"" REPLACEMENT "\"");
  assert_told ("\"\\ud83dx\\ude00\"", "\"" REPLACEMENT "x" REPLACEMENT "\"");
  assert_told ("\"\\ud83d\\n\\ude00\"", "\"" REPLACEMENT "\n" REPLACEMENT "\"");
  assert_told ("\"\\ud83d\\u0041\"", "\"" REPLACEMENT "A\"");
  assert_told ("\"\\ud83d\\ud83d\\ude00\"", "\"" REPLACEMENT "\xf0\x9f\x98\x80\"");
  assert_told ("[\"\\ud83d\",\"\\ude00\"]", "[\"" REPLACEMENT "\"\"" REPLACEMENT "\"]");
  assert_told ("{\"\\ud83d\":\"\\ude00\"}", "{" REPLACEMENT "=\"" REPLACEMENT "\"}");
}

static void
assert_refused_once (const char *text, gsize first, gsize piece, AwsError code, const char *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *told = read_in_pieces (text, strlen (text), first, piece, &error);

  g_assert_null (told);
  g_assert_error (error, AWS_ERROR, (gint)code);
  g_assert_cmpstr (error->message, ==, message);
}

static void
assert_refused (const char *text, AwsError code, const char *message)
{
  gsize length = strlen (text);

  assert_refused_once (text, 0, 1, code, message);
  for (gsize first = 0; first <= length; first++)
    assert_refused_once (text, first, length, code, message);
}

static void
test_grammar (void)
{
  static const struct {
    const char *text;
    const char *message;
  } cases[] = {
      {"<html>", "no JSON value at byte 0"},
      {"\xef\xbb\xbf{}", "no JSON value at byte 0"},
      {"}", "no JSON value at byte 0"},
      {"]", "no JSON value at byte 0"},
      {",", "no JSON value at byte 0"},
      {"'x'", "no JSON value at byte 0"},
      {"[1,]", "no JSON value at byte 3"},
      {"[,1]", "no JSON value at byte 1"},
      {"[1 2]", "neither a comma nor an end at byte 3"},
      {"[1}", "neither a comma nor an end at byte 2"},
      {"[1:2]", "neither a comma nor an end at byte 2"},
      {"{\"a\":1]", "neither a comma nor an end at byte 6"},
      {"{\"a\":1 \"b\":2}", "neither a comma nor an end at byte 7"},
      {"{\"a\":}", "no JSON value at byte 5"},
      {"{\"a\"}", "no colon after a key at byte 4"},
      {"{\"a\",1}", "no colon after a key at byte 4"},
      {"{\"a\" 1}", "no colon after a key at byte 5"},
      {"{a:1}", "no key at byte 1"},
      {"{1:1}", "no key at byte 1"},
      {"{,}", "no key at byte 1"},
      {"{]", "no key at byte 1"},
      {"{\"a\":1,}", "no key at byte 7"},
      {"[}", "no JSON value at byte 1"},
      {"{}x", "something after the end at byte 2"},
      {"{} {}", "something after the end at byte 3"},
      {"[]]", "something after the end at byte 2"},
      {"null null", "something after the end at byte 5"},
      {"\"a\"\"b\"", "something after the end at byte 3"},
      {"\"\\x\"", "an escape that is not JSON at byte 2"},
      {"\"\\'\"", "an escape that is not JSON at byte 2"},
      {"\"\\U0041\"", "an escape that is not JSON at byte 2"},
      {"\"\\u004g\"", "an escape that is not JSON at byte 6"},
      {"\"\\u00\"", "an escape that is not JSON at byte 5"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_refused (cases[i].text, AWS_ERROR_BAD_REPLY, cases[i].message);
}

static void
test_words_that_are_no_numbers (void)
{
  static const char *const words[] = {"01", "-01", "00", "1.", "1.e5", "1e", "1e+", "1e-", "1e1.5",
      "1.5.5", "--1", "-", "-a", "1-1", "1+1", "0x10", "1a", "1e5e5", "Infinity", "-Infinity",
      "NaN", "nul", "nulll", "Null", "TRUE", "truefalse", "undefined"};

  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    g_autofree char *message =
        g_strdup_printf ("a word that is not JSON at byte %" G_GSIZE_FORMAT, strlen (words[i]));
    g_autofree char *text = g_strdup_printf ("%s ", words[i]);

    assert_refused (text, AWS_ERROR_BAD_REPLY, message);
    assert_refused (words[i], AWS_ERROR_BAD_REPLY, message);
  }
  assert_refused ("[+1]", AWS_ERROR_BAD_REPLY, "no JSON value at byte 1");
  assert_refused ("[.5]", AWS_ERROR_BAD_REPLY, "no JSON value at byte 1");
}

/* JSON allows an escaped NUL, at which a string of C would end: "a\u0000b" must not be read as "a". */
static void
test_nul (void)
{
  static const struct {
    const char *text;
    const char *message;
  } cases[] = {
      {"{\"AccessKeyId\":\"AK\\u0000ID\"}", "a NUL in a text at byte 23"},
      {"{\"Images\\u0000x\":[]}", "a NUL in a text at byte 13"},
      {"[\"\\u0000\"]", "a NUL in a text at byte 7"},
      {"[\"\\ud83d\\u0000\"]", "a NUL in a text at byte 13"},
  };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_refused (cases[i].text, AWS_ERROR_BAD_REPLY, cases[i].message);
  g_assert_null (read_in_pieces ("[\"a\0b\"]", 7, 0, 1, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY);
}

static void
test_control_characters (void)
{
  assert_refused ("[\"a\nb\"]", AWS_ERROR_BAD_REPLY, "a control character in a text at byte 3");
  assert_refused ("{\"a\tb\":1}", AWS_ERROR_BAD_REPLY, "a control character in a text at byte 3");
  assert_refused (
      "{\"a\":\"\x1f\"}", AWS_ERROR_BAD_REPLY, "a control character in a text at byte 6");
  assert_told ("\" \x7f\"", "\" \x7f\"");
}

/* The beginning of a document is neither a whole document nor an error. */
static void
test_every_beginning (void)
{
  static const char text[] =
      "{\"a\":[1,-2.5e+3,true,false,null,\"x\\n\\u0041\",{}],\"b\":{\"c\":[]}}";

  for (gsize length = 0; length < strlen (text); length++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *message =
        g_strdup_printf ("it ends in the middle, after %" G_GSIZE_FORMAT " bytes", length);

    g_assert_null (read_in_pieces (text, length, length, 1, &error));
    g_assert_error (error, AWS_ERROR, AWS_ERROR_CUT_OFF);
    g_assert_cmpstr (error->message, ==, message);
  }
}

static char *
nest (guint depth)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, i % 2 ? "{\"a\":" : "[");
  for (guint i = depth; i-- > 0;)
    g_string_append (text, i == depth - 1 && i % 2 ? "1}" : (i % 2 ? "}" : "]"));
  return g_string_free (text, FALSE);
}

static void
test_depth (void)
{
  g_autofree char *deepest = nest (AWS_JSON_MAX_DEPTH);
  g_autofree char *too_deep = nest (AWS_JSON_MAX_DEPTH + 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *told = read_in_pieces (deepest, strlen (deepest), 0, 1, &error);

  g_assert_no_error (error);
  g_assert_nonnull (told);
  assert_refused (too_deep, AWS_ERROR_BAD_REPLY, "nested too deep at byte 96");
}

static void
test_long_tokens (void)
{
  g_autofree char *digits = g_strnfill (AWS_JSON_MAX_TOKEN, '1');
  g_autofree char *number = g_strdup_printf ("#%s ", digits);
  g_autofree char *too_many_digits = g_strconcat (digits, "1", NULL);
  g_autofree char *object = g_strdup_printf ("{\"%s\":1}", digits);
  g_autofree char *told = g_strdup_printf ("{%s=#1 }", digits);
  g_autofree char *too_long_key = g_strdup_printf ("{\"%s1\":1}", digits);
  g_autoptr (GError) error = NULL;

  assert_told (digits, number);
  assert_refused_once (
      too_many_digits, 0, 1, AWS_ERROR_BAD_REPLY, "a number that is too long at byte 256");
  assert_told (object, told);
  g_assert_null (read_in_pieces (too_long_key, strlen (too_long_key), 0, 1, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY);
  g_assert_true (g_str_has_prefix (error->message, "a key that is too long at byte "));
}

static void
test_handler_stops (void)
{
  assert_refused ("{\"a\":1,\"stop\":2,\"b\":3}", AWS_ERROR_SETTINGS, "stopped");
  assert_refused ("{\"a\":{\"stop\":[]}}", AWS_ERROR_SETTINGS, "stopped");
}

static void
test_is_number (void)
{
  g_assert_true (aws_json_is_number ("-1.705489836421E9"));
  g_assert_false (aws_json_is_number (""));
  g_assert_false (aws_json_is_number (" 1"));
  g_assert_false (aws_json_is_number ("1 "));
  g_assert_false (aws_json_is_number ("0x10"));
}

/* A handler that takes pieces of the letter "a" as they are, and notes them in parentheses. */
static gboolean
verbatim_cb (gpointer user_data, const char *text, gsize length)
{
  if (strspn (text, "a") < length)
    return FALSE;
  g_string_append_printf (user_data, "(%" G_GSIZE_FORMAT ")", length);
  return TRUE;
}

static const AwsJsonHandler verbatim_handler = {value_cb, string_cb, end_cb, verbatim_cb};

static void
test_verbatim (void)
{
  static const struct {
    const char *first, *rest;
    const char *told;
  } rows[] = {
      {"[\"aaa\",\"\",\"a\"]", "", "[\"(3)\"\"\"\"(1)\"]"},
      {"[\"aab\",\"aa\"]", "", "[\"aab\"\"(2)\"]"},
      {"[\"aa", "aaa\"]", "[\"(2)(3)\"]"},
      {"[\"aab", "aaa\"]", "[\"aab(3)\"]"},
      /* After an escape, the handler is not asked about the rest of the string. */
      {"[\"aa\\naa\",\"aa\"]", "", "[\"aa\naa\"\"(2)\"]"},
      {"[\"aa\\n", "aaa\"]", "[\"aa\naaa\"]"},
      {"[\"\\\"aa\"]", "", "[\"\"aa\"]"},
      /* The handler is not asked about keys. */
      {"{\"aa\":\"aa\"}", "", "{aa=\"(2)\"}"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GString) told = g_string_new (NULL);
    g_autoptr (AwsJsonParser) json = aws_json_parser_new (&verbatim_handler, told);

    g_assert_true (aws_json_parser_feed (json, rows[i].first, strlen (rows[i].first), NULL));
    g_assert_true (aws_json_parser_feed (json, rows[i].rest, strlen (rows[i].rest), NULL));
    g_assert_true (aws_json_parser_end (json, NULL));
    g_assert_cmpstr (told->str, ==, rows[i].told);
  }
}

/* A text of nothing but escapes is read in linear time, although the closing quote is far away. */
static void
test_many_escapes (void)
{
  const gsize n_escapes = 4 * 1000 * 1000;
  g_autoptr (GString) text = g_string_sized_new (2 * n_escapes + 3);
  g_autoptr (GString) told = g_string_sized_new (n_escapes + 3);
  g_autoptr (AwsJsonParser) json = aws_json_parser_new (&handler, told);

  g_string_append_c (text, '"');
  for (gsize i = 0; i < n_escapes; i++)
    g_string_append (text, "\\/");
  g_string_append_c (text, '"');
  g_assert_true (aws_json_parser_feed (json, text->str, text->len, NULL));
  g_assert_true (aws_json_parser_end (json, NULL));
  g_assert_cmpuint (told->len, ==, n_escapes + 2);
}

/* Any bytes are read or end in an error, and never in a crash. */
static void
test_soak (void)
{
  static const char alphabet[] = "{}[]:,\"\\u0123456789abcdefE+-.truefalsn \n";

  for (guint i = 0; i < 50000; i++) {
    char text[24];
    gsize length = (gsize)g_test_rand_int_range (0, sizeof text);
    gsize first = length > 0 ? (gsize)g_test_rand_int_range (0, (gint)length) : 0;
    g_autofree char *whole = NULL, *split = NULL;
    g_autoptr (GError) error = NULL, split_error = NULL;

    for (gsize k = 0; k < length; k++)
      text[k] = alphabet[g_test_rand_int_range (0, strlen (alphabet))];
    whole = read_in_pieces (text, length, length, 1, &error);
    split = read_in_pieces (text, length, first, 3, &split_error);
    g_assert_cmpstr (whole, ==, split);
    g_assert_cmpstr (error ? error->message : NULL, ==, split_error ? split_error->message : NULL);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awsjsonparser/values", test_values);
  g_test_add_func ("/awsjsonparser/numbers", test_numbers);
  g_test_add_func ("/awsjsonparser/escapes", test_escapes);
  g_test_add_func ("/awsjsonparser/lone-surrogates", test_lone_surrogates);
  g_test_add_func ("/awsjsonparser/grammar", test_grammar);
  g_test_add_func ("/awsjsonparser/words-that-are-no-numbers", test_words_that_are_no_numbers);
  g_test_add_func ("/awsjsonparser/nul", test_nul);
  g_test_add_func ("/awsjsonparser/control-characters", test_control_characters);
  g_test_add_func ("/awsjsonparser/every-beginning", test_every_beginning);
  g_test_add_func ("/awsjsonparser/depth", test_depth);
  g_test_add_func ("/awsjsonparser/long-tokens", test_long_tokens);
  g_test_add_func ("/awsjsonparser/handler-stops", test_handler_stops);
  g_test_add_func ("/awsjsonparser/is-number", test_is_number);
  g_test_add_func ("/awsjsonparser/verbatim", test_verbatim);
  g_test_add_func ("/awsjsonparser/many-escapes", test_many_escapes);
  g_test_add_func ("/awsjsonparser/soak", test_soak);
  return g_test_run ();
}
