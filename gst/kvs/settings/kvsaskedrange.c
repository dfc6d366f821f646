/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsaskedrange.h"

#include "kvserror.h"
#include "kvsresume.h"

/* How far the local clock may be off: a range that is empty by less than this is not rejected, because the
 * service's clock decides, which is not known before the first request. */
#define CLOCK_TOLERANCE_MS (24 * 3600 * G_GINT64_CONSTANT (1000))

#define NOW ((KvsTimestamp){.relative = TRUE})

static gboolean
read_timestamp (const char *property, const char *value, KvsTimestamp *timestamp, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (value == NULL) {
    *timestamp = NOW;
    return TRUE;
  }
  if (kvs_timestamp_parse (value, timestamp, &cause))
    return TRUE;
  g_set_error (error, KVS_ERROR, KVS_ERROR_INVALID,
      "%s is '%s', which cannot be used: %s. Accepted are " KVS_TIMESTAMP_FORMS, property, value,
      cause->message);
  return FALSE;
}

/* The range of start-timestamp and end-timestamp, whether or not a session can use it. */
static gboolean
read_spec (const KvsSettings *settings, KvsRangeSpec *spec, GError **error)
{
  *spec = (KvsRangeSpec){
      .has_end = settings->end_timestamp || !settings->follow,
      .follow = settings->follow,
      .is_producer_time = settings->image_selector_type == KVS_IMAGE_SELECTOR_PRODUCER_TIMESTAMP,
      .interval_ms = settings->sampling_interval,
      .align = settings->align,
  };
  return read_timestamp ("start-timestamp", settings->start_timestamp, &spec->start, error) &&
         read_timestamp ("end-timestamp", settings->end_timestamp, &spec->end, error);
}

static gboolean
check_start (const KvsSettings *settings, GError **error)
{
  if (settings->start_timestamp || settings->follow)
    return TRUE;
  g_set_error_literal (error, KVS_ERROR, KVS_ERROR_INVALID,
      "start-timestamp is not set; accepted are " KVS_TIMESTAMP_FORMS
      "; with follow or with a next-token as starting-token it may be unset");
  return FALSE;
}

static gboolean
check_emptiness (
    const KvsSettings *settings, const KvsRangeSpec *spec, gint64 now_ms, GError **error)
{
  g_autoptr (GError) cause = NULL;
  KvsRange range;

  if (kvs_range_spec_resolve (spec, now_ms, &range, &cause))
    return TRUE;
  if ((!spec->start.relative || !spec->end.relative) &&
      kvs_range_spec_resolve (spec, now_ms + CLOCK_TOLERANCE_MS, &range, NULL))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&cause));
  g_prefix_error (error, "start-timestamp is '%s' and end-timestamp is '%s': ",
      settings->start_timestamp ? settings->start_timestamp : "now",
      settings->end_timestamp ? settings->end_timestamp : "now");
  return FALSE;
}

gboolean
kvs_asked_range_read (
    const KvsSettings *settings, gint64 now_ms, KvsAskedRange *range, GError **error)
{
  *range = (KvsAskedRange){.first = 0};
  if (!read_spec (settings, &range->spec, error))
    return FALSE;
  if (settings->starting_token)
    return kvs_resume (settings, range, error);
  return check_start (settings, error) && check_emptiness (settings, &range->spec, now_ms, error);
}
