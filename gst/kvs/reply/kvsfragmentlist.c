/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsfragmentlist.h"

struct _KvsFragmentList {
  gint64 from_ms;
  gint64 until_ms;
  gint64 longest_ms;
  GArray *fragments; /* of KvsFragment, both their starts and their ends strictly increasing */
};

static gint64
get_end (const KvsFragment *fragment)
{
  return fragment->start_ms + fragment->length_ms;
}

static const KvsFragment *
get (KvsFragmentList *self, guint i)
{
  return &g_array_index (self->fragments, KvsFragment, i);
}

/* Of those that begin at the same time, the longest comes first, and one of unknown length last. */
static gint
compare_cb (gconstpointer a, gconstpointer b)
{
  const KvsFragment *first = a, *second = b;

  if (first->start_ms != second->start_ms)
    return first->start_ms < second->start_ms ? -1 : 1;
  return (second->length_ms > first->length_ms) - (second->length_ms < first->length_ms);
}

/* Where the fragments begin that begin later than number @i of @sorted. */
static guint
find_later (const GArray *sorted, guint i)
{
  gint64 start_ms = g_array_index (sorted, KvsFragment, i).start_ms;

  while (i < sorted->len && g_array_index (sorted, KvsFragment, i).start_ms == start_ms)
    i++;
  return i;
}

/* How long a fragment of unknown length may last. */
static gint64
guess_length (const GArray *sorted, gint64 start_ms, guint later)
{
  if (later == sorted->len)
    return KVS_MAX_FRAGMENT_MS;
  return MIN (g_array_index (sorted, KvsFragment, later).start_ms - start_ms, KVS_MAX_FRAGMENT_MS);
}

/* A fragment that does not last longer than an earlier one has no time of its own. */
static void
add_sorted (KvsFragmentList *self, const KvsFragment *fragment)
{
  guint n = self->fragments->len;

  self->longest_ms = MAX (self->longest_ms, fragment->length_ms);
  if (n == 0 || get_end (fragment) > get_end (get (self, n - 1)))
    g_array_append_vals (self->fragments, fragment, 1);
}

static void
add_all_sorted (KvsFragmentList *self, const GArray *sorted)
{
  guint later;

  for (guint i = 0; i < sorted->len; i = later) {
    KvsFragment fragment = g_array_index (sorted, KvsFragment, i);

    later = find_later (sorted, i);
    if (fragment.length_ms == KVS_FRAGMENT_UNKNOWN_LENGTH)
      fragment.length_ms = guess_length (sorted, fragment.start_ms, later);
    add_sorted (self, &fragment);
  }
}

KvsFragmentList *
kvs_fragment_list_new (
    gint64 from_ms, gint64 until_ms, const KvsFragment *fragments, guint n_fragments)
{
  KvsFragmentList *self = g_atomic_rc_box_new0 (KvsFragmentList);
  g_autoptr (GArray) sorted = g_array_sized_new (FALSE, FALSE, sizeof (KvsFragment), n_fragments);

  if (n_fragments > 0)
    g_array_append_vals (sorted, fragments, n_fragments);
  g_array_sort (sorted, compare_cb);
  self->from_ms = from_ms;
  self->until_ms = until_ms;
  self->fragments = g_array_new (FALSE, FALSE, sizeof (KvsFragment));
  add_all_sorted (self, sorted);
  return self;
}

KvsFragmentList *
kvs_fragment_list_ref (KvsFragmentList *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  KvsFragmentList *self = data;

  g_array_unref (self->fragments);
}

void
kvs_fragment_list_unref (KvsFragmentList *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

gboolean
kvs_fragment_list_covers (KvsFragmentList *self, gint64 ms)
{
  return ms >= self->from_ms && ms < self->until_ms;
}

gint64
kvs_fragment_list_get_from_ms (KvsFragmentList *self)
{
  return self->from_ms;
}

gint64
kvs_fragment_list_get_until_ms (KvsFragmentList *self)
{
  return self->until_ms;
}

gint64
kvs_fragment_list_get_longest_ms (KvsFragmentList *self)
{
  return self->longest_ms;
}

const KvsFragment *
kvs_fragment_list_get_fragments (KvsFragmentList *self, guint *n_fragments)
{
  *n_fragments = self->fragments->len;
  return (const KvsFragment *)(gconstpointer)self->fragments->data;
}

/* How many fragments begin at or before @ms. */
static guint
count_begun (KvsFragmentList *self, gint64 ms)
{
  guint low = 0, high = self->fragments->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;

    if (get (self, middle)->start_ms <= ms)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* The latest fragment that begins at or before @ms. No earlier one lasts as long. */
static const KvsFragment *
find_latest (KvsFragmentList *self, gint64 ms)
{
  guint n_begun = count_begun (self, ms);

  return n_begun > 0 ? get (self, n_begun - 1) : NULL;
}

/* The earliest fragment that ends at or after @ms. */
static const KvsFragment *
find_earliest (KvsFragmentList *self, gint64 ms)
{
  guint low = 0, high = self->fragments->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;

    if (get_end (get (self, middle)) < ms)
      low = middle + 1;
    else
      high = middle;
  }
  return low < self->fragments->len ? get (self, low) : NULL;
}

gint64
kvs_fragment_list_find_start (KvsFragmentList *self, gint64 ms, gint64 margin_ms)
{
  const KvsFragment *fragment = find_latest (self, ms);

  return fragment != NULL && get_end (fragment) + margin_ms >= ms ? fragment->start_ms : -1;
}

gboolean
kvs_fragment_list_has_media (KvsFragmentList *self, gint64 from_ms, gint64 to_ms, gint64 margin_ms)
{
  const KvsFragment *fragment = find_latest (self, to_ms + margin_ms);

  return fragment != NULL && get_end (fragment) + margin_ms >= from_ms;
}

gint64
kvs_fragment_list_next_media (KvsFragmentList *self, gint64 ms, gint64 margin_ms)
{
  const KvsFragment *fragment;

  if (!kvs_fragment_list_covers (self, ms))
    return ms;
  fragment = find_earliest (self, ms - margin_ms);
  if (fragment == NULL)
    return self->until_ms;
  return CLAMP (fragment->start_ms - margin_ms, ms, self->until_ms);
}

gint64
kvs_fragment_list_previous_media (KvsFragmentList *self, gint64 ms, gint64 margin_ms)
{
  const KvsFragment *fragment;

  if (!kvs_fragment_list_covers (self, ms))
    return ms;
  fragment = find_latest (self, ms + margin_ms);
  if (fragment == NULL)
    return self->from_ms - 1;
  return CLAMP (get_end (fragment) + margin_ms, self->from_ms - 1, ms);
}
