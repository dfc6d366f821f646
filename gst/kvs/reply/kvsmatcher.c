/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsmatcher.h"

#include "kvsbestinterpretation.h"
#include "kvsquery.h"

/* This many TimeStamps of different samples are no coincidence. */
#define ENOUGH_TO_TELL 2

/* A page can have two surplus entries, one in front and one behind. Twice as many are tolerated. */
#define MAX_SURPLUS 4

/* Entries are matched as they arrive as long as each has the TimeStamp of its sample. From the first one on that
 * has another, all are held until the page is complete. Then the page is interpreted in all senses that the history
 * allows, and the history learns from the result. */
struct _KvsMatcher {
  KvsPageHistory history;
  KvsHeldPage page;
  GQueue matched;     /* KvsMatch, not popped yet */
  gboolean is_adrift; /* the first page begins at an unknown sample */
  gboolean is_unreadable;

  guint n_cut; /* entries whose TimeStamps are off by the fraction of the start */
  gint64 last_cut_ms;
  gboolean is_uncut; /* there are others */
};

KvsMatcher *
kvs_matcher_new (const KvsWindow *window, guint max_results)
{
  KvsMatcher *self = g_new0 (KvsMatcher, 1);

  kvs_page_history_init (&self->history, window, max_results);
  kvs_held_page_init (&self->page);
  g_queue_init (&self->matched);
  return self;
}

void
kvs_matcher_free (KvsMatcher *self)
{
  g_queue_clear_full (&self->matched, (GDestroyNotify)kvs_match_free);
  kvs_held_page_clear (&self->page);
  g_free (self);
}

void
kvs_matcher_find_start (KvsMatcher *self)
{
  self->is_adrift = TRUE;
  self->history.max_results = KVS_MAX_PAGE;
}

gboolean
kvs_matcher_is_adrift (KvsMatcher *self)
{
  return self->is_adrift;
}

/* Makes @match final, and takes it over. */
static void
emit (KvsMatcher *self, KvsMatch *match)
{
  g_queue_push_tail (&self->matched, match);
  if (match->index >= 0)
    kvs_page_history_add (&self->history, match->entry, (guint)match->index);
}

/* Looks for whether @entry is where it would be if the start were cut to a whole second. */
static void
note_cut (KvsMatcher *self, const KvsEntry *entry)
{
  const KvsWindow *window = &self->history.window;
  gint64 fraction_ms = window->start_ms % 1000;
  gint64 offset_ms = entry->time_ms - window->start_ms;

  if (fraction_ms == 0 || !entry->has_time)
    return;
  if (offset_ms % window->interval_ms == 0 ||
      (offset_ms + fraction_ms) % window->interval_ms != 0) {
    self->is_uncut = TRUE;
  } else if (self->n_cut == 0 || entry->time_ms != self->last_cut_ms) {
    self->n_cut++;
    self->last_cut_ms = entry->time_ms;
  }
}

/* Whether @entry has the time of the next sample, or none. */
static gboolean
is_for_next (KvsMatcher *self, const KvsEntry *entry)
{
  const KvsPageHistory *history = &self->history;

  return history->next < history->window.count &&
         (!entry->has_time ||
             entry->time_ms == kvs_window_get_time (&history->window, history->next));
}

void
kvs_matcher_push (KvsMatcher *self, KvsEntry *entry)
{
  KvsMatch *match = g_new (KvsMatch, 1);

  *match = (KvsMatch){.entry = entry, .index = -1};
  note_cut (self, entry);
  if (self->page.entries->len == 0 && !self->is_adrift && is_for_next (self, entry)) {
    match->index = (gint)self->history.next;
    emit (self, match);
  } else {
    kvs_held_page_push (&self->page, match);
  }
}

static void
assign_in_order (KvsMatcher *self)
{
  const KvsPageHistory *history = &self->history;
  guint n_wanted = kvs_page_history_count_wanted (history, history->max_results);

  for (guint i = 0; i < MIN (self->page.entries->len, n_wanted); i++) {
    KvsMatch *match = g_ptr_array_index (self->page.entries, i);

    match->index = (gint)(history->next + i);
  }
}

static void
assign_indexes (KvsMatcher *self, const KvsInterpretation *interpretation)
{
  for (guint i = 0; i < self->page.entries->len; i++) {
    KvsMatch *match = g_ptr_array_index (self->page.entries, i);

    match->index = kvs_interpretation_get_index (interpretation, i);
  }
  if (self->history.page_begin > 0)
    self->history.seam = kvs_interpretation_get_seam (interpretation);
}

