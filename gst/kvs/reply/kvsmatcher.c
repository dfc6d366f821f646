/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsmatcher.h"

#include "kvsheldpage.h"
#include "kvspagehistory.h"
#include "kvsquery.h"

#include <string.h>

/* This many TimeStamps of different samples are no coincidence. */
#define ENOUGH_TO_TELL 2

/* Samples this far apart are assumed to have frames near to them: a frame is shown for less than
 * half of that time. */
#define FAR_APART_MS 10000

/* A page can have two surplus entries, one in front and one behind. Twice as many are tolerated. */
#define MAX_SURPLUS 4

/* The rank of an interpretation with a full page or a complete request. */
#define FULL 3

/* Entries are matched as they arrive as long as each has the TimeStamp of its sample. From the first one on that
 * has another, all are held until the page is complete. */
struct _KvsMatcher {
  KvsPageHistory history;
  gboolean is_adrift; /* the first page begins at an unknown sample */
  gboolean is_unreadable;
  GQueue matched;   /* KvsMatch, not popped yet */
  KvsHeldPage page; /* what is held */

  guint n_cut; /* entries whose TimeStamps are off by the fraction of the start */
  gint64 last_cut_ms;
  gboolean is_uncut; /* there are others */
};

/* An interpretation of a page. */
typedef struct {
  KvsSense sense;
  gboolean has_before; /* the first image is surplus */
  gboolean has_behind; /* the last one is */
} Hypothesis;

/* The result of an interpretation. */
typedef struct {
  KvsSense sense;
  GHashTable *gaps;    /* their indexes */
  gint *indexes;       /* of the held entries, in the order of their arrival */
  gboolean has_behind; /* the last image is surplus */
  gint64 image_index;  /* of the last image that is not, */
  gint64 image_ms;     /* and its TimeStamp */
  guint n_assigned;    /* entries that have an index, also behind the request */
  guint n_answered;    /* samples of the request that it has an entry for */
  guint end;           /* the index behind the last entry */
  gboolean is_loose;   /* its last images may be for later samples as well */
  gboolean is_exact;   /* two images in a row have the times of their samples */
  gint64 distance_ms;  /* the longest between an image and its sample, but for the last image, */
  gint64 last_ms;      /* and that of this one, */
  gint64 last_off_ms;  /* also from the time that the sense gives the sample */
} Interpretation;

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
  gint64 fraction_ms = self->history.window.start_ms % 1000;
  gint64 interval_ms = self->history.window.interval_ms;
  gint64 offset_ms = entry->time_ms - self->history.window.start_ms;

  if (fraction_ms == 0 || !entry->has_time)
    return;
  if (offset_ms % interval_ms == 0 || (offset_ms + fraction_ms) % interval_ms != 0) {
    self->is_uncut = TRUE;
  } else if (self->n_cut == 0 || entry->time_ms != self->last_cut_ms) {
    self->n_cut++;
    self->last_cut_ms = entry->time_ms;
  }
}

void
kvs_matcher_push (KvsMatcher *self, KvsEntry *entry)
{
  KvsMatch *match = g_new (KvsMatch, 1);
  gboolean is_next =
      !entry->has_time ||
      entry->time_ms == kvs_window_get_time (&self->history.window, self->history.next);

  *match = (KvsMatch){.entry = entry, .index = -1};
  note_cut (self, entry);
  if (self->page.entries->len == 0 && !self->is_adrift && is_next &&
      self->history.next < self->history.window.count) {
    match->index = (gint)self->history.next;
    emit (self, match);
    return;
  }
  kvs_held_page_push (&self->page, match);
}

/* Interpreting a page */

static void
interpretation_init (Interpretation *interpretation, const KvsHeldPage *page)
{
  *interpretation = (Interpretation){.gaps = g_hash_table_new (NULL, NULL),
      .indexes = g_new0 (gint, page->images->len + page->gaps->len)};
}

static void
interpretation_clear (Interpretation *interpretation)
{
  g_hash_table_unref (interpretation->gaps);
  g_free (interpretation->indexes);
}

static gboolean
has_gap (const Interpretation *interpretation, gint64 index)
{
  return g_hash_table_contains (interpretation->gaps, GINT_TO_POINTER ((gint)index));
}

/* The first index from @index on without a gap. */
static gint64
skip_gaps (const Interpretation *interpretation, gint64 index)
{
  while (has_gap (interpretation, index))
    index++;
  return index;
}

