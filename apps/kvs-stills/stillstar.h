/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shards as WebDataset reads them: tar archives, in which each sample is a .json and an image of the same name. They
 * are written here and not by a library, because a shard is continued at the byte where a kill has torn it. */
#pragma once

#include "stillsentry.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/** The size of a block of a tar archive. */
#define STILLS_TAR_BLOCK 512

/** The two blocks of zeros that a tar archive ends with. */
#define STILLS_TAR_END (2 * STILLS_TAR_BLOCK)

/** @size as whole blocks. */
#define STILLS_TAR_ROUND(size)                                                                     \
  (((size) + STILLS_TAR_BLOCK - 1) / STILLS_TAR_BLOCK * STILLS_TAR_BLOCK)

/**
 * stills_tar_write_header:
 * @header: (out): a header of POSIX.1-1988 (ustar), with nothing in it of the machine or the user.
 * @name: the name of the file in the archive, at most 99 bytes.
 * @size: its size, less than 8 GiB.
 * @time_s: its time, in seconds since the epoch.
 */
void stills_tar_write_header (
    guint8 header[STILLS_TAR_BLOCK], const char *name, guint64 size, gint64 time_s);

/**
 * StillsTarPlace:
 * @shard: the number of a shard.
 * @n_stills: how many stills it has.
 * @size: how long it is, without its end.
 *
 * How far shards are written.
 */
typedef struct {
  guint shard;
  guint n_stills;
  guint64 size;
} StillsTarPlace;

/** StillsTar: the shards of a stream, the last of which is open for appending. */
typedef struct _StillsTar StillsTar;

/**
 * stills_tar_open:
 * @folder: where the shards are.
 * @key: (nullable): the key of the task in their names.
 * @n_per_shard: how many stills a full shard has, at least 1.
 * @place: where to go on. What is behind it goes.
 */
StillsTar *stills_tar_open (const char *folder, const char *key, guint n_per_shard,
    const StillsTarPlace *place, GError **error);

/** Moves a place behind a still that an index tells of; whether the shard that it is in is as long as that. */
gboolean stills_tar_pass (const char *folder, const char *key, guint n_per_shard,
    const StillsEntry *entry, StillsTarPlace *place);

/**
 * stills_tar_add:
 * @stream: the name of the stream.
 * @extension: that of the image.
 * @entry: the still; its file and offset are set. 
 * @image: the image, of entry->bytes.
 *
 * Appends all of the still, or in case of an error nothing.
 */
gboolean stills_tar_add (StillsTar *self, const char *stream, const char *extension,
    StillsEntry *entry, gconstpointer image, GError **error);

/** Ends the shard if it is full: it gets its name. To be called when the index tells of all of it. */
gboolean stills_tar_end_full (StillsTar *self, GError **error);

/** Ends the last shard, if there is anything in it. */
gboolean stills_tar_end (StillsTar *self, GError **error);

void stills_tar_close (StillsTar *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StillsTar, stills_tar_close)

G_END_DECLS
