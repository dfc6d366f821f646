/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tokens are also bound to the operation, and have the time at which they were made. */
#include "emulatorpaging.h"

#include "emulatorerror.h"

static char *
bind (EmulatorCall *call, const char *binding)
{
  return g_strdup_printf ("%s %s", call->operation, binding);
}

gboolean
emulator_paging_refuse (GError **error)
{
  g_set_error_literal (error, EMULATOR_ERROR, EMULATOR_ERROR_INVALID_ARGUMENT,
      "NextToken is invalid, or the request differs from the one that it continues.");
  return FALSE;
}

gboolean
emulator_paging_open (
    EmulatorCall *call, const char *text, const char *binding, EmulatorToken *token, GError **error)
{
  gint64 lifetime_ms = (gint64)call->settings->token_lifetime * 1000;
  g_autofree char *bound = bind (call, binding);

  *token = (EmulatorToken){0};
  if (text == NULL)
    return TRUE;
  if (call->fault->token == EMULATOR_TOKEN_FAULT_REFUSED ||
      !emulator_sealer_open (call->shared->sealer, text, bound, token))
    return emulator_paging_refuse (error);
  if (call->now_ms - token->issued_ms >= lifetime_ms) {
    g_set_error_literal (
        error, EMULATOR_ERROR, EMULATOR_ERROR_INVALID_ARGUMENT, "NextToken is expired.");
    return FALSE;
  }
  return TRUE;
}

static char *
seal (EmulatorCall *call, const char *binding, const EmulatorToken *token)
{
  g_autofree char *bound = bind (call, binding);
  EmulatorToken issued = *token;

  issued.issued_ms = call->now_ms;
  return emulator_sealer_seal (call->shared->sealer, &issued, bound);
}

char *
emulator_paging_make (EmulatorCall *call, const char *text, const char *binding,
    const EmulatorToken *here, const EmulatorToken *next)
{
  EmulatorTokenFault fault = call->fault->token;

  if (fault == EMULATOR_TOKEN_FAULT_REPEATED && text != NULL)
    return g_strdup (text);
  if (fault == EMULATOR_TOKEN_FAULT_ABSENT || next == NULL)
    return NULL;
  return seal (call, binding, fault == EMULATOR_TOKEN_FAULT_REPEATED ? here : next);
}
