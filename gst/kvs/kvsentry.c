/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsentry.h"

void
kvs_entry_free (KvsEntry *self)
{
  g_free (self->error);
  g_clear_pointer (&self->image, g_bytes_unref);
  g_free (self);
}
