/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Checks Signature Version 4. The code follows AWS's description only, so that it does not share a mistake
 * with a signer. */
#pragma once

#include "emulatoridentity.h"
#include "emulatorrequest.h"

G_BEGIN_DECLS

typedef struct _EmulatorSignature EmulatorSignature;

/* The rules for a signature. */
typedef struct {
  const char *region;
  const char *service;
  gint64 now_ms;
  guint max_skew; /* the most seconds between the request's date and now; 0 = any */
} EmulatorSignatureRules;

/**
 * emulator_signature_parse:
 * @request: a request
 * @error: return location for an #EmulatorError
 *
 * Reads the Authorization header and the date that belongs to it.
 *
 * Returns: (transfer full): what it says; %NULL with EMULATOR_ERROR_MISSING_AUTHENTICATION_TOKEN
 *   when there is no signature, EMULATOR_ERROR_INCOMPLETE_SIGNATURE when it is malformed
 */
EmulatorSignature *emulator_signature_parse (const EmulatorRequest *request, GError **error);

/**
 * emulator_signature_free:
 * @signature: (transfer full): a signature
 */
void emulator_signature_free (EmulatorSignature *signature);

/**
 * emulator_signature_get_access_key:
 *
 * Returns: the key it claims to be made with
 */
const char *emulator_signature_get_access_key (const EmulatorSignature *signature);

/**
 * emulator_signature_check:
 * @request: the request it was read from
 * @identity: the identity its access key belongs to
 * @rules: the rules for it
 * @error: return location for an #EmulatorError
 *
 * Checks the scope, the age, which headers are signed (the host and the date must be), and last, in
 * constant time, the signature itself.
 *
 * Returns: %FALSE with EMULATOR_ERROR_INVALID_SIGNATURE in AWS's words
 */
gboolean emulator_signature_check (const EmulatorSignature *signature,
    const EmulatorRequest *request, const EmulatorIdentity *identity,
    const EmulatorSignatureRules *rules, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EmulatorSignature, emulator_signature_free)

G_END_DECLS
