/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A JPEG or PNG file with a place for a comment in it: with another comment it is another valid
 * file, which takes only the time of a copy. */
#pragma once

#include "emulatorencoder.h"

G_BEGIN_DECLS

typedef struct _EmulatorStillTemplate EmulatorStillTemplate;

/**
 * emulator_still_template_new:
 * @format: what @still is
 * @still: a whole JPEG or PNG file
 * @size: how large in bytes the files made of it shall be, if they are not larger anyway
 *
 * Prepares a file for comments: its comment comes first in it, as a COM segment after SOI or a
 * tEXt chunk after IHDR, then, in segments or chunks of the same kind, what pads it.
 *
 * Returns: (transfer full): the template, which any thread may use
 */
EmulatorStillTemplate *emulator_still_template_new (
    EmulatorFormat format, GBytes *still, gsize size);

/**
 * emulator_still_template_free:
 * @self: (transfer full): a template
 *
 * Frees it.
 */
void emulator_still_template_free (EmulatorStillTemplate *self);

/**
 * emulator_still_template_fill:
 * @self: a template
 * @comment: a short text in ASCII
 *
 * Makes a file.
 *
 * Returns: (transfer full): the file with @comment in it
 */
GBytes *emulator_still_template_fill (EmulatorStillTemplate *self, const char *comment);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EmulatorStillTemplate, emulator_still_template_free)

G_END_DECLS
