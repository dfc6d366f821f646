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

Emulator *
test_source_emulator_new (void)
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
