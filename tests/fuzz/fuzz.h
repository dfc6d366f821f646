/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the fuzz targets have in common. Each of them is a program of libFuzzer that puts any input into one
 * parser, and ends where the parser does not keep its word. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** A secret for inputs to use. Messages about what may hold secrets never have it. */
#define FUZZ_SECRET "wJalrXUtnFEMI/K7MDENG"

/**
 * FuzzInput:
 *
 * The rest of an input that was not taken yet.
 */
typedef struct {
  const char *data;
  gsize size;
} FuzzInput;

/**
 * fuzz_run:
 *
 * What a target does with one input. It is the only function that a target defines.
 */
void fuzz_run (FuzzInput *input);

/**
 * fuzz_take_number:
 * @max: less than 2^16.
 *
 * Returns: a number from 0 to @max, made of the next bytes; 0 at the end of the input.
 */
guint fuzz_take_number (FuzzInput *self, guint max);

/**
 * fuzz_take_line:
 *
 * Returns: (transfer full): the text up to the next line feed or NUL, which is taken, too.
 */
char *fuzz_take_line (FuzzInput *self);

/**
 * fuzz_take_rest:
 *
 * Returns: (transfer full): all that is left, in memory that ends where it ends.
 */
GBytes *fuzz_take_rest (FuzzInput *self);

/**
 * FuzzFeedFunc:
 *
 * Returns: whether the parser takes the next piece.
 */
typedef gboolean (*FuzzFeedFunc) (gpointer parser, const char *text, gsize length);

/**
 * fuzz_feed:
 * @size: the size of the pieces; 0 is any, as the text itself decides.
 *
 * Feeds a text to a parser, each piece in memory that ends where the piece ends.
 *
 * Returns: whether the parser has taken all pieces.
 */
gboolean fuzz_feed (
    gpointer parser, FuzzFeedFunc feed, const char *text, gsize length, gsize piece_size);

/**
 * fuzz_decode_base64:
 *
 * Decodes slowly, by RFC 4648, section 4.
 *
 * Returns: (transfer full) (nullable): what @text says, or %NULL if it is empty or malformed.
 */
GBytes *fuzz_decode_base64 (const char *text, gsize length);

/**
 * fuzz_check_message:
 * @message: (nullable): a message for people, about an input.
 *
 * Ends the program if @message has a control character, is not UTF-8, or is longer than a message may be.
 */
void fuzz_check_message (const char *message);

/** Checks and frees @error, which must be set if and only if @is_good is %FALSE. */
void fuzz_check_error (gboolean is_good, GError *error);

/** As fuzz_check_error(); nor may @error have %FUZZ_SECRET. */
void fuzz_check_secret_error (gboolean is_good, GError *error);

G_END_DECLS
