/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any text as a time: what is taken for one is the same when it is written and read again. */
#include "fuzz.h"

#include <kvstimestamp.h>

/* 2026-11-20T08:00:00Z */
#define NOVEMBER G_GINT64_CONSTANT (1795161600000)

static void
check_absolute (gint64 ms)
{
  g_autofree char *text = kvs_timestamp_format (ms);
  KvsTimestamp again;

  g_assert_true (kvs_timestamp_parse (text, &again, NULL));
  g_assert_false (again.relative);
  g_assert_cmpint (again.ms, ==, ms);
}

void
fuzz_run (FuzzInput *input)
{
  g_autofree char *text = fuzz_take_line (input);
  KvsTimestamp timestamp = {0};
  GError *error = NULL;
  gboolean is_good = kvs_timestamp_parse (text, &timestamp, &error);

  fuzz_check_error (is_good, error);
  if (!is_good)
    return;
  g_assert_cmpint (timestamp.ms, <=, timestamp.relative ? 0 : KVS_TIMESTAMP_MAX_MS);
  g_assert_cmpint (kvs_timestamp_resolve (&timestamp, NOVEMBER), >=, 0);
  if (!timestamp.relative)
    check_absolute (timestamp.ms);
}
