/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines on the standard output, which programs read. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * stills_print:
 * @format: as for printf()
 *
 * Prints bytes as they are. g_print() converts them to the character set of the locale, which for the name
 * of a file gives the name of another one, and for JSON no JSON.
 */
void stills_print (const char *format, ...) G_GNUC_PRINTF (1, 2);

/**
 * stills_print_end:
 * @error: return location for a #STILLS_EXIT_OUTPUT
 *
 * Returns: whether all that was printed has been written
 */
gboolean stills_print_end (GError **error);

G_END_DECLS
