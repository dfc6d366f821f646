/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcenums.h"

static void
assert_nick (GType type, const char *nick, gint value)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (type);
  GEnumValue *found = g_enum_get_value_by_nick (klass, nick);

  g_assert_nonnull (found);
  g_assert_cmpint (found->value, ==, value);
}

static void
test_nicks (void)
{
  GType format = GST_TYPE_KVS_IMAGE_SRC_FORMAT;
  GType selector = GST_TYPE_KVS_IMAGE_SRC_SELECTOR;

  assert_nick (format, "jpeg", KVS_IMAGE_FORMAT_JPEG);
  assert_nick (format, "png", KVS_IMAGE_FORMAT_PNG);
  assert_nick (selector, "server-timestamp", KVS_IMAGE_SELECTOR_SERVER_TIMESTAMP);
  assert_nick (selector, "producer-timestamp", KVS_IMAGE_SELECTOR_PRODUCER_TIMESTAMP);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/enums/nicks", test_nicks);
  return g_test_run ();
}
