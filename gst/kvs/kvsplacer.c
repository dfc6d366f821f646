/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsplacer.h"

/* So many TimeStamps, each at another moment, are no coincidence. */
#define ENOUGH_TO_TELL 2

/* A TimeStamp is shortly before a moment within this part of the interval. */
#define CLOSE_PART 4

typedef struct {
  gint place;
  KvsEntry *entry;
} Placed;

struct _KvsPlacer {
  KvsWindow window;
  guint next;
  gint64 last_ms;         /* TimeStamp of the last entry that has a place */
  gint64 last_ahead_ms;   /* by how much that of the last image is later than its moment */
  gint64 last_at_page_ms; /* what that was when the page began */
  guint next_at_page;     /* what next was when the page began */
  gboolean is_adrift;     /* the place of the first entry is to be found */
  gboolean is_early;      /* frames are shown that are earlier than their moments, */
  gboolean is_late;       /* or later */
  gboolean is_lost;
  GQueue placed; /* Placed, not popped yet */
  GQueue held;   /* KvsEntry, in the order of their arrival, until their page is complete */
  gsize bytes;   /* of the images of both */

  guint n_cut; /* entries whose TimeStamps are off by the fraction of the start */
  gint64 last_cut_ms;
  gboolean is_uncut; /* there are others */
};

KvsPlacer *
kvs_placer_new (const KvsWindow *window)
{
  KvsPlacer *self = g_new0 (KvsPlacer, 1);

  self->window = *window;
  self->last_ms = self->last_ahead_ms = G_MININT64;
  g_queue_init (&self->placed);
  g_queue_init (&self->held);
  return self;
}

void
kvs_placer_find_start (KvsPlacer *self)
{
  self->is_adrift = TRUE;
}

static gsize
get_size (const KvsEntry *entry)
{
  return entry->image != NULL ? g_bytes_get_size (entry->image) : 0;
}

static void
placed_free (Placed *placed)
{
  g_clear_pointer (&placed->entry, kvs_entry_free);
  g_free (placed);
}

void
kvs_placer_free (KvsPlacer *self)
{
  g_queue_clear_full (&self->placed, (GDestroyNotify)placed_free);
  g_queue_clear_full (&self->held, (GDestroyNotify)kvs_entry_free);
  g_free (self);
}

static void
add (KvsPlacer *self, KvsEntry *entry, gint place)
{
  Placed *placed = g_new (Placed, 1);

  placed->place = place;
  placed->entry = entry;
  g_queue_push_tail (&self->placed, placed);
}

static void
place_nowhere (KvsPlacer *self, KvsEntry *entry)
{
  add (self, entry, -1);
}

static gint64
get_next_time (KvsPlacer *self)
{
  return kvs_window_get_time (&self->window, self->next);
}

static void
place_next (KvsPlacer *self, KvsEntry *entry)
{
  if (self->next >= self->window.count) {
    place_nowhere (self, entry);
    return;
  }
  if (entry->has_time)
    self->last_ms = entry->time_ms;
  if (entry->has_image) {
    self->last_ahead_ms = entry->time_ms - get_next_time (self);
    self->is_early |= self->last_ahead_ms < 0;
    self->is_late |= self->last_ahead_ms > 0;
  }
  add (self, entry, (gint)self->next++);
}

static gboolean
is_a_moment (KvsPlacer *self, gint64 time_ms)
{
  return (time_ms - self->window.start_ms) % self->window.interval_ms == 0;
}

/* An entry without an image has the moment itself for its TimeStamp, under all readings. */
static gboolean
is_earlier_gap (KvsPlacer *self, const KvsEntry *entry)
{
  return !entry->has_image && entry->time_ms < get_next_time (self) &&
         is_a_moment (self, entry->time_ms);
}

