/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests what a section gives for what was put into it. */
#include "awsprofilesection.h"

static void
test_values (void)
{
  static const char *const blanks[] = {"", " ", "\t\r\n"};
  g_autoptr (AwsProfileSection) section = aws_profile_section_new ();

  g_assert_null (aws_profile_section_get (section, "region"));
  aws_profile_section_set (section, "region", g_strdup ("eu-west-1"));
  g_assert_cmpstr (aws_profile_section_get (section, "region"), ==, "eu-west-1");
  g_assert_null (aws_profile_section_get (section, "Region"));
  aws_profile_section_set (section, "region", g_strdup ("us-west-2"));
  g_assert_cmpstr (aws_profile_section_get (section, "region"), ==, "us-west-2");

  for (gsize i = 0; i < G_N_ELEMENTS (blanks); i++) {
    aws_profile_section_set (section, "region", g_strdup (blanks[i]));
    g_assert_null (aws_profile_section_get (section, "region"));
  }
}

static void
test_nested (void)
{
  g_autoptr (AwsProfileSection) section = aws_profile_section_new ();

  aws_profile_section_set (section, "s3", g_strdup (""));
  g_assert_null (aws_profile_section_get_nested (section, "s3", "a"));
  aws_profile_section_set_nested (section, "s3", "a", g_strdup ("1"));
  aws_profile_section_set_nested (section, "s3", "b", g_strdup (" "));
  aws_profile_section_set_nested (section, "s3", NULL, NULL);
  g_assert_null (aws_profile_section_get (section, "s3"));
  g_assert_cmpstr (aws_profile_section_get_nested (section, "s3", "a"), ==, "1");
  g_assert_null (aws_profile_section_get_nested (section, "s3", "b"));
  g_assert_null (aws_profile_section_get_nested (section, "s3", "c"));
  g_assert_null (aws_profile_section_get_nested (section, "s4", "a"));

  aws_profile_section_set_nested (section, "s3", "a", g_strdup ("2"));
  g_assert_cmpstr (aws_profile_section_get_nested (section, "s3", "a"), ==, "2");
  aws_profile_section_set (section, "s3", g_strdup ("plain"));
  g_assert_null (aws_profile_section_get_nested (section, "s3", "a"));
  g_assert_cmpstr (aws_profile_section_get (section, "s3"), ==, "plain");
}

static void
note_cb (const char *key, const char *sub_key, const char *value, gpointer seen)
{
  g_ptr_array_add (seen, g_strdup_printf ("%s/%s=%s", key, sub_key != NULL ? sub_key : "",
                             value != NULL ? value : "nested"));
}

static void
test_foreach (void)
{
  g_autoptr (AwsProfileSection) section = aws_profile_section_new ();
  g_autoptr (GPtrArray) seen = g_ptr_array_new_with_free_func (g_free);
  guint index = 0;

  aws_profile_section_set (section, "a", g_strdup ("1"));
  aws_profile_section_set (section, "b", g_strdup (""));
  aws_profile_section_set (section, "c", g_strdup (""));
  aws_profile_section_set_nested (section, "c", "d", g_strdup ("2"));
  aws_profile_section_foreach (section, note_cb, seen);

  g_assert_cmpuint (seen->len, ==, 4);
  g_assert_true (g_ptr_array_find_with_equal_func (seen, "a/=1", g_str_equal, NULL));
  g_assert_true (g_ptr_array_find_with_equal_func (seen, "b/=", g_str_equal, NULL));
  g_assert_true (g_ptr_array_find_with_equal_func (seen, "c/=nested", g_str_equal, &index));
  g_assert_cmpuint (index + 1, <, seen->len);
  g_assert_cmpstr (g_ptr_array_index (seen, index + 1), ==, "c/d=2");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awsprofilesection/values", test_values);
  g_test_add_func ("/awsprofilesection/nested", test_nested);
  g_test_add_func ("/awsprofilesection/foreach", test_foreach);
  return g_test_run ();
}
