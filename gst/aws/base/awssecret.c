/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A compiler may leave out memset() on memory that is freed next; OpenSSL's cleansing stays. */
#include "awssecret.h"

#include <openssl/crypto.h>
#include <string.h>

typedef struct {
  gpointer data;
  gsize size;
} Memory;

void
aws_secret_free (char *secret)
{
  if (secret != NULL)
    OPENSSL_cleanse (secret, strlen (secret));
  g_free (secret);
}

static void
free_memory_cb (gpointer user_data)
{
  Memory *memory = user_data;

  OPENSSL_cleanse (memory->data, memory->size);
  g_free (memory->data);
  g_free (memory);
}

GBytes *
aws_secret_bytes_new_take (gpointer data, gsize size)
{
  Memory *memory = g_new (Memory, 1);

  memory->data = data;
  memory->size = size;
  return g_bytes_new_with_free_func (data, size, free_memory_cb, memory);
}
