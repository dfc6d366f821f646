/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any text: read in pieces of any size it is the same, and json-glib reads the same in what is taken for JSON. */
#include "fuzz.h"

#include "jsonnodes.h"

#include <awsjson.h>
#include <awsjsonparser.h>

#include <string.h>

static gboolean
value_cb (gpointer user_data, const char *key, AwsJsonType type, const char *number, GError **error)
{
  g_assert_true ((number != NULL) == (type == AWS_JSON_NUMBER));
  g_string_append_printf (
      user_data, "\n%d %s:%s ", type, key != NULL ? key : "", number != NULL ? number : "");
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
  g_string_append_printf (user_data, "\nend %d", type);
  return TRUE;
}

static gboolean
feed_cb (gpointer parser, const char *text, gsize length)
{
  GError *error = NULL;
  gboolean is_good = aws_json_parser_feed (parser, text, length, &error);

  fuzz_check_error (is_good, error);
  return is_good;
}

/* What the parser tells of a text, or NULL. */
static char *
parse (const char *text, gsize length, gsize piece_size)
{
  static const AwsJsonHandler handler = {value_cb, string_cb, end_cb};
  g_autoptr (GString) told = g_string_new (NULL);
  g_autoptr (AwsJsonParser) parser = aws_json_parser_new (&handler, told);
  GError *error = NULL;
  gboolean is_good;

  if (!fuzz_feed (parser, feed_cb, text, length, piece_size))
    return NULL;
  is_good = aws_json_parser_end (parser, &error);
  fuzz_check_error (is_good, error);
  return is_good ? g_strdup (told->str) : NULL;
}

static void
check_object (const char *text, gsize length, gboolean is_json)
{
  g_autoptr (JsonObject) object = aws_json_parse_object (text, length);
  g_autoptr (JsonNode) other = NULL;

  if (object == NULL)
    return;
  g_assert_true (is_json);
  other = json_nodes_parse (text, length);
  if (other != NULL)
    g_assert_true (json_nodes_are_same_object (object, json_node_get_object (other)));
}

void
fuzz_run (FuzzInput *input)
{
  const char *text = input->data;
  gsize length = input->size;
  g_autofree char *whole = parse (text, length, MAX (length, 1));
  g_autofree char *bytes = parse (text, length, 1);
  g_autofree char *pieces = parse (text, length, 0);

  g_assert_cmpstr (whole, ==, bytes);
  g_assert_cmpstr (whole, ==, pieces);
  check_object (text, length, whole != NULL);
}
