/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests how the beginning of the retention period is found, and that other gaps are not mistaken for it. */
#include "kvsretention.h"

#define NOVEMBER G_GINT64_CONSTANT (1795161600000)
#define HOUR_MS G_GINT64_CONSTANT (3600000)
#define MAX_WINDOWS 40

/* A service whose media is in pieces, and which rejects windows that are empty or not retained. */
typedef struct {
  const char *name;
  guint retained_hours; /* 0 is without limit */
  gboolean checks_start;
  gboolean names_retention;
  gboolean rejects_empty;
  gint64 piece_ms; /* media begins each period, and lasts so long */
  gint64 period_ms;
  gint64 phase_ms;
  guint age_hours; /* of the window that was rejected */
  gboolean is_found;
} Case;

static gboolean
has_media (const Case *test, gint64 from_ms, gint64 until_ms)
{
  for (gint64 ms = from_ms; ms < until_ms; ms += 1000) {
    if ((ms - test->phase_ms) % test->period_ms < test->piece_ms)
      return TRUE;
  }
  return FALSE;
}

/* Whether a window is answered. If not, *@is_old says whether it is too old. */
static gboolean
is_answered (const Case *test, const KvsWindow *window, gint64 now_ms, gboolean *is_old)
{
  gint64 begin_ms = test->retained_hours > 0 ? now_ms - test->retained_hours * HOUR_MS : G_MININT64;

  *is_old = (test->checks_start ? window->start_ms : window->end_ms) < begin_ms;
  return !*is_old && (!test->rejects_empty ||
                         has_media (test, MAX (window->start_ms, begin_ms), window->end_ms));
}

#define CONTINUOUS .piece_ms = 1, .period_ms = 1

static const Case cases[] = {
    {"named-end", 24, FALSE, TRUE, FALSE, CONTINUOUS, .age_hours = 168, .is_found = TRUE},
    {"named-start", 24, TRUE, TRUE, FALSE, CONTINUOUS, .age_hours = 168, .is_found = TRUE},
    {"end", 24, FALSE, FALSE, TRUE, CONTINUOUS, .age_hours = 168, .is_found = TRUE},
    {"start", 24, TRUE, FALSE, TRUE, CONTINUOUS, .age_hours = 168, .is_found = TRUE},
    {"an-hour", 1, FALSE, FALSE, TRUE, CONTINUOUS, .age_hours = 3, .is_found = TRUE},
    {"years", 87600, FALSE, FALSE, TRUE, CONTINUOUS, .age_hours = 90000, .is_found = TRUE},
    {"never-fed", 0, FALSE, FALSE, TRUE, 0, HOUR_MS, .age_hours = 168},
    /* Recordings that begin exactly on whole hours before now look like it, but do not move. */
    {"whole-hours", 0, FALSE, FALSE, TRUE, 10 * HOUR_MS, 24 * HOUR_MS, .age_hours = 168},
    {"every-hour", 0, FALSE, FALSE, TRUE, HOUR_MS / 2, HOUR_MS, .age_hours = 168},
    {"other-times", 0, FALSE, FALSE, TRUE, 10 * HOUR_MS, 24 * HOUR_MS, 12345000, .age_hours = 168},
};

static void
run_case (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (KvsRetention) retention = kvs_retention_new ();
  gint64 now_ms = NOVEMBER;
  guint n_windows = 0;

  g_assert_cmpint (kvs_retention_get_begin_ms (retention), ==, G_MININT64);
  kvs_retention_begin (retention, now_ms - test->age_hours * HOUR_MS, now_ms);
  while (kvs_retention_get_state (retention) == KVS_RETENTION_SEARCH) {
    gint64 wake_ms = G_MAXINT64;
    KvsWindow window;
    gboolean is_old;

    if (!kvs_retention_next (retention, now_ms, &window, &wake_ms)) {
      g_assert_cmpint (wake_ms, >, now_ms);
      g_assert_cmpint (wake_ms, <=, now_ms + 15000);
      now_ms = wake_ms;
      continue;
    }
    g_assert_cmpuint (++n_windows, <, MAX_WINDOWS);
    g_assert_cmpint (window.end_ms - window.start_ms, >=, 20000);
    if (is_answered (test, &window, now_ms, &is_old))
      kvs_retention_take (retention, TRUE, NULL);
    else
      kvs_retention_take (
          retention, FALSE, test->names_retention ? "outside of the retention period" : "no");
    now_ms += 200;
  }
  g_test_message ("%u windows", n_windows);
  g_assert_cmpint (kvs_retention_get_state (retention), ==,
      test->is_found ? KVS_RETENTION_FOUND : KVS_RETENTION_NONE);
  if (test->is_found) {
    gint64 begin_ms = now_ms - test->retained_hours * HOUR_MS;

    g_assert_cmpint (kvs_retention_get_begin_ms (retention), <=, begin_ms);
    g_assert_cmpint (kvs_retention_get_begin_ms (retention), >, begin_ms - 30000);
  } else {
    g_assert_cmpint (kvs_retention_get_begin_ms (retention), ==, G_MININT64);
  }
}

static void
test_failure (void)
{
  g_autoptr (KvsRetention) retention = kvs_retention_new ();
  gint64 wake_ms = G_MAXINT64;
  KvsWindow window;

  kvs_retention_begin (retention, NOVEMBER - 100 * HOUR_MS, NOVEMBER);
  g_assert_true (kvs_retention_next (retention, NOVEMBER, &window, &wake_ms));
  kvs_retention_fail (retention);
  g_assert_cmpint (kvs_retention_get_state (retention), ==, KVS_RETENTION_NONE);
  g_assert_false (kvs_retention_next (retention, NOVEMBER, &window, &wake_ms));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/kvsretention/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], run_case);
  }
  g_test_add_func ("/kvsretention/failure", test_failure);
  return g_test_run ();
}
