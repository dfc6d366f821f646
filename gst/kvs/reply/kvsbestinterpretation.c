/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsbestinterpretation.h"

/* Samples this far apart are assumed to have frames near to them: a frame is shown for less than
 * half of that time. */
#define FAR_APART_MS 10000

/* The rank of an interpretation with a full page or a complete request. */
#define FULL 3

/* Hypotheses */

/* The hypothesis @i for a page. Returns whether there is one. */
static gboolean
get_hypothesis (const KvsPageHistory *history, guint i, KvsHypothesis *hypothesis)
{
  if (i >= 4 * history->n_senses)
    return FALSE;
  *hypothesis = (KvsHypothesis){history->senses[i / 4], i % 2 == 1, i / 2 % 2 == 1};
  return TRUE;
}

static gboolean
read_in_order (KvsInterpretation *self)
{
  return kvs_interpretation_read (self, (KvsHypothesis){.sense = {KVS_MEANING_NONE, 0}});
}

/* Ranks */

static guint
count_wanted (const KvsInterpretation *self, guint size)
{
  return kvs_page_history_count_wanted (self->history, size);
}

/* Whether nothing of the page is for any sample. */
static gboolean
is_empty (const KvsInterpretation *self)
{
  return self->end == self->history->page_begin;
}

/* The rank of an interpretation by its number of entries: highest if the page is full or the
 * request complete. */
static guint
rank_number (const KvsInterpretation *self)
{
  if (is_empty (self) || !kvs_interpretation_is_closed (self))
    return 0;
  if (self->page->is_last && self->end >= self->history->window.count)
    return FULL;
  if (self->n_assigned == count_wanted (self, self->history->page_size))
    return FULL;
  return self->n_assigned == count_wanted (self, self->history->max_results) ? 2 : 1;
}

/* The rank of an interpretation, by these criteria, the strongest first: that TimeStamps are those
 * of samples, the number, and that images are near to their samples where these are far apart. */
static gint
rank (const KvsInterpretation *self)
{
  const KvsWindow *window = &self->history->window;
  gint64 distance_ms = MAX (self->history->distance_ms, MAX (self->distance_ms, self->last_ms));
  gboolean is_near = window->count <= 2 && window->interval_ms >= FAR_APART_MS &&
                     2 * distance_ms < window->interval_ms;

  return (self->is_exact ? 8 : 0) + 2 * (gint)rank_number (self) + (is_near ? 1 : 0);
}

/* Whether the page begins as the ones before did: a service does all pages alike. */
static gboolean
is_usual (const KvsInterpretation *self)
{
  const KvsPageHistory *history = self->history;

  return history->page_begin == 0 || history->seam == KVS_SEAM_UNKNOWN ||
         history->seam == kvs_interpretation_get_seam (self);
}

/* Whether the last image is far from its sample, and the ones before it are not, or further than frames are apart: it
 * may be for a later one. */
static gboolean
ends_far_off (const KvsInterpretation *self)
{
  const KvsPageHistory *history = self->history;
  gint64 usual_ms = MAX (history->distance_ms, self->distance_ms);

  return self->page->is_last && !self->hypothesis.has_behind && history->window.count > 2 &&
         2 * self->last_ms >= history->window.interval_ms && usual_ms > 0 &&
         (self->last_ms > 2 * usual_ms ||
             (history->spacing_ms > 0 && self->last_off_ms > history->spacing_ms));
}

static const KvsEntry *
get_entry (const KvsInterpretation *self, guint arrival)
{
  const KvsMatch *match = g_ptr_array_index (self->page->entries, arrival);

  return match->entry;
}

/* Whether an image has the very time of a sample and is for another one. */
static gboolean
is_of_another_sample (const KvsInterpretation *self, guint arrival)
{
  const KvsSense exact = {KVS_MEANING_SAMPLE_TIME, 0};
  const KvsWindow *window = &self->history->window;
  const KvsEntry *entry = get_entry (self, arrival);
  gint index = kvs_interpretation_get_index (self, arrival);
  gint64 own_index = kvs_sense_find_index_from (exact, window, entry->time_ms);

  return entry->has_image && index >= 0 && own_index != index &&
         kvs_window_get_time (window, own_index) == entry->time_ms;
}

/* Whether the service has to cut the start for this, although images have had the times of their samples so far, and
 * one would be for another sample than that of its time. If frames come at just these times, a service that cuts the
 * start by nearly an interval lists for each sample the frame of the one before, and what was read so far is off by one. */
static gboolean
contradicts_times (const KvsInterpretation *self)
{
  if (!self->history->is_sampled || self->hypothesis.sense.cut_ms == 0)
    return FALSE;
  for (guint i = 0; i < self->page->entries->len; i++) {
    if (is_of_another_sample (self, i))
      return TRUE;
  }
  return FALSE;
}

/* Comparing interpretations of one page */

static gboolean
are_alike (const KvsEntry *entry, const KvsEntry *other)
{
  return entry == other ||
         (entry->has_image && other->has_image && entry->time_ms == other->time_ms);
}

/* Whether it has an entry like @entry at @index. */
static gboolean
has_at (const KvsInterpretation *self, gint index, const KvsEntry *entry)
{
  for (guint i = 0; i < self->page->entries->len; i++) {
    if (kvs_interpretation_get_index (self, i) == index)
      return are_alike (get_entry (self, i), entry);
  }
  return FALSE;
}

