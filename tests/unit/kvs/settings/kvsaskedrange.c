/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which values of start-timestamp and end-timestamp make a range, with and without follow. */
#include "kvsaskedrange.h"

#include "kvserror.h"

#include <string.h>

#define NOW_MS G_GINT64_CONSTANT (1795161600000)

static gboolean
read_range (const char *start, const char *end, gboolean follow, KvsRange *range, GError **error)
{
  g_auto (KvsSettings) settings;
  KvsAskedRange asked;

  kvs_settings_init (&settings);
  settings.stream_name = g_strdup ("door");
  settings.start_timestamp = g_strdup (start);
  settings.end_timestamp = g_strdup (end);
  settings.follow = follow;
  if (!kvs_asked_range_read (&settings, NOW_MS, &asked, error))
    return FALSE;
  g_assert_cmpuint (asked.first, ==, 0);
  g_assert_null (asked.service_token);
  return range == NULL || kvs_range_spec_resolve (&asked.spec, NOW_MS, range, error);
}

static void
test_good (void)
{
  static const struct {
    const char *start, *end;
  } rows[] = {
      {"now-1h", NULL},
      {"now-1h", "now-30m"},
      {"2026-11-20T07:00:00Z", "2026-11-20T08:30:00+01:00"},
      {"2026-11-20T07:00:00Z", NULL},
      {"1795150000.25", "now"},
      /* The range is empty by the local clock, but the service's clock may be ahead. */
      {"2026-11-20T09:00:00Z", NULL},
      {"2026-11-20T09:00:00Z", "2026-11-20T10:00:00Z"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;

    read_range (rows[i].start, rows[i].end, FALSE, NULL, &error);
    g_assert_no_error (error);
  }
}

static void
assert_follows (const char *start, const char *end, gint64 start_ms, gint64 end_ms)
{
  g_autoptr (GError) error = NULL;
  KvsRange range;

  read_range (start, end, TRUE, &range, &error);
  g_assert_no_error (error);
  g_assert_cmpint (range.start_ms, ==, start_ms);
  g_assert_cmpint (range.end_ms, ==, end_ms);
}

static void
test_follow (void)
{
  assert_follows (NULL, NULL, NOW_MS, KVS_RANGE_NO_END);
  assert_follows ("now-1h", NULL, NOW_MS - 3600000, KVS_RANGE_NO_END);
  assert_follows ("now-1h", "now", NOW_MS - 3600000, NOW_MS);
  assert_follows (NULL, "2026-11-20T09:00:00Z", NOW_MS, NOW_MS + 3600000);
}

/* The selector's clock decides whether an absolute end after now counts. */
static void
test_producer_time (void)
{
  g_auto (KvsSettings) settings;
  KvsAskedRange asked;
  KvsRange range;

  kvs_settings_init (&settings);
  settings.stream_name = g_strdup ("door");
  settings.start_timestamp = g_strdup ("2026-11-20T09:00:00Z");
  settings.end_timestamp = g_strdup ("2026-11-20T10:00:00Z");
  g_assert_true (kvs_asked_range_read (&settings, NOW_MS, &asked, NULL));
  g_assert_false (kvs_range_spec_resolve (&asked.spec, NOW_MS, &range, NULL));

  settings.image_selector_type = KVS_IMAGE_SELECTOR_PRODUCER_TIMESTAMP;
  g_assert_true (kvs_asked_range_read (&settings, NOW_MS, &asked, NULL));
  g_assert_true (kvs_range_spec_resolve (&asked.spec, NOW_MS, &range, NULL));
  g_assert_cmpint (range.start_ms, ==, NOW_MS + 3600000);
  g_assert_cmpint (range.end_ms, ==, NOW_MS + 7200000);
}

static void
assert_bad (const char *start, const char *end, gboolean follow, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (read_range (start, end, follow, NULL, &error));
  g_assert_error (error, KVS_ERROR, KVS_ERROR_INVALID);
  if (strstr (error->message, words) == NULL)
    g_error ("'%s' is not in '%s'", words, error->message);
}

static void
test_bad (void)
{
  assert_bad (NULL, NULL, FALSE, "start-timestamp is not set");
  assert_bad ("yesterday", NULL, FALSE, "start-timestamp is 'yesterday'");
  assert_bad ("yesterday", NULL, FALSE, "now-90s");
  assert_bad ("now-1h", "2026-11-20T08:00:00", FALSE, "end-timestamp is '2026-11-20T08");
  assert_bad ("now-1h", "2026-11-20T08:00:00", FALSE, "zone");
  assert_bad ("now-1h", "now-2h", FALSE, "the range is empty");
  assert_bad ("now", NULL, FALSE, "start-timestamp is 'now' and end-timestamp is 'now'");
  assert_bad ("2026-11-20T08:00:00Z", "2026-11-20T08:00:00Z", FALSE, "the range is empty");
  assert_bad ("2099-01-01T00:00:00Z", NULL, FALSE, "the range is empty");
  assert_bad ("2099-01-01T00:00:00Z", NULL, FALSE, "which is in the future");
  assert_bad ("yesterday", NULL, TRUE, "start-timestamp is 'yesterday'");
  assert_bad (NULL, "now-1h", TRUE, "start-timestamp is 'now' and end-timestamp is 'now-1h'");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/range/good", test_good);
  g_test_add_func ("/range/follow", test_follow);
  g_test_add_func ("/range/producer-time", test_producer_time);
  g_test_add_func ("/range/bad", test_bad);
  return g_test_run ();
}
