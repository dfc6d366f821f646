/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "probe.h"
#include "probejson.h"

#include "kvsimagepage.h"

static char *
print_entry (KvsEntry *entry)
{
  JsonObject *line = json_object_new ();
  g_autofree char *checksum = NULL;

  if (entry->has_time)
    json_object_set_int_member (line, "time_ms", entry->time_ms);
  else
    json_object_set_null_member (line, "time_ms");

  if (entry->error != NULL) {
    json_object_set_string_member (line, "error", entry->error);
  } else if (entry->image == NULL) {
    json_object_set_string_member (line, "error", entry->has_image ? "BAD_IMAGE" : "NO_MEDIA");
  } else {
    checksum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, entry->image);
    json_object_set_int_member (line, "size", (gint64)g_bytes_get_size (entry->image));
    json_object_set_string_member (line, "sha256", checksum);
  }
  return probe_json_print (line);
}

static void
print_entries (GString *answer, KvsImagePage *reply)
{
  KvsEntry *next;

  while ((next = kvs_image_page_pop (reply)) != NULL) {
    g_autoptr (KvsEntry) entry = next;
    g_autofree char *line = print_entry (entry);

    g_string_append_printf (answer, "%s\n", line);
  }
}

char *
probe_reply (GBytes *input, GError **error)
{
  g_autoptr (KvsImagePage) reply = kvs_image_page_new (0);
  g_autoptr (GError) failure = NULL;
  GString *answer = g_string_new (NULL);
  JsonObject *last = json_object_new ();
  g_autofree char *last_line = NULL;
  gsize length;
  const char *text = g_bytes_get_data (input, &length);
  gboolean whole =
      kvs_image_page_feed (reply, text, length, &failure) && kvs_image_page_end (reply, &failure);

  print_entries (answer, reply);
  if (whole)
    probe_json_set_string (last, "next_token", kvs_image_page_get_next_token (reply));
  else
    json_object_set_string_member (last, "error", failure->message);
  last_line = probe_json_print (last);
  g_string_append (answer, last_line);
  return g_string_free (answer, FALSE);
}
