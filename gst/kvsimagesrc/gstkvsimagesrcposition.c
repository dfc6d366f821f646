/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcposition.h"

#include <kvsresumetoken.h>

/* The range and the token have the same word for it. */
G_STATIC_ASSERT (KVS_RANGE_NO_END == KVS_RESUME_TOKEN_NO_END);

void
gst_kvs_image_src_position_clear (GstKvsImageSrcPosition *self)
{
  g_free (self->stream);
  g_free (self->starting_token);
  *self = (GstKvsImageSrcPosition){NULL};
}

void
gst_kvs_image_src_position_begin (
    GstKvsImageSrcPosition *self, const GstKvsImageSrcSettings *settings)
{
  gst_kvs_image_src_position_clear (self);
  self->stream = gst_kvs_image_src_settings_get_title (settings);
  self->selector = settings->image_selector_type;
  self->starting_token = g_strdup (settings->starting_token);
  self->traversal = KVS_TRAVERSAL_ALL;
}

void
gst_kvs_image_src_position_learn (GstKvsImageSrcPosition *self, const KvsRange *range)
{
  self->range = *range;
  self->is_known = TRUE;
}

void
gst_kvs_image_src_position_traverse (GstKvsImageSrcPosition *self, const KvsTraversal *traversal)
{
  self->traversal = *traversal;
  self->has_left = FALSE;
}

void
gst_kvs_image_src_position_leave (GstKvsImageSrcPosition *self, guint64 number)
{
  g_clear_pointer (&self->starting_token, g_free);
  self->has_left = TRUE;
  self->last = number;
  self->n_left++;
}

void
gst_kvs_image_src_position_use_up (GstKvsImageSrcPosition *self)
{
  g_clear_pointer (&self->starting_token, g_free);
}

/* Whether only the service knows where the run is. */
static gboolean
is_at_service_token (const GstKvsImageSrcPosition *self)
{
  return self->starting_token && !kvs_resume_token_is_text (self->starting_token);
}

void
gst_kvs_image_src_position_end (GstKvsImageSrcPosition *self)
{
  if (is_at_service_token (self))
    self->traversal.begin = kvs_range_get_n_samples (&self->range);
  gst_kvs_image_src_position_use_up (self);
}

static gboolean
get_next_forwards (const GstKvsImageSrcPosition *self, guint64 n_samples, guint64 *number)
{
  *number = self->has_left ? self->last + self->traversal.stride : self->traversal.begin;
  return *number < n_samples;
}

static gboolean
get_next_backwards (const GstKvsImageSrcPosition *self, guint64 n_samples, guint64 *number)
{
  guint64 end = self->has_left ? self->last : MIN (self->traversal.end, n_samples);
  guint64 step = self->has_left ? self->traversal.stride : 1;

  *number = end - step;
  return end >= self->traversal.begin + step;
}

gboolean
gst_kvs_image_src_position_get_next (const GstKvsImageSrcPosition *self, guint64 *number)
{
  guint64 n_samples = kvs_range_get_n_samples (&self->range);

  return self->traversal.is_reverse ? get_next_backwards (self, n_samples, number)
                                    : get_next_forwards (self, n_samples, number);
}

GstClockTime
gst_kvs_image_src_position_get_duration (const GstKvsImageSrcPosition *self)
{
  if (!self->is_known || self->range.end_ms == KVS_RANGE_NO_END)
    return GST_CLOCK_TIME_NONE;
  return kvs_range_get_n_samples (&self->range) * self->range.interval_ms * GST_MSECOND;
}

static GstClockTime
get_time (const GstKvsImageSrcPosition *self, gint64 ms)
{
  gboolean is_time = self->is_known && ms != KVS_RANGE_NO_END;

  return is_time ? (GstClockTime)ms * GST_MSECOND : GST_CLOCK_TIME_NONE;
}

GstClockTime
gst_kvs_image_src_position_get_start_time (const GstKvsImageSrcPosition *self)
{
  return get_time (self, self->range.start_ms);
}

GstClockTime
gst_kvs_image_src_position_get_end_time (const GstKvsImageSrcPosition *self)
{
  return get_time (self, self->range.end_ms);
}

GstClockTime
gst_kvs_image_src_position_get_unix_time (const GstKvsImageSrcPosition *self, guint64 number)
{
  return (GstClockTime)kvs_range_get_time (&self->range, number) * GST_MSECOND;
}

void
gst_kvs_image_src_place_clear (GstKvsImageSrcPlace *self)
{
  g_clear_pointer (&self->next_token, g_free);
}

void
gst_kvs_image_src_position_get_place (
    const GstKvsImageSrcPosition *self, GstKvsImageSrcPlace *place)
{
  *place = (GstKvsImageSrcPlace){
      .next_token = gst_kvs_image_src_position_make_token (self),
  };
  if (!self->is_known || is_at_service_token (self) ||
      !gst_kvs_image_src_position_get_next (self, &place->offset))
    return;
  place->is_known = TRUE;
  place->unix_time = gst_kvs_image_src_position_get_unix_time (self, place->offset);
}

char *
gst_kvs_image_src_position_make_token (const GstKvsImageSrcPosition *self)
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
  if (!self->is_known || !gst_kvs_image_src_position_get_next (self, &token.sample))
    return NULL;
  return kvs_resume_token_write (&token);
}
