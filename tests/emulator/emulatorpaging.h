/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rules for NextTokens, which all operations with pages share, and the faults that break them. */
#pragma once

#include "emulatorcall.h"

G_BEGIN_DECLS

/**
 * emulator_paging_open:
 * @call: a call
 * @text: (nullable): the NextToken of the request
 * @binding: all other parameters of the request, as text
 * @token: (out): what the token remembers; all zero when there is none
 * @error: return location for an #EmulatorError
 *
 * Returns: %FALSE with EMULATOR_ERROR_INVALID_ARGUMENT for a token that was not given for the same
 *   operation with the same parameters, or is too old
 */
gboolean emulator_paging_open (EmulatorCall *call, const char *text, const char *binding,
    EmulatorToken *token, GError **error);

/**
 * emulator_paging_refuse:
 * @error: return location for an #EmulatorError
 *
 * Rejects a token without a page.
 *
 * Returns: %FALSE with EMULATOR_ERROR_INVALID_ARGUMENT
 */
gboolean emulator_paging_refuse (GError **error);

/**
 * emulator_paging_make:
 * @call: a call
 * @text: (nullable): the NextToken of the request
 * @binding: all other parameters of the request, as text
 * @here: what leads to the page itself
 * @next: (nullable): what leads to the next page; %NULL for the last one
 *
 * Makes the NextToken of a reply, changed by a fault if there is one. A repeated one comes back also from the
 * last page: a client that follows it without a check never ends.
 *
 * Returns: (transfer full) (nullable): the token; %NULL when there is none
 */
char *emulator_paging_make (EmulatorCall *call, const char *text, const char *binding,
    const EmulatorToken *here, const EmulatorToken *next);

G_END_DECLS
