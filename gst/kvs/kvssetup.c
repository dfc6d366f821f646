/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvssetup.h"

#include "kvsaccess.h"

KvsReader *
kvs_setup_new_reader (const KvsSettings *settings, const AwsIotOptions *iot, gint64 now_ms,
    KvsStats *stats, KvsAskedRange *asked, GError **error)
{
  const KvsReaderOptions options = {
      .availability_delay_ms = settings->availability_delay,
      .availability_timeout_ms = settings->availability_timeout,
      .lookback_ms = settings->fragment_lookback,
      .use_list_fragments = settings->use_list_fragments,
      .max_requests = settings->max_concurrent_requests,
      .max_bytes = settings->max_size_bytes,
  };
  g_autoptr (KvsQuery) query = kvs_settings_make_query (settings, error);
  g_auto (KvsAccess) access = {NULL};
  KvsReader *reader;

  if (query == NULL || !kvs_asked_range_read (settings, now_ms, asked, error) ||
      !kvs_access_init (&access, settings, iot, error))
    return NULL;
  reader =
      kvs_reader_new (access.client, access.endpoint, query, &asked->spec, now_ms, &options, stats);
  if (access.images_endpoint)
    kvs_reader_set_images_endpoint (reader, access.images_endpoint);
  return reader;
}
