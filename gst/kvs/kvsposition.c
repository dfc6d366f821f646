/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsposition.h"

#include "kvsgrid.h"
#include "kvsresumetoken.h"

#define NS_PER_MS 1000000

/* The most that is a length of time in GStreamer, 292 years. */
#define MAX_LENGTH_NS G_MAXINT64

/* The range and the token have the same word for it. */
G_STATIC_ASSERT (KVS_RANGE_NO_END == KVS_RESUME_TOKEN_NO_END);

void
kvs_position_clear (KvsPosition *self)
{
  g_free (self->stream);
  g_free (self->starting_token);
  *self = (KvsPosition){NULL};
}

void
kvs_position_begin (
    KvsPosition *self, const KvsSettings *settings, const KvsRangeSpec *spec, gint64 now_ms)
{
  kvs_position_clear (self);
  *self = (KvsPosition){
      .stream = kvs_settings_get_title (settings),
      .interval = (guint64)settings->sampling_interval * NS_PER_MS,
      .availability_delay_ms = settings->availability_delay,
      .max_items = settings->max_items,
      .spec = *spec,
      .began_ms = now_ms,
      .selector = settings->image_selector_type,
      .starting_token = g_strdup (settings->starting_token),
      .traversal = KVS_TRAVERSAL_ALL,
  };
}

void
kvs_position_learn (KvsPosition *self, const KvsRange *range)
{
  self->range = *range;
  self->is_known = TRUE;
}

/* The range, by the local clock as long as it is not known. Returns FALSE as long as it cannot even be guessed. */
static gboolean
get_range (const KvsPosition *self, KvsRange *range)
{
  if (!self->is_known)
    return kvs_range_spec_resolve (&self->spec, self->began_ms, range, NULL);
  *range = self->range;
  return TRUE;
}

gboolean
kvs_position_get_age (const KvsPosition *self, gint64 now_ms, gint64 *age)
{
  KvsRange range;

  if (!get_range (self, &range))
    return FALSE;
  *age = MAX (now_ms - range.start_ms, -MAX_LENGTH_NS / 4 / NS_PER_MS) * NS_PER_MS;
  return TRUE;
}

/* Playback in reverse can begin behind the last sample that may be asked for. */
static guint64
count_available (const KvsPosition *self, const KvsRange *range, gint64 now_ms)
{
  gint64 age_ms = now_ms - self->availability_delay_ms - range->start_ms;

  return age_ms < 0 ? 0 : (guint64)age_ms / range->interval_ms + 1;
}

void
kvs_position_get_bounds (const KvsPosition *self, gint64 now_ms, KvsBounds *bounds)
{
  guint64 n_samples;
  KvsRange range;

  *bounds = (KvsBounds){
      .interval = self->interval,
      .n_samples = G_MAXUINT64,
      .end = KVS_TIME_UNKNOWN,
      .is_endless = !self->spec.has_end,
  };
  if (!get_range (self, &range))
    return;
  if (bounds->is_endless) {
    bounds->n_samples = count_available (self, &range, now_ms);
    bounds->end = (guint64)MAX (now_ms - range.start_ms, 0) * NS_PER_MS;
  } else {
    n_samples = MIN (kvs_range_get_n_samples (&range), MAX_LENGTH_NS / bounds->interval);
    bounds->end = n_samples * bounds->interval;
    if (self->is_known)
      bounds->n_samples = n_samples;
  }
}

KvsTraversal
kvs_position_traverse (KvsPosition *self, const KvsTraversal *traversal)
{
  self->traversal = *traversal;
  if (self->max_items > 0 && self->n_delivered >= self->max_items)
    self->traversal.end = traversal->begin;
  else if (self->max_items > 0)
    self->traversal.max_samples = self->max_items - self->n_delivered;
  self->has_pushed = FALSE;
  self->has_delivered = FALSE;
  return self->traversal;
}

/* Cuts a range to what is read of it: what was sought, and no more samples than may be delivered. */
static void
cut_to_part (const KvsPosition *self, KvsRange *range)
{
  guint64 n = kvs_range_get_n_samples (range);
  guint64 end = MIN (self->traversal.end, n);
  KvsGrid grid;

  kvs_grid_init (&grid, range, &self->traversal);
  if (grid.count == 0)
    return;
  if (grid.count != G_MAXUINT64)
    end = MIN (end, kvs_grid_get_number (&grid, grid.count));
  if (end < n)
    range->end_ms = kvs_range_get_time (range, end);
  range->start_ms = grid.start_ms;
}

