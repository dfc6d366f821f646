/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Looks for a secret in this process, as a core dump would show it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define MEMORY_SCAN_SECRET_LENGTH 64

/**
 * MemorySecret:
 *
 * A random secret of %MEMORY_SCAN_SECRET_LENGTH letters that is itself not in memory as plain text.
 */
typedef struct {
  char masked[MEMORY_SCAN_SECRET_LENGTH];
} MemorySecret;

/**
 * memory_secret_init:
 * @self: a secret
 *
 * Makes up a secret.
 */
void memory_secret_init (MemorySecret *self);

/**
 * memory_secret_reveal:
 * @self: a secret
 * @text: where to put it, %MEMORY_SCAN_SECRET_LENGTH bytes and one
 *
 * Writes the secret as a string, which the caller wipes.
 */
void memory_secret_reveal (const MemorySecret *self, char *text);

/**
 * memory_secret_count:
 * @self: a secret
 *
 * Returns: how often the secret, or a good part of it, is in the heap of this process
 */
guint memory_secret_count (const MemorySecret *self);

G_END_DECLS
