/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What there is at one point of the grid: a still, or the reason why there is none. */
#pragma once

#include "kvsimage.h"

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
 * @image: (nullable): the image, for a still.
 * @info: what the header of @image says.
 */
typedef struct {
  guint64 number;
  KvsSampleKind kind;
  gboolean has_time;
  gint64 time_ms;
  GBytes *image;
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

/**
 * kvs_sample_free:
 * @self: (transfer full): a sample.
 */
void kvs_sample_free (KvsSample *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsSample, kvs_sample_free)

/**
 * kvs_sample_get_size:
 * @self: a sample.
 *
 * Returns: how many bytes its image has, 0 without one.
 */
gsize kvs_sample_get_size (const KvsSample *self);

/**
 * kvs_sample_kind_get_name:
 * @kind: a kind of sample.
 *
 * Returns: its name, which is the service's own where it has one, such as NO_MEDIA.
 */
const char *kvs_sample_kind_get_name (KvsSampleKind kind);

G_END_DECLS
