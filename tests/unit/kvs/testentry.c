/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "testentry.h"

#include <string.h>

KvsEntry *
test_entry_new (const KvsWindow *window, const char *text)
{
  KvsEntry *entry = g_new0 (KvsEntry, 1);
  char *rest;
  gint64 index = g_ascii_strtoll (text + 1, &rest, 10);
  gint64 offset_ms = g_ascii_strtoll (rest, NULL, 10);

  entry->has_image = *text == 's';
  if (entry->has_image)
    entry->image = g_bytes_new (text, strlen (text));
  else
    entry->error = g_strdup (*text == 'n' ? "NO_MEDIA" : "MEDIA_ERROR");
  entry->has_time = rest != text + 1;
  if (entry->has_time)
    entry->time_ms = kvs_window_get_time (window, index) + offset_ms;
  return entry;
}

void
test_entry_push_all (KvsHeldPage *page, const KvsWindow *window, const char *texts)
{
  g_auto (GStrv) words = g_strsplit (texts, " ", -1);

  for (guint i = 0; words[i] != NULL; i++) {
    KvsMatch *match = g_new0 (KvsMatch, 1);

    match->entry = test_entry_new (window, words[i]);
    kvs_held_page_push (page, match);
  }
}
