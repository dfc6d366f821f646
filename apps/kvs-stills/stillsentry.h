/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A sample in an index: one line of it, as JSON or as CSV. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** StillsIndexFormat: how the lines of an index are written. */
typedef enum {
  STILLS_INDEX_JSONL,
  STILLS_INDEX_CSV,
} StillsIndexFormat;

/** The first line of an index of %STILLS_INDEX_CSV. */
#define STILLS_ENTRY_CSV_HEADER "index,time,timestamp,file,offset,bytes,width,height,reason\n"

/** No offset, and no timestamp. */
#define STILLS_ENTRY_NONE (-1)

/**
 * StillsEntry:
 * @index: the number of the sample in the range.
 * @time_ms: its time, start + index × interval, in ms since the epoch.
 * @timestamp_ms: the TimeStamp that the service gave, in ms since the epoch, or %STILLS_ENTRY_NONE.
 * @file: the file of the still, from the folder of the index on; %NULL for a gap.
 * @offset: where in a shard the image begins, or %STILLS_ENTRY_NONE if the still has a file of its own.
 * @bytes: the size of the image.
 * @width: in pixels.
 * @height: in pixels.
 * @reason: for a gap, the reason that the element gave; %NULL for a still.
 */
typedef struct {
  guint64 index;
  gint64 time_ms;
  gint64 timestamp_ms;
  char *file;
  gint64 offset;
  guint64 bytes;
  guint width;
  guint height;
  char *reason;
} StillsEntry;

/** Frees what an entry that was read has. */
void stills_entry_clear (StillsEntry *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (StillsEntry, stills_entry_clear)

/**
 * stills_entry_write:
 * @self: an entry. No text in it needs to be quoted: streams, times and reasons have no such characters.
 *
 * Returns: (transfer full): its line, with the end of the line.
 */
char *stills_entry_write (const StillsEntry *self, StillsIndexFormat format);

/**
 * stills_entry_read:
 * @self: (out): the entry.
 * @line: a line without its end.
 *
 * Returns: whether it is one that stills_entry_write() writes; if so, @self is to be cleared.
 */
gboolean stills_entry_read (StillsEntry *self, const char *line, StillsIndexFormat format);

/**
 * stills_entry_write_sample:
 * @self: the entry of a still.
 * @stream: the name of its stream.
 *
 * Returns: (transfer full): the JSON that goes with the image in a shard.
 */
char *stills_entry_write_sample (const StillsEntry *self, const char *stream);

/** The end of the names of such indexes: jsonl or csv. */
const char *stills_index_format_get_extension (StillsIndexFormat format);

G_END_DECLS
