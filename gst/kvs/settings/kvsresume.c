/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsresume.h"

#include "kvserror.h"
#include "kvsresumetoken.h"

static gboolean refuse (GError **error, const char *property, const char *value,
    const char *accepted, ...) G_GNUC_PRINTF (4, 5);

static gboolean
refuse (GError **error, const char *property, const char *value, const char *accepted, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, accepted);
  text = g_strdup_vprintf (accepted, args);
  va_end (args);
  g_set_error (error, KVS_ERROR, KVS_ERROR_INVALID,
      "%s is '%s', which does not agree with starting-token; accepted is %s", property, value,
      text);
  return FALSE;
}

static gboolean
check_stream (const KvsSettings *settings, const KvsResumeToken *token, GError **error)
{
  g_autofree char *name = kvs_settings_get_title (settings);

  if (g_str_equal (name, token->stream))
    return TRUE;
  return settings->stream_name
             ? refuse (error, "stream-name", settings->stream_name, "%s", token->stream)
             : refuse (error, "stream-arn", settings->stream_arn, "the ARN of %s", token->stream);
}

static gboolean
check_selector (const KvsSettings *settings, const KvsResumeToken *token, GError **error)
{
  if (settings->image_selector_type == token->selector)
    return TRUE;
  return refuse (error, "image-selector-type",
      kvs_image_selector_get_name (settings->image_selector_type), "%s",
      kvs_image_selector_get_name (token->selector));
}

static gboolean
check_interval (const KvsSettings *settings, const KvsResumeToken *token, GError **error)
{
  g_autofree char *value = g_strdup_printf ("%u", settings->sampling_interval);

  return settings->sampling_interval == token->interval_ms ||
         refuse (error, "sampling-interval", value, "%u", token->interval_ms);
}

static gboolean
is_at (const KvsTimestamp *timestamp, gint64 ms)
{
  return !timestamp->relative && timestamp->ms == ms;
}

static gboolean
check_start (const KvsSettings *settings, const KvsRangeSpec *spec, const KvsResumeToken *token,
    GError **error)
{
  g_autofree char *start = kvs_timestamp_format (token->start_ms);
  KvsTimestamp asked = spec->start;

  if (spec->align && token->start_ms % token->interval_ms != 0)
    return refuse (error, "align", "true", "false");
  if (spec->align && !asked.relative)
    asked.ms -= asked.ms % token->interval_ms;
  if (settings->start_timestamp == NULL || is_at (&asked, token->start_ms))
    return TRUE;
  return refuse (
      error, "start-timestamp", settings->start_timestamp, "%s, or leave it unset", start);
}

static gboolean
check_end (const KvsSettings *settings, const KvsRangeSpec *spec, const KvsResumeToken *token,
    GError **error)
{
  gboolean is_endless = token->end_ms == KVS_RESUME_TOKEN_NO_END;
  g_autofree char *end = is_endless ? NULL : kvs_timestamp_format (token->end_ms);

  if (is_endless && !settings->follow)
    return refuse (error, "follow", "false", "true, as its range has no end");
  if (settings->end_timestamp == NULL || (!is_endless && is_at (&spec->end, token->end_ms)))
    return TRUE;
  if (is_endless)
    return refuse (error, "end-timestamp", settings->end_timestamp, "none, so leave it unset");
  return refuse (error, "end-timestamp", settings->end_timestamp, "%s, or leave it unset", end);
}

static gboolean
check (const KvsSettings *settings, const KvsRangeSpec *spec, const KvsResumeToken *token,
    GError **error)
{
  return check_stream (settings, token, error) && check_selector (settings, token, error) &&
         check_interval (settings, token, error) && check_start (settings, spec, token, error) &&
         check_end (settings, spec, token, error);
}

static gboolean
resume_ours (const KvsSettings *settings, KvsAskedRange *range, GError **error)
{
  g_autoptr (KvsResumeToken) token = kvs_resume_token_read (settings->starting_token, error);

  if (token == NULL) {
    g_prefix_error (
        error, "starting-token is '%s', which cannot be used: ", settings->starting_token);
    return FALSE;
  }
  if (!check (settings, &range->spec, token, error))
    return FALSE;
  range->spec.start = (KvsTimestamp){.ms = token->start_ms};
  range->spec.end = (KvsTimestamp){.ms = token->end_ms};
  range->spec.has_end = token->end_ms != KVS_RESUME_TOKEN_NO_END;
  range->spec.align = FALSE;
  range->first = token->sample;
  return TRUE;
}

static gboolean
resume_service (const KvsSettings *settings, KvsAskedRange *range, GError **error)
{
  const KvsRangeSpec *spec = &range->spec;
  gboolean is_absolute = settings->start_timestamp && settings->end_timestamp &&
                         !spec->start.relative && !spec->end.relative;
  gint64 length_ms = spec->end.ms - spec->start.ms;

  if (is_absolute && !spec->follow && length_ms > 0 && length_ms <= KVS_MAX_RANGE_MS &&
      *settings->starting_token != '\0') {
    range->service_token = settings->starting_token;
    return TRUE;
  }
  g_set_error (error, KVS_ERROR, KVS_ERROR_INVALID,
      "starting-token is '%s', start-timestamp is '%s', end-timestamp is '%s' and follow is %s. "
      "Accepted are a next-token of kvsimagesrc; or a NextToken of the service together with the "
      "absolute start-timestamp and end-timestamp that it was given for, which are at most %d s apart, "
      "and without follow",
      settings->starting_token, settings->start_timestamp ? settings->start_timestamp : "unset",
      settings->end_timestamp ? settings->end_timestamp : "unset",
      settings->follow ? "true" : "false", KVS_MAX_RANGE_MS / 1000);
  return FALSE;
}

gboolean
kvs_resume (const KvsSettings *settings, KvsAskedRange *range, GError **error)
{
  return kvs_resume_token_is_text (settings->starting_token)
             ? resume_ours (settings, range, error)
             : resume_service (settings, range, error);
}
