/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any entries: the window indexes rise and lie within the request, and each entry comes out once. */
#include "fuzz.h"

#include <kvsmatcher.h>
#include <kvsquery.h>
#include <kvstimestamp.h>

/* 2026-11-20T08:00:00Z */
#define NOVEMBER G_GINT64_CONSTANT (1795161600000)

typedef struct {
  KvsMatcher *matcher;
  KvsWindow window;
  gint last_index;
  guint n_pushed;
  guint n_popped;
} Run;

static void
pop_all (Run *self)
{
  KvsEntry *next;
  gint window_index;

  while ((next = kvs_matcher_pop (self->matcher, &window_index)) != NULL) {
    kvs_entry_free (next);
    self->n_popped++;
    g_assert_cmpint (window_index, >=, -1);
    g_assert_cmpint (window_index, <, (gint)self->window.count);
    if (window_index < 0)
      continue;
    g_assert_cmpint (window_index, >, self->last_index);
    self->last_index = window_index;
    g_assert_cmpuint (kvs_matcher_get_next (self->matcher), >, window_index);
  }
  g_assert_cmpuint (self->n_popped, <=, self->n_pushed);
}

/* Times are near that of a sample as often as not. */
static gint64
take_time (Run *self, FuzzInput *input)
{
  gint64 window_index = fuzz_take_number (input, self->window.count + 1);
  guint offset = fuzz_take_number (input, 255);
  gint64 time_ms = kvs_window_get_time (&self->window, window_index - 1);

  if (offset < 128)
    return time_ms;
  if (offset < 192)
    return time_ms - (offset - 128) * self->window.interval_ms / 64;
  return offset < 255 ? time_ms + (offset - 192) * 7 : KVS_TIMESTAMP_MAX_MS;
}

static KvsEntry *
take_entry (Run *self, FuzzInput *input, guint kind)
{
  KvsEntry *entry = g_new0 (KvsEntry, 1);

  entry->has_image = kind < 6;
  if (kind < 5)
    entry->image = g_bytes_new_static ("image", 5);
  if (kind >= 6)
    entry->error = g_strdup (kind < 9 ? "NO_MEDIA" : "MEDIA_ERROR");
  entry->has_time = kind != 4 && kind != 8;
  if (entry->has_time)
    entry->time_ms = MAX (take_time (self, input), 0);
  return entry;
}

static void
end_page (Run *self, gboolean is_last)
{
  kvs_matcher_end_page (self->matcher, is_last);
  pop_all (self);
  g_assert_cmpuint (kvs_matcher_count_held (self->matcher), ==, 0);
  g_assert_cmpuint (kvs_matcher_get_next (self->matcher), <=, self->window.count);
  if (!kvs_matcher_is_unreadable (self->matcher))
    g_assert_cmpuint (self->n_popped, ==, self->n_pushed);
}

/* As the pager does. Returns whether there may be more. */
static gboolean
take_step (Run *self, FuzzInput *input)
{
  guint kind = fuzz_take_number (input, 12);

  if (kind >= 11) {
    end_page (self, kind == 12);
    return kind == 11 && !kvs_matcher_is_unreadable (self->matcher) &&
           kvs_matcher_get_next (self->matcher) < self->window.count;
  }
  if (kvs_matcher_is_full (self->matcher))
    return FALSE;
  kvs_matcher_push (self->matcher, take_entry (self, input, kind));
  self->n_pushed++;
  pop_all (self);
  return TRUE;
}

void
fuzz_run (FuzzInput *input)
{
  static const gint64 intervals[] = {
      200, 201, 333, 1000, 1500, 3000, 12000, 60000, 299000, 4294967295};
  gint64 interval_ms = intervals[fuzz_take_number (input, G_N_ELEMENTS (intervals) - 1)];
  gint64 start_ms = NOVEMBER + fuzz_take_number (input, 999);
  guint count = fuzz_take_number (input, kvs_window_get_max_count (start_ms, interval_ms) - 1) + 1;
  guint max_results = fuzz_take_number (input, KVS_MAX_RESULTS - 1) + 1;
  g_autoptr (KvsMatcher) matcher = NULL;
  Run run = {.last_index = -1};

  kvs_window_init (&run.window, start_ms, interval_ms, count);
  run.matcher = matcher = kvs_matcher_new (&run.window, max_results);
  if (fuzz_take_number (input, 7) == 0)
    kvs_matcher_find_start (matcher);
  while (input->size > 0 && take_step (&run, input))
    ;
}
