/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcsettings.h"

#include <awssecret.h>
#include <kvserror.h>
#include <kvsstream.h>

#include <string.h>

void
gst_kvs_image_src_settings_init (GstKvsImageSrcSettings *self)
{
  *self = (GstKvsImageSrcSettings){
      .image_selector_type = KVS_IMAGE_SELECTOR_SERVER_TIMESTAMP,
      .sampling_interval = 3000,
      .format = KVS_IMAGE_FORMAT_JPEG,
      .jpeg_quality = KVS_DEFAULT_JPEG_QUALITY,
      .page_size = KVS_MAX_PAGE,
      .availability_delay = GST_KVS_IMAGE_SRC_DEFAULT_AVAILABILITY_DELAY,
      .availability_timeout = GST_KVS_IMAGE_SRC_DEFAULT_AVAILABILITY_TIMEOUT,
      .fragment_lookback = GST_KVS_IMAGE_SRC_DEFAULT_FRAGMENT_LOOKBACK,
      .max_concurrent_requests = GST_KVS_IMAGE_SRC_DEFAULT_MAX_CONCURRENT_REQUESTS,
      .max_size_bytes = GST_KVS_IMAGE_SRC_DEFAULT_MAX_SIZE_BYTES,
      .connection_timeout = 5,
      .completion_timeout = 60,
      .user_agent = g_strdup (GST_KVS_IMAGE_SRC_DEFAULT_USER_AGENT),
  };
}

void
gst_kvs_image_src_settings_copy (const GstKvsImageSrcSettings *self, GstKvsImageSrcSettings *copy)
{
  *copy = *self;
  copy->stream_name = g_strdup (self->stream_name);
  copy->stream_arn = g_strdup (self->stream_arn);
  copy->start_timestamp = g_strdup (self->start_timestamp);
  copy->end_timestamp = g_strdup (self->end_timestamp);
  copy->starting_token = g_strdup (self->starting_token);
  copy->access_key = g_strdup (self->access_key);
  copy->secret_key = g_strdup (self->secret_key);
  copy->session_token = g_strdup (self->session_token);
  copy->profile = g_strdup (self->profile);
  copy->role_arn = g_strdup (self->role_arn);
  copy->external_id = g_strdup (self->external_id);
  copy->credential_path = g_strdup (self->credential_path);
  copy->iot_certificate = self->iot_certificate ? gst_structure_copy (self->iot_certificate) : NULL;
  copy->aws_region = g_strdup (self->aws_region);
  copy->endpoint_url = g_strdup (self->endpoint_url);
  copy->proxy = g_strdup (self->proxy);
  copy->ca_file = g_strdup (self->ca_file);
  copy->user_agent = g_strdup (self->user_agent);
}

void
gst_kvs_image_src_settings_set_secret (char **secret, const char *value)
{
  aws_secret_free (*secret);
  *secret = g_strdup (value);
}

void
gst_kvs_image_src_settings_clear (GstKvsImageSrcSettings *self)
{
  g_clear_pointer (&self->stream_name, g_free);
  g_clear_pointer (&self->stream_arn, g_free);
  g_clear_pointer (&self->start_timestamp, g_free);
  g_clear_pointer (&self->end_timestamp, g_free);
  g_clear_pointer (&self->starting_token, g_free);
  gst_kvs_image_src_settings_set_secret (&self->access_key, NULL);
  gst_kvs_image_src_settings_set_secret (&self->secret_key, NULL);
  gst_kvs_image_src_settings_set_secret (&self->session_token, NULL);
  g_clear_pointer (&self->profile, g_free);
  g_clear_pointer (&self->role_arn, g_free);
  g_clear_pointer (&self->external_id, g_free);
  g_clear_pointer (&self->credential_path, g_free);
  g_clear_pointer (&self->iot_certificate, gst_structure_free);
  g_clear_pointer (&self->aws_region, g_free);
  /* Somebody may have put a password into these two. */
  gst_kvs_image_src_settings_set_secret (&self->endpoint_url, NULL);
  gst_kvs_image_src_settings_set_secret (&self->proxy, NULL);
  g_clear_pointer (&self->ca_file, g_free);
  g_clear_pointer (&self->user_agent, g_free);
}

/* The length of the scheme of @url with its `://`, 0 where it has none (RFC 3986, section 3.1). */
static gsize
get_scheme_length (const char *url)
{
  gsize length = 0;

  while (g_ascii_isalnum (url[length]) || (url[length] && strchr ("+-.", url[length])))
    length++;
  return g_ascii_isalpha (*url) && g_str_has_prefix (url + length, "://") ? length + 3 : 0;
}

/* Works on the text, because a URL that cannot be parsed must not show its password either. A password may
 * hold any character that should have been escaped, so that all is cut off up to the last @. */
char *
gst_kvs_image_src_settings_make_public_url (const char *url)
{
  const char *at = url ? strrchr (url, '@') : NULL;

  if (at == NULL)
    return g_strdup (url);
  return g_strdup_printf ("%.*s%s", (int)get_scheme_length (url), url, at + 1);
}

char *
gst_kvs_image_src_settings_get_title (const GstKvsImageSrcSettings *self)
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
refuse_both (const GstKvsImageSrcSettings *self, GError **error)
{
  g_set_error (error, KVS_ERROR, KVS_ERROR_INVALID,
      "stream-name is '%s' and stream-arn is '%s'; set only one of them", self->stream_name,
      self->stream_arn);
  return FALSE;
}

static gboolean
check_stream (const GstKvsImageSrcSettings *self, GError **error)
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

static gboolean
check_size (const GstKvsImageSrcSettings *self, GError **error)
{
  if ((self->width == 0) == (self->height == 0))
    return TRUE;
  g_set_error (error, KVS_ERROR, KVS_ERROR_INVALID,
      "width is %u and height is %u; set both of them, or neither for the size of the stream",
      self->width, self->height);
  return FALSE;
}

KvsQuery *
gst_kvs_image_src_settings_make_query (const GstKvsImageSrcSettings *self, GError **error)
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

  if (!check_stream (self, error) || !check_size (self, error))
    return NULL;
  return kvs_query_copy (&query);
}