/* Where to begin so that the last of @n images is at @index or, if that has a gap, before it. */
static gint64
go_back (const Interpretation *interpretation, gint64 index, guint n, gint64 begin)
{
  for (; index > begin; index--) {
    if (!has_gap (interpretation, index) && --n == 0)
      return index;
  }
  return begin;
}

/* Keeps the index of an entry. Returns whether it can have that: what was matched before is in order. */
static gboolean
interpretation_set (KvsMatcher *self, Interpretation *interpretation, const KvsHeldPage *page,
    const KvsMatch *match, gint64 index)
{
  gint64 count = self->history.window.count, next = self->history.next;

  if (index != (gint64)self->history.page_begin - 1 && index < next)
    return FALSE;
  if (index >= count && !page->is_last &&
      kvs_window_get_time (&self->history.window, index) > self->history.window.end_ms)
    return FALSE;
  index = MIN (index, count);
  if (index >= next) {
    interpretation->n_assigned++;
    interpretation->n_answered += index < count ? 1 : 0;
    interpretation->end = MAX (interpretation->end, (guint)index + 1);
  }
  interpretation->indexes[match->arrival] = (gint)index;
  return TRUE;
}

/* Assigns the gaps to the samples of their TimeStamps. */
static gboolean
read_gaps (KvsMatcher *self, Interpretation *interpretation, const KvsHeldPage *page)
{
  for (guint i = 0; i < page->gaps->len; i++) {
    const KvsMatch *match = g_ptr_array_index (page->gaps, i);
    gint64 time_ms = match->entry->time_ms;
    gint64 index =
        kvs_sense_find_index_from (interpretation->sense, &self->history.window, time_ms);

    if (kvs_sense_get_time (interpretation->sense, &self->history.window, index) != time_ms ||
        !interpretation_set (self, interpretation, page, match, index) ||
        !g_hash_table_add (interpretation->gaps, GINT_TO_POINTER ((gint)index)))
      return FALSE;
  }
  return TRUE;
}

/* Whether a sample is nearer to @next_ms than to @frame_ms, the frame before: then it does not show this, unless media
 * may end behind the sample. */
static gboolean
is_nearer_to_next (KvsMatcher *self, const Interpretation *interpretation, gint64 index,
    gint64 frame_ms, gint64 next_ms)
{
  gint64 time_ms = kvs_sense_get_time (interpretation->sense, &self->history.window, index);

  return interpretation->sense.meaning == KVS_MEANING_NEAREST_FRAME &&
         !has_gap (interpretation, index + 1) && ABS (next_ms - time_ms) < ABS (frame_ms - time_ms);
}

/* Where @n images of one frame are, from @index on: the sample next to a frame shows it, so it is one of these,
 * unless the next frame, at @next_ms, is nearer. Those at the end of a page may go on behind it: then @next_ms is
 * G_MAXINT64. */
static gint64
find_run (KvsMatcher *self, const Interpretation *interpretation, gint64 index, gint64 frame_ms,
    guint n, gint64 next_ms)
{
  KvsSense sense = interpretation->sense;
  gint64 last_index;

  switch (sense.meaning) {
    case KVS_MEANING_SAMPLE_TIME:
    case KVS_MEANING_LAST_FRAME:
      index = MAX (index, kvs_sense_find_index_from (sense, &self->history.window, frame_ms));
      break;
    case KVS_MEANING_NEAREST_FRAME:
    case KVS_MEANING_NEXT_FRAME:
      if (next_ms == G_MAXINT64)
        break;
      last_index = kvs_sense_find_last_index (sense, &self->history.window, frame_ms);
      if (is_nearer_to_next (self, interpretation, last_index, frame_ms, next_ms))
        last_index--;
      index = go_back (interpretation, last_index, n, index);
      break;
    case KVS_MEANING_NONE:
    default:
      break;
  }
  return skip_gaps (interpretation, index);
}

/* Whether there is no media from some time between @frame_ms and @time_ms on: then that frame is not shown. */
static gboolean
is_gone (KvsMatcher *self, const KvsHeldPage *page, gint64 frame_ms, gint64 time_ms)
{
  return frame_ms < MAX (self->history.last_gap_ms, kvs_held_page_find_last_gap (page, time_ms));
}

