/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests of shards: their headers, and that a shard that was cut off anywhere behind a still is continued as
 * if it had not been. tests/e2e/test_stills.py shows that tar reads them. */
#include "stillstar.h"

#include "testfolder.h"

#include <string.h>
#include <unistd.h>

#define N_STILLS 7
#define N_PER_SHARD 3
#define START_MS G_GINT64_CONSTANT (1795161600000)

static void
test_header (void)
{
  guint8 header[STILLS_TAR_BLOCK];

  stills_tar_write_header (header, "name.jpg", 8, 1);
  g_assert_cmpstr ((char *)header, ==, "name.jpg");
  g_assert_cmpstr ((char *)header + 100, ==, "0000644");
  g_assert_cmpstr ((char *)header + 124, ==, "00000000010");
  g_assert_cmpstr ((char *)header + 136, ==, "00000000001");
  g_assert_cmpmem (header + 257, 8, "ustar\00000", 8);
  g_assert_cmpint (header[156], ==, '0');
}

static StillsEntry
make_entry (guint i)
{
  return (StillsEntry){.index = i,
      .time_ms = START_MS + i,
      .timestamp_ms = STILLS_ENTRY_NONE,
      .offset = STILLS_ENTRY_NONE,
      .bytes = 500 + i * 10};
}

/* Adds the stills from @from to before @until, and passes @place behind them. */
static void
add (StillsTar *tar, const char *folder, guint from, guint until, StillsTarPlace *place)
{
  g_autofree char *image = g_strnfill (1000, 'x');

  for (guint i = from; i < until; i++) {
    g_auto (StillsEntry) entry = make_entry (i);

    g_assert_true (stills_tar_add (tar, "door", "jpg", &entry, image, NULL));
    g_assert_true (stills_tar_pass (folder, NULL, N_PER_SHARD, &entry, place));
    g_assert_true (stills_tar_end_full (tar, NULL));
  }
}

static char *
checksum_shards (const char *folder)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < 3; i++) {
    g_autofree char *name = g_strdup_printf ("%s/shard-%06u.tar", folder, i);
    g_autofree char *text = NULL;
    gsize size;

    g_assert_true (g_file_get_contents (name, &text, &size, NULL));
    g_checksum_update (checksum, (guint8 *)text, (gssize)size);
  }
  g_assert_cmpuint (test_folder_count (folder), ==, 3);
  return g_strdup (g_checksum_get_string (checksum));
}

/* A kill leaves nothing behind the last still, or a part of the next one. */
static void
tear (const char *folder, const StillsTarPlace *place, const char *rest)
{
  g_autofree char *part = g_strdup_printf ("%s/.shard-%06u.tar.part", folder, place->shard);
  FILE *file = g_fopen (part, "a");

  g_assert_nonnull (file);
  fputs (rest, file);
  fclose (file);
}

static char *
write_shards (guint torn_at, const char *rest)
{
  g_autofree char *folder = test_folder_make ();
  StillsTarPlace place = {0};
  g_autoptr (StillsTar) tar = stills_tar_open (folder, NULL, N_PER_SHARD, &place, NULL);
  char *checksum;

  add (tar, folder, 0, torn_at, &place);
  g_clear_pointer (&tar, stills_tar_close);
  if (place.n_stills < N_PER_SHARD)
    tear (folder, &place, rest);
  tar = stills_tar_open (folder, NULL, N_PER_SHARD, &place, NULL);
  add (tar, folder, torn_at, N_STILLS, &place);
  g_assert_true (stills_tar_end (tar, NULL));
  checksum = checksum_shards (folder);
  test_folder_remove (folder);
  return checksum;
}

static void
test_torn (void)
{
  g_autofree char *expected = write_shards (0, "");

  for (guint i = 0; i <= N_STILLS; i++) {
    g_autofree char *clean = write_shards (i, "");
    g_autofree char *torn = write_shards (i, "20261120T080000003Z.jpg");

    g_assert_cmpstr (clean, ==, expected);
    g_assert_cmpstr (torn, ==, expected);
  }
}

/* All stills are written, but a kill came before that was recorded: the last shard has its final name
 * already. */
static void
test_ended_twice (void)
{
  g_autofree char *expected = write_shards (0, "");
  g_autofree char *folder = test_folder_make ();
  StillsTarPlace place = {0};

  for (guint i = 0; i < 3; i++) {
    g_autoptr (StillsTar) tar = stills_tar_open (folder, NULL, N_PER_SHARD, &place, NULL);
    g_autofree char *checksum = NULL;

    add (tar, folder, i ? N_STILLS : 0, N_STILLS, &place);
    g_assert_true (stills_tar_end (tar, NULL));
    checksum = checksum_shards (folder);
    g_assert_cmpstr (checksum, ==, expected);
  }
  test_folder_remove (folder);
}

/* The index has more stills than the shard. */
static void
test_too_short (void)
{
  g_autofree char *folder = test_folder_make ();
  g_autofree char *part = g_build_filename (folder, ".shard-000000.tar.part", NULL);
  StillsTarPlace place = {0};
  g_autoptr (StillsTar) tar = stills_tar_open (folder, NULL, N_PER_SHARD, &place, NULL);
  g_auto (StillsEntry) entry = make_entry (0);
  g_autofree char *image = g_strnfill (1000, 'x');

  g_assert_true (stills_tar_add (tar, "door", "jpg", &entry, image, NULL));
  g_assert_cmpint (truncate (part, entry.offset + 100), ==, 0);
  g_assert_false (stills_tar_pass (folder, NULL, N_PER_SHARD, &entry, &place));
  g_assert_cmpuint (place.n_stills, ==, 0);
  test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stillstar/header", test_header);
  g_test_add_func ("/stillstar/torn", test_torn);
  g_test_add_func ("/stillstar/ended-twice", test_ended_twice);
  g_test_add_func ("/stillstar/too-short", test_too_short);
  return g_test_run ();
}
