/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests of the lines for programs. */
#include "stillsjson.h"

static void
test_format (void)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *empty = stills_json_format (object);
  g_autofree char *line = NULL;

  json_object_set_string_member (object, "b", "two\nlines");
  json_object_set_int_member (object, "a", 1);
  line = stills_json_format (object);
  g_assert_cmpstr (empty, ==, "{}");
  g_assert_cmpstr (line, ==, "{\"b\":\"two\\nlines\",\"a\":1}");
}

/* JSON is UTF-8, whatever bytes a name has. */
static void
test_paths (void)
{
  static const struct {
    const char *path;
    const char *line;
  } cases[] = {
      {"a b/é", "{\"file\":\"a b/é\"}"},
      {"\"", "{\"file\":\"\\\"\"}"},
      {"x\xffy", "{\"file\":\"x\uFFFDy\"}"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (JsonObject) object = json_object_new ();
    g_autofree char *line = NULL;

    stills_json_set_path (object, "file", cases[i].path);
    line = stills_json_format (object);
    g_assert_cmpstr (line, ==, cases[i].line);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stillsjson/format", test_format);
  g_test_add_func ("/stillsjson/paths", test_paths);
  return g_test_run ();
}
