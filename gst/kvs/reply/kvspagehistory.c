/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvspagehistory.h"

#include "kvsquery.h"

static void
add_senses (KvsPageHistory *self, gint64 cut_ms)
{
  for (KvsMeaning meaning = KVS_MEANING_SAMPLE_TIME; meaning < KVS_N_MEANINGS; meaning++)
    self->senses[self->n_senses++] = (KvsSense){meaning, cut_ms};
}

void
kvs_page_history_init (KvsPageHistory *self, const KvsWindow *window, guint max_results)
{
  gint64 fraction_ms = window->start_ms % 1000;

  *self = (KvsPageHistory){.window = *window,
      .max_results = max_results,
      .page_size = MIN (max_results, KVS_MAX_PAGE),
      .last_image = {.index = KVS_NO_INDEX},
      .last_gap_ms = G_MININT64};
  add_senses (self, 0);
  if (fraction_ms % window->interval_ms != 0)
    add_senses (self, fraction_ms);
}

static void
keep_fitting_senses (KvsPageHistory *self, KvsIndexedImage image)
{
  guint n_senses = 0;

  for (guint i = 0; i < self->n_senses; i++) {
    if (kvs_sense_fits (self->senses[i], &self->window, self->spacing_ms, self->last_image, image))
      self->senses[n_senses++] = self->senses[i];
  }
  self->n_senses = n_senses;
}

static void
add_image (KvsPageHistory *self, KvsIndexedImage image)
{
  gint64 sample_ms = kvs_window_get_time (&self->window, image.index);

  keep_fitting_senses (self, image);
  if (self->last_image.index + 1 == image.index) {
    self->is_sampled |= self->n_senses > 0 && kvs_sense_is_exact (self->senses[0]);
    self->spacing_ms = MAX (self->spacing_ms, image.time_ms - self->last_image.time_ms);
  }
  self->distance_ms = MAX (self->distance_ms, ABS (image.time_ms - sample_ms));
  self->last_image = image;
}

void
kvs_page_history_add (KvsPageHistory *self, const KvsEntry *entry, guint index)
{
  self->next = index + 1;
  if (!entry->has_time)
    return;
  if (kvs_entry_is_no_media (entry))
    self->last_gap_ms = entry->time_ms;
  if (entry->has_image)
    add_image (self, (KvsIndexedImage){index, entry->time_ms});
}

void
kvs_page_history_end_page (KvsPageHistory *self)
{
  if (self->next > self->page_begin) {
    self->page_size = self->next - self->page_begin;
    self->has_seam = self->last_image.index + 1 == self->next;
    self->seam_ms = self->last_image.time_ms;
  }
  self->page_begin = self->next;
}

guint
kvs_page_history_count_wanted (const KvsPageHistory *self, guint size)
{
  guint begin = MIN (self->page_begin, self->window.count);
  guint end = MIN (begin + size, self->window.count);

  return end - MIN (self->next, end);
}
