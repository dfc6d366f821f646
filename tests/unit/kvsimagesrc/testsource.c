/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "testsource.h"

#include "gstkvsimagesrc.h"

void
test_source_configure (Emulator *emulator, const char *name, const char *value)
{
  g_autoptr (GError) error = NULL;

  emulator_configure (emulator, name, value, &error);
  g_assert_no_error (error);
}

void
test_source_set_stream (Emulator *emulator, const char *options)
{
  g_autofree char *stream =
      g_strdup_printf ("door=prepared:512,start=" TEST_SOURCE_START ",duration=600%s%s",
          *options != '\0' ? "," : "", options);

  test_source_configure (emulator, "stream", stream);
}

static Emulator *
start_emulator (void)
{
  Emulator *emulator = emulator_new ();
  g_autoptr (GError) error = NULL;

  test_source_configure (emulator, "access-key", TEST_SOURCE_ACCESS_KEY);
  test_source_configure (emulator, "secret-key", TEST_SOURCE_SECRET_KEY);
  test_source_configure (emulator, "first-image", "keep");
  test_source_set_stream (emulator, "");
  emulator_start (emulator, &error);
  g_assert_no_error (error);
  return emulator;
}

static gboolean
is_new (Emulator *emulator)
{
  static GHashTable *urls;

  if (urls == NULL)
    urls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return g_hash_table_add (urls, g_strdup (emulator_get_url (emulator)));
}

/* If the system gave it the port of an earlier emulator, elements would take what the process remembers of that one,
 * such as its data endpoint, for its own. */
Emulator *
test_source_emulator_new (void)
{
  Emulator *emulator = start_emulator ();

  while (!is_new (emulator)) {
    Emulator *other = start_emulator ();

    g_object_unref (emulator);
    emulator = other;
  }
  return emulator;
}

GstElement *
test_source_new (Emulator *emulator, const char *end)
{
  GstElement *source = gst_object_ref_sink (g_object_new (GST_TYPE_KVS_IMAGE_SRC, NULL));

  g_object_set (source, "stream-name", "door", "aws-region", "us-east-1", "access-key",
      TEST_SOURCE_ACCESS_KEY, "secret-key", TEST_SOURCE_SECRET_KEY, "endpoint-url",
      emulator_get_url (emulator), "start-timestamp", TEST_SOURCE_START, "end-timestamp", end,
      NULL);
  return source;
}