/* The TimeStamp of image @i of those before @end, or G_MAXINT64. */
static gint64
get_time_or_max (const KvsHeldPage *page, guint i, guint end)
{
  return i < end ? kvs_held_page_get_image_time (page, i) : G_MAXINT64;
}

/* Puts the images from @first to before @end. Returns whether they fit the sense. */
static gboolean
read_images (KvsMatcher *self, Interpretation *interpretation, const KvsHeldPage *page, guint first,
    guint end)
{
  KvsMeaning meaning = interpretation->sense.meaning;
  gint64 index = self->history.next, index_before = KVS_NO_INDEX, before_ms = 0;
  guint n;

  if (self->history.last_image.index != KVS_NO_INDEX) {
    index_before = self->history.last_image.index;
    before_ms = self->history.last_image.time_ms;
  } else if (first > 0) {
    index_before = (gint64)self->history.page_begin - 1;
    before_ms = kvs_held_page_get_image_time (page, 0);
  }
  for (; first < end; first += n) {
    gint64 frame_ms = kvs_held_page_get_image_time (page, first);

    n = kvs_held_page_count_same (page, first, end);
    index =
        find_run (self, interpretation, index, frame_ms, n, get_time_or_max (page, first + n, end));
    for (guint i = first; i < first + n; i++) {
      if (!interpretation_set (
              self, interpretation, page, g_ptr_array_index (page->images, i), index))
        return FALSE;
      if (!kvs_sense_fits (interpretation->sense, &self->history.window, self->history.spacing_ms,
              (KvsIndexedImage){index_before, before_ms}, (KvsIndexedImage){index, frame_ms}) ||
          (meaning != KVS_MEANING_NONE &&
              is_gone (self, page, frame_ms,
                  kvs_sense_get_time (interpretation->sense, &self->history.window, index))))
        return FALSE;
      interpretation->is_exact |=
          kvs_sense_is_exact (interpretation->sense) && index_before + 1 == index;
      if (index < self->history.window.count) {
        interpretation->distance_ms = MAX (interpretation->distance_ms, interpretation->last_ms);
        interpretation->last_ms =
            ABS (frame_ms - kvs_window_get_time (&self->history.window, index));
        interpretation->last_off_ms = ABS (
            frame_ms - kvs_sense_get_time (interpretation->sense, &self->history.window, index));
      }
      index_before = index;
      before_ms = frame_ms;
      index = skip_gaps (interpretation, index + 1);
    }
    interpretation->is_loose =
        (meaning == KVS_MEANING_NEXT_FRAME || meaning == KVS_MEANING_NEAREST_FRAME) &&
        kvs_sense_find_last_index (interpretation->sense, &self->history.window, frame_ms) >= index;
  }
  interpretation->image_index = index_before;
  interpretation->image_ms = before_ms;
  return TRUE;
}

/* Keeps the indexes of the gaps that were matched as they arrived. If the page is sorted, nothing from before them comes
 * behind them, so they need not be known. */
static void
keep_matched_gaps (KvsMatcher *self, Interpretation *interpretation, const KvsHeldPage *page)
{
  for (guint i = self->history.page_begin; i < self->history.next && !page->is_sorted; i++)
    g_hash_table_add (interpretation->gaps, GINT_TO_POINTER ((gint)i));
}

/* Takes the first image for surplus: for what the page before has ended with, or what lies before the request.
 * Returns whether it can be. */
static gboolean
read_surplus (KvsMatcher *self, Interpretation *interpretation, const KvsHeldPage *page)
{
  gint64 index = (gint64)self->history.page_begin - 1;
  const KvsMatch *first;
  gint64 frame_ms;
  guint n;

  if (has_gap (interpretation, index))
    return FALSE;
  first = g_ptr_array_index (page->images, 0);
  interpretation->indexes[first->arrival] = (gint)index;
  frame_ms = first->entry->time_ms;
  if (self->history.page_begin > 0)
    return self->history.has_seam && self->history.seam_ms == frame_ms;
  if (!kvs_sense_fits (interpretation->sense, &self->history.window, self->history.spacing_ms,
          (KvsIndexedImage){KVS_NO_INDEX, 0}, (KvsIndexedImage){index, frame_ms}))
    return FALSE;
  if (self->history.last_image.index != KVS_NO_INDEX)
    return frame_ms <= self->history.last_image.time_ms;
  keep_matched_gaps (self, interpretation, page);
  n = kvs_held_page_count_same (page, 0, page->images->len);
  return find_run (self, interpretation, index, frame_ms, n,
             get_time_or_max (page, n, page->images->len)) == index;
}

