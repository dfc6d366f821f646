/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which texts are accepted as times, which times they are, and the errors of others. */
#include "kvstimestamp.h"

#include "kvserror.h"

/* 2026-11-20T08:00:00Z */
#define NOVEMBER G_GINT64_CONSTANT (1795161600000)

static void
assert_parses (const char *text, gboolean relative, gint64 ms)
{
  g_autoptr (GError) error = NULL;
  KvsTimestamp timestamp;

  if (!kvs_timestamp_parse (text, &timestamp, &error))
    g_error ("'%s' was refused: %s", text, error->message);
  g_assert_no_error (error);
  g_assert_cmpint (timestamp.relative, ==, relative);
  g_assert_cmpint (timestamp.ms, ==, ms);
}

static void
test_rfc3339 (void)
{
  static const struct {
    const char *text;
    gint64 ms;
  } cases[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"2026-11-20T08:00:00Z", NOVEMBER},
      {"2026-11-20t08:00:00z", NOVEMBER},
      {"2026-11-20 08:00:00Z", NOVEMBER},
      {"2026-11-20T08:00:00.2Z", NOVEMBER + 200},
      {"2026-11-20T08:00:00.25Z", NOVEMBER + 250},
      {"2026-11-20T08:00:00.250Z", NOVEMBER + 250},
      {"2026-11-20T08:00:00.001Z", NOVEMBER + 1},
      {"2026-11-20T08:00:00.250000000Z", NOVEMBER + 250},
      {"2026-11-20T08:00:00.0009Z", NOVEMBER},
      {"2026-11-20T08:00:00.2509999Z", NOVEMBER + 250},
      {"2026-11-20T08:00:00.999999999Z", NOVEMBER + 999},
      {"2026-11-20T08:00:00,250Z", NOVEMBER + 250},
      {"2026-11-20T08:00:00,250000+0000", NOVEMBER + 250},
      {"2026-11-20 08:00:00.250000+00:00", NOVEMBER + 250},
      {"2026-11-20 08:00:00,250+00", NOVEMBER + 250},
      {"2026-11-20T08:00:00+0000", NOVEMBER},
      {"2026-11-20T08:00:00-0000", NOVEMBER},
      {"2026-11-20T08:00:00+00", NOVEMBER},
      {"2026-11-20T08:00:00-00", NOVEMBER},
      {"2026-11-20T09:00:00+01", NOVEMBER},
      {"2026-11-20T09:00:00+0100", NOVEMBER},
      {"2026-11-20T02:30:00-0530", NOVEMBER},
      {"2026-11-20T09:00:00+01:00", NOVEMBER},
      {"2026-11-20T09:00:00.250+01:00", NOVEMBER + 250},
      {"2026-11-20T02:30:00-05:30", NOVEMBER},
      {"2026-11-21T07:59:00+23:59", NOVEMBER},
      {"2026-11-20T08:00:00-00:00", NOVEMBER},
      {"1970-01-01T01:00:00+01:00", 0},
      {"2024-02-29T00:00:00Z", G_GINT64_CONSTANT (1709164800000)},
      {"2016-12-31T23:59:60Z", G_GINT64_CONSTANT (1483228800000)},
      {"2016-12-31t23:59:60.999999999z", G_GINT64_CONSTANT (1483228800999)},
      {"1990-12-31T15:59:60-08:00", G_GINT64_CONSTANT (662688000000)},
      {"9999-12-31T23:59:59.999Z", KVS_TIMESTAMP_MAX_MS},
      {"9999-12-31T23:59:59.999999999Z", KVS_TIMESTAMP_MAX_MS},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_parses (cases[i].text, FALSE, cases[i].ms);
}

