/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One entry of the Images of a GetImages reply. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * KvsEntry:
 * @has_time: whether the entry has a TimeStamp.
 * @time_ms: the TimeStamp in ms since the epoch.
 * @error: (nullable): the Error, such as NO_MEDIA.
 * @has_image: whether there is a non-empty ImageContent.
 * @image: (nullable): the decoded ImageContent; %NULL also when its base64 is malformed.
 */
typedef struct {
  gboolean has_time;
  gint64 time_ms;
  char *error;
  gboolean has_image;
  GBytes *image;
} KvsEntry;

/**
 * kvs_entry_free:
 * @self: (transfer full): an entry.
 */
void kvs_entry_free (KvsEntry *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsEntry, kvs_entry_free)

G_END_DECLS
