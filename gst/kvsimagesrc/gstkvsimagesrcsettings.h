/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The values of the element's properties, and what a run makes of them. */
#pragma once

#include <kvsquery.h>

#include <gst/gst.h>

G_BEGIN_DECLS

/** What names itself to the service; the version is filled in when a run begins. */
#define GST_KVS_IMAGE_SRC_DEFAULT_USER_AGENT "kvsimagesrc/{VERSION}"

/** How a range is read unless it is said otherwise; times are in ms. */
#define GST_KVS_IMAGE_SRC_DEFAULT_AVAILABILITY_DELAY 6000
#define GST_KVS_IMAGE_SRC_DEFAULT_AVAILABILITY_TIMEOUT 30000
#define GST_KVS_IMAGE_SRC_DEFAULT_FRAGMENT_LOOKBACK 20000
#define GST_KVS_IMAGE_SRC_DEFAULT_MAX_CONCURRENT_REQUESTS 4
#define GST_KVS_IMAGE_SRC_DEFAULT_MAX_SIZE_BYTES (32 * 1024 * 1024)

/**
 * GstKvsImageSrcSettings:
 *
 * One member for each property that can be set; strings and structures may be %NULL.
 */
typedef struct {
  char *stream_name;
  char *stream_arn;
  KvsImageSelector image_selector_type;
  char *start_timestamp;
  char *end_timestamp;
  gboolean align;
  guint sampling_interval;
  KvsImageFormat format;
  guint jpeg_quality;
  guint width;
  guint height;
  guint page_size;
  guint64 max_items;
  char *starting_token;
  gboolean follow;
  guint availability_delay;
  guint availability_timeout;
  guint fragment_lookback;
  guint max_concurrent_requests;
  guint64 max_size_bytes;
  char *access_key;
  char *secret_key;
  char *session_token;
  char *profile;
  char *role_arn;
  char *external_id;
  char *credential_path;
  GstStructure *iot_certificate;
  char *aws_region;
  char *endpoint_url;
  gboolean use_fips_endpoint;
  gboolean use_dualstack_endpoint;
  guint connection_timeout;
  guint completion_timeout;
  guint max_attempts;
  char *proxy;
  char *ca_file;
  char *user_agent;
} GstKvsImageSrcSettings;

/**
 * gst_kvs_image_src_settings_init:
 * @self: settings to give their defaults.
 */
void gst_kvs_image_src_settings_init (GstKvsImageSrcSettings *self);

/**
 * gst_kvs_image_src_settings_copy:
 * @self: settings.
 * @copy: (out): where to copy them to.
 */
void gst_kvs_image_src_settings_copy (
    const GstKvsImageSrcSettings *self, GstKvsImageSrcSettings *copy);

/**
 * gst_kvs_image_src_settings_clear:
 * @self: settings whose strings are to be freed, and the secret ones wiped.
 */
void gst_kvs_image_src_settings_clear (GstKvsImageSrcSettings *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstKvsImageSrcSettings, gst_kvs_image_src_settings_clear)

/**
 * gst_kvs_image_src_settings_set_secret:
 * @secret: (inout): one of the secret members.
 * @value: (nullable): its new value.
 *
 * Wipes the old value.
 */
void gst_kvs_image_src_settings_set_secret (char **secret, const char *value);

/**
 * gst_kvs_image_src_settings_make_public_url:
 * @url: (nullable): a URL as the user gave it, whether it is one or not.
 *
 * Returns: (transfer full) (nullable): @url without a user and password.
 */
char *gst_kvs_image_src_settings_make_public_url (const char *url);

/**
 * gst_kvs_image_src_settings_get_title:
 * @self: settings that were found good.
 *
 * Returns: (transfer full): the name of the stream, for people.
 */
char *gst_kvs_image_src_settings_get_title (const GstKvsImageSrcSettings *self);

/**
 * gst_kvs_image_src_settings_make_query:
 * @self: settings.
 * @error: %KVS_ERROR_INVALID, naming the property, its value and what is accepted.
 *
 * Returns: (transfer full) (nullable): what is asked for.
 */
KvsQuery *gst_kvs_image_src_settings_make_query (
    const GstKvsImageSrcSettings *self, GError **error);

G_END_DECLS
