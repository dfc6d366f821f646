/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the range that a starting-token names, and that settings that contradict it are errors. */
#include "kvsresume.h"

#include "kvserror.h"
#include "kvsresumetoken.h"

#include <string.h>

#define START_MS G_GINT64_CONSTANT (1795161600000)
#define START "2026-11-20T08:00:00Z"
#define END "2026-11-20T09:00:00Z"
#define NOW_MS (START_MS + 86400000)

/* The settings besides the token. */
typedef struct {
  const char *arn;
  const char *start;
  const char *end;
  const char *token;
  guint interval;
  KvsImageSelector selector;
  gboolean align;
  gboolean follow;
} Set;

static gboolean
read_range (const Set *set, const char *token, KvsAskedRange *range, GError **error)
{
  g_auto (KvsSettings) settings;
  gboolean is_good;

  kvs_settings_init (&settings);
  settings.stream_name = set->arn ? NULL : g_strdup ("door");
  settings.stream_arn = g_strdup (set->arn);
  settings.start_timestamp = g_strdup (set->start);
  settings.end_timestamp = g_strdup (set->end);
  settings.starting_token = g_strdup (set->token ? set->token : token);
  settings.sampling_interval = set->interval ? set->interval : 3000;
  settings.image_selector_type = set->selector;
  settings.align = set->align;
  settings.follow = set->follow;
  is_good = kvs_asked_range_read (&settings, NOW_MS, range, error);
  g_assert_true (
      !is_good || range->service_token == NULL || range->service_token == settings.starting_token);
  return is_good;
}

/* A token for the hour from @start_ms on, or for all that comes. */
static char *
make_token (gint64 start_ms, gboolean is_endless)
{
  const KvsResumeToken token = {
      .stream = (char *)"door",
      .start_ms = start_ms,
      .end_ms = is_endless ? KVS_RESUME_TOKEN_NO_END : start_ms + 3600000,
      .interval_ms = 3000,
      .sample = 17,
  };

  return kvs_resume_token_write (&token);
}

