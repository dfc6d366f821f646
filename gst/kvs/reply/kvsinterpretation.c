/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsinterpretation.h"

void
kvs_interpretation_init (
    KvsInterpretation *self, const KvsPageHistory *history, const KvsHeldPage *page)
{
  *self = (KvsInterpretation){.history = history,
      .page = page,
      .gaps = g_hash_table_new (NULL, NULL),
      .indexes = g_new0 (gint, page->entries->len)};
}

void
kvs_interpretation_clear (KvsInterpretation *self)
{
  g_hash_table_unref (self->gaps);
  g_free (self->indexes);
}

static void
start (KvsInterpretation *self, KvsHypothesis hypothesis)
{
  const KvsPageHistory *history = self->history;

  g_hash_table_remove_all (self->gaps);
  *self = (KvsInterpretation){.history = history,
      .page = self->page,
      .hypothesis = hypothesis,
      .gaps = self->gaps,
      .indexes = self->indexes,
      .last_image = {.index = KVS_NO_INDEX},
      .end = history->next,
      .is_exact = history->is_sampled && kvs_sense_is_exact (hypothesis.sense)};
}

static gint64
get_time (const KvsInterpretation *self, gint64 index)
{
  return kvs_sense_get_time (self->hypothesis.sense, &self->history->window, index);
}

/* Whether @image fits, behind @last_image. */
static gboolean
fits (const KvsInterpretation *self, KvsIndexedImage image)
{
  return kvs_sense_fits (self->hypothesis.sense, &self->history->window, self->history->spacing_ms,
      self->last_image, image);
}

static gboolean
has_gap (const KvsInterpretation *self, gint64 index)
{
  return g_hash_table_contains (self->gaps, GINT_TO_POINTER ((gint)index));
}

/* The first index from @index on without a gap. */
static gint64
skip_gaps (const KvsInterpretation *self, gint64 index)
{
  while (has_gap (self, index))
    index++;
  return index;
}

/* Where to begin so that the last of @n images is at @index or, if that has a gap, before it. */
static gint64
go_back (const KvsInterpretation *self, gint64 index, guint n, gint64 begin)
{
  for (; index > begin; index--) {
    if (!has_gap (self, index) && --n == 0)
      return index;
  }
  return begin;
}

/* Keeps the index of an entry. Returns whether it can have that: what was matched before is in order. */
static gboolean
set_index (KvsInterpretation *self, const KvsMatch *match, gint64 index)
{
  const KvsWindow *window = &self->history->window;
  gint64 count = window->count, next = self->history->next;

  if (index != (gint64)self->history->page_begin - 1 && index < next)
    return FALSE;
  if (index >= count && !self->page->is_last &&
      kvs_window_get_time (window, index) > window->end_ms)
    return FALSE;
  index = MIN (index, count);
  if (index >= next) {
    self->n_assigned++;
    self->n_answered += index < count ? 1 : 0;
    self->end = MAX (self->end, (guint)index + 1);
  }
  self->indexes[match->arrival] = (gint)index;
  return TRUE;
}

/* Assigns the gaps to the samples of their TimeStamps. */
static gboolean
read_gaps (KvsInterpretation *self)
{
  for (guint i = 0; i < self->page->gaps->len; i++) {
    const KvsMatch *match = g_ptr_array_index (self->page->gaps, i);
    gint64 time_ms = match->entry->time_ms;
    gint64 index =
        kvs_sense_find_index_from (self->hypothesis.sense, &self->history->window, time_ms);

    if (get_time (self, index) != time_ms || !set_index (self, match, index) ||
        !g_hash_table_add (self->gaps, GINT_TO_POINTER ((gint)index)))
      return FALSE;
  }
  return TRUE;
}

/* Whether a sample is nearer to @next_ms than to @frame_ms, the frame before: then it does not show this, unless media
 * may end behind the sample. */
static gboolean
is_nearer_to_next (const KvsInterpretation *self, gint64 index, gint64 frame_ms, gint64 next_ms)
{
  gint64 time_ms = get_time (self, index);

  return self->hypothesis.sense.meaning == KVS_MEANING_NEAREST_FRAME &&
         !has_gap (self, index + 1) && ABS (next_ms - time_ms) < ABS (frame_ms - time_ms);
}

/* Where @n images of one frame are, from @index on: the sample next to a frame shows it, so it is one of these,
 * unless the next frame, at @next_ms, is nearer. Those at the end of a page may go on behind it: then @next_ms is
 * G_MAXINT64. */