/* Takes the last image for surplus: for what lies behind the request. Returns whether it can be. */
static gboolean
read_behind (KvsMatcher *self, Interpretation *interpretation, const KvsHeldPage *page)
{
  gint64 end_ms =
      kvs_sense_get_time (interpretation->sense, &self->history.window, self->history.window.count);
  const KvsMatch *last;

  if (!page->is_last)
    return FALSE;
  last = g_ptr_array_index (page->images, page->images->len - 1);
  interpretation->indexes[last->arrival] = (gint)self->history.window.count;
  return last->entry->time_ms >
             end_ms - MAX (self->history.window.interval_ms, self->history.spacing_ms) &&
         kvs_sense_fits (interpretation->sense, &self->history.window, self->history.spacing_ms,
             (KvsIndexedImage){interpretation->image_index, interpretation->image_ms},
             (KvsIndexedImage){self->history.window.count, last->entry->time_ms});
}

/* Whether nothing of the page is for any sample. */
static gboolean
is_empty (KvsMatcher *self, const Interpretation *interpretation)
{
  return interpretation->end == self->history.page_begin;
}

/* Whether all samples have an entry up to the last one that has. */
static gboolean
is_closed (KvsMatcher *self, const Interpretation *interpretation)
{
  return interpretation->n_answered ==
         MIN (interpretation->end, self->history.window.count) - self->history.next;
}

/* Whether the page is short of entries. */
static gboolean
is_short (KvsMatcher *self)
{
  guint n_repeated =
      self->history.page_begin > 0 && self->history.seam == KVS_SEAM_REPEATED ? 1 : 0;

  return self->page.entries->len <
         kvs_page_history_count_wanted (&self->history, self->history.max_results) + n_repeated;
}

/* Whether a page can have so many entries, and miss so many: where it is not short, only times of samples tell that
 * some are missing. The last page may have one on top. */
static gboolean
has_right_number (KvsMatcher *self, const Interpretation *interpretation, const KvsHeldPage *page)
{
  guint n_before = self->history.next - self->history.page_begin;

  return interpretation->n_answered <=
             kvs_page_history_count_wanted (&self->history, self->history.max_results) &&
         n_before + interpretation->n_assigned <=
             self->history.max_results + (page->is_last && !interpretation->has_behind ? 1 : 0) &&
         (is_short (self) || is_closed (self, interpretation) ||
             interpretation->sense.meaning == KVS_MEANING_SAMPLE_TIME);
}

/* Reads the page in a sense, with or without a surplus image in front and at the end. Returns whether it
 * fits. */
static gboolean
read_as (KvsMatcher *self, Interpretation *interpretation, const KvsHeldPage *page,
    Hypothesis hypothesis)
{
  guint first = hypothesis.has_before ? 1 : 0, n_behind = hypothesis.has_behind ? 1 : 0;

  if (page->images->len < first + n_behind)
    return FALSE;
  interpretation->sense = hypothesis.sense;
  interpretation->has_behind = hypothesis.has_behind;
  interpretation->n_assigned = 0;
  interpretation->n_answered = 0;
  interpretation->is_loose = FALSE;
  interpretation->is_exact = self->history.is_sampled && kvs_sense_is_exact (hypothesis.sense);
  interpretation->distance_ms = 0;
  interpretation->last_ms = 0;
  interpretation->last_off_ms = 0;
  interpretation->end = self->history.next;
  g_hash_table_remove_all (interpretation->gaps);
  return read_gaps (self, interpretation, page) &&
         (!hypothesis.has_before || read_surplus (self, interpretation, page)) &&
         read_images (self, interpretation, page, first, page->images->len - n_behind) &&
         (!hypothesis.has_behind || read_behind (self, interpretation, page)) &&
         has_right_number (self, interpretation, page);
}

static gboolean
read_in_order (KvsMatcher *self, Interpretation *interpretation, const KvsHeldPage *page)
{
  return read_as (self, interpretation, page, (Hypothesis){{KVS_MEANING_NONE, 0}, FALSE, FALSE});
}