static void
assert_resumes (const Set *set, gint64 start_ms, gboolean is_endless)
{
  g_autofree char *token = make_token (start_ms, is_endless);
  g_autoptr (GError) error = NULL;
  KvsAskedRange range;
  KvsRange resolved;

  read_range (set, token, &range, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (range.first, ==, 17);
  g_assert_null (range.service_token);
  g_assert_true (kvs_range_spec_resolve (&range.spec, NOW_MS, &resolved, NULL));
  g_assert_cmpint (resolved.start_ms, ==, start_ms);
  g_assert_cmpint (resolved.end_ms, ==, is_endless ? KVS_RANGE_NO_END : start_ms + 3600000);
  g_assert_cmpuint (resolved.interval_ms, ==, 3000);
}

static void
test_ours (void)
{
  assert_resumes (&(Set){NULL}, START_MS, FALSE);
  assert_resumes (&(Set){.start = START, .end = END}, START_MS, FALSE);
  assert_resumes (&(Set){.start = "2026-11-20T09:00:00+01:00"}, START_MS, FALSE);
  assert_resumes (&(Set){.start = "2026-11-20T08:00:01Z", .align = TRUE}, START_MS, FALSE);
  assert_resumes (&(Set){.align = TRUE}, START_MS, FALSE);
  assert_resumes (&(Set){.follow = TRUE}, START_MS, FALSE);
  assert_resumes (&(Set){.follow = TRUE}, START_MS, TRUE);
  assert_resumes (
      &(Set){.arn = "arn:aws:kinesisvideo:eu-west-1:123456789012:stream/door/1"}, START_MS, FALSE);
  assert_resumes (&(Set){NULL}, START_MS + 1, FALSE);
}

/* The end of a producer's range may be after the service's now, then and when the range is resumed. */
static void
test_producer_time (void)
{
  const KvsResumeToken token = {.stream = (char *)"door",
      .selector = KVS_IMAGE_SELECTOR_PRODUCER_TIMESTAMP,
      .start_ms = NOW_MS + 3600000,
      .end_ms = NOW_MS + 7200000,
      .interval_ms = 3000};
  g_autofree char *text = kvs_resume_token_write (&token);
  const Set set = {.selector = KVS_IMAGE_SELECTOR_PRODUCER_TIMESTAMP, .token = text};
  KvsAskedRange range;
  KvsRange resolved;

  g_assert_true (read_range (&set, NULL, &range, NULL));
  g_assert_true (kvs_range_spec_resolve (&range.spec, NOW_MS, &resolved, NULL));
  g_assert_cmpint (resolved.end_ms, ==, token.end_ms);
}

static void
assert_refused (const Set *set, gint64 start_ms, gboolean is_endless, const char *words)
{
  g_autofree char *token = make_token (start_ms, is_endless);
  g_autoptr (GError) error = NULL;
  KvsAskedRange range;

  g_assert_false (read_range (set, token, &range, &error));
  g_assert_error (error, KVS_ERROR, KVS_ERROR_INVALID);
  if (strstr (error->message, words) == NULL)
    g_error ("'%s' is not in '%s'", words, error->message);
}

static void
test_contradictions (void)
{
  static const struct {
    Set set;
    const char *words;
  } rows[] = {
      {{.arn = "arn:aws:kinesisvideo:eu-west-1:123456789012:stream/gate/1"},
          "stream-arn is 'arn:aws:kinesisvideo:eu-west-1:123456789012:stream/gate/1', which does not "
          "agree with starting-token; accepted is the ARN of door"},
      {{.selector = KVS_IMAGE_SELECTOR_PRODUCER_TIMESTAMP},
          "image-selector-type is 'producer-timestamp', which does not agree with starting-token; "
          "accepted is server-timestamp"},
      {{.interval = 1000}, "sampling-interval is '1000', which does not agree with starting-token; "
                           "accepted is 3000"},
      {{.start = "now-1h"},
          "start-timestamp is 'now-1h', which does not agree with starting-token; "
          "accepted is " START ", or leave it unset"},
      {{.start = END}, "start-timestamp is '" END},
      {{.end = START}, "end-timestamp is '" START "', which does not agree with starting-token; "
                       "accepted is " END ", or leave it unset"},
      {{.end = "now"}, "end-timestamp is 'now'"},
      {{.start = "yesterday"}, "start-timestamp is 'yesterday'"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_refused (&rows[i].set, START_MS, FALSE, rows[i].words);
  assert_refused (&(Set){.align = TRUE}, START_MS + 1, FALSE, "align is 'true'");
  assert_refused (&(Set){.end = END, .follow = TRUE}, START_MS, TRUE, "accepted is none");
  assert_refused (&(Set){.follow = FALSE}, START_MS, TRUE, "follow is 'false'");
}

static void
test_stream_name (void)
{
  const KvsResumeToken token = {
      .stream = (char *)"gate", .start_ms = START_MS, .end_ms = NOW_MS, .interval_ms = 3000};
  g_autofree char *text = kvs_resume_token_write (&token);

  assert_refused (&(Set){.token = text}, START_MS, FALSE,
      "stream-name is 'door', which does not agree with starting-token; accepted is gate");
}

static void
test_damaged (void)
{
  g_autofree char *text = make_token (START_MS, FALSE);

  text[strlen (text) - 4] = '\0';
  assert_refused (&(Set){.token = text}, START_MS, FALSE, "copied to its end");
  assert_refused (&(Set){.token = "door.1"}, START_MS, FALSE, "starting-token is 'door.1'");
}

static void
test_service (void)
{
  const Set good = {.token = "AAAB+/==", .start = START, .end = "2026-11-20T08:05:00Z"};
  Set bad[] = {good, good, good, good, good};
  g_autoptr (GError) error = NULL;
  KvsAskedRange range;

  read_range (&good, NULL, &range, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (range.first, ==, 0);
  g_assert_nonnull (range.service_token);

  bad[0].start = NULL;
  bad[1].end = "now";
  bad[2].end = "2026-11-20T08:05:00.001Z";
  bad[3].follow = TRUE;
  bad[4].token = "";
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_refused (&bad[i], START_MS, FALSE, "at most 300 s apart");
}

int
main (int argc, char **argv)
{

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/resume/ours", test_ours);
  g_test_add_func ("/resume/producer-time", test_producer_time);
  g_test_add_func ("/resume/contradictions", test_contradictions);
  g_test_add_func ("/resume/stream-name", test_stream_name);
  g_test_add_func ("/resume/damaged", test_damaged);
  g_test_add_func ("/resume/service", test_service);
  return g_test_run ();
}
