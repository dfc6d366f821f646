/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <kvsentry.h>

/* What a service writes into an Error is no text for a log, unless it is documented. */
static void
test_describe_gap (void)
{
  static const struct {
    const char *error;
    const char *expected;
  } rows[] = {
      {NULL, "nothing"},
      {"NO_MEDIA", "NO_MEDIA"},
      {"MEDIA_ERROR", "MEDIA_ERROR"},
      {"", "another error"},
      {"no_media", "another error"},
      {"\033[2J", "another error"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    const KvsEntry entry = {.error = (char *)rows[i].error};

    g_assert_cmpstr (kvs_entry_describe_gap (&entry), ==, rows[i].expected);
  }
}

static void
test_memory (void)
{
  g_autoptr (GBytes) image = g_bytes_new_static ("1234", 4);
  const KvsEntry none = {.image_memory = 4096};
  const KvsEntry plain = {.image = image};
  const KvsEntry block = {.image = image, .image_memory = 4096};

  g_assert_cmpuint (kvs_entry_get_memory (&none), ==, 0);
  g_assert_cmpuint (kvs_entry_get_memory (&plain), ==, 4);
  g_assert_cmpuint (kvs_entry_get_memory (&block), ==, 4096);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsentry/describe-gap", test_describe_gap);
  g_test_add_func ("/kvsentry/memory", test_memory);
  return g_test_run ();
}