/* Whether both give the same samples the same frames. */
static gboolean
is_same (const KvsInterpretation *self, const KvsInterpretation *other)
{
  for (guint i = 0; i < self->page->entries->len; i++) {
    gint index = kvs_interpretation_get_index (self, i);

    if (index >= 0 && !has_at (other, index, get_entry (self, i)))
      return FALSE;
  }
  return self->n_answered == other->n_answered;
}

static void
swap (KvsInterpretation *self, KvsInterpretation *other)
{
  KvsInterpretation copy = *self;

  *self = *other;
  *other = copy;
}

/* Choosing */

/* What the ranking of all hypotheses results in. */
typedef struct {
  gint rank;         /* of the best interpretation; -1 if none fits */
  gboolean is_clear; /* all that are as good are the same */
  gboolean is_loose; /* any that is as good may have its last images for later samples */
  gboolean has_full; /* an interpretation has a full page, but need not be the best */
} Ranking;

/* Ranks @candidate, which fits, and makes it the best one if it is. */
static void
add_candidate (Ranking *ranking, KvsInterpretation *best, KvsInterpretation *candidate)
{
  gint its_rank = rank (candidate);

  ranking->has_full |= rank_number (candidate) == FULL;
  if (its_rank > ranking->rank) {
    ranking->rank = its_rank;
    ranking->is_clear = TRUE;
    ranking->is_loose = candidate->is_loose;
    swap (best, candidate);
  } else if (its_rank == ranking->rank) {
    ranking->is_clear &= is_same (best, candidate);
    ranking->is_loose |= candidate->is_loose;
  }
}

static Ranking
rank_all (KvsInterpretation *best, KvsInterpretation *candidate)
{
  Ranking ranking = {.rank = -1};
  KvsHypothesis hypothesis;

  for (guint i = 0; get_hypothesis (best->history, i, &hypothesis); i++) {
    if (kvs_interpretation_read (candidate, hypothesis) && is_usual (candidate))
      add_candidate (&ranking, best, candidate);
  }
  return ranking;
}

/* Whether an interpretation that fits is another one than @best, and finds entries missing or, if @may_lie_behind, the
 * last image behind the request. */
static gboolean
has_other (const KvsInterpretation *best, KvsInterpretation *candidate, gboolean may_lie_behind)
{
  KvsHypothesis hypothesis;

  for (guint i = 0; get_hypothesis (best->history, i, &hypothesis); i++) {
    if (kvs_interpretation_read (candidate, hypothesis) && !is_empty (candidate) &&
        (!kvs_interpretation_is_closed (candidate) || (may_lie_behind && hypothesis.has_behind)) &&
        !is_same (best, candidate))
      return TRUE;
  }
  return FALSE;
}

/* Whether a page that fits no sense has the right number of entries, which are in the order of their TimeStamps then. */
static gboolean
read_by_number (KvsInterpretation *self)
{
  return read_in_order (self) &&
         (self->n_assigned == count_wanted (self, self->history->page_size) ||
             self->n_assigned == count_wanted (self, self->history->max_results));
}

/* Finds the interpretation with the highest rank, in all senses that fit the pages before. Returns
 * whether there is exactly one. */
static gboolean
find_best (KvsInterpretation *best, KvsInterpretation *candidate)
{
  Ranking ranking = rank_all (best, candidate);

  if (ranking.rank < 0)
    return read_by_number (best);
  if (!kvs_interpretation_is_closed (best) &&
      (best->hypothesis.sense.meaning != KVS_MEANING_SAMPLE_TIME || ranking.has_full))
    return FALSE;
  if (!ranking.is_clear || contradicts_times (best))
    return FALSE;
  if (ranking.is_loose && best->n_answered < count_wanted (best, best->history->max_results) &&
      has_other (best, candidate, FALSE))
    return FALSE;
  return !ends_far_off (best) || !has_other (best, candidate, TRUE);
}

/* Whether a page of one is the one before once more, with the time of its sample: a page that is given twice looks like
 * that, too. */
static gboolean
is_given_again (const KvsPageHistory *history, const KvsHeldPage *page)
{
  return history->page_size == 1 && history->page_begin > 0 &&
         history->next == history->page_begin && page->entries->len == 1 &&
         page->images->len == 1 && history->has_seam &&
         history->seam_ms == kvs_held_page_get_image_time (page, 0) &&
         history->seam_ms == kvs_window_get_time (&history->window, history->last_image.index);
}

/* Whether each entry of the last page has the time of a sample, and the last one that of the last sample. Then each is
 * right for its sample, also where it is not known why others are missing. */
static gboolean
ends_with_last_sample (KvsInterpretation *self)
{
  return self->page->is_last &&
         kvs_interpretation_read (self, (KvsHypothesis){.sense = {KVS_MEANING_SAMPLE_TIME, 0}}) &&
         self->end == self->history->window.count;
}

gboolean
kvs_best_interpretation_find (KvsInterpretation *self, gboolean must_be_read)
{
  g_auto (KvsInterpretation) candidate;

  kvs_interpretation_init (&candidate, self->history, self->page);
  return !is_given_again (self->history, self->page) &&
         (find_best (self, &candidate) || ends_with_last_sample (self) ||
             (must_be_read && read_in_order (self)));
}
