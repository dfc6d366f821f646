/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The streams of a command. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** StillsStreams: names and ARNs of streams, in the order in which they were given. */
typedef GPtrArray StillsStreams;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StillsStreams, g_ptr_array_unref)

StillsStreams *stills_streams_new (void);

/**
 * stills_streams_add:
 * @stream: a name or an ARN.
 * @error: %STILLS_EXIT_USAGE if it is none, or if there is one of this name already.
 */
gboolean stills_streams_add (StillsStreams *self, const char *stream, GError **error);

/** Adds all streams of a file, one a line. Empty lines and those that begin with # do not count. */
gboolean stills_streams_add_file (StillsStreams *self, const char *path, GError **error);

/**
 * stills_streams_add_all:
 * @streams: (nullable) (array zero-terminated=1): names and ARNs.
 * @path: (nullable): a file with more.
 */
gboolean stills_streams_add_all (
    StillsStreams *self, char **streams, const char *path, GError **error);

/** (transfer full): the name of a stream that is given by its name or its ARN. */
char *stills_streams_get_name (const char *stream);

/** (transfer full): all of them in one text, however they were ordered. */
char *stills_streams_describe (StillsStreams *self);

G_END_DECLS
