/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Credentials that the emulator accepts: a pair of keys, if temporary also a session token and an expiry;
 * and the register of the temporary ones. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Immutable and counted; made by emulator_identity_new(). */
typedef struct {
  char *access_key;
  char *secret_key;
  char *session_token; /* NULL for long-term keys */
  gint64 expires_ms;   /* when it ends; G_MAXINT64 for never */
} EmulatorIdentity;

typedef struct _EmulatorIdentities EmulatorIdentities;

/**
 * emulator_identity_new:
 * @access_key: the public half
 * @secret_key: the secret half
 * @session_token: (nullable): the token that must come with it
 * @expires_ms: the time from which it is refused, or %G_MAXINT64
 *
 * Returns: (transfer full): an identity
 */
EmulatorIdentity *emulator_identity_new (
    const char *access_key, const char *secret_key, const char *session_token, gint64 expires_ms);

/**
 * emulator_identity_ref:
 *
 * Returns: (transfer full): @identity
 */
EmulatorIdentity *emulator_identity_ref (EmulatorIdentity *identity);

/**
 * emulator_identity_unref:
 * @identity: (transfer full): an identity; its secrets are wiped with the last reference
 */
void emulator_identity_unref (EmulatorIdentity *identity);

/**
 * emulator_identity_check_token:
 * @session_token: (nullable): the token that came with a request
 * @now_ms: the time
 * @error: return location for an #EmulatorError
 *
 * Returns: %FALSE with EMULATOR_ERROR_UNRECOGNIZED_CLIENT when @session_token is not the identity's
 *   own, with EMULATOR_ERROR_EXPIRED_TOKEN when the identity has ended
 */
gboolean emulator_identity_check_token (
    const EmulatorIdentity *identity, const char *session_token, gint64 now_ms, GError **error);

/**
 * emulator_identities_new:
 *
 * Returns: (transfer full): an empty register; any thread may use it
 */
EmulatorIdentities *emulator_identities_new (void);

/**
 * emulator_identities_free:
 * @identities: (transfer full): a register
 */
void emulator_identities_free (EmulatorIdentities *identities);

/**
 * emulator_identities_issue:
 * @expires_ms: when the new identity ends
 *
 * Hands out a new temporary identity, which is known from now on, also after its end.
 *
 * Returns: (transfer full): the identity
 */
EmulatorIdentity *emulator_identities_issue (EmulatorIdentities *identities, gint64 expires_ms);

/**
 * emulator_identities_find:
 *
 * Returns: (transfer full) (nullable): the identity that was handed out with @access_key
 */
EmulatorIdentity *emulator_identities_find (EmulatorIdentities *identities, const char *access_key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EmulatorIdentity, emulator_identity_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EmulatorIdentities, emulator_identities_free)

G_END_DECLS