char *
kvs_position_describe_part (const KvsPosition *self)
{
  g_autofree char *start = NULL, *end = NULL;
  KvsRange range = self->range;

  if (!self->is_known)
    return g_strdup_printf ("in stream \"%s\"", self->stream);
  cut_to_part (self, &range);
  start = kvs_timestamp_format (range.start_ms);
  if (range.end_ms == KVS_RANGE_NO_END)
    return g_strdup_printf ("in stream \"%s\" from %s on", self->stream, start);
  end = kvs_timestamp_format (range.end_ms);
  return g_strdup_printf ("in stream \"%s\" from %s to %s", self->stream, start, end);
}

void
kvs_position_push (KvsPosition *self, guint64 number)
{
  self->has_pushed = TRUE;
  self->pushed = number;
}

void
kvs_position_deliver (KvsPosition *self, guint64 number)
{
  g_clear_pointer (&self->starting_token, g_free);
  self->has_delivered = TRUE;
  self->last = number;
  self->n_delivered++;
}

void
kvs_position_use_up (KvsPosition *self)
{
  g_clear_pointer (&self->starting_token, g_free);
}

/* Whether only the service knows where the session is. */
static gboolean
is_at_service_token (const KvsPosition *self)
{
  return self->starting_token && !kvs_resume_token_is_text (self->starting_token);
}

void
kvs_position_end (KvsPosition *self)
{
  if (is_at_service_token (self))
    self->traversal.begin = kvs_range_get_n_samples (&self->range);
  kvs_position_use_up (self);
}

static gboolean
get_next_forwards (const KvsPosition *self, guint64 n_samples, guint64 *number)
{
  *number = self->has_delivered ? self->last + self->traversal.stride : self->traversal.begin;
  return *number < n_samples;
}

static gboolean
get_next_backwards (const KvsPosition *self, guint64 n_samples, guint64 *number)
{
  guint64 begin = self->traversal.begin;
  guint64 end = self->has_delivered ? self->last : MIN (self->traversal.end, n_samples);

  if (end <= begin)
    return FALSE;
  *number = end - 1 - (end - 1 - begin) % self->traversal.stride;
  return TRUE;
}

gboolean
kvs_position_get_next (const KvsPosition *self, guint64 *number)
{
  guint64 n_samples = kvs_range_get_n_samples (&self->range);

  return self->traversal.is_reverse ? get_next_backwards (self, n_samples, number)
                                    : get_next_forwards (self, n_samples, number);
}

/* There are times up to the year 2554. */
static guint64
to_ns (gint64 ms)
{
  return (guint64)ms <= KVS_TIME_UNKNOWN / NS_PER_MS ? (guint64)ms * NS_PER_MS : KVS_TIME_UNKNOWN;
}

static guint64
get_time (const KvsPosition *self, gint64 ms)
{
  return self->is_known ? to_ns (ms) : KVS_TIME_UNKNOWN;
}

guint64
kvs_position_get_start_time (const KvsPosition *self)
{
  return get_time (self, self->range.start_ms);
}

guint64
kvs_position_get_end_time (const KvsPosition *self)
{
  return get_time (self, self->range.end_ms);
}

guint64
kvs_position_get_unix_time (const KvsPosition *self, guint64 number)
{
  return to_ns (kvs_range_get_time (&self->range, number));
}

void
kvs_next_sample_clear (KvsNextSample *self)
{
  g_clear_pointer (&self->next_token, g_free);
}

void
kvs_position_get_next_sample (const KvsPosition *self, KvsNextSample *next)
{
  *next = (KvsNextSample){
      .next_token = kvs_position_make_token (self),
  };
  if (!self->is_known || is_at_service_token (self) || !kvs_position_get_next (self, &next->offset))
    return;
  next->is_known = TRUE;
  next->unix_time = kvs_position_get_unix_time (self, next->offset);
}

char *
kvs_position_make_token (const KvsPosition *self)
{
  KvsResumeToken token = {
      .stream = self->stream,
      .selector = self->selector,
      .start_ms = self->range.start_ms,
      .end_ms = self->range.end_ms,
      .interval_ms = self->range.interval_ms,
  };

  if (self->starting_token)
    return g_strdup (self->starting_token);
  if (!self->is_known || !kvs_position_get_next (self, &token.sample))
    return NULL;
  return kvs_resume_token_write (&token);
}
