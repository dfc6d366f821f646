/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The output of one stream: its stills, in files or shards, and its index. Used by one thread at a time. */
#pragma once

#include "stillsentry.h"
#include "stillsstate.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * StillsLayout:
 * @folder: the folder of the output.
 * @key: (nullable): what tells the task from others with the same output.
 * @extension: the end of the names of images: jpg or png.
 * @index_format: how the index is written.
 * @n_per_shard: how many stills a shard has; 0 for a file each.
 * @has_exif: whether the time is to be in each JPEG.
 *
 * How the output of a task looks.
 */
typedef struct {
  const char *folder;
  const char *key;
  const char *extension;
  StillsIndexFormat index_format;
  guint n_per_shard;
  gboolean has_exif;
} StillsLayout;

/** StillsOutput: the output of a stream. */
typedef struct _StillsOutput StillsOutput;

/**
 * stills_output_check_absence:
 * @error: %STILLS_EXIT_USAGE if there is an index of the stream already, which no state tells of.
 */
gboolean stills_output_check_absence (
    const StillsLayout *layout, const char *stream, GError **error);

/**
 * stills_output_open:
 * @layout: how it looks; it must outlive the output.
 * @stream: the name of the stream.
 * @range: the range of the task.
 * @interval_ms: from each sample to the next.
 *
 * Takes up what is there: the index is believed up to the first line that is torn, or that is not on the grid of the
 * samples, or whose still is not there in full.
 */
StillsOutput *stills_output_open (const StillsLayout *layout, const char *stream,
    const StillsRange *range, guint interval_ms, GError **error);
void stills_output_close (StillsOutput *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StillsOutput, stills_output_close)

/** The number of the sample that comes next. */
guint64 stills_output_get_next (StillsOutput *self);

/** What there is so far. */
const StillsTotals *stills_output_get_totals (StillsOutput *self);

/**
 * stills_output_add_still:
 * @entry: the still; what is missing in it is set.
 * @image: the image, of entry->bytes.
 */
gboolean stills_output_add_still (
    StillsOutput *self, StillsEntry *entry, gconstpointer image, GError **error);

/** Adds a sample without a still. */
gboolean stills_output_add_gap (StillsOutput *self, StillsEntry *entry, GError **error);

/** Ends an output to which nothing comes any more, and has all of it on the disk. */
gboolean stills_output_end (StillsOutput *self, GError **error);

G_END_DECLS