/* The hypothesis @i for a page. Returns whether there is one. */
static gboolean
get_hypothesis (KvsMatcher *self, guint i, Hypothesis *hypothesis)
{
  if (i >= 4 * self->history.n_senses)
    return FALSE;
  *hypothesis = (Hypothesis){self->history.senses[i / 4], i % 2 == 1, i / 2 % 2 == 1};
  return TRUE;
}

/* Whether the last image is far from its sample, and the ones before it are not, or further than frames are apart: it
 * may be for a later one. */
static gboolean
ends_far_off (KvsMatcher *self, const Interpretation *interpretation, const KvsHeldPage *page)
{
  gint64 usual_ms = MAX (self->history.distance_ms, interpretation->distance_ms);

  return page->is_last && !interpretation->has_behind && self->history.window.count > 2 &&
         2 * interpretation->last_ms >= self->history.window.interval_ms && usual_ms > 0 &&
         (interpretation->last_ms > 2 * usual_ms ||
             (self->history.spacing_ms > 0 &&
                 interpretation->last_off_ms > self->history.spacing_ms));
}

/* The rank of an interpretation by its number of entries: highest if the page is full or the
 * request complete. */
static guint
rank_number (KvsMatcher *self, const Interpretation *interpretation, const KvsHeldPage *page)
{
  if (is_empty (self, interpretation) || !is_closed (self, interpretation))
    return 0;
  if (page->is_last && interpretation->end >= self->history.window.count)
    return FULL;
  if (interpretation->n_assigned ==
      kvs_page_history_count_wanted (&self->history, self->history.page_size))
    return FULL;
  return interpretation->n_assigned ==
                 kvs_page_history_count_wanted (&self->history, self->history.max_results)
             ? 2
             : 1;
}

static KvsSeam
get_seam (KvsMatcher *self, const Interpretation *interpretation)
{
  for (guint i = 0; i < self->page.entries->len; i++) {
    if (interpretation->indexes[i] == (gint)self->history.page_begin - 1)
      return KVS_SEAM_REPEATED;
  }
  return KVS_SEAM_CLEAN;
}

/* Whether the page begins as the ones before did: a service does all pages alike. */
static gboolean
is_usual (KvsMatcher *self, const Interpretation *interpretation)
{
  return self->history.page_begin == 0 || self->history.seam == KVS_SEAM_UNKNOWN ||
         self->history.seam == get_seam (self, interpretation);
}

/* The rank of an interpretation, by these criteria, the strongest first: that TimeStamps are those
 * of samples, the number, and that images are near to their samples where these are far apart. */
static gint
rank (KvsMatcher *self, const Interpretation *interpretation, const KvsHeldPage *page)
{
  gint64 distance_ms =
      MAX (self->history.distance_ms, MAX (interpretation->distance_ms, interpretation->last_ms));
  gboolean is_near = self->history.window.count <= 2 &&
                     self->history.window.interval_ms >= FAR_APART_MS &&
                     2 * distance_ms < self->history.window.interval_ms;

  return (interpretation->is_exact ? 8 : 0) + 2 * (gint)rank_number (self, interpretation, page) +
         (is_near ? 1 : 0);
}

static void
interpretation_copy (KvsMatcher *self, Interpretation *interpretation, const Interpretation *other)
{
  memcpy (interpretation->indexes, other->indexes,
      sizeof *interpretation->indexes * self->page.entries->len);
  interpretation->sense = other->sense;
  interpretation->end = other->end;
  interpretation->n_assigned = other->n_assigned;
  interpretation->n_answered = other->n_answered;
  interpretation->is_loose = other->is_loose;
  interpretation->distance_ms = other->distance_ms;
  interpretation->last_ms = other->last_ms;
  interpretation->last_off_ms = other->last_off_ms;
  interpretation->has_behind = other->has_behind;
}

/* The index that an entry gets, or -1. */
static gint
get_index (KvsMatcher *self, const Interpretation *interpretation, guint i)
{
  gint index = interpretation->indexes[i];

  return index >= (gint)self->history.next && index < (gint)self->history.window.count ? index : -1;
}

static gboolean
are_alike (const KvsEntry *entry, const KvsEntry *other)
{
  return entry == other ||
         (entry->has_image && other->has_image && entry->time_ms == other->time_ms);
}

