/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The names of all that kvs-stills writes, made of streams and times. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** The text 2026-11-20T08:00:00.250Z of a time in ms since the epoch, always with its ms. */
char *stills_name_time (gint64 ms);

/** The file of a still within the folder of its stream: date=2026-11-20/20261120T080000.250Z.jpg. */
char *stills_name_still (gint64 ms, const char *extension);

/** The name of a sample in a shard, 20261120T080000250Z: for WebDataset, the extension begins at the first dot. */
char *stills_name_sample (gint64 ms);

/**
 * stills_name_shorten:
 * @stream: the name of a stream, of up to 256 characters.
 *
 * The name of a file has 255 bytes at most, with all that is put around a name.
 *
 * Returns: (transfer full): the name. If it is longer than 230 characters, what is over is replaced by a tilde, which no
 *     name has, and a digest of the name.
 */
char *stills_name_shorten (const char *stream);

/** The folder of a stream: stream=NAME. */
char *stills_name_stream (const char *stream);

/** A name with a task's key in it, where it has one: index.jsonl, or index-KEY.jsonl. */
char *stills_name_index (const char *key, const char *extension);

/** A shard: shard-000000.tar, or shard-KEY-000000.tar. */
char *stills_name_shard (const char *key, guint number);

/** The key of a task, which tells its files from those of others in the same folder: its start, 20261120T080000.250Z. */
char *stills_name_key (gint64 start_ms);

G_END_DECLS
