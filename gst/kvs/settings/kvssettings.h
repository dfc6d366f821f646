/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The settings of a user, and the query that they mean. */
#pragma once

#include "kvsquery.h"

G_BEGIN_DECLS

/**
 * KvsSettings:
 * The settings by their names in messages to users, with underscores for dashes. Strings may be %NULL. Seconds are
 * said to be such; other times are in ms. The caller that pulls counts stills for @num_buffers, which is -1 for no limit.
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
  char *uri_error; /* why the uri that was set last cannot be used, NULL where it can */
  char *starting_token;
  gboolean follow;
  guint availability_delay;
  guint availability_timeout;
  guint fragment_lookback;
  gboolean use_list_fragments;
  guint max_concurrent_requests;
  guint64 max_size_bytes;
  gint num_buffers;
  char *access_key;
  char *secret_key;
  char *session_token;
  char *profile;
  char *role_arn;
  char *external_id;
  char *credential_path;
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
} KvsSettings;

/**
 * kvs_settings_init:
 * @self: settings to give their defaults.
 */
void kvs_settings_init (KvsSettings *self);

/**
 * kvs_settings_copy:
 * @copy: (out): where to copy them to.
 */
void kvs_settings_copy (const KvsSettings *self, KvsSettings *copy);

/**
 * kvs_settings_clear:
 * @self: settings whose strings are to be freed, and the secret ones wiped.
 */
void kvs_settings_clear (KvsSettings *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KvsSettings, kvs_settings_clear)

/**
 * kvs_settings_get_title:
 * @self: settings that were found good.
 *
 * Returns: (transfer full): the name of the stream, for people.
 */
char *kvs_settings_get_title (const KvsSettings *self);

/**
 * kvs_settings_check_interval:
 * @error: %KVS_ERROR_INVALID, with the value, what is accepted, and what was probably meant.
 *
 * Returns: whether sampling-interval is one that the service takes.
 */
gboolean kvs_settings_check_interval (const KvsSettings *self, GError **error);

/**
 * kvs_settings_make_query:
 * @error: %KVS_ERROR_INVALID, naming the property, its value and what is accepted.
 *
 * Returns: (transfer full) (nullable): what is asked for.
 */
KvsQuery *kvs_settings_make_query (const KvsSettings *self, GError **error);

G_END_DECLS
