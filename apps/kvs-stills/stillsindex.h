/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The index of a stream: a line for each sample, in order. It is also the journal of kvs-stills, which says how
 * far a stopped or killed one came: each line is appended after its still is there. */
#pragma once

#include "stillsentry.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * StillsEntryFunc:
 * @entry: an entry; valid during the call.
 * @user_data: of the caller.
 *
 * Returns: whether it is to be believed, and what comes after it.
 */
typedef gboolean (*StillsEntryFunc) (const StillsEntry *entry, gpointer user_data);

/**
 * stills_index_scan:
 * @text: what is in the file of an index.
 * @size: how much that is.
 * @func: gets each entry.
 *
 * Reads up to the first line that is torn, that is none, whose number is not the one after that before it, or that
 * @func does not believe.
 *
 * Returns: how much of @text stands before that line.
 */
gsize stills_index_scan (const char *text, gsize size, StillsIndexFormat format,
    StillsEntryFunc func, gpointer user_data);

/**
 * stills_index_read:
 * @path: the file of an index; its name says which format it has.
 *
 * Gives @func all entries.
 *
 * Returns: whether it could be read.
 */
gboolean stills_index_read (
    const char *path, StillsEntryFunc func, gpointer user_data, GError **error);

/** StillsIndex: an index that is open for appending. */
typedef struct _StillsIndex StillsIndex;

/**
 * stills_index_open:
 * @path: its file, which is made if it is not there.
 * @func: gets each entry that is there already.
 *
 * Cuts off the index from the first entry on that @func does not believe.
 */
StillsIndex *stills_index_open (const char *path, StillsIndexFormat format, StillsEntryFunc func,
    gpointer user_data, GError **error);

/** Appends an entry: all of its line, or in case of an error nothing. */
gboolean stills_index_append (StillsIndex *self, const StillsEntry *entry, GError **error);

void stills_index_close (StillsIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StillsIndex, stills_index_close)

G_END_DECLS
