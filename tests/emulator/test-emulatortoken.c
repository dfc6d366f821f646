/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that a token is accepted with its own request only. */
#include "emulatortoken.h"

#include <string.h>

static const EmulatorToken TOKEN = {
    .issued_ms = 1700000000000, .as_of_ms = 1600000000000, .next = 25, .page_empty = 1};

static void
test_round_trip (void)
{
  g_autoptr (EmulatorSealer) sealer = emulator_sealer_new ();
  g_autofree char *text = emulator_sealer_seal (sealer, &TOKEN, "a request");
  EmulatorToken token;

  g_assert_true (g_regex_match_simple ("^[a-zA-Z0-9+/]+={0,2}$", text, 0, 0));
  g_assert_true (emulator_sealer_open (sealer, text, "a request", &token));
  g_assert_cmpint (token.issued_ms, ==, TOKEN.issued_ms);
  g_assert_cmpint (token.as_of_ms, ==, TOKEN.as_of_ms);
  g_assert_cmpuint (token.next, ==, TOKEN.next);
  g_assert_cmpuint (token.page_empty, ==, TOKEN.page_empty);
}

static void
test_never_twice_the_same (void)
{
  g_autoptr (EmulatorSealer) sealer = emulator_sealer_new ();
  g_autofree char *first = emulator_sealer_seal (sealer, &TOKEN, "a request");
  g_autofree char *second = emulator_sealer_seal (sealer, &TOKEN, "a request");

  g_assert_cmpstr (first, !=, second);
}

static void
test_bound (void)
{
  g_autoptr (EmulatorSealer) sealer = emulator_sealer_new ();
  g_autoptr (EmulatorSealer) other = emulator_sealer_new ();
  g_autofree char *text = emulator_sealer_seal (sealer, &TOKEN, "a request");
  EmulatorToken token;

  g_assert_false (emulator_sealer_open (sealer, text, "another request", &token));
  g_assert_false (emulator_sealer_open (other, text, "a request", &token));
}

static void
test_every_change_is_noticed (void)
{
  g_autoptr (EmulatorSealer) sealer = emulator_sealer_new ();
  g_autofree char *text = emulator_sealer_seal (sealer, &TOKEN, "a request");
  EmulatorToken token;

  for (gsize i = 0; i < strlen (text); i++) {
    g_autofree char *changed = g_strdup (text);

    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    g_assert_false (emulator_sealer_open (sealer, changed, "a request", &token));
    changed[i] = '\0';
    g_assert_false (emulator_sealer_open (sealer, changed, "a request", &token));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/token/round-trip", test_round_trip);
  g_test_add_func ("/token/never-twice-the-same", test_never_twice_the_same);
  g_test_add_func ("/token/bound", test_bound);
  g_test_add_func ("/token/every-change-is-noticed", test_every_change_is_noticed);
  return g_test_run ();
}