/* Whether @other has an entry like @entry at @index. */
static gboolean
has_at (KvsMatcher *self, const Interpretation *other, gint index, const KvsEntry *entry)
{
  for (guint i = 0; i < self->page.entries->len; i++) {
    const KvsMatch *match = g_ptr_array_index (self->page.entries, i);

    if (get_index (self, other, i) == index)
      return are_alike (match->entry, entry);
  }
  return FALSE;
}

/* Whether both give the same samples the same frames. */
static gboolean
is_same (KvsMatcher *self, const Interpretation *interpretation, const Interpretation *other)
{
  for (guint i = 0; i < self->page.entries->len; i++) {
    const KvsMatch *match = g_ptr_array_index (self->page.entries, i);
    gint index = get_index (self, interpretation, i);

    if (index >= 0 && !has_at (self, other, index, match->entry))
      return FALSE;
  }
  return interpretation->n_answered == other->n_answered;
}

/* Whether an interpretation that fits is another one than @best, and finds entries missing or, if @may_lie_behind, the last image
 * behind the request. */
static gboolean
has_other (KvsMatcher *self, const Interpretation *best, Interpretation *interpretation,
    const KvsHeldPage *page, gboolean may_lie_behind)
{
  Hypothesis hypothesis;

  for (guint i = 0; get_hypothesis (self, i, &hypothesis); i++) {
    if (read_as (self, interpretation, page, hypothesis) && !is_empty (self, interpretation) &&
        (!is_closed (self, interpretation) || (may_lie_behind && hypothesis.has_behind)) &&
        !is_same (self, best, interpretation))
      return TRUE;
  }
  return FALSE;
}

/* Finds the interpretation with the highest rank, in all senses that fit the pages before. Returns
 * whether there is exactly one. */
static gboolean
find_best (
    KvsMatcher *self, Interpretation *best, Interpretation *interpretation, const KvsHeldPage *page)
{
  gint best_rank = -1;
  gboolean is_clear = TRUE, is_loose = FALSE, has_full = FALSE;
  Hypothesis hypothesis;

  for (guint i = 0; get_hypothesis (self, i, &hypothesis); i++) {
    gint its_rank;

    if (!read_as (self, interpretation, page, hypothesis) || !is_usual (self, interpretation))
      continue;
    its_rank = rank (self, interpretation, page);
    has_full |= rank_number (self, interpretation, page) == FULL;
    if (its_rank > best_rank) {
      best_rank = its_rank;
      interpretation_copy (self, best, interpretation);
      is_clear = TRUE;
      is_loose = interpretation->is_loose;
    } else if (its_rank == best_rank) {
      is_clear &= is_same (self, best, interpretation);
      is_loose |= interpretation->is_loose;
    }
  }
  if (best_rank < 0)
    return read_in_order (self, best, page) &&
           (best->n_assigned ==
                   kvs_page_history_count_wanted (&self->history, self->history.page_size) ||
               best->n_assigned ==
                   kvs_page_history_count_wanted (&self->history, self->history.max_results));
  if (!is_closed (self, best) && (best->sense.meaning != KVS_MEANING_SAMPLE_TIME || has_full))
    return FALSE;
  if (is_loose &&
      best->n_answered < kvs_page_history_count_wanted (&self->history, self->history.max_results))
    is_clear &= !has_other (self, best, interpretation, page, FALSE);
  if (ends_far_off (self, best, page))
    is_clear &= !has_other (self, best, interpretation, page, TRUE);
  return is_clear;
}

/* Whether a page of one is the one before once more, with the time of its sample: a page that is given twice looks like
 * that, too. */
static gboolean
is_given_again (KvsMatcher *self, const KvsHeldPage *page)
{
  return self->history.page_size == 1 && self->history.page_begin > 0 &&
         self->history.next == self->history.page_begin && self->page.entries->len == 1 &&
         page->images->len == 1 && self->history.has_seam &&
         self->history.seam_ms == kvs_held_page_get_image_time (page, 0) &&
         self->history.seam_ms ==
             kvs_window_get_time (&self->history.window, self->history.last_image.index);
}

static void
assign_in_order (KvsMatcher *self)
{
  for (guint i = 0; i < MIN (self->page.entries->len, kvs_page_history_count_wanted (&self->history,
                                                          self->history.max_results));
       i++) {
    KvsMatch *match = g_ptr_array_index (self->page.entries, i);

    match->index = (gint)(self->history.next + i);
  }
}

