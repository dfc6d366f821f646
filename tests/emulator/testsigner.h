/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signs requests for the tests of the emulator. The signature check itself is tested with AWS's clients, in
 * tests/clients/. */
#pragma once

#include "emulatorrequest.h"

G_BEGIN_DECLS

/* The credentials, and the scope of the signature. */
typedef struct {
  const char *access_key;
  const char *secret_key;
  const char *session_token; /* NULL = none */
  const char *region;
  const char *service;
  gint64 date_ms;
} TestSigner;

/**
 * test_signer_sign:
 * @request: a request with a Host header
 *
 * Adds X-Amz-Date, X-Amz-Security-Token if there is one, and Authorization.
 */
void test_signer_sign (const TestSigner *signer, EmulatorRequest *request);

G_END_DECLS
