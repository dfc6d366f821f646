/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A sample of the grid: a still, or the reason why there is none. */
#pragma once

#include "kvsimage.h"
#include "kvsstats.h"

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * KvsSampleKind:
 * @KVS_SAMPLE_STILL: an image.
 * @KVS_SAMPLE_NO_MEDIA: the stream has no media there.
 * @KVS_SAMPLE_MEDIA_ERROR: it has media that no image can be taken from.
 * @KVS_SAMPLE_BAD_IMAGE: twice came something that is not an image of the format that was asked
 * for.
 */
typedef enum {
  KVS_SAMPLE_STILL,
  KVS_SAMPLE_NO_MEDIA,
  KVS_SAMPLE_MEDIA_ERROR,
  KVS_SAMPLE_BAD_IMAGE,
} KvsSampleKind;

/**
 * KvsSample:
 * @number: its number in the range.
 * @kind: what it is.
 * @has_time: whether the service gave a time of its own for it.
 * @time_ms: that time in ms since the epoch.
 * @settled_us: when it was known, in µs of the monotonic clock; 0 before a reader has it.
 * @image: (nullable): the image, for a still.
 * @image_memory: how many bytes of memory @image takes.
 * @info: what the header of @image says.
 */
typedef struct {
  guint64 number;
  KvsSampleKind kind;
  gboolean has_time;
  gint64 time_ms;
  gint64 settled_us;
  GBytes *image;
  gsize image_memory;
  KvsImageInfo info;
} KvsSample;

/**
 * kvs_sample_new:
 * @number: its number in the range.
 * @kind: what it is.
 *
 * Returns: (transfer full): a sample without an image.
 */
KvsSample *kvs_sample_new (guint64 number, KvsSampleKind kind);

void kvs_sample_free (KvsSample *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsSample, kvs_sample_free)

/**
 * kvs_sample_get_size:
 * Returns: how many bytes its image has, 0 without one.
 */
gsize kvs_sample_get_size (const KvsSample *self);

/**
 * kvs_sample_is_error:
 * @self: a sample.
 *
 * Returns: whether there is media, but no image of it.
 */
gboolean kvs_sample_is_error (const KvsSample *self);

/**
 * kvs_sample_count:
 * @self: a sample that was delivered.
 * @stats: what to count in.
 */
void kvs_sample_count (const KvsSample *self, KvsStats *stats);

/**
 * kvs_sample_kind_get_name:
 * Returns: its name, which is the service's own where it has one, such as NO_MEDIA.
 */
const char *kvs_sample_kind_get_name (KvsSampleKind kind);

G_END_DECLS