static void
assign_indexes (KvsMatcher *self, const Interpretation *interpretation)
{
  for (guint i = 0; i < self->page.entries->len; i++) {
    KvsMatch *match = g_ptr_array_index (self->page.entries, i);

    match->index = get_index (self, interpretation, i);
  }
  if (self->history.page_begin > 0)
    self->history.seam = get_seam (self, interpretation);
}

/* Whether each entry of the last page has the time of a sample, and the last one that of the last sample. Then each is
 * right for its sample, also where it is not known why others are missing. */
static gboolean
ends_with_last_sample (KvsMatcher *self, Interpretation *interpretation, const KvsHeldPage *page)
{
  return page->is_last &&
         read_as (self, interpretation, page,
             (Hypothesis){{KVS_MEANING_SAMPLE_TIME, 0}, FALSE, FALSE}) &&
         interpretation->end == self->history.window.count;
}

/* Gives the held entries their indexes, or none where the page is unreadable. A page that begins at an unknown sample
 * cannot be asked for in another way, so the order of its TimeStamps has to do. */
static void
read_page (KvsMatcher *self, const KvsHeldPage *page, gboolean is_adrift)
{
  Interpretation best, interpretation;

  if (!page->is_timed) {
    assign_in_order (self);
    return;
  }
  interpretation_init (&best, page);
  interpretation_init (&interpretation, page);
  if (!is_given_again (self, page) && (find_best (self, &best, &interpretation, page) ||
                                          ends_with_last_sample (self, &best, page) ||
                                          (is_adrift && read_in_order (self, &best, page))))
    assign_indexes (self, &best);
  else
    self->is_unreadable = TRUE;
  interpretation_clear (&interpretation);
  interpretation_clear (&best);
}

/* Where a page begins */

/* The index of the first image: the nearest one, or what the second frame tells. */
static gint64
find_image_start (KvsMatcher *self, const KvsHeldPage *page)
{
  KvsSense sense = {KVS_MEANING_SAMPLE_TIME, 0};
  gint64 first_ms = kvs_held_page_get_image_time (page, 0);
  gboolean is_slow = FALSE;
  guint n = kvs_held_page_count_same (page, 0, page->images->len);

  for (guint i = 0; i < page->images->len;
       i += kvs_held_page_count_same (page, i, page->images->len))
    is_slow |= kvs_held_page_count_same (page, i, page->images->len) > 1;
  if (is_slow && n < page->images->len)
    return kvs_sense_find_index_from (
               sense, &self->history.window, kvs_held_page_get_image_time (page, n)) -
           n;
  return kvs_sense_find_index_from (
      sense, &self->history.window, first_ms - self->history.window.interval_ms / 2);
}

static void
find_start (KvsMatcher *self, const KvsHeldPage *page)
{
  gint64 start = G_MAXINT64;

  if (!page->is_timed) {
    start = 0;
  } else {
    if (page->images->len > 0)
      start = find_image_start (self, page);
    for (guint i = 0; i < page->gaps->len; i++) {
      const KvsMatch *match = g_ptr_array_index (page->gaps, i);

      start = MIN (start, kvs_sense_find_index_from ((KvsSense){KVS_MEANING_SAMPLE_TIME, 0},
                              &self->history.window, match->entry->time_ms));
    }
  }
  self->history.next = self->history.page_begin =
      (guint)CLAMP (start, 0, (gint64)self->history.window.count);
  self->is_adrift = FALSE;
}

static gint
compare_indexes (gconstpointer a, gconstpointer b)
{
  const KvsMatch *first = *(KvsMatch *const *)a, *second = *(KvsMatch *const *)b;

  return (first->index > second->index) - (first->index < second->index);
}

void
kvs_matcher_end_page (KvsMatcher *self, gboolean is_last)
{
  if (self->page.entries->len > 0) {
    gboolean is_adrift = self->is_adrift;

    kvs_held_page_complete (&self->page, is_last);
    if (is_adrift)
      find_start (self, &self->page);
    read_page (self, &self->page, is_adrift);
    g_ptr_array_sort (self->page.entries, compare_indexes);
    for (guint i = 0; i < self->page.entries->len; i++)
      emit (self, g_ptr_array_index (self->page.entries, i));
    kvs_held_page_forget (&self->page);
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
