/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsheldpage.h"

void
kvs_match_free (KvsMatch *self)
{
  g_clear_pointer (&self->entry, kvs_entry_free);
  g_free (self);
}

void
kvs_held_page_init (KvsHeldPage *self)
{
  *self = (KvsHeldPage){g_ptr_array_new (), g_ptr_array_new (), g_ptr_array_new (), TRUE, TRUE};
}

void
kvs_held_page_clear (KvsHeldPage *self)
{
  g_ptr_array_set_free_func (self->entries, (GDestroyNotify)kvs_match_free);
  g_ptr_array_unref (self->entries);
  g_ptr_array_unref (self->images);
  g_ptr_array_unref (self->gaps);
}

void
kvs_held_page_push (KvsHeldPage *self, KvsMatch *match)
{
  const KvsEntry *entry = match->entry;
  guint n_images = self->images->len;

  match->arrival = self->entries->len;
  g_ptr_array_add (self->entries, match);
  self->is_timed &= entry->has_time;
  if (entry->has_image && n_images > 0)
    self->is_sorted &= kvs_held_page_get_image_time (self, n_images - 1) <= entry->time_ms;
  g_ptr_array_add (entry->has_image ? self->images : self->gaps, match);
}

static gint
compare_times (gconstpointer a, gconstpointer b)
{
  const KvsMatch *first = *(KvsMatch *const *)a, *second = *(KvsMatch *const *)b;

  return (first->entry->time_ms > second->entry->time_ms) -
         (first->entry->time_ms < second->entry->time_ms);
}

void
kvs_held_page_complete (KvsHeldPage *self, gboolean is_last)
{
  self->is_last = is_last;
  g_ptr_array_sort (self->images, compare_times);
}

void
kvs_held_page_forget (KvsHeldPage *self)
{
  g_ptr_array_set_size (self->entries, 0);
  g_ptr_array_set_size (self->images, 0);
  g_ptr_array_set_size (self->gaps, 0);
  self->is_timed = self->is_sorted = TRUE;
  self->is_last = FALSE;
}

gint64
kvs_held_page_get_image_time (const KvsHeldPage *self, guint i)
{
  const KvsMatch *match = g_ptr_array_index (self->images, i);

  return match->entry->time_ms;
}

guint
kvs_held_page_count_same (const KvsHeldPage *self, guint first, guint end)
{
  gint64 frame_ms = kvs_held_page_get_image_time (self, first);
  guint n = 1;

  while (first + n < end && kvs_held_page_get_image_time (self, first + n) == frame_ms)
    n++;
  return n;
}

gint64
kvs_held_page_find_last_gap (const KvsHeldPage *self, gint64 time_ms)
{
  gint64 gap_ms = G_MININT64;

  for (guint i = 0; i < self->gaps->len; i++) {
    const KvsMatch *match = g_ptr_array_index (self->gaps, i);

    if (kvs_entry_is_no_media (match->entry) && match->entry->time_ms <= time_ms)
      gap_ms = MAX (gap_ms, match->entry->time_ms);
  }
  return gap_ms;
}