/* The first held entry behind the head that shows another frame. */
static const KvsEntry *
find_following (KvsPlacer *self)
{
  const KvsEntry *head = g_queue_peek_head (&self->held);

  for (GList *l = self->held.head->next; l != NULL; l = l->next) {
    const KvsEntry *entry = l->data;

    if (entry->time_ms != head->time_ms)
      return entry;
  }
  return NULL;
}

/* Whether @entry is for a moment before the next one: if it were for that, it would show the frame of
 * @following. That is the last one up to the moment, or the nearest where later ones are shown at all. */
static gboolean
is_superseded (KvsPlacer *self, const KvsEntry *entry, const KvsEntry *following)
{
  gint64 next_ms = get_next_time (self);

  if (following == NULL || !entry->has_image || following->time_ms <= entry->time_ms)
    return FALSE;
  return following->time_ms <= next_ms ||
         (self->is_late && following->time_ms - next_ms < next_ms - entry->time_ms);
}

/* Looks for whether @entry is where it would be if the start were cut down to a whole second. */
static void
note_cut (KvsPlacer *self, const KvsEntry *entry)
{
  gint64 fraction_ms = self->window.start_ms % 1000;
  gint64 time_ms = entry->time_ms + fraction_ms;

  if (fraction_ms == 0 || !entry->has_time)
    return;
  if (is_a_moment (self, entry->time_ms) || !is_a_moment (self, time_ms)) {
    self->is_uncut = TRUE;
  } else if (self->n_cut == 0 || time_ms != self->last_cut_ms) {
    self->n_cut++;
    self->last_cut_ms = time_ms;
  }
}

/* Gives an entry without a TimeStamp that of the one before it, or of its moment, which keeps it
 * where it is. */
static void
complete (KvsPlacer *self, KvsEntry *entry)
{
  const KvsEntry *before = g_queue_peek_tail (&self->held);

  if (!entry->has_time)
    entry->time_ms = before != NULL ? before->time_ms : get_next_time (self);
}

void
kvs_placer_push (KvsPlacer *self, KvsEntry *entry)
{
  self->bytes += get_size (entry);
  note_cut (self, entry);
  complete (self, entry);
  if (!self->is_adrift && is_earlier_gap (self, entry))
    place_nowhere (self, entry);
  else if (!self->is_adrift && self->held.length == 0 && entry->time_ms == get_next_time (self))
    place_next (self, entry);
  else
    g_queue_push_tail (&self->held, entry);
}

static gint
compare_times (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const KvsEntry *first = a, *second = b;

  return (first->time_ms > second->time_ms) - (first->time_ms < second->time_ms);
}

/* The place of the first moment that is not before @time_ms. */
static guint
find_place (KvsPlacer *self, gint64 time_ms)
{
  gint64 offset_ms = time_ms - self->window.start_ms + self->window.interval_ms - 1;

  return (guint)CLAMP (offset_ms / self->window.interval_ms, self->next, self->window.count);
}

/* Whether @ahead_ms is no way to be later than a moment: the image before was not, by far; or there is none,
 * and none behind it either. */
static gboolean
is_leap (KvsPlacer *self, gint64 ahead_ms)
{
  gboolean has_image = self->last_ahead_ms != G_MININT64;
  gint64 usual_ms = has_image ? self->last_ahead_ms : 0;

  return (has_image || self->held.length == 0) && ahead_ms - usual_ms > self->window.interval_ms;
}

/* Whether the last entry, which is later than its moment, may be from behind the window, as the others are
 * earlier than theirs. */
static gboolean
is_suspicious (KvsPlacer *self, gboolean is_last)
{
  return is_last && self->held.length == 0 && self->is_early && !self->is_late;
}

/* Finds the place of @entry, which was the sorted head. It is for the next moment unless entries are missing
 * before it: a TimeStamp that is a later moment tells so; or one shortly before a later moment, where there
 * are too few entries in all, which is @is_short, or where TimeStamps leap. Where one of neither kind is later
 * by far, there is no telling, and it is better asked for again. */
