/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A compiler may leave out memset() on memory that is freed next; OpenSSL's cleansing stays. */
#include "awssecret.h"

#include <openssl/crypto.h>
#include <string.h>

void
aws_secret_free (char *secret)
{
  if (secret != NULL)
    OPENSSL_cleanse (secret, strlen (secret));
  g_free (secret);
}
