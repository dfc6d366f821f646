/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulatedservice.h"

#include "kvsquery.h"

#include <awserror.h>

#define HOUR_MS (3600 * G_GINT64_CONSTANT (1000))

/* Each sample time has a random number of its own. */
#define HASH_FACTOR G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)

SimulatedService *
simulated_service_new (GRand *chance)
{
  SimulatedService *self = g_new0 (SimulatedService, 1);

  self->chance = chance;
  self->fragments = g_array_new (FALSE, FALSE, sizeof (SimulatedFragment));
  self->range_cap = G_MAXUINT;
  self->max_listed = G_MAXUINT;
  return self;
}

void
simulated_service_free (SimulatedService *self)
{
  g_array_unref (self->fragments);
  g_free (self);
}

void
simulated_service_add_fragment (
    SimulatedService *self, gint64 start_ms, gint64 length_ms, gint64 arrival_ms)
{
  const SimulatedFragment fragment = {start_ms, start_ms + length_ms, arrival_ms};

  g_array_append_val (self->fragments, fragment);
}

static gboolean
happens (SimulatedService *self, double probability)
{
  return probability > 0 && g_rand_double (self->chance) < probability;
}

static const SimulatedFragment *
get (SimulatedService *self, guint i)
{
  return &g_array_index (self->fragments, SimulatedFragment, i);
}

