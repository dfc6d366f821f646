/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the clock and all forms in which times are written. */
#include "emulatortime.h"

static void
test_clock (void)
{
  g_autoptr (EmulatorClock) clock = emulator_clock_new ();
  gint64 before_ms = g_get_real_time () / 1000;

  g_assert_cmpint (emulator_clock_get_now (clock), >=, before_ms);
  emulator_clock_set (clock, 5);
  g_assert_cmpint (emulator_clock_get_now (clock), ==, 5);
  emulator_clock_set (clock, -1);
  g_assert_cmpint (emulator_clock_get_now (clock), >=, before_ms);
}

static void
test_parse (void)
{
  static const struct {
    const char *text;
    gint64 unix_ms;
  } cases[] = {
      {"2026-11-20T08:00:00Z", 1795161600000},
      {"2026-11-20T08:00:00.250Z", 1795161600250},
      {"2026-11-20T09:00:00.25+01:00", 1795161600250},
      {"1795161600", 1795161600000},
      {"1795161600.5", 1795161600500},
      {"1795161600.25", 1795161600250},
      {"1795161600.007", 1795161600007},
      {"0", 0},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gint64 unix_ms;

    g_assert_true (emulator_time_parse (cases[i].text, &unix_ms));
    g_assert_cmpint (unix_ms, ==, cases[i].unix_ms);
  }
}

static void
test_parse_refuses (void)
{
  static const char *const texts[] = {"", "now", "-5", "1795161600.2500", "1795161600.",
      "2026-11-20", "2026-11-20T08:00:00", "2026-13-20T08:00:00Z", "1e9"};

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    gint64 unix_ms;

    g_assert_false (emulator_time_parse (texts[i], &unix_ms));
  }
}

static void
test_basic (void)
{
  gint64 unix_ms;
  g_autofree char *text = emulator_time_format_basic (1795161600999);

  g_assert_cmpstr (text, ==, "20261120T080000Z");
  g_assert_true (emulator_time_parse_basic (text, &unix_ms));
  g_assert_cmpint (unix_ms, ==, 1795161600000);
  g_assert_false (emulator_time_parse_basic (NULL, &unix_ms));
  g_assert_false (emulator_time_parse_basic ("2026-11-20T08:00:00Z", &unix_ms));
  g_assert_false (emulator_time_parse_basic ("20261320T080000Z", &unix_ms));
}

static void
test_format (void)
{
  g_autofree char *ms = emulator_time_format (1795161600007);
  g_autofree char *seconds = emulator_time_format_seconds (1795161600007);
  g_autofree char *http = emulator_time_format_http (1795161600007);

  g_assert_cmpstr (ms, ==, "2026-11-20T08:00:00.007Z");
  g_assert_cmpstr (seconds, ==, "2026-11-20T08:00:00Z");
  g_assert_cmpstr (http, ==, "Fri, 20 Nov 2026 08:00:00 GMT");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/time/clock", test_clock);
  g_test_add_func ("/time/parse", test_parse);
  g_test_add_func ("/time/parse-refuses", test_parse_refuses);
  g_test_add_func ("/time/basic", test_basic);
  g_test_add_func ("/time/format", test_format);
  return g_test_run ();
}
