/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests how texts from the network are cleaned for messages. */
#include "awsforeigntext.h"

#include <string.h>

static void
assert_clean (const char *text, gssize length, const char *const *secrets, const char *expected)
{
  g_autofree char *clean = aws_foreign_text_clean (text, length, secrets);

  g_assert_cmpstr (clean, ==, expected);
}

static void
test_line (void)
{
  assert_clean ("", -1, NULL, "");
  assert_clean (" a\tb\r\nc ", -1, NULL, "a b c");
  assert_clean ("a\n \r\nb", -1, NULL, "a");
  assert_clean ("abc", 2, NULL, "ab");
  assert_clean ("gr\xc3\xbc\xc3\x9f"
                "e",
      -1, NULL, "grüße");
}

/* Characters that a terminal or a log would act on are escaped. */
static void
test_control_characters (void)
{
  assert_clean ("\x1b[2Jx\x07", -1, NULL, "\\x1b[2Jx\\x07");
  assert_clean ("a\0b", 3, NULL, "a\\x00b");
  assert_clean ("bad \xff", -1, NULL, "bad \\xff");
  assert_clean ("\xe2\x80\xae"
                "moc",
      -1, NULL, "\\u202emoc");
  assert_clean ("\xc2\x9b"
                "31m",
      -1, NULL, "\\x9b31m");
}

/* The escape of a character is cleaned with what follows it: together they may be a secret. */
static void
test_secret_of_an_escape (void)
{
  static const char *const secrets[] = {"abcd", "x9fefgh", NULL};

  assert_clean ("\x1a"
                "bcd",
      -1, secrets, "\\x1…");
  assert_clean ("\x9f"
                "efgh",
      -1, secrets, "…");
  assert_clean ("ab\tcd", -1, secrets, "ab cd");
}

static void
test_limit (void)
{
  g_autofree char *text = g_strnfill (2000, 'x');
  g_autofree char *longest = g_strnfill (1024, 'x');
  g_autofree char *clean = NULL;

  assert_clean (longest, -1, NULL, longest);

  memcpy (text + 1022, "€", 3);
  clean = aws_foreign_text_clean (text, -1, NULL);
  g_assert_true (g_utf8_validate (clean, -1, NULL));
  g_assert_true (g_str_has_suffix (clean, "x…"));
  g_assert_cmpuint (strlen (clean), <=, 1024 + strlen ("…"));
}

static void
test_secrets (void)
{
  static const char *const secrets[] = {"wJalr/K7+MD", "TOKEN==", "", NULL};

  assert_clean ("key wJalr/K7+MD, token TOKEN==.", -1, secrets, "key …, token ….");
  assert_clean ("wJalr%2FK7%2BMD wJalr%2fK7%2bMD wJalr\\/K7+MD", -1, secrets, "… … …");
  assert_clean ("key 'first+part' and second-part of x", -1,
      (const char *const[]){"x/first+part/second-part", NULL}, "key '…' and … of x");
  assert_clean ("Credential=AKID/x/y Signature=0f SignedHeaders=a", -1, NULL,
      "Credential: … Signature: … SignedHeaders=a");
  assert_clean ("Authorization: Bearer eyJhbGciOiJ", -1, NULL, "Authorization: Bearer …");
}

/* Hosts come in lower case, and names in pieces. */
static void
test_parts_of_secrets (void)
{
  static const char *const secrets[] = {"IQoJb3JpZ2luX2VjEXAMPLETOKEN0123456789", NULL};

  assert_clean ("iqojb3jpz2lux2vjexampletoken0123456789.example", -1, secrets, "….example");
  assert_clean ("x IQoJb3JpZ2luX2Vj y", -1, secrets, "x … y");
  assert_clean ("x:TOKEN0123456789", -1, secrets, "x:TOKEN0123456789");
  assert_clean ("x:ETOKEN0123456789", -1, secrets, "x:…");
  assert_clean ("%49QoJb3JpZ2luX2VjEX-lux2vjexampletoke%6e", -1, secrets, "…-…");
}

/* A secret of any length is looked for in a text of any length without a noticeable delay. */
static void
test_long_secret (void)
{
  g_autofree char *secret = g_strnfill (4096, 'a');
  g_autofree char *text = g_strnfill (1024 * 1024, 'a');
  const char *const secrets[] = {secret, NULL};
  gint64 begin_us = g_get_monotonic_time ();

  secret[15] = 'b';
  for (gsize i = 14; i < 1024 * 1024; i += 15)
    text[i] = 'c';
  g_free (aws_foreign_text_clean (text, -1, secrets));
  g_assert_cmpint (g_get_monotonic_time () - begin_us, <, 5 * G_USEC_PER_SEC);
}

static void
test_check_name (void)
{
  static const char *const secrets[] = {"IQoJb3JpZ2luX2VjEXAMPLETOKEN0123456789", "abcd", NULL};
  g_autofree char *name = aws_foreign_text_check_name (g_strdup ("FooException"), secrets);

  g_assert_cmpstr (name, ==, "FooException");
  g_assert_null (aws_foreign_text_check_name (NULL, secrets));
  g_assert_null (aws_foreign_text_check_name (g_strdup ("x-abcd"), secrets));
  g_assert_null (aws_foreign_text_check_name (g_strdup ("b3JpZ2luX2VjEXAMPLE"), secrets));
  g_assert_false (aws_foreign_text_has_run ("x-abcd", secrets));
  g_assert_true (aws_foreign_text_has_run ("x-b3JpZ2luX2VjEXAMPLE", secrets));
}

/* Where the text is cut off, no part of a secret remains. */
static void
test_secret_at_limit (void)
{
  static const char *const secrets[] = {"SECRETSECRET", NULL};
  g_autofree char *padding = g_strnfill (1018, 'x');
  g_autofree char *text = g_strconcat (padding, "SECRETSECRET", NULL);
  g_autofree char *clean = aws_foreign_text_clean (text, -1, secrets);

  g_assert_null (strstr (clean, "SEC"));
}

static void
test_has_secret (void)
{
  static const char *const secrets[] = {"", "x", "abcd", NULL};

  g_assert_true (aws_foreign_text_has_secret ("xabcdx", secrets));
  g_assert_false (aws_foreign_text_has_secret ("xab", secrets));
  g_assert_false (aws_foreign_text_has_secret ("x", NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awsforeigntext/line", test_line);
  g_test_add_func ("/awsforeigntext/control-characters", test_control_characters);
  g_test_add_func ("/awsforeigntext/secret-of-an-escape", test_secret_of_an_escape);
  g_test_add_func ("/awsforeigntext/limit", test_limit);
  g_test_add_func ("/awsforeigntext/secrets", test_secrets);
  g_test_add_func ("/awsforeigntext/parts-of-secrets", test_parts_of_secrets);
  g_test_add_func ("/awsforeigntext/long-secret", test_long_secret);
  g_test_add_func ("/awsforeigntext/check-name", test_check_name);
  g_test_add_func ("/awsforeigntext/secret-at-limit", test_secret_at_limit);
  g_test_add_func ("/awsforeigntext/has-secret", test_has_secret);
  return g_test_run ();
}
