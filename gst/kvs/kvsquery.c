/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsquery.h"

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
