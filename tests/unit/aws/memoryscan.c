/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The secret is kept with its bits inverted, and memory is read in place, so that the search does not find
 * its own copy. */
#include "memoryscan.h"

#include <stdio.h>
#include <string.h>

#define MASK 0x55

/* The middle of the secret is searched for, because free() overwrites the beginning of a block. */
#define FRAGMENT_BEGIN 32
#define FRAGMENT_LENGTH 16

/* Regions beyond this are sanitizers' bookkeeping, terabytes of nothing. */
#define MAX_REGION ((gsize)1 << 30)

void
memory_secret_init (MemorySecret *self)
{
  for (gsize i = 0; i < MEMORY_SCAN_SECRET_LENGTH; i++)
    self->masked[i] = g_random_int_range ('a', 'z' + 1) ^ MASK;
}

void
memory_secret_reveal (const MemorySecret *self, char *text)
{
  for (gsize i = 0; i < MEMORY_SCAN_SECRET_LENGTH; i++)
    text[i] = self->masked[i] ^ MASK;
  text[MEMORY_SCAN_SECRET_LENGTH] = '\0';
}

/* Sanitizers would report reads of freed memory and of other threads' memory, which are the purpose here. */
#define UNCHECKED __attribute__ ((no_sanitize ("address"), no_sanitize ("thread")))

UNCHECKED static gboolean
is_fragment (const MemorySecret *self, const char *memory)
{
  for (gsize i = 0; i < FRAGMENT_LENGTH; i++) {
    if ((memory[i] ^ MASK) != self->masked[FRAGMENT_BEGIN + i])
      return FALSE;
  }
  return TRUE;
}

UNCHECKED static guint
count_in_region (const MemorySecret *self, const char *begin, const char *end)
{
  guint count = 0;

  for (const char *memory = begin; memory + FRAGMENT_LENGTH <= end; memory++)
    count += is_fragment (self, memory);
  return count;
}

/* The stack is left out: a call into a library saves the vector registers there, and they still
 * hold what was copied last. */
guint
memory_secret_count (const MemorySecret *self)
{
  FILE *maps = fopen ("/proc/self/maps", "r");
  char line[512];
  guint count = 0;

  g_assert_nonnull (maps);
  while (fgets (line, sizeof line, maps) != NULL) {
    gsize begin;
    gsize end;
    char access[5];

    if (sscanf (line, "%zx-%zx %4s", &begin, &end, access) == 3 &&
        g_str_has_prefix (access, "rw") && strstr (line, "[stack]") == NULL &&
        end - begin < MAX_REGION)
      count += count_in_region (self, (const char *)begin, (const char *)end);
  }
  fclose (maps);
  return count;
}
