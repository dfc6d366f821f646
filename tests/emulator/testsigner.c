/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signature Version 4 for requests whose path and headers need no canonicalisation. */
#include "testsigner.h"

#include "emulatortime.h"

#include <string.h>

#define DIGEST_SIZE 32

static void
hmac (guint8 digest[DIGEST_SIZE], const guint8 *key, gsize key_size, const char *text)
{
  g_autoptr (GHmac) hash = g_hmac_new (G_CHECKSUM_SHA256, key, key_size);
  gsize size = DIGEST_SIZE;

  g_hmac_update (hash, (const guint8 *)text, -1);
  g_hmac_get_digest (hash, digest, &size);
}

static char *
make_signature (const TestSigner *self, const char *scope, const char *text)
{
  g_auto (GStrv) parts = g_strsplit (scope, "/", -1);
  g_autofree char *secret = g_strconcat ("AWS4", self->secret_key, NULL);
  guint8 key[DIGEST_SIZE];

  hmac (key, (const guint8 *)secret, strlen (secret), parts[0]);
  for (guint i = 1; parts[i] != NULL; i++)
    hmac (key, key, sizeof key, parts[i]);
  return g_compute_hmac_for_string (G_CHECKSUM_SHA256, key, sizeof key, text, -1);
}

static char *
make_canonical_request (const EmulatorRequest *request, const char *signed_headers)
{
  GString *text = g_string_new (NULL);
  g_auto (GStrv) names = g_strsplit (signed_headers, ";", -1);
  g_autofree char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, request->body);

  g_string_append_printf (text, "%s\n%s\n\n", request->method, request->path);
  for (char **name = names; *name != NULL; name++)
    g_string_append_printf (text, "%s:%s\n", *name, emulator_request_get_header (request, *name));
  g_string_append_printf (text, "\n%s\n%s", signed_headers, hash);
  return g_string_free (text, FALSE);
}

void
test_signer_sign (const TestSigner *signer, EmulatorRequest *request)
{
  const char *signed_headers =
      signer->session_token != NULL ? "host;x-amz-date;x-amz-security-token" : "host;x-amz-date";
  g_autofree char *date = emulator_time_format_basic (signer->date_ms);
  g_autofree char *scope =
      g_strdup_printf ("%.8s/%s/%s/aws4_request", date, signer->region, signer->service);
  g_autofree char *canonical = NULL, *hash = NULL, *text = NULL, *signature = NULL;
  g_autofree char *authorization = NULL;

  emulator_request_add_header (request, "X-Amz-Date", date);
  if (signer->session_token != NULL)
    emulator_request_add_header (request, "X-Amz-Security-Token", signer->session_token);
  canonical = make_canonical_request (request, signed_headers);
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, canonical, -1);
  text = g_strdup_printf ("AWS4-HMAC-SHA256\n%s\n%s\n%s", date, scope, hash);
  signature = make_signature (signer, scope, text);
  authorization =
      g_strdup_printf ("AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s",
          signer->access_key, scope, signed_headers, signature);
  emulator_request_add_header (request, "Authorization", authorization);
}
