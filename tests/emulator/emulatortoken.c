/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AES-256-GCM with the binding as its additional data: a token that comes back with another
 * request does not open. A sealed token is nonce, ciphertext, tag, in base64. */
#include "emulatortoken.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#define KEY_SIZE 32
#define NONCE_SIZE 12
#define TAG_SIZE 16
#define SEALED_SIZE (NONCE_SIZE + sizeof (EmulatorToken) + TAG_SIZE)

struct _EmulatorSealer {
  guint8 key[KEY_SIZE];
};

EmulatorSealer *
emulator_sealer_new (void)
{
  EmulatorSealer *sealer = g_new0 (EmulatorSealer, 1);

  RAND_bytes (sealer->key, sizeof sealer->key);
  return sealer;
}

void
emulator_sealer_free (EmulatorSealer *sealer)
{
  OPENSSL_cleanse (sealer->key, sizeof sealer->key);
  g_free (sealer);
}

char *
emulator_sealer_seal (EmulatorSealer *sealer, const EmulatorToken *token, const char *binding)
{
  guint8 sealed[SEALED_SIZE];
  guint8 *nonce = sealed, *ciphertext = nonce + NONCE_SIZE, *tag = ciphertext + sizeof *token;
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new ();
  int size;

  RAND_bytes (nonce, NONCE_SIZE);
  EVP_EncryptInit_ex (context, EVP_aes_256_gcm (), NULL, sealer->key, nonce);
  EVP_EncryptUpdate (context, NULL, &size, (const guint8 *)binding, strlen (binding));
  EVP_EncryptUpdate (context, ciphertext, &size, (const guint8 *)token, sizeof *token);
  EVP_EncryptFinal_ex (context, tag, &size);
  EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_GCM_GET_TAG, TAG_SIZE, tag);
  EVP_CIPHER_CTX_free (context);
  return g_base64_encode (sealed, sizeof sealed);
}

gboolean
emulator_sealer_open (
    EmulatorSealer *sealer, const char *text, const char *binding, EmulatorToken *token)
{
  gsize sealed_size;
  g_autofree guint8 *sealed = g_base64_decode (text, &sealed_size);
  g_autofree char *canonical = g_base64_encode (sealed, sealed_size);
  guint8 *nonce = sealed, *ciphertext = nonce + NONCE_SIZE, *tag = ciphertext + sizeof *token;
  EVP_CIPHER_CTX *context;
  gboolean genuine;
  int size;

  if (sealed_size != SEALED_SIZE || !g_str_equal (canonical, text))
    return FALSE;
  context = EVP_CIPHER_CTX_new ();
  EVP_DecryptInit_ex (context, EVP_aes_256_gcm (), NULL, sealer->key, nonce);
  EVP_DecryptUpdate (context, NULL, &size, (const guint8 *)binding, strlen (binding));
  EVP_DecryptUpdate (context, (guint8 *)token, &size, ciphertext, sizeof *token);
  EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_GCM_SET_TAG, TAG_SIZE, tag);
  genuine = EVP_DecryptFinal_ex (context, (guint8 *)token + size, &size) == 1;
  EVP_CIPHER_CTX_free (context);
  return genuine;
}
