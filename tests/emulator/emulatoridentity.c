/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Identities, and random keys for the temporary ones. */
#include "emulatoridentity.h"

#include "emulatorerror.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <string.h>

#define ACCESS_KEY_BYTES 8
#define SECRET_KEY_BYTES 30
#define SESSION_TOKEN_BYTES 96

struct _EmulatorIdentities {
  GMutex lock; /* guards issued */
  GHashTable *issued;
};

static void
free_secret (char *secret)
{
  if (secret != NULL)
    OPENSSL_cleanse (secret, strlen (secret));
  g_free (secret);
}

static void
emulator_identity_clear (gpointer data)
{
  EmulatorIdentity *identity = data;

  g_free (identity->access_key);
  free_secret (identity->secret_key);
  free_secret (identity->session_token);
}

EmulatorIdentity *
emulator_identity_new (
    const char *access_key, const char *secret_key, const char *session_token, gint64 expires_ms)
{
  EmulatorIdentity *identity = g_atomic_rc_box_new0 (EmulatorIdentity);

  identity->access_key = g_strdup (access_key);
  identity->secret_key = g_strdup (secret_key);
  identity->session_token = g_strdup (session_token);
  identity->expires_ms = expires_ms;
  return identity;
}

EmulatorIdentity *
emulator_identity_ref (EmulatorIdentity *identity)
{
  return g_atomic_rc_box_acquire (identity);
}

void
emulator_identity_unref (EmulatorIdentity *identity)
{
  g_atomic_rc_box_release_full (identity, emulator_identity_clear);
}

static gboolean
is_same_secret (const char *a, const char *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return strlen (a) == strlen (b) && CRYPTO_memcmp (a, b, strlen (a)) == 0;
}

gboolean
emulator_identity_check_token (
    const EmulatorIdentity *identity, const char *session_token, gint64 now_ms, GError **error)
{
  if (!is_same_secret (identity->session_token, session_token)) {
    g_set_error_literal (error, EMULATOR_ERROR, EMULATOR_ERROR_UNRECOGNIZED_CLIENT,
        "The security token included in the request is invalid.");
    return FALSE;
  }
  if (now_ms >= identity->expires_ms) {
    g_set_error_literal (error, EMULATOR_ERROR, EMULATOR_ERROR_EXPIRED_TOKEN,
        "The security token included in the request is expired");
    return FALSE;
  }
  return TRUE;
}

EmulatorIdentities *
emulator_identities_new (void)
{
  EmulatorIdentities *identities = g_new0 (EmulatorIdentities, 1);

  g_mutex_init (&identities->lock);
  identities->issued = g_hash_table_new_full (
      g_str_hash, g_str_equal, NULL, (GDestroyNotify)emulator_identity_unref);
  return identities;
}

void
emulator_identities_free (EmulatorIdentities *identities)
{
  g_hash_table_unref (identities->issued);
  g_mutex_clear (&identities->lock);
  g_free (identities);
}

static char *
make_access_key (void)
{
  guint8 bytes[ACCESS_KEY_BYTES];
  GString *key = g_string_new ("ASIA");

  RAND_bytes (bytes, sizeof bytes);
  for (gsize i = 0; i < sizeof bytes; i++)
    g_string_append_printf (key, "%02X", bytes[i]);
  return g_string_free (key, FALSE);
}

static char *
make_secret (gsize size)
{
  g_autofree guint8 *bytes = g_malloc (size);

  RAND_bytes (bytes, size);
  return g_base64_encode (bytes, size);
}

EmulatorIdentity *
emulator_identities_issue (EmulatorIdentities *identities, gint64 expires_ms)
{
  g_autofree char *access_key = make_access_key ();
  char *secret_key = make_secret (SECRET_KEY_BYTES);
  char *session_token = make_secret (SESSION_TOKEN_BYTES);
  EmulatorIdentity *identity =
      emulator_identity_new (access_key, secret_key, session_token, expires_ms);
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&identities->lock);

  free_secret (secret_key);
  free_secret (session_token);
  g_hash_table_insert (identities->issued, identity->access_key, emulator_identity_ref (identity));
  return identity;
}

EmulatorIdentity *
emulator_identities_find (EmulatorIdentities *identities, const char *access_key)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&identities->lock);
  EmulatorIdentity *identity = g_hash_table_lookup (identities->issued, access_key);

  return identity == NULL ? NULL : emulator_identity_ref (identity);
}
