/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvssettings.h"

#include "kvserror.h"
#include "kvsstream.h"
#include "kvswindow.h"

#include <awssecret.h>

/* A sampling-interval up to this was probably meant in seconds. */
#define MAX_LIKELY_SECONDS 60

#define STRING(name) G_STRUCT_OFFSET (KvsSettings, name)

static const gsize strings[] = {
    STRING (stream_name),
    STRING (stream_arn),
    STRING (start_timestamp),
    STRING (end_timestamp),
    STRING (uri_error),
    STRING (starting_token),
    STRING (access_key),
    STRING (secret_key),
    STRING (session_token),
    STRING (profile),
    STRING (role_arn),
    STRING (external_id),
    STRING (credential_path),
    STRING (aws_region),
    STRING (endpoint_url),
    STRING (proxy),
    STRING (ca_file),
    STRING (user_agent),
};

void
kvs_settings_init (KvsSettings *self)
{
  *self = (KvsSettings){
      .image_selector_type = KVS_IMAGE_SELECTOR_SERVER_TIMESTAMP,
      .sampling_interval = 3000,
      .format = KVS_IMAGE_FORMAT_JPEG,
      .jpeg_quality = KVS_DEFAULT_JPEG_QUALITY,
      .page_size = KVS_MAX_PAGE,
      .availability_delay = 6000,
      .availability_timeout = 30000,
      .fragment_lookback = 20000,
      .use_list_fragments = TRUE,
      .max_concurrent_requests = 4,
      .max_size_bytes = 32 * 1024 * 1024,
      .num_buffers = -1,
      .connection_timeout = 5,
      .completion_timeout = 60,
      .user_agent = g_strdup ("kvsimagesrc/{VERSION}"),
  };
}

void
kvs_settings_copy (const KvsSettings *self, KvsSettings *copy)
{
  *copy = *self;
  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    G_STRUCT_MEMBER (char *, copy, strings[i]) =
        g_strdup (G_STRUCT_MEMBER (char *, self, strings[i]));
}

/* Some are secrets; the others may hold one by mistake. */
void
kvs_settings_clear (KvsSettings *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    g_clear_pointer ((char **)G_STRUCT_MEMBER_P (self, strings[i]), aws_secret_free);
}

char *
kvs_settings_get_title (const KvsSettings *self)
{
  return self->stream_name ? g_strdup (self->stream_name)
                           : kvs_stream_arn_get_name (self->stream_arn);
}

static gboolean
refuse (GError **error, const char *text)
{
  g_set_error_literal (error, KVS_ERROR, KVS_ERROR_INVALID, text);
  return FALSE;
}

/* Names the property and its value in front of what is wrong with it. */
static gboolean
refuse_value (GError **error, const char *property, const char *value)
{
  g_prefix_error (error, "%s is '%s', which cannot be used: ", property, value);
  return FALSE;
}

static gboolean
refuse_both (const KvsSettings *self, GError **error)
{
  g_set_error (error, KVS_ERROR, KVS_ERROR_INVALID,
      "stream-name is '%s' and stream-arn is '%s'; set only one of them", self->stream_name,
      self->stream_arn);
  return FALSE;
}

static gboolean
check_uri (const KvsSettings *self, GError **error)
{
  return self->uri_error == NULL || refuse (error, self->uri_error);
}

static gboolean
check_stream (const KvsSettings *self, GError **error)
{
  if (self->stream_name && self->stream_arn)
    return refuse_both (self, error);
  if (self->stream_name)
    return kvs_stream_name_check (self->stream_name, error) ||
           refuse_value (error, "stream-name", self->stream_name);
  if (self->stream_arn)
    return kvs_stream_arn_check (self->stream_arn, error) ||
           refuse_value (error, "stream-arn", self->stream_arn);
  return refuse (error, "neither stream-name nor stream-arn is set; set one of them");
}

gboolean
kvs_settings_check_interval (const KvsSettings *self, GError **error)
{
  g_autofree char *guess = NULL;

  if (self->sampling_interval >= KVS_MIN_SAMPLING_INTERVAL_MS)
    return TRUE;
  if (self->sampling_interval > 0 && self->sampling_interval <= MAX_LIKELY_SECONDS)
    guess = g_strdup_printf (
        "; did you mean %u s = %u?", self->sampling_interval, self->sampling_interval * 1000);
  g_set_error (error, KVS_ERROR, KVS_ERROR_INVALID,
      "sampling-interval is %u ms; accepted are %d ms or more%s", self->sampling_interval,
      KVS_MIN_SAMPLING_INTERVAL_MS, guess ? guess : "");
  return FALSE;
}

static gboolean
check_size (const KvsSettings *self, GError **error)
{
  if ((self->width == 0) == (self->height == 0))
    return TRUE;
  g_set_error (error, KVS_ERROR, KVS_ERROR_INVALID,
      "width is %u and height is %u; set both of them, or neither for the size of the stream",
      self->width, self->height);
  return FALSE;
}

KvsQuery *
kvs_settings_make_query (const KvsSettings *self, GError **error)
{
  KvsQuery query = {
      .stream_name = self->stream_name,
      .stream_arn = self->stream_arn,
      .selector = self->image_selector_type,
      .format = self->format,
      .jpeg_quality = self->jpeg_quality,
      .width = self->width,
      .height = self->height,
      .page_size = self->page_size,
  };

  if (!check_uri (self, error) || !check_stream (self, error) ||
      !kvs_settings_check_interval (self, error) || !check_size (self, error))
    return NULL;
  return kvs_query_copy (&query);
}