/* Gives the held entries their indexes, or none where the page is unreadable. A page that begins at an unknown sample
 * cannot be asked for in another way. */
static void
read_page (KvsMatcher *self, gboolean is_adrift)
{
  g_auto (KvsInterpretation) best;

  kvs_interpretation_init (&best, &self->history, &self->page);
  if (!self->page.is_timed)
    assign_in_order (self);
  else if (kvs_best_interpretation_find (&best, is_adrift))
    assign_indexes (self, &best);
  else
    self->is_unreadable = TRUE;
}

/* Where a page begins */

/* The index of the first image: the nearest one, or what the second frame tells. */
static gint64
find_image_start (const KvsWindow *window, const KvsHeldPage *page)
{
  KvsSense sense = {KVS_MEANING_SAMPLE_TIME, 0};
  guint n_images = page->images->len;
  guint n_first = kvs_held_page_count_same (page, 0, n_images);
  gint64 first_ms = kvs_held_page_get_image_time (page, 0);
  gboolean is_slow = FALSE;

  for (guint i = 1; i < n_images; i++)
    is_slow |= kvs_held_page_count_same (page, i - 1, i + 1) > 1;
  if (is_slow && n_first < n_images)
    return kvs_sense_find_index_from (sense, window, kvs_held_page_get_image_time (page, n_first)) -
           n_first;
  return kvs_sense_find_index_from (sense, window, first_ms - window->interval_ms / 2);
}

/* The index of the first gap, or G_MAXINT64. */
static gint64
find_gap_start (const KvsWindow *window, const KvsHeldPage *page)
{
  gint64 start = G_MAXINT64;

  for (guint i = 0; i < page->gaps->len; i++) {
    const KvsMatch *match = g_ptr_array_index (page->gaps, i);

    start = MIN (start, kvs_sense_find_index_from (
                            (KvsSense){KVS_MEANING_SAMPLE_TIME, 0}, window, match->entry->time_ms));
  }
  return start;
}

static void
find_start (KvsMatcher *self)
{
  KvsPageHistory *history = &self->history;
  gint64 start = 0;

  if (self->page.is_timed) {
    start = find_gap_start (&history->window, &self->page);
    if (self->page.images->len > 0)
      start = MIN (start, find_image_start (&history->window, &self->page));
  }
  history->next = history->page_begin = (guint)CLAMP (start, 0, (gint64)history->window.count);
  self->is_adrift = FALSE;
}

static gint
compare_indexes (gconstpointer a, gconstpointer b)
{
  const KvsMatch *first = *(KvsMatch *const *)a, *second = *(KvsMatch *const *)b;

  return (first->index > second->index) - (first->index < second->index);
}

/* Makes the indexes of the held entries final. */
static void
emit_held (KvsMatcher *self)
{
  g_ptr_array_sort (self->page.entries, compare_indexes);
  for (guint i = 0; i < self->page.entries->len; i++)
    emit (self, g_ptr_array_index (self->page.entries, i));
  kvs_held_page_forget (&self->page);
}

void
kvs_matcher_end_page (KvsMatcher *self, gboolean is_last)
{
  if (self->page.entries->len > 0) {
    gboolean is_adrift = self->is_adrift;

    kvs_held_page_complete (&self->page, is_last);
    if (is_adrift)
      find_start (self);
    read_page (self, is_adrift);
    emit_held (self);
  }
  kvs_page_history_end_page (&self->history);
}

KvsEntry *
kvs_matcher_pop (KvsMatcher *self, gint *index)
{
  KvsMatch *match = g_queue_pop_head (&self->matched);
  KvsEntry *entry;

  if (match == NULL)
    return NULL;
  *index = match->index;
  entry = g_steal_pointer (&match->entry);
  kvs_match_free (match);
  return entry;
}

gboolean
kvs_matcher_is_full (KvsMatcher *self)
{
  guint max_results = self->is_adrift ? KVS_MAX_RESULTS : self->history.max_results;

  return self->page.entries->len >= max_results + MAX_SURPLUS;
}

guint
kvs_matcher_count_held (KvsMatcher *self)
{
  return self->page.images->len;
}

guint
kvs_matcher_get_next (KvsMatcher *self)
{
  return self->history.next;
}

gboolean
kvs_matcher_is_unreadable (KvsMatcher *self)
{
  return self->is_unreadable;
}

gboolean
kvs_matcher_is_cut (KvsMatcher *self)
{
  return self->n_cut >= ENOUGH_TO_TELL && !self->is_uncut;
}