static gint64
find_run (const KvsInterpretation *self, gint64 index, gint64 frame_ms, guint n, gint64 next_ms)
{
  KvsSense sense = self->hypothesis.sense;
  const KvsWindow *window = &self->history->window;
  gint64 last_index;

  switch (sense.meaning) {
    case KVS_MEANING_SAMPLE_TIME:
    case KVS_MEANING_LAST_FRAME:
      index = MAX (index, kvs_sense_find_index_from (sense, window, frame_ms));
      break;
    case KVS_MEANING_NEAREST_FRAME:
    case KVS_MEANING_NEXT_FRAME:
      if (next_ms == G_MAXINT64)
        break;
      last_index = kvs_sense_find_last_index (sense, window, frame_ms);
      if (is_nearer_to_next (self, last_index, frame_ms, next_ms))
        last_index--;
      index = go_back (self, last_index, n, index);
      break;
    case KVS_MEANING_NONE:
    default:
      break;
  }
  return skip_gaps (self, index);
}

/* Whether there is no media from some time between @frame_ms and @time_ms on: then that frame is not shown. */
static gboolean
is_gone (const KvsInterpretation *self, gint64 frame_ms, gint64 time_ms)
{
  return frame_ms <
         MAX (self->history->last_gap_ms, kvs_held_page_find_last_gap (self->page, time_ms));
}

/* The TimeStamp of image @i of those before @end, or G_MAXINT64. */
static gint64
get_image_time_or_max (const KvsInterpretation *self, guint i, guint end)
{
  return i < end ? kvs_held_page_get_image_time (self->page, i) : G_MAXINT64;
}

static void
note_distance (KvsInterpretation *self, KvsIndexedImage image)
{
  gint64 sample_ms = kvs_window_get_time (&self->history->window, image.index);

  self->distance_ms = MAX (self->distance_ms, self->last_ms);
  self->last_ms = ABS (image.time_ms - sample_ms);
  self->last_off_ms = ABS (image.time_ms - get_time (self, image.index));
}

/* Puts image @i at @index. Returns whether it fits the sense. */
static gboolean
read_image (KvsInterpretation *self, guint i, gint64 index)
{
  const KvsMatch *match = g_ptr_array_index (self->page->images, i);
  KvsSense sense = self->hypothesis.sense;
  KvsIndexedImage image = {index, match->entry->time_ms};

  if (!set_index (self, match, index) || !fits (self, image) ||
      (sense.meaning != KVS_MEANING_NONE && is_gone (self, image.time_ms, get_time (self, index))))
    return FALSE;
  self->is_exact |= kvs_sense_is_exact (sense) && self->last_image.index + 1 == index;
  if (index < self->history->window.count)
    note_distance (self, image);
  self->last_image = image;
  return TRUE;
}

/* Whether the last image, at @frame_ms, may be for the sample at @index as well. */
static gboolean
may_go_on (const KvsInterpretation *self, gint64 frame_ms, gint64 index)
{
  KvsSense sense = self->hypothesis.sense;

  return (sense.meaning == KVS_MEANING_NEXT_FRAME || sense.meaning == KVS_MEANING_NEAREST_FRAME) &&
         kvs_sense_find_last_index (sense, &self->history->window, frame_ms) >= index;
}

/* Puts the images from @first to before @end. Returns whether they fit the sense. */
static gboolean
read_images (KvsInterpretation *self, guint first, guint end)
{
  gint64 index = self->history->next;
  guint n;

  if (self->history->last_image.index != KVS_NO_INDEX)
    self->last_image = self->history->last_image;
  else if (first > 0)
    self->last_image = (KvsIndexedImage){
        (gint64)self->history->page_begin - 1, kvs_held_page_get_image_time (self->page, 0)};
  for (; first < end; first += n) {
    gint64 frame_ms = kvs_held_page_get_image_time (self->page, first);

    n = kvs_held_page_count_same (self->page, first, end);
    index = find_run (self, index, frame_ms, n, get_image_time_or_max (self, first + n, end));
    for (guint i = first; i < first + n; i++) {
      if (!read_image (self, i, index))
        return FALSE;
      index = skip_gaps (self, index + 1);
    }
    self->is_loose = may_go_on (self, frame_ms, index);
  }
  return TRUE;
}

/* Keeps the indexes of the gaps that were matched as they arrived. If the page is sorted, nothing from before them comes
 * behind them, so they need not be known. */