static void
test_epoch (void)
{
  static const struct {
    const char *text;
    gint64 ms;
  } cases[] = {
      {"0", 0},
      {"0.001", 1},
      {"1", 1000},
      {"1795161600", NOVEMBER},
      {"1795161600.2", NOVEMBER + 200},
      {"1795161600.25", NOVEMBER + 250},
      {"1795161600.250", NOVEMBER + 250},
      {"1795161600.999", NOVEMBER + 999},
      {"1795161600.2500000", NOVEMBER + 250},
      {"1795161600.2505", NOVEMBER + 250},
      {"1795161600.250000000", NOVEMBER + 250},
      {"1795161600.000999999", NOVEMBER},
      {"1795161600.999999999", NOVEMBER + 999},
      {"1795161600,25", NOVEMBER + 250},
      {"1795161600,999999999", NOVEMBER + 999},
      {"0000000000000000000000001795161600", NOVEMBER},
      {"253402300799", KVS_TIMESTAMP_MAX_MS - 999},
      {"253402300799.999", KVS_TIMESTAMP_MAX_MS},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_parses (cases[i].text, FALSE, cases[i].ms);
}

static void
test_now (void)
{
  static const struct {
    const char *text;
    gint64 ms;
  } cases[] = {
      {"now", 0},
      {"now-0s", 0},
      {"now-1ms", -1},
      {"now-90s", -90000},
      {"now-1h30m", -5400000},
      {"now-2d", -172800000},
      {"now-1m", -60000},
      {"now-1m1ms", -60001},
      {"now-1d2h3m4s5ms", -93784005},
      {"now-100000s", -100000000},
      {"now-2932896d", -2932896 * G_GINT64_CONSTANT (86400000)},
      {"now-2932896d24h", -KVS_TIMESTAMP_MAX_MS},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_parses (cases[i].text, TRUE, cases[i].ms);
}

static void
test_refused (void)
{
  static const char form[] = "it is not of the form YYYY-MM-DDThh:mm:ss with a zone";
  static const char zone[] =
      "its zone is missing or malformed; end it with Z for UTC, or with an offset such as +01:00, "
      "+0100 or +01";
  static const char no_date[] = "there is no such date and time";
  static const char years[] = "it is not between the years 1970 and 9999";
  static const char no_digits[] = "there are no digits after the decimal point; give one to 9";
  static const char too_fine[] = "there are too many digits after the decimal point; give one to 9";
  static const char no_number[] = "it is neither a date nor a number of seconds";
  static const char too_late[] =
      "it is after the year 9999; give seconds since the epoch, not milliseconds";
  static const char no_duration[] =
      "only a minus and a duration such as 90s, 1h30m or 2d can follow now";
  static const struct {
    const char *text;
    const char *message;
  } cases[] = {
      {"", form},
      {" ", form},
      {"yesterday", form},
      {"NOW", form},
      {"-5", form},
      {"+5", form},
      {".5", form},
      {" 1795161600", form},
      {"2026-11-20", form},
      {"2026-11-20T08:00Z", form},
      {"2026-11-20_08:00:00Z", form},
      {"2026-11-20T8:00:00Z", form},
      {"2026-11-20  08:00:00Z", form},
      {"2026-11-20T 08:00:00Z", form},
      {"2026-11 -20T08:00:00Z", form},
      {" 2026-11-20T08:00:00Z", form},
      {"2026-11-20\t08:00:00Z", form},
      {"26-11-20T08:00:00Z", form},
      {"12026-11-20T08:00:00Z", form},
      {"2026/11/20T08:00:00Z", form},
      {"08:00:00", form},
      {"20\xc3\xa4", no_number},
      {"2026-11-20T08:00:00", zone},
      {"2026-11-20T08:00:00.25", zone},
      {"2026-11-20T08:00:00 Z", zone},
      {"2026-11-20T08:00:00UTC", zone},
      {"2026-11-20T08:00:00+1:00", zone},
      {"2026-11-20T08:00:00+24:00", zone},
      {"2026-11-20T08:00:00+2400", zone},
      {"2026-11-20T08:00:00+24", zone},
      {"2026-11-20T08:00:00+0160", zone},
      {"2026-11-20T08:00:00+", zone},
      {"2026-11-20T08:00:00+1", zone},
      {"2026-11-20T08:00:00+010", zone},
      {"2026-11-20T08:00:00+01:", zone},
      {"2026-11-20T08:00:00+01:0", zone},
      {"2026-11-20T08:00:00+01000", zone},
      {"2026-11-20T08:00:00 +0000", zone},
      {"2026-11-20T08:00:00+01 00", zone},
      {"2026-11-20T08:00:00+-100", zone},
      {"2026-11-20T08:00:00\xe2\x88\x92"
       "01:00",
          zone},
      {"2026-11-20T08:00:00.250.1Z", zone},
      {"2026-11-20T08:00:00.250,1Z", zone},
      {"2026-11-20T08:00:00.2 5Z", zone},
      {"2026-11-20T08:00:00+01:60", zone},
      {"2026-11-20T08:00:00ZZ", zone},
      {"2026-11-20T08:00:00Z ", zone},
      {"2026-11-20T08:00:00+01:000", zone},
      {"2026-13-20T08:00:00Z", no_date},
      {"2026-00-20T08:00:00Z", no_date},
      {"2026-02-29T08:00:00Z", no_date},
      {"2026-11-31T08:00:00Z", no_date},
      {"2026-11-20T24:00:00Z", no_date},
      {"2026-11-20T08:60:00Z", no_date},
      {"2026-11-20T08:00:61Z", no_date},
      {"2026-11-20T08:00:99Z", no_date},
      {"2026-11-20T08:00:60Z", no_date},
      {"2016-12-31T23:59:60+01:00", no_date},
      {"2016-02-30T23:59:60Z", no_date},
      {"0000-01-01T00:00:00Z", no_date},
      {"1969-12-31T23:59:59.999Z", years},
      {"1970-01-01T00:59:59+01:00", years},
      {"0001-01-01T00:00:00Z", years},
      {"9999-12-31T23:59:60Z", years},
      {"9999-12-31T23:59:59-00:01", years},
      {"9999-12-31T23:59:59-01", years},
      {"1970-01-01T00:59:59+0100", years},
      {"2026-11-20T08:00:00.Z", no_digits},
      {"2026-11-20T08:00:00,Z", no_digits},
      {"2026-11-20T08:00:00. 25Z", no_digits},
      {"2026-11-20T08:00:00.+01:00", no_digits},
      {"1795161600,", no_digits},
      {"1795161600..25", no_digits},
      {"2026-11-20T08:00:00.1234567890Z", too_fine},
      {"2026-11-20T08:00:00.0000000000Z", too_fine},
      {"2026-11-20T08:00:00.00000000000000000000000000000000000000001Z", too_fine},
      {"1795161600.2500000000", too_fine},
      {"1795161600,2500000000", too_fine},
      {"1795161600.", no_digits},
      {"1795161600.x", no_digits},
      {"1795161600.25.5", no_number},
      {"1795161600s", no_number},
      {"1795161600 ", no_number},
      {"1.795161600e9", no_number},
      {"1,795,161,600", no_number},
      {"1795161600 .25", no_number},
      {"1795161600. 25", no_digits},
      {"1e9", no_number},
      {"0x10", no_number},
      {"253402300800", too_late},
      {"1795161600000", too_late},
      {"99999999999999999999999999", too_late},
      {"99999999999999999999999999.25", too_late},
      {"1795161600000.250000000", too_late},
      {"nowadays", no_duration},
      {"now ", no_duration},
      {"now+5s", no_duration},
      {"now-", no_duration},
      {"now-5", no_duration},
      {"now-s", no_duration},
      {"now--5s", no_duration},
      {"now- 5s", no_duration},
      {"now-5s ", no_duration},
      {"now-5S", no_duration},
      {"now-5x", no_duration},
      {"now-1.5h", no_duration},
      {"now-1,5h", no_duration},
      {"now-5s5s", no_duration},
      {"now-30m1h", no_duration},
      {"now-5ms1s", no_duration},
      {"now-1h-30m", no_duration},
      {"now-2932898d", no_duration},
      {"now-99999999999999999999999ms", no_duration},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    KvsTimestamp timestamp;

    g_test_message ("'%s'", cases[i].text);
    g_assert_false (kvs_timestamp_parse (cases[i].text, &timestamp, &error));
    g_assert_error (error, KVS_ERROR, KVS_ERROR_INVALID);
    g_assert_cmpstr (error->message, ==, cases[i].message);
  }
}

static void
test_resolve (void)
{
  const KvsTimestamp absolute = {FALSE, 5000}, now = {TRUE, 0}, before = {TRUE, -7000};

  g_assert_cmpint (kvs_timestamp_resolve (&absolute, 100000), ==, 5000);
  g_assert_cmpint (kvs_timestamp_resolve (&now, 100000), ==, 100000);
  g_assert_cmpint (kvs_timestamp_resolve (&before, 100000), ==, 93000);
  g_assert_cmpint (kvs_timestamp_resolve (&before, 6999), ==, 0);
}

static void
assert_format (gint64 ms, const char *expected)
{
  g_autofree char *text = kvs_timestamp_format (ms);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_format (void)
{
  assert_format (0, "1970-01-01T00:00:00Z");
  assert_format (1, "1970-01-01T00:00:00.001Z");
  assert_format (NOVEMBER, "2026-11-20T08:00:00Z");
  assert_format (NOVEMBER + 250, "2026-11-20T08:00:00.250Z");
  assert_format (KVS_TIMESTAMP_MAX_MS, "9999-12-31T23:59:59.999Z");
  assert_format (G_MAXINT64, "9223372036854775807 ms");
}

static void
test_round_trip (void)
{
  for (guint i = 0; i < 10000; i++) {
    gint64 ms = (gint64)g_test_rand_double_range (0, (gdouble)KVS_TIMESTAMP_MAX_MS);
    g_autofree char *date = kvs_timestamp_format (ms);
    g_autofree char *seconds =
        g_strdup_printf ("%" G_GINT64_FORMAT ".%03d", ms / 1000, (gint)(ms % 1000));

    assert_parses (date, FALSE, ms);
    assert_parses (seconds, FALSE, ms);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvstimestamp/rfc3339", test_rfc3339);
  g_test_add_func ("/kvstimestamp/epoch", test_epoch);
  g_test_add_func ("/kvstimestamp/now", test_now);
  g_test_add_func ("/kvstimestamp/refused", test_refused);
  g_test_add_func ("/kvstimestamp/resolve", test_resolve);
  g_test_add_func ("/kvstimestamp/format", test_format);
  g_test_add_func ("/kvstimestamp/round-trip", test_round_trip);
  return g_test_run ();
}
