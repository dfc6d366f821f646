/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvspage.h"

struct _KvsPage {
  gint64 next_ms;
  guint interval_ms;
  GQueue ready;
  GQueue held;
};

KvsPage *
kvs_page_new (gint64 next_ms, guint interval_ms)
{
  KvsPage *self = g_new0 (KvsPage, 1);

  self->next_ms = next_ms;
  self->interval_ms = interval_ms;
  g_queue_init (&self->ready);
  g_queue_init (&self->held);
  return self;
}

void
kvs_page_free (KvsPage *self)
{
  g_queue_clear_full (&self->ready, (GDestroyNotify)kvs_entry_free);
  g_queue_clear_full (&self->held, (GDestroyNotify)kvs_entry_free);
  g_free (self);
}

static gboolean
is_for_next_sample (KvsPage *self, const KvsEntry *entry)
{
  return !entry->has_time || entry->time_ms <= self->next_ms + self->interval_ms / 2;
}

/* Holds @entry; without a time of its own it takes that of the one before it, and so keeps its place
 * behind that one. */
static void
hold (KvsPage *self, KvsEntry *entry)
{
  const KvsEntry *before = g_queue_peek_tail (&self->held);

  if (!entry->has_time)
    entry->time_ms = before->time_ms;
  g_queue_push_tail (&self->held, entry);
}

void
kvs_page_push (KvsPage *self, KvsEntry *entry)
{
  if (self->held.length > 0 || !is_for_next_sample (self, entry)) {
    hold (self, entry);
    return;
  }
  g_queue_push_tail (&self->ready, entry);
  self->next_ms += self->interval_ms;
}

static gint
compare_times (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const KvsEntry *first = a, *second = b;

  return (first->time_ms > second->time_ms) - (first->time_ms < second->time_ms);
}

void
kvs_page_end (KvsPage *self)
{
  KvsEntry *entry;

  g_queue_sort (&self->held, compare_times, NULL);
  while ((entry = g_queue_pop_head (&self->held)))
    g_queue_push_tail (&self->ready, entry);
}

KvsEntry *
kvs_page_pop (KvsPage *self)
{
  return g_queue_pop_head (&self->ready);
}