static void
keep_matched_gaps (KvsInterpretation *self)
{
  for (guint i = self->history->page_begin; i < self->history->next && !self->page->is_sorted; i++)
    g_hash_table_add (self->gaps, GINT_TO_POINTER ((gint)i));
}

/* Takes the first image for surplus: for what the page before has ended with, or what lies before the request.
 * Returns whether it can be. */
static gboolean
read_before (KvsInterpretation *self)
{
  const KvsPageHistory *history = self->history;
  gint64 index = (gint64)history->page_begin - 1;
  guint n_images = self->page->images->len, n;
  const KvsMatch *first;
  gint64 frame_ms;

  if (has_gap (self, index))
    return FALSE;
  first = g_ptr_array_index (self->page->images, 0);
  self->indexes[first->arrival] = (gint)index;
  frame_ms = first->entry->time_ms;
  if (history->page_begin > 0)
    return history->has_seam && history->seam_ms == frame_ms;
  if (!fits (self, (KvsIndexedImage){index, frame_ms}))
    return FALSE;
  if (history->last_image.index != KVS_NO_INDEX)
    return frame_ms <= history->last_image.time_ms;
  keep_matched_gaps (self);
  n = kvs_held_page_count_same (self->page, 0, n_images);
  return find_run (self, index, frame_ms, n, get_image_time_or_max (self, n, n_images)) == index;
}

/* Takes the last image for surplus: for what lies behind the request. Returns whether it can be. */
static gboolean
read_behind (KvsInterpretation *self)
{
  const KvsWindow *window = &self->history->window;
  const KvsMatch *last;
  gint64 reach_ms;

  if (!self->page->is_last)
    return FALSE;
  last = g_ptr_array_index (self->page->images, self->page->images->len - 1);
  self->indexes[last->arrival] = (gint)window->count;
  reach_ms = MAX (window->interval_ms, self->history->spacing_ms);
  return last->entry->time_ms > get_time (self, window->count) - reach_ms &&
         fits (self, (KvsIndexedImage){window->count, last->entry->time_ms});
}

/* Whether the page is short of entries. */
static gboolean
is_short (const KvsInterpretation *self)
{
  const KvsPageHistory *history = self->history;
  guint n_repeated = history->page_begin > 0 && history->seam == KVS_SEAM_REPEATED ? 1 : 0;

  return self->page->entries->len <
         kvs_page_history_count_wanted (history, history->max_results) + n_repeated;
}

/* Whether a page can have so many entries, and miss so many: where it is not short, only times of samples tell that
 * some are missing. The last page may have one on top. */
static gboolean
has_right_number (const KvsInterpretation *self)
{
  const KvsPageHistory *history = self->history;
  guint n_before = history->next - history->page_begin;
  guint n_on_top = self->page->is_last && !self->hypothesis.has_behind ? 1 : 0;

  return self->n_answered <= kvs_page_history_count_wanted (history, history->max_results) &&
         n_before + self->n_assigned <= history->max_results + n_on_top &&
         (is_short (self) || kvs_interpretation_is_closed (self) ||
             self->hypothesis.sense.meaning == KVS_MEANING_SAMPLE_TIME);
}

gboolean
kvs_interpretation_read (KvsInterpretation *self, KvsHypothesis hypothesis)
{
  guint n_images = self->page->images->len;
  guint first = hypothesis.has_before ? 1 : 0, n_behind = hypothesis.has_behind ? 1 : 0;

  if (n_images < first + n_behind)
    return FALSE;
  start (self, hypothesis);
  return read_gaps (self) && (!hypothesis.has_before || read_before (self)) &&
         read_images (self, first, n_images - n_behind) &&
         (!hypothesis.has_behind || read_behind (self)) && has_right_number (self);
}

gboolean
kvs_interpretation_is_closed (const KvsInterpretation *self)
{
  return self->n_answered == MIN (self->end, self->history->window.count) - self->history->next;
}

gint
kvs_interpretation_get_index (const KvsInterpretation *self, guint arrival)
{
  gint index = self->indexes[arrival];

  return index >= (gint)self->history->next && index < (gint)self->history->window.count ? index
                                                                                         : -1;
}

KvsSeam
kvs_interpretation_get_seam (const KvsInterpretation *self)
{
  for (guint i = 0; i < self->page->entries->len; i++) {
    if (self->indexes[i] == (gint)self->history->page_begin - 1)
      return KVS_SEAM_REPEATED;
  }
  return KVS_SEAM_CLEAN;
}
