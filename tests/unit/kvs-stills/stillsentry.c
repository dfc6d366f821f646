/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests of the lines of an index. */
#include "stillsentry.h"

#include <string.h>

/* 2026-11-20T08:00:00Z */
#define NOVEMBER G_GINT64_CONSTANT (1795161600000)

static const struct {
  StillsEntry entry;
  const char *jsonl;
  const char *csv;
} cases[] = {
    {{.index = 0,
         .time_ms = NOVEMBER,
         .timestamp_ms = NOVEMBER + 40,
         .file = (char *)"date=2026-11-20/20261120T080000.000Z.jpg",
         .offset = STILLS_ENTRY_NONE,
         .bytes = 12345,
         .width = 640,
         .height = 480},
        "{\"index\":0,\"time\":\"2026-11-20T08:00:00.000Z\",\"timestamp\":\"2026-11-20T08:00:00.040Z\","
        "\"file\":\"date=2026-11-20/20261120T080000.000Z.jpg\",\"bytes\":12345,\"width\":640,\"height\":"
        "480}\n",
        "0,2026-11-20T08:00:00.000Z,2026-11-20T08:00:00.040Z,date=2026-11-20/"
        "20261120T080000.000Z.jpg,,12345,640,480,\n"},
    {{.index = 7,
         .time_ms = NOVEMBER,
         .timestamp_ms = STILLS_ENTRY_NONE,
         .file = (char *)"shard-000001.tar",
         .offset = 1536,
         .bytes = 3,
         .width = 1,
         .height = 2},
        "{\"index\":7,\"time\":\"2026-11-20T08:00:00.000Z\",\"file\":\"shard-000001.tar\",\"offset\":1536,"
        "\"bytes\":3,\"width\":1,\"height\":2}\n",
        "7,2026-11-20T08:00:00.000Z,,shard-000001.tar,1536,3,1,2,\n"},
    {{.index = 8,
         .time_ms = NOVEMBER + 1,
         .timestamp_ms = STILLS_ENTRY_NONE,
         .offset = STILLS_ENTRY_NONE,
         .reason = (char *)"NO_MEDIA"},
        "{\"index\":8,\"time\":\"2026-11-20T08:00:00.001Z\",\"reason\":\"NO_MEDIA\"}\n",
        "8,2026-11-20T08:00:00.001Z,,,,,,,NO_MEDIA\n"},
};

static void
assert_line (const StillsEntry *entry, StillsIndexFormat format, const char *line)
{
  g_autofree char *written = stills_entry_write (entry, format);
  g_autofree char *text = g_strndup (line, strlen (line) - 1);
  g_auto (StillsEntry) read = {0};

  g_assert_cmpstr (written, ==, line);
  g_assert_true (stills_entry_read (&read, text, format));
  g_assert_cmpuint (read.index, ==, entry->index);
  g_assert_cmpint (read.time_ms, ==, entry->time_ms);
  g_assert_cmpint (read.timestamp_ms, ==, entry->timestamp_ms);
  g_assert_cmpstr (read.file, ==, entry->file);
  g_assert_cmpint (read.offset, ==, entry->offset);
  g_assert_cmpuint (read.bytes, ==, entry->bytes);
  g_assert_cmpuint (read.width, ==, entry->width);
  g_assert_cmpuint (read.height, ==, entry->height);
  g_assert_cmpstr (read.reason, ==, entry->reason);
}

static void
test_lines (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    assert_line (&cases[i].entry, STILLS_INDEX_JSONL, cases[i].jsonl);
    assert_line (&cases[i].entry, STILLS_INDEX_CSV, cases[i].csv);
  }
}

/* No prefix of a line is a line, except that the last field of some entries may be missing, but not that of a
 * gap or a still. */
static void
test_torn_lines (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    for (gsize size = 0; size + 2 < strlen (cases[i].jsonl); size++) {
      g_autofree char *text = g_strndup (cases[i].jsonl, size);
      g_auto (StillsEntry) entry = {0};

      g_assert_false (stills_entry_read (&entry, text, STILLS_INDEX_JSONL));
    }
  }
}

static void
test_what_is_no_line (void)
{
  static const char *const lines[] = {"", "[]", "7", "{\"index\":0}",
      "{\"index\":-1,\"time\":\"2026-11-20T08:00:00Z\",\"reason\":\"NO_MEDIA\"}",
      "{\"index\":0,\"time\":\"now\",\"reason\":\"NO_MEDIA\"}",
      "{\"index\":0,\"time\":\"2026-11-20T08:00:00Z\"}",
      "{\"index\":0,\"time\":\"2026-11-20T08:00:00Z\",\"file\":\"a\",\"bytes\":\"x\"}"};

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_auto (StillsEntry) entry = {0};

    g_assert_false (stills_entry_read (&entry, lines[i], STILLS_INDEX_JSONL));
    g_assert_false (stills_entry_read (&entry, lines[i], STILLS_INDEX_CSV));
  }
}

#define AT "{\"index\":0,\"time\":\"2026-11-20T08:00:00Z\","

/* An index can be damaged, or come from elsewhere. */
static void
test_members_of_other_kinds (void)
{
  g_autofree char *nested = g_strnfill (200000, '[');
  g_autofree char *deep = g_strconcat (AT "\"reason\":", nested, NULL);
  const char *const lines[] = {deep, AT "\"reason\":true}", AT "\"reason\":1}",
      AT "\"reason\":\"<script>\"}", AT "\"reason\":\"\\ud800\"}",
      AT "\"file\":1.5,\"bytes\":1,\"width\":1,\"height\":1}",
      AT "\"file\":\"a\",\"bytes\":1.5,\"width\":1,\"height\":1}",
      AT "\"file\":\"a\",\"bytes\":1,\"width\":4294967297,\"height\":1}",
      AT "\"file\":\"/etc/passwd\",\"bytes\":1,\"width\":1,\"height\":1}",
      AT "\"file\":\"a/../../b\",\"bytes\":1,\"width\":1,\"height\":1}",
      "{\"index\":0.5,\"time\":\"2026-11-20T08:00:00Z\",\"reason\":\"NO_MEDIA\"}",
      "{\"index\":0,\"time\":1795161600.5,\"reason\":\"NO_MEDIA\"}"};
  static const char *const rows[] = {"0,2026-11-20T08:00:00Z,,,,,,,<b>",
      "0,2026-11-20T08:00:00Z,,../a,,1,1,1,", "0,2026-11-20T08:00:00Z,,a,,1,99999,1,"};

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_auto (StillsEntry) entry = {0};

    g_assert_false (stills_entry_read (&entry, lines[i], STILLS_INDEX_JSONL));
  }
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (StillsEntry) entry = {0};

    g_assert_false (stills_entry_read (&entry, rows[i], STILLS_INDEX_CSV));
  }
}

static void
test_sample (void)
{
  g_autofree char *json = stills_entry_write_sample (&cases[0].entry, "door");

  g_assert_cmpstr (json, ==,
      "{\"stream\":\"door\",\"index\":0,\"time\":\"2026-11-20T08:00:00.000Z\",\"timestamp\":"
      "\"2026-11-20T08:00:00.040Z\",\"width\":640,\"height\":480}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stillsentry/lines", test_lines);
  g_test_add_func ("/stillsentry/torn-lines", test_torn_lines);
  g_test_add_func ("/stillsentry/what-is-no-line", test_what_is_no_line);
  g_test_add_func ("/stillsentry/members-of-other-kinds", test_members_of_other_kinds);
  g_test_add_func ("/stillsentry/sample", test_sample);
  return g_test_run ();
}
