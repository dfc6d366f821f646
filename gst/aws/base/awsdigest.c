/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GChecksum would leave the end of its input in memory. */
#include "awsdigest.h"

#include <openssl/evp.h>
#include <string.h>

struct _AwsDigest {
  EVP_MD_CTX *context;
};

/* SHA-256 fails only without memory, where GLib ends the process as well. */
static void
expect (gboolean done)
{
  if (!done)
    g_error ("OpenSSL could not make a SHA-256");
}

AwsDigest *
aws_digest_new (void)
{
  AwsDigest *self = g_new0 (AwsDigest, 1);

  self->context = EVP_MD_CTX_new ();
  expect (self->context != NULL && EVP_DigestInit_ex (self->context, EVP_sha256 (), NULL));
  return self;
}

void
aws_digest_free (AwsDigest *self)
{
  EVP_MD_CTX_free (self->context);
  g_free (self);
}

void
aws_digest_add (AwsDigest *self, gconstpointer data, gsize size)
{
  guint64 length = GUINT64_TO_BE (data != NULL ? size : G_MAXUINT64);

  expect (EVP_DigestUpdate (self->context, &length, sizeof (length)));
  if (data != NULL)
    expect (EVP_DigestUpdate (self->context, data, size));
}

void
aws_digest_add_string (AwsDigest *self, const char *text)
{
  aws_digest_add (self, text, text != NULL ? strlen (text) : 0);
}

void
aws_digest_add_number (AwsDigest *self, guint64 number)
{
  guint64 big_endian = GUINT64_TO_BE (number);

  aws_digest_add (self, &big_endian, sizeof (big_endian));
}

char *
aws_digest_finish (AwsDigest *self)
{
  guint8 digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  char *hex;

  expect (EVP_DigestFinal_ex (self->context, digest, &size));
  hex = g_malloc (2 * size + 1);
  aws_digest_write_hex (digest, size, hex);
  return hex;
}

void
aws_digest_write_hex (const guint8 *bytes, gsize size, char *hex)
{
  static const char digits[] = "0123456789abcdef";

  for (gsize i = 0; i < size; i++) {
    *hex++ = digits[bytes[i] >> 4];
    *hex++ = digits[bytes[i] & 0xf];
  }
  *hex = '\0';
}
