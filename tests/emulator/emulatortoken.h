/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* NextTokens: where a page ended, sealed so that a client can neither read nor change it, and bound
 * to the request it continues. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _EmulatorSealer EmulatorSealer;

/* What a token remembers. */
typedef struct {
  gint64 issued_ms;
  gint64 as_of_ms; /* when the list was made that is paged through; 0 where that does not matter */
  guint32 next;    /* number of the sample or list entry that the next page begins with */
  guint32 page_empty; /* whether the page that carried the token had no entries */
} EmulatorToken;

/**
 * emulator_sealer_new:
 *
 * Returns: (transfer full): a sealer with a key of its own; any thread may use it
 */
EmulatorSealer *emulator_sealer_new (void);

/**
 * emulator_sealer_free:
 * @sealer: (transfer full): a sealer
 */
void emulator_sealer_free (EmulatorSealer *sealer);

/**
 * emulator_sealer_seal:
 * @token: what to remember
 * @binding: what the token is bound to
 *
 * Returns: (transfer full): @token in a form of the model's pattern, [a-zA-Z0-9+/]+={0,2}
 */
char *emulator_sealer_seal (
    EmulatorSealer *sealer, const EmulatorToken *token, const char *binding);

/**
 * emulator_sealer_open:
 * @text: what a client sent as a token
 * @binding: what it must be bound to
 * @token: (out): what it remembers
 *
 * Returns: %FALSE when it is not a token of this sealer, was changed, or is bound to something else
 */
gboolean emulator_sealer_open (
    EmulatorSealer *sealer, const char *text, const char *binding, EmulatorToken *token);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EmulatorSealer, emulator_sealer_free)

G_END_DECLS
