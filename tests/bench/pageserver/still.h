/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A prepared picture in base64, of which only a mark differs from still to still. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What stands in a template where a still has its mark: the time of its sample in ms and the name of its stream.
 * It is once among the first bytes and once among the last ones. */
#define STILL_MARK_LENGTH 32
#define STILL_MARK "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@"

/* Bytes that are encoded anew for each still. Base64 takes three at a time. */
#define STILL_HEAD_LENGTH 96
#define STILL_MIN_TAIL_LENGTH 48

typedef struct _Still Still;
typedef void (*StillFunc) (gpointer data, const char *text, gsize length);

/**
 * still_new:
 * @file: a template: a picture with marks.
 *
 * Returns: (transfer full): the stills of a template, or NULL with @error.
 */
Still *still_new (const char *file, GError **error);

void still_free (Still *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Still, still_free)

/**
 * still_get_text_length:
 *
 * Returns: how many characters of base64 each still has.
 */
gsize still_get_text_length (const Still *self);

/**
 * still_write:
 * @stream: the name of a stream, of which the first characters count.
 * @time_ms: when the sample is, in ms since the epoch.
 * @write: (scope call): is given the base64 of the still, piece by piece.
 */
void still_write (
    const Still *self, const char *stream, gint64 time_ms, StillFunc write, gpointer data);

G_END_DECLS
