/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsquery.h"

const char *
kvs_image_selector_get_name (KvsImageSelector selector)
{
  return selector == KVS_IMAGE_SELECTOR_PRODUCER_TIMESTAMP ? "producer-timestamp"
                                                           : "server-timestamp";
}

KvsQuery *
kvs_query_copy (const KvsQuery *self)
{
  KvsQuery *copy = g_new (KvsQuery, 1);

  *copy = *self;
  copy->stream_name = g_strdup (self->stream_name);
  copy->stream_arn = g_strdup (self->stream_arn);
  return copy;
}

void
kvs_query_free (KvsQuery *self)
{
  g_free (self->stream_name);
  g_free (self->stream_arn);
  g_free (self);
}