static guint
find_sorted_place (KvsPlacer *self, const KvsEntry *entry, gboolean is_last, gboolean is_short)
{
  const KvsEntry *behind = g_queue_peek_head (&self->held);
  gint64 interval_ms = self->window.interval_ms;
  gint64 ahead_ms = entry->time_ms - get_next_time (self);
  guint place = find_place (self, entry->time_ms);
  gboolean is_shown_again = behind != NULL && behind->time_ms == entry->time_ms;

  if (ahead_ms <= 0 || is_shown_again)
    return self->next;
  if (is_a_moment (self, entry->time_ms))
    return place;
  if (!is_short && !is_leap (self, ahead_ms) && !is_suspicious (self, is_last))
    return self->next;
  if (kvs_window_get_time (&self->window, place) - entry->time_ms <= interval_ms / CLOSE_PART)
    return place;
  if (ahead_ms <= interval_ms && !is_suspicious (self, is_last))
    return self->next;
  self->is_lost |= !is_last;
  return self->window.count;
}

/* How many entries at the head show the same frame. */
static guint
count_same_frame (KvsPlacer *self)
{
  const KvsEntry *head = g_queue_peek_head (&self->held);
  guint n = 0;

  for (GList *l = self->held.head; l != NULL; l = l->next) {
    const KvsEntry *entry = l->data;

    if (entry->time_ms != head->time_ms)
      break;
    n++;
  }
  return n;
}

/* Whether a frame is shown at more than one moment of the sorted page, as where they are far from each
 * other. */
static gboolean
has_slow_frames (KvsPlacer *self)
{
  for (GList *l = self->held.head; l != NULL && l->next != NULL; l = l->next) {
    const KvsEntry *entry = l->data, *behind = l->next->data;

    if (entry->has_image && behind->has_image && entry->time_ms == behind->time_ms)
      return TRUE;
  }
  return FALSE;
}

/* The place of the sorted head: the moment that is nearest to it. But slow frames may be much earlier than their
 * moments; then the second one tells, which is shown from the first moment on that is not before it. */
static guint
find_first_place (KvsPlacer *self, const KvsEntry *head)
{
  const KvsEntry *following = find_following (self);
  guint place;

  if (following == NULL || !head->has_image || !has_slow_frames (self))
    return find_place (self, head->time_ms - self->window.interval_ms / 2);
  place = find_place (self, following->time_ms);
  return place - MIN (count_same_frame (self), place);
}

/* Makes the moment that the first page begins with the next one. */
static void
find_start (KvsPlacer *self)
{
  const KvsEntry *head = g_queue_peek_head (&self->held);

  if (head == NULL)
    return;
  self->next = find_first_place (self, head);
  self->is_adrift = FALSE;
}

/* The first of the sorted entries that is later than what has a place already. */
static const KvsEntry *
find_later (KvsPlacer *self)
{
  for (GList *l = self->held.head; l != NULL; l = l->next) {
    const KvsEntry *entry = l->data;

    if (entry->time_ms > self->last_ms)
      return entry;
  }
  return NULL;
}

/* Whether the sorted page goes back to before the end of the one before it, by more than its last entry,
 * and does not tell where it goes on. */
static gboolean
goes_back (KvsPlacer *self)
{
  const KvsEntry *head = g_queue_peek_head (&self->held);
  const KvsEntry *later = find_later (self);

  return head != NULL && head->has_image && head->time_ms < self->last_at_page_ms &&
         (later == NULL || later->time_ms > get_next_time (self));
}

/* Drops a page of which there is no telling where it leads. */
static void
drop_all (KvsPlacer *self)
{
  KvsEntry *entry;

  self->is_lost = TRUE;
  while ((entry = g_queue_pop_head (&self->held)))
    place_nowhere (self, entry);
}

/* Drops the sorted entries that are older than what has a place already. */
static void
drop_older (KvsPlacer *self)
{
  const KvsEntry *entry;

  while ((entry = g_queue_peek_head (&self->held)) && entry->time_ms < self->last_ms)
    place_nowhere (self, g_queue_pop_head (&self->held));
}