/* How many fragments begin before @ms. */
static guint
count_before (SimulatedService *self, gint64 ms)
{
  guint low = 0, high = self->fragments->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;

    if (get (self, middle)->start_ms < ms)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static gint64
get_border (SimulatedService *self, gint64 now_ms)
{
  return self->retention_hours > 0 ? now_ms - self->retention_hours * HOUR_MS : G_MININT64;
}

static gboolean
is_there (SimulatedService *self, const SimulatedFragment *fragment, gint64 now_ms)
{
  return fragment->arrival_ms <= now_ms && fragment->start_ms >= get_border (self, now_ms);
}

/* The fragment that has @time_ms, whether it is there or not. */
static const SimulatedFragment *
find (SimulatedService *self, gint64 time_ms)
{
  guint n = count_before (self, time_ms + 1);

  return n > 0 && get (self, n - 1)->end_ms > time_ms ? get (self, n - 1) : NULL;
}

/* A number from 0 to 1 that is always the same for @time_ms. */
static double
get_luck (gint64 time_ms)
{
  guint64 hash = (guint64)time_ms * HASH_FACTOR;

  return (double)(hash >> 40) / (1 << 24);
}

static gboolean
is_media_error (SimulatedService *self, gint64 time_ms)
{
  return get_luck (time_ms) < self->media_error;
}

static gboolean
may_be_bad (SimulatedService *self, gint64 time_ms)
{
  return get_luck (time_ms) > 1 - self->bad_image;
}

SimulatedKinds
simulated_service_get_kinds (
    SimulatedService *self, gint64 time_ms, gint64 now_ms, gint64 later_ms, gint64 slack_ms)
{
  const SimulatedFragment *fragment = find (self, time_ms);
  SimulatedKinds kinds = 1 << KVS_SAMPLE_NO_MEDIA;

  if (fragment == NULL || fragment->start_ms < get_border (self, now_ms))
    return kinds;
  if (self->retention_hours == 0 || fragment->start_ms > get_border (self, later_ms) + slack_ms)
    kinds = 0;
  if (is_media_error (self, time_ms))
    return kinds | 1 << KVS_SAMPLE_MEDIA_ERROR;
  if (may_be_bad (self, time_ms))
    kinds |= 1 << KVS_SAMPLE_BAD_IMAGE;
  return kinds | 1 << KVS_SAMPLE_STILL;
}

void
simulated_page_free (SimulatedPage *self)
{
  g_array_unref (self->indexes);
  g_array_unref (self->kinds);
  g_clear_error (&self->cause);
  g_free (self);
}

static KvsSampleKind
get_found (SimulatedService *self, const KvsWindow *window, guint window_index, gint64 now_ms)
{
  gint64 time_ms = kvs_window_get_time (window, window_index);
  const SimulatedFragment *fragment = find (self, time_ms);

  if (fragment == NULL || !is_there (self, fragment, now_ms) ||
      (self->drops_first && fragment->start_ms < window->start_ms))
    return KVS_SAMPLE_NO_MEDIA;
  if (is_media_error (self, time_ms))
    return KVS_SAMPLE_MEDIA_ERROR;
  if (self->gives_bad_images && may_be_bad (self, time_ms) && g_rand_boolean (self->chance))
    return KVS_SAMPLE_BAD_IMAGE;
  return KVS_SAMPLE_STILL;
}

static gboolean
is_empty (SimulatedService *self, const KvsWindow *window, gint64 now_ms)
{
  guint i = count_before (self, window->start_ms);

  if (!self->drops_first && i > 0 && get (self, i - 1)->end_ms > window->start_ms)
    i--;
  while (i < self->fragments->len && get (self, i)->start_ms < window->end_ms &&
         !is_there (self, get (self, i), now_ms))
    i++;
  return i == self->fragments->len || get (self, i)->start_ms >= window->end_ms;
}

static gboolean
is_outside_of_retention (SimulatedService *self, const KvsWindow *window, gint64 now_ms)
{
  return (self->checks_start ? window->start_ms : window->end_ms) < get_border (self, now_ms);
}

static GError *
make_error (AwsError code, guint status, const char *name)
{
  GError *error = g_error_new (AWS_ERROR, (gint)code, "%s", name);

  aws_error_set_reply (error, status, name, NULL);
  return error;
}

static GError *
make_rejection (gboolean is_not_found)
{
  return is_not_found ? make_error (AWS_ERROR_NOT_FOUND, 404, "ResourceNotFoundException")
                      : make_error (AWS_ERROR_INVALID_REQUEST, 400, "InvalidArgumentException");
}

static SimulatedPage *
end_page (SimulatedPage *page, KvsPageEnd end, GError *cause)
{
  page->end = end;
  page->cause = cause;
  return page;
}

static void
add_entry (SimulatedPage *page, SimulatedPager *pager, gint window_index, KvsSampleKind kind)
{
  g_array_append_val (page->indexes, window_index);
  g_array_append_val (page->kinds, kind);
  pager->n_entries++;
}

/* How many entries the next page has, and how it ends. */
static guint
choose_length (
    SimulatedService *self, const KvsRequest *request, SimulatedPager *pager, SimulatedPage *page)
{
  guint left = MIN (request->window.count, self->range_cap) - pager->next;
  guint length = MIN (MIN (left, request->max_results), KVS_MAX_PAGE);

  if (length > 1 && happens (self, self->short_page))
    length = (guint)g_rand_int_range (self->chance, 1, (gint32)length);
  page->end = length < left ? KVS_PAGE_MORE : KVS_PAGE_LAST;
  if (request->window.count > 2 && happens (self, self->short_end))
    page->end = KVS_PAGE_LAST;
  if (length > 1 && happens (self, self->cut)) {
    length = (guint)g_rand_int_range (self->chance, 1, (gint32)length);
    end_page (page, KVS_PAGE_BROKEN, make_error (AWS_ERROR_CUT_OFF, 200, NULL));
  }
  return length;
}

SimulatedPage *
simulated_service_answer (
    SimulatedService *self, const KvsRequest *request, SimulatedPager *pager, gint64 now_ms)
{
  SimulatedPage *page = g_new0 (SimulatedPage, 1);
  guint length;

  page->indexes = g_array_new (FALSE, FALSE, sizeof (gint));
  page->kinds = g_array_new (FALSE, FALSE, sizeof (KvsSampleKind));
  if (pager->n_pages++ > 0) {
    if (happens (self, self->bad_token))
      return end_page (page, KVS_PAGE_BROKEN, make_rejection (FALSE));
  } else if (is_outside_of_retention (self, &request->window, now_ms)) {
    return end_page (page, KVS_PAGE_REJECTED, make_rejection (FALSE));
  } else if (self->empty != SIMULATED_EMPTY_ENTRIES && is_empty (self, &request->window, now_ms)) {
    if (self->empty == SIMULATED_EMPTY_LIST)
      return end_page (page, KVS_PAGE_LAST, NULL);
    return end_page (
        page, KVS_PAGE_REJECTED, make_rejection (self->empty == SIMULATED_EMPTY_NOT_FOUND));
  }
  length = choose_length (self, request, pager, page);
  for (guint i = 0; i < length; i++) {
    if (happens (self, self->surplus))
      add_entry (page, pager, -1, KVS_SAMPLE_STILL);
    add_entry (
        page, pager, (gint)pager->next, get_found (self, &request->window, pager->next, now_ms));
    pager->next++;
  }
  return page;
}

KvsFragmentList *
simulated_service_list (
    SimulatedService *self, gint64 from_ms, gint64 until_ms, gint64 now_ms, gboolean *is_too_many)
{
  g_autoptr (GArray) listed = g_array_new (FALSE, FALSE, sizeof (KvsFragment));

  *is_too_many = FALSE;
  if (happens (self, self->list_error))
    return NULL;
  for (guint i = count_before (self, from_ms - KVS_MAX_FRAGMENT_MS); i < self->fragments->len;
       i++) {
    const SimulatedFragment *fragment = get (self, i);
    const KvsFragment entry = {fragment->start_ms, fragment->end_ms - fragment->start_ms};

    if (fragment->start_ms > until_ms)
      break;
    if (is_there (self, fragment, now_ms))
      g_array_append_val (listed, entry);
  }
  *is_too_many = listed->len > self->max_listed;
  return *is_too_many ? NULL
                      : kvs_fragment_list_new (from_ms, until_ms,
                            (const KvsFragment *)(gconstpointer)listed->data, listed->len);
}
