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
 * @image_memory: how many bytes of memory @image takes; 0 is as many as it has.
 */
typedef struct {
  gboolean has_time;
  gint64 time_ms;
  char *error;
  gboolean has_image;
  GBytes *image;
  gsize image_memory;
} KvsEntry;

/**
 * kvs_entry_is_no_media:
 * Returns: whether the service says that there is no media at its TimeStamp.
 */
gboolean kvs_entry_is_no_media (const KvsEntry *self);

/**
 * kvs_entry_describe_gap:
 * @self: an entry without an image.
 *
 * Returns: its Error, if it is documented, or a description of the entry: the text itself must not go into a log.
 */
const char *kvs_entry_describe_gap (const KvsEntry *self);

/**
 * kvs_entry_get_memory:
 * Returns: how many bytes of memory its image takes; 0 without one.
 */
gsize kvs_entry_get_memory (const KvsEntry *self);

void kvs_entry_free (KvsEntry *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsEntry, kvs_entry_free)

G_END_DECLS