/* Whether the sorted head is a repeat or from before the window. */
static gboolean
is_for_nothing (KvsPlacer *self, const KvsEntry *entry)
{
  return is_earlier_gap (self, entry) || is_superseded (self, entry, find_following (self));
}

static void
place_sorted (KvsPlacer *self, gboolean is_last, gboolean is_short)
{
  KvsEntry *entry;

  while ((entry = g_queue_peek_head (&self->held))) {
    gboolean is_useless = is_for_nothing (self, entry);
    guint place;

    g_queue_pop_head (&self->held);
    place = is_useless ? self->window.count : find_sorted_place (self, entry, is_last, is_short);
    if (place == self->window.count) {
      place_nowhere (self, entry);
      continue;
    }
    self->next = place;
    place_next (self, entry);
  }
}

/* Whether one of the @n entries at the head, which show the same frame, could be too many and nobody would
 * notice: it is not the next frame that ends them, but the page or a hole. */
static gboolean
is_open_ended (KvsPlacer *self, guint n)
{
  const KvsEntry *following = find_following (self);

  if (following == NULL)
    return TRUE;
  return !self->is_late && self->next + n < find_place (self, following->time_ms);
}

/* Drops what there is no telling of which moments it is for: entries that may repeat what the page before
 * has ended with, or one that may be from before the window, unless it is alone and so what was asked for.
 * Where they make up the number, which is @is_complete, they are neither. */
static void
drop_unclear (KvsPlacer *self, gboolean is_complete)
{
  const KvsEntry *head = g_queue_peek_head (&self->held);
  gint64 before_ms = self->window.start_ms - self->window.interval_ms;
  gboolean may_repeat, may_begin_earlier;
  guint n;

  if (head == NULL || !head->has_image)
    return;
  n = count_same_frame (self);
  may_repeat = head->time_ms == self->last_ms && self->next == self->next_at_page;
  may_begin_earlier = head->time_ms <= before_ms && self->next == 0;
  if ((!may_repeat && !may_begin_earlier) || !is_open_ended (self, n))
    return;
  if (n == self->held.length && is_complete)
    return;
  self->is_lost |= n == self->held.length;
  for (guint n_unclear = may_repeat ? n : MIN (n - 1, 1); n_unclear > 0; n_unclear--)
    place_nowhere (self, g_queue_pop_head (&self->held));
}

void
kvs_placer_end_page (KvsPlacer *self, gboolean is_last)
{
  gint64 n_missing;

  g_queue_sort (&self->held, compare_times, NULL);
  if (self->is_adrift)
    find_start (self);
  if (goes_back (self))
    drop_all (self);
  drop_older (self);
  n_missing = (gint64)self->window.count - self->next - self->held.length;
  drop_unclear (self, is_last && n_missing == 0);
  place_sorted (self, is_last, is_last && n_missing > 0);
  self->next_at_page = self->next;
  self->last_at_page_ms = self->last_ms;
}

KvsEntry *
kvs_placer_pop (KvsPlacer *self, gint *place)
{
  Placed *placed = g_queue_pop_head (&self->placed);
  KvsEntry *entry;

  if (placed == NULL)
    return NULL;
  *place = placed->place;
  entry = g_steal_pointer (&placed->entry);
  self->bytes -= get_size (entry);
  placed_free (placed);
  return entry;
}

gsize
kvs_placer_get_bytes (KvsPlacer *self)
{
  return self->bytes;
}

guint
kvs_placer_get_next (KvsPlacer *self)
{
  return self->next;
}

gboolean
kvs_placer_is_lost (KvsPlacer *self)
{
  return self->is_lost;
}

gboolean
kvs_placer_is_cut (KvsPlacer *self)
{
  return self->n_cut >= ENOUGH_TO_TELL && !self->is_uncut;
}
