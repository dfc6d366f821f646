/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsentry.h"

gboolean
kvs_entry_is_no_media (const KvsEntry *self)
{
  return g_strcmp0 (self->error, "NO_MEDIA") == 0;
}

const char *
kvs_entry_describe_gap (const KvsEntry *self)
{
  if (self->error == NULL)
    return "nothing";
  if (kvs_entry_is_no_media (self))
    return "NO_MEDIA";
  return g_str_equal (self->error, "MEDIA_ERROR") ? "MEDIA_ERROR" : "another error";
}

gsize
kvs_entry_get_memory (const KvsEntry *self)
{
  if (self->image == NULL)
    return 0;
  return self->image_memory != 0 ? self->image_memory : g_bytes_get_size (self->image);
}

void
kvs_entry_free (KvsEntry *self)
{
  g_free (self->error);
  g_clear_pointer (&self->image, g_bytes_unref);
  g_free (self);
}
