/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any text as a GetImages reply: read in pieces of any size it is the same, and what is taken for one holds what
 * json-glib finds in it. */
#include "fuzz.h"

#include "jsonnodes.h"

#include <awsjson.h>
#include <awsjsonparser.h>
#include <kvsimagepage.h>

#include <math.h>
#include <string.h>

static void
describe_entry (GString *text, const KvsEntry *entry)
{
  g_autofree char *image = NULL;

  g_string_append (text, entry->has_time ? "time " : "no time");
  if (entry->has_time)
    g_string_append_printf (text, "%" G_GINT64_FORMAT, entry->time_ms);
  g_string_append_printf (text, ", error '%s', ", entry->error != NULL ? entry->error : "");
  g_string_append (text, entry->has_image ? "image " : "no image");
  g_assert_true (entry->has_image || entry->image == NULL);
  if (entry->image != NULL) {
    image = g_compute_checksum_for_bytes (G_CHECKSUM_MD5, entry->image);
    g_string_append (text, image);
  }
  g_string_append (text, "\n");
}

static void
pop_all (KvsImagePage *reply, GString *text)
{
  KvsEntry *next;

  while ((next = kvs_image_page_pop (reply)) != NULL) {
    g_autoptr (KvsEntry) entry = next;

    describe_entry (text, entry);
  }
}

static gboolean
feed_cb (gpointer reply, const char *text, gsize length)
{
  GError *error = NULL;
  gboolean is_good = kvs_image_page_feed (reply, text, length, &error);

  fuzz_check_error (is_good, error);
  return is_good;
}

/* What a reply holds, up to where it goes wrong; and whether it does not. */
static char *
read_reply (const char *text, gsize length, gsize piece_size, gboolean *is_good)
{
  g_autoptr (KvsImagePage) reply = kvs_image_page_new (length % 3000);
  GString *held = g_string_new (NULL);
  GError *error = NULL;

  *is_good = fuzz_feed (reply, feed_cb, text, length, piece_size);
  pop_all (reply, held);
  if (*is_good) {
    *is_good = kvs_image_page_end (reply, &error);
    fuzz_check_error (*is_good, error);
  }
  g_string_append_printf (
      held, "token '%s'", *is_good ? kvs_image_page_get_next_token (reply) ?: "" : "none");
  return g_string_free (held, FALSE);
}

static const char *
get_text (JsonObject *object, const char *name)
{
  const char *text = aws_json_get_string (object, name);

  return text != NULL && *text != '\0' ? text : NULL;
}

static gboolean
get_time (JsonObject *object, gint64 *time_ms)
{
  JsonNode *node = json_object_get_member (object, "TimeStamp");
  const char *text = get_text (object, "TimeStamp");

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return FALSE;
  if (text == NULL && json_node_get_value_type (node) == G_TYPE_STRING)
    return FALSE;
  *time_ms = (gint64)round (
      (text != NULL ? g_ascii_strtod (text, NULL) : json_node_get_double (node)) * 1000);
  return TRUE;
}

static void
describe_object (GString *text, JsonObject *object)
{
  KvsEntry entry = {.error = (char *)get_text (object, "Error")};
  const char *image = get_text (object, "ImageContent");
  g_autoptr (GBytes) decoded = image != NULL ? fuzz_decode_base64 (image, strlen (image)) : NULL;

  entry.has_time = get_time (object, &entry.time_ms);
  entry.has_image = image != NULL;
  entry.image = decoded;
  describe_entry (text, &entry);
}

/* The same, by json-glib. */
static char *
describe_document (JsonObject *object)
{
  GString *text = g_string_new (NULL);
  JsonNode *list = json_object_get_member (object, "Images");

  if (list != NULL && JSON_NODE_HOLDS_ARRAY (list)) {
    JsonArray *images = json_node_get_array (list);

    for (guint i = 0; i < json_array_get_length (images); i++)
      describe_object (text, json_array_get_object_element (images, i));
  }
  g_string_append_printf (text, "token '%s'", get_text (object, "NextToken") ?: "");
  return g_string_free (text, FALSE);
}

static void
compare (const char *text, gsize length, const char *held)
{
  /* A member that is there twice counts differently. */
  g_autoptr (JsonObject) object = aws_json_parse_object (text, length);
  g_autoptr (JsonNode) other = object != NULL ? json_nodes_parse (text, length) : NULL;
  g_autofree char *expected = NULL;

  if (other == NULL)
    return;
  expected = describe_document (json_node_get_object (other));
  g_assert_cmpstr (held, ==, expected);
}

void
fuzz_run (FuzzInput *input)
{
  const char *text = input->data;
  gsize length = input->size;
  gboolean is_good, is_good_in_bytes, is_good_in_pieces;
  g_autofree char *whole = read_reply (text, length, MAX (length, 1), &is_good);
  g_autofree char *bytes = read_reply (text, length, 1, &is_good_in_bytes);
  g_autofree char *pieces = read_reply (text, length, 0, &is_good_in_pieces);

  g_assert_cmpint (is_good, ==, is_good_in_bytes);
  g_assert_cmpint (is_good, ==, is_good_in_pieces);
  g_assert_cmpstr (whole, ==, bytes);
  g_assert_cmpstr (whole, ==, pieces);
  if (is_good)
    compare (text, length, whole);
}
