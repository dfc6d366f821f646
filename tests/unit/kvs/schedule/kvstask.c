/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which request is next for a run of samples, and what its entries and its end settle. */
#include "kvstask.h"

#include "kvserror.h"

#include <awserror.h>

#include <string.h>

/* The time of sample 0: 2026-11-20T08:00:00Z, and what is added to it. */
#define NOVEMBER G_GINT64_CONSTANT (1795161600000)

#define MAX_STEPS 12

/* Begins a word of a page that says how it ends. */
#define END "!"

/* As in kvstask.c. */
#define MAX_STALLS 16
#define MAX_SHORT 8

/* What a task is made for. Zero is the usual value of each, which is an interval of 1 s, pages of 25, and a sample 0
 * of an hour ago. */
typedef struct {
  guint count;
  gint64 at_ms; /* sample 0 is so long after NOVEMBER */
  gint64 interval_ms;
  guint lookback_ms;
  gboolean is_known; /* that fragments are so short that a request begins one sample early */
  guint page_size;
  guint max_images; /* of a page, by the budget */
  gint64 begin_ms;  /* before sample 0 */
  KvsGapEnd before;
  gboolean may_arrive;
  gboolean is_kept;
  guint timeout_ms;
  gint64 now_ms; /* after sample 0 */
  gboolean is_in_doubt;
  gboolean is_format_unknown;
  gboolean is_behind; /* not all samples before it are settled */
  guint max_attempts;
} Setup;

/* A request that is next, "kind start..end:interval/max@page", what its page has, "s0 n1 …" and how it ends, and the
 * samples that are settled by that. Or one of the words of do_step(). */
typedef struct {
  const char *request;
  const char *page;
  const char *settled;
} Step;

typedef struct {
  const char *name;
  Setup setup;
  Step steps[MAX_STEPS];
} Case;

typedef struct {
  const Setup *setup;
  KvsFragments *fragments;
  KvsTaskRules rules;
  gint64 start_ms;
  KvsTask *task;
  guint n_entries;
} Fixture;

static Fixture *
fixture_new (const Setup *setup)
{
  Fixture *self = g_new0 (Fixture, 1);
  guint page_size = setup->page_size > 0 ? setup->page_size : 25;

  self->setup = setup;
  self->start_ms = NOVEMBER + setup->at_ms;
  self->fragments = kvs_fragments_new (setup->lookback_ms);
  if (setup->is_known)
    kvs_fragments_note_leading_gap (self->fragments, 0);
  self->rules = (KvsTaskRules){.fragments = self->fragments,
      .interval_ms = setup->interval_ms > 0 ? setup->interval_ms : 1000,
      .availability_timeout_ms = setup->timeout_ms,
      .page_size = setup->max_images > 0 ? setup->max_images : page_size,
      .max_page_size = page_size,
      .format = KVS_IMAGE_FORMAT_JPEG,
      .max_attempts = setup->max_attempts,
      .is_format_right = !setup->is_format_unknown,
      .are_parameters_right = !setup->is_in_doubt,
      .now_ms = self->start_ms + (setup->now_ms > 0 ? setup->now_ms : 3600000)};
  self->task = kvs_task_new (0, setup->count, self->start_ms, setup->may_arrive, setup->is_kept,
      setup->begin_ms > 0 ? self->start_ms - setup->begin_ms : -1, setup->before);
  return self;
}

static void
fixture_free (Fixture *self)
{
  kvs_task_free (self->task);
  kvs_fragments_free (self->fragments);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

static const char *const kinds[] = {
    [KVS_REQUEST_RANGE] = "range",
    [KVS_REQUEST_CONFIRM] = "confirm",
    [KVS_REQUEST_SINGLE] = "single",
    [KVS_REQUEST_ALONE] = "alone",
    [KVS_REQUEST_PLAIN] = "plain",
};

static char *
describe_request (Fixture *self, const KvsRequest *request)
{
  GString *text = g_string_new (NULL);
  const KvsWindow *window = &request->window;

  g_string_printf (text, "%s %" G_GINT64_FORMAT "..%" G_GINT64_FORMAT, kinds[request->kind],
      window->start_ms - self->start_ms, window->end_ms - self->start_ms);
  if (window->interval_ms != self->rules.interval_ms)
    g_string_append_printf (text, ":%" G_GINT64_FORMAT, window->interval_ms);
  g_string_append_printf (text, "/%u", request->max_results);
  if (request->n_pages > 0)
    g_string_append_printf (text, "@%u", request->n_pages);
  return g_string_free (text, FALSE);
}

static const char sample_letters[] = {
    [KVS_SAMPLE_STILL] = 's',
    [KVS_SAMPLE_NO_MEDIA] = 'n',
    [KVS_SAMPLE_MEDIA_ERROR] = 'm',
    [KVS_SAMPLE_BAD_IMAGE] = 'b',
};

static KvsSampleKind
get_kind (char letter)
{
  const char *found = memchr (sample_letters, letter, G_N_ELEMENTS (sample_letters));

  g_assert_nonnull (found);
  return (KvsSampleKind)(found - sample_letters);
}

static void
add_settled (GString *settled, guint index, KvsSampleKind kind)
{
  g_string_append_printf (
      settled, "%s%c%u", settled->len > 0 ? " " : "", sample_letters[kind], index);
}

static void
pop_gaps (Fixture *self, GString *settled)
{
  KvsSampleKind kind;
  guint index;

  while (kvs_task_pop_gap (self->task, &index, &kind))
    add_settled (settled, index, kind);
}

/* The index of a sample in the window of @request. */
static gint
get_window_index (Fixture *self, const KvsRequest *request, gint64 sample)
{
  gint64 offset_ms = self->start_ms + sample * self->rules.interval_ms - request->window.start_ms;

  g_assert_cmpint (offset_ms % request->window.interval_ms, ==, 0);
  return (gint)(offset_ms / request->window.interval_ms);
}

/* "s3" is a still for sample 3, "x" a surplus one. */
static void
take_entry (Fixture *self, KvsRequest *request, const char *word, GString *settled)
{
  KvsSampleKind kind = *word == 'x' ? KVS_SAMPLE_STILL : get_kind (*word);
  gint window_index =
      *word == 'x' ? -1 : get_window_index (self, request, g_ascii_strtoll (word + 1, NULL, 10));
  guint index = G_MAXUINT;

  self->n_entries++;
  if (request->kind == KVS_REQUEST_PLAIN)
    return;
  if (kvs_task_take (self->task, request, &self->rules, window_index, kind, &index) ==
      KVS_VERDICT_SETTLE)
    add_settled (settled, index, kind);
  pop_gaps (self, settled);
}

static GError *
make_error (AwsError code, guint status, const char *name)
{
  GError *error = g_error_new_literal (AWS_ERROR, (gint)code, name);

  aws_error_set_reply (error, status, name, NULL);
  return error;
}

/* The page ends, each with why. */
static KvsPageEnd
parse_end (const char *word, GError **cause)
{
  static const struct {
    const char *word;
    KvsPageEnd end;
    AwsError error;
    guint status;
    const char *code;
  } rows[] = {
      {"!more", KVS_PAGE_MORE, 0, 0, NULL},
      {"!over", KVS_PAGE_OVER_BUDGET, 0, 0, NULL},
      {"!token", KVS_PAGE_BROKEN, AWS_ERROR_INVALID_REQUEST, 400, "InvalidArgumentException"},
      {"!cut", KVS_PAGE_BROKEN, AWS_ERROR_CUT_OFF, 200, "cut"},
      {"!404", KVS_PAGE_REJECTED, AWS_ERROR_NOT_FOUND, 404, "ResourceNotFoundException"},
      {"!400", KVS_PAGE_REJECTED, AWS_ERROR_INVALID_REQUEST, 400, "InvalidArgumentException"},
      {"!failed", KVS_PAGE_FAILED, AWS_ERROR_NOT_AUTHORIZED, 403, "AccessDeniedException"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (!g_str_equal (rows[i].word, word))
      continue;
    if (rows[i].code != NULL)
      *cause = make_error (rows[i].error, rows[i].status, rows[i].code);
    return rows[i].end;
  }
  g_assert_not_reached ();
}

static void
take_page (Fixture *self, KvsRequest *request, const char *page, GString *settled)
{
  g_auto (GStrv) words = g_strsplit (page, " ", 0);
  g_autoptr (GError) cause = NULL;
  KvsPageEnd end = KVS_PAGE_LAST;

  if (request->n_pages == 0)
    self->n_entries = 0;
  for (guint i = 0; words[i] != NULL && *words[i] != '\0'; i++) {
    if (g_str_has_prefix (words[i], END))
      end = parse_end (words[i], &cause);
    else
      take_entry (self, request, words[i], settled);
  }
  kvs_task_end_page (self->task, request, &self->rules, end, self->n_entries, cause);
  pop_gaps (self, settled);
}

static void
do_request (Fixture *self, const Step *step)
{
  g_autoptr (GString) settled = g_string_new (NULL);
  gint64 wake_ms = G_MAXINT64;
  KvsRequest *request = kvs_task_next (self->task, &self->rules, !self->setup->is_behind, &wake_ms);
  g_autofree char *text = NULL;

  pop_gaps (self, settled);
  g_assert_nonnull (request);
  text = describe_request (self, request);
  g_assert_cmpstr (text, ==, step->request);
  g_assert_true (
      kvs_task_next (self->task, &self->rules, !self->setup->is_behind, &wake_ms) == request);
  kvs_task_begin_page (self->task, request, &self->rules);
  g_assert_true (kvs_task_is_running (self->task));
  g_assert_null (kvs_task_next (self->task, &self->rules, TRUE, &wake_ms));
  take_page (self, request, step->page, settled);
  g_assert_cmpstr (settled->str, ==, step->settled != NULL ? step->settled : "");
}

/* Nothing is next, but for @wait_ms; what is settled is compared. */
static void
assert_nothing_next (Fixture *self, gint64 wait_ms, const char *expected)
{
  g_autoptr (GString) settled = g_string_new (NULL);
  gint64 wake_ms = G_MAXINT64;

  g_assert_null (kvs_task_next (self->task, &self->rules, !self->setup->is_behind, &wake_ms));
  pop_gaps (self, settled);
  g_assert_cmpstr (settled->str, ==, expected != NULL ? expected : "");
  if (wait_ms > 0)
    g_assert_cmpint (wake_ms - self->rules.now_ms, ==, wait_ms);
  else
    g_assert_cmpint (wake_ms, ==, G_MAXINT64);
}

static void
reject_before (Fixture *self, gint64 time_ms, const char *expected)
{
  g_autoptr (GString) settled = g_string_new (NULL);

  kvs_task_reject_before (self->task, &self->rules, self->start_ms + time_ms);
  pop_gaps (self, settled);
  g_assert_cmpstr (settled->str, ==, expected != NULL ? expected : "");
}

/* Does a step that is no request:
 * "wait N": nothing is next for N ms, which pass.
 * "idle": nothing is next until something else has come.
 * "count N": the task is finished with so many samples.
 * "error TEXT": the task has failed with an error that has this in its message.
 * "now N", "media N": the time, and the latest that has media, are N ms after sample 0.
 * "lookback N": that is known of the fragments.
 * "before N": what is before N ms after sample 0 is rejected.
 * "right": the format and the parameters are known to be right. */
static void
do_step (Fixture *self, const Step *step)
{
  const char *space = strchr (step->request, ' ');
  gint64 n = space != NULL ? g_ascii_strtoll (space + 1, NULL, 10) : 0;

  if (g_str_has_prefix (step->request, "wait ")) {
    assert_nothing_next (self, n, step->settled);
    self->rules.now_ms += n;
  } else if (g_str_equal (step->request, "idle")) {
    assert_nothing_next (self, 0, step->settled);
    g_assert_false (kvs_task_is_finished (self->task));
  } else if (g_str_has_prefix (step->request, "count ")) {
    assert_nothing_next (self, 0, step->settled);
    g_assert_true (kvs_task_is_finished (self->task));
    g_assert_cmpuint (kvs_task_get_count (self->task), ==, n);
  } else if (g_str_has_prefix (step->request, "error ")) {
    assert_nothing_next (self, 0, step->settled);
    g_assert_nonnull (kvs_task_get_error (self->task));
    g_assert_nonnull (strstr (kvs_task_get_error (self->task)->message, space + 1));
  } else if (g_str_has_prefix (step->request, "now ")) {
    self->rules.now_ms = self->start_ms + n;
  } else if (g_str_has_prefix (step->request, "media ")) {
    kvs_fragments_note_media (self->fragments, self->start_ms + n);
  } else if (g_str_has_prefix (step->request, "lookback ")) {
    g_assert_cmpint (kvs_fragments_get_lookback_ms (self->fragments), ==, n);
  } else if (g_str_has_prefix (step->request, "before ")) {
    reject_before (self, n, step->settled);
  } else if (g_str_equal (step->request, "right")) {
    self->rules.is_format_right = TRUE;
    self->rules.are_parameters_right = TRUE;
  } else {
    do_request (self, step);
  }
}

/* The last step is the end of all, unless it is said: all samples are settled. */
static void
test_case (gconstpointer data)
{
  const Case *row = data;
  g_autoptr (Fixture) fixture = fixture_new (&row->setup);
  guint n = 0;

  while (n < MAX_STEPS && row->steps[n].request != NULL) {
    g_test_message ("step %u: %s", n, row->steps[n].request);
    do_step (fixture, &row->steps[n++]);
  }
  if (g_str_has_prefix (row->steps[n - 1].request, "error "))
    return;
  assert_nothing_next (fixture, 0, NULL);
  g_assert_no_error (kvs_task_get_error (fixture->task));
  g_assert_true (kvs_task_is_finished (fixture->task));
}

/* The rules. Requests are in ms after sample 0. */
static const Case cases[] = {
    {"one-page", {5}, {{"range 0..5000/5", "s0 n1 m2 s3 s4", "s0 n1 m2 s3 s4"}}},
    {"pages", {4, .page_size = 2},
        {{"range 0..4000/2", "s0 s1 !more", "s0 s1"}, {"range 0..4000/2@1", "s2 n3", "s2 n3"}}},
    {"surplus", {2}, {{"range 0..2000/2", "x s0 x s1 x", "s0 s1"}}},
    {"entry-twice", {2}, {{"range 0..2000/2", "s0 n0 s0 n1 s1", "s0 n1"}}},
    {"longer-than-a-request", {400, .lookback_ms = 3000, .is_known = TRUE, .interval_ms = 60000},
        {{"range -60000..181000/5", "!404", ""}, {"range 0..241000/5", "!failed", ""},
            {"error AccessDenied", NULL, ""}}},

    {"behind-the-request", {7, .interval_ms = 60000},
        {{"range 0..241000/5", "s0 s1 s2 s3 s4 s5", "s0 s1 s2 s3 s4"},
            {"range 300000..361000/2", "s5 s6", "s5 s6"}}},

    /* Pages are full, and two entries are needed to look back. */
    {"full-pages-26", {26}, {{"range 0..26000/13", "!failed", ""}, {"error Access", NULL, ""}}},
    {"full-pages-60", {60}, {{"range 0..60000/20", "!failed", ""}, {"error Access", NULL, ""}}},
    {"full-pages-of-10", {21, .page_size = 10},
        {{"range 0..21000/7", "!failed", ""}, {"error Access", NULL, ""}}},
    {"full-pages-of-1", {3, .page_size = 1},
        {{"range 0..3000/1", "!failed", ""}, {"error Access", NULL, ""}}},

    /* Looking back */
    {"look-back", {3, .lookback_ms = 5000},
        {{"range -5000..3000/8", "n-5 n-4 n-3 s-2 s-1 s0 s1 s2", "s0 s1 s2"},
            {"lookback 5000", NULL, NULL}}},
    {"look-back-known", {3, .lookback_ms = 5000, .is_known = TRUE},
        {{"range -1000..3000/4", "s-1 s0 s1 s2", "s0 s1 s2"}}},
    {"look-back-to-a-whole-second", {3, .interval_ms = 400, .lookback_ms = 1000, .at_ms = 400},
        {{"range -2400..1600/9", "s0 s1 s2", "s0 s1 s2"}}},
    {"look-back-to-where-a-fragment-begins", {3, .lookback_ms = 5000, .begin_ms = 2000},
        {{"range -2000..3000/5", "s-2 s-1 s0 s1 !token", "s0 s1"},
            {"single -3000..3000:5000/2", "n-3 s2", "s2"}}},
    {"fragments-are-learnt", {2, .lookback_ms = 9000},
        {{"range -9000..2000/11", "n-9 n-8 n-7 n-6 s-5 s0 s1", "s0 s1"},
            {"lookback 7000", NULL, NULL}}},

    /* Single samples */
    {"pair", {1, .lookback_ms = 20000}, {{"single -20000..1000:20000/2", "n-20 s0", "s0"}}},
    {"pair-of-a-fraction", {1, .lookback_ms = 20000, .at_ms = 250},
        {{"single -20250..750:20250/2", "s0", "s0"}}},
    {"pair-without-media", {1, .lookback_ms = 20000},
        {{"single -20000..1000:20000/2", "s-20 n0", "n0"}}},
    {"pair-of-nothing", {1, .lookback_ms = 20000}, {{"single -20000..1000:20000/2", "", "n0"}}},
    {"pair-cut-short", {1, .lookback_ms = 20000}, {{"single -20000..1000:20000/2", "n-20", "n0"}}},
    {"pair-by-two-pages", {1, .lookback_ms = 20000, .page_size = 1},
        {{"single -20000..1000:20000/1", "n-20 !more", ""},
            {"single -20000..1000:20000/1@1", "s0", "s0"}}},
    {"pair-on-one-page-whatever-the-budget", {1, .lookback_ms = 20000, .max_images = 1},
        {{"single -20000..1000:20000/2", "n-20 s0", "s0"}}},
    {"pair-rejected", {1, .lookback_ms = 20000},
        {{"single -20000..1000:20000/2", "!404", ""}, {"alone 0..1000/1", "s0", "s0"}}},
    {"pair-and-alone-rejected", {1, .lookback_ms = 20000},
        {{"single -20000..1000:20000/2", "!400", ""}, {"alone 0..1000/1", "!400", "n0"}}},
    {"alone", {1}, {{"alone 0..1000/1", "s0", "s0"}}},
    {"alone-without-media", {1}, {{"alone 0..1000/1", "n0", "n0"}}},
    {"alone-at-the-epoch", {1, .lookback_ms = 20000, .at_ms = -NOVEMBER},
        {{"alone 0..1000/1", "s0", "s0"}}},
    {"single-interval-too-long", {2, .lookback_ms = 3000, .interval_ms = 300000},
        {{"single -3000..1000:3000/2", "n0", "n0"}, {"single 297000..301000:3000/2", "s1", "s1"}}},

    /* Leading gaps */
    {"leading-gap-of-all-that-could-be", {3, .lookback_ms = 2000},
        {{"range -2000..3000/5", "n-2 n-1 n0 s1 s2", "n0 s1 s2"}}},
    {"leading-gap-of-one", {3, .lookback_ms = 3000, .is_known = TRUE},
        {{"range -1000..3000/4", "n-1 n0 s1 s2", "s1 s2"},
            {"single -3000..1000:3000/2", "n-3 s0", "s0"}}},
    {"leading-gap-confirmed-between-pages",
        {6, .lookback_ms = 9000, .is_known = TRUE, .page_size = 4},
        {{"range -1000..6000/4", "n-1 n0 s1 s2 !more", "s1 s2"},
            {"single -9000..1000:9000/2", "n-9 n0", "n0"},
            {"range -1000..6000/4@1", "s3 s4 s5", "s3 s4 s5"}}},
    {"leading-gap-of-three", {5, .lookback_ms = 9000, .is_known = TRUE},
        {{"range -1000..5000/6", "n-1 n0 n1 n2 s3 s4", "s3 s4"},
            {"single -9000..1000:9000/2", "n0", "n0"}, {"single -8000..2000:9000/2", "s1", "s1"},
            {"single -7000..3000:9000/2", "!404", "n2"}}},
    {"leading-gap-of-four", {5, .lookback_ms = 9000, .is_known = TRUE},
        {{"range -1000..5000/6", "n-1 n0 n1 n2 n3 s4", "s4"},
            {"confirm -9000..4000/13", "n-9 s-1 n0 s1 s2 s3", "n0 s1 s2 s3"}}},
    {"leading-gap-of-four-rejected", {5, .lookback_ms = 9000, .is_known = TRUE},
        {{"range -1000..5000/6", "n-1 n0 n1 n2 n3 s4", "s4"},
            {"confirm -9000..4000/13", "!404", "n0 n1 n2 n3"}}},
    {"leading-gap-of-four-empty", {5, .lookback_ms = 9000, .is_known = TRUE},
        {{"range -1000..5000/6", "n-1 n0 n1 n2 n3 s4", "s4"},
            {"confirm -9000..4000/13", "", "n0 n1 n2 n3"}}},
    {"leading-gap-of-four-broken", {5, .lookback_ms = 9000, .is_known = TRUE},
        {{"range -1000..5000/6", "n-1 n0 n1 n2 n3 s4", "s4"},
            {"confirm -9000..4000/13", "n-9 s0 s1 !token", "s0 s1"},
            {"single -7000..3000:9000/2", "s2", "s2"}, {"single -6000..4000:9000/2", "n3", "n3"}}},
    {"leading-gap-then-not", {5, .lookback_ms = 3000, .is_known = TRUE},
        {{"range -1000..5000/6", "n-1 n0 n1 n2 n3 s4", "n2 n3 s4"},
            {"single -3000..1000:3000/2", "n0", "n0"}, {"single -2000..2000:3000/2", "s1", "s1"}}},
    {"leading-gap-without-end", {3, .lookback_ms = 9000, .is_known = TRUE},
        {{"range -1000..3000/4", "n-1 n0 n1 n2", ""}, {"single -9000..1000:9000/2", "n0", "n0"},
            {"single -8000..2000:9000/2", "n1", "n1"}, {"single -7000..3000:9000/2", "s2", "s2"}}},
    {"gap-in-the-middle", {3, .lookback_ms = 9000, .is_known = TRUE},
        {{"range -1000..3000/4", "s-1 n0 n1 s2", "n0 n1 s2"}}},
    {"confirmed-by-the-sample-before",
        {3, .lookback_ms = 9000, .is_known = TRUE, .before = KVS_GAP_END_ANSWERED},
        {{"range -1000..3000/4", "n-1 n0 n1 s2", "n0 n1 s2"}}},
    {"not-confirmed-by-a-rejected-sample-before",
        {2, .lookback_ms = 9000, .is_known = TRUE, .before = KVS_GAP_END_REJECTED},
        {{"range -1000..2000/3", "n-1 n0 s1", "s1"}, {"single -9000..1000:9000/2", "s0", "s0"}}},
    {"not-confirmed-without-looking-back",
        {2, .lookback_ms = 9000, .is_known = TRUE, .before = KVS_GAP_END_ANSWERED},
        {{"range -1000..2000/3", "!404", ""}, {"range 0..2000/2", "n0 s1", "s1"},
            {"single -9000..1000:9000/2", "s0", "s0"}}},

    /* Pages that do not come, or not all of it */
    {"short-end", {4},
        {{"range 0..4000/4", "s0 s1", "s0 s1"}, {"range 2000..4000/2", "", "n2 n3"}}},
    {"short-end-at-once", {2}, {{"range 0..2000/2", "", "n0 n1"}}},
    {"short-end-before-the-samples", {2, .lookback_ms = 3000},
        {{"range -3000..2000/5", "n-3 s-2", ""}, {"range 0..2000/2", "s0 s1", "s0 s1"}}},
    {"short-ends-before-the-samples", {2, .lookback_ms = 1000, .interval_ms = 500, .at_ms = 500},
        {{"range -1500..1500/5", "n-3 s-2", ""}, {"range -500..1500/3", "s-1", ""},
            {"single -1500..500:1500/2", "s0", "s0"}, {"single -500..1500:1000/2", "s1", "s1"}}},
    {"hole-in-a-page", {4},
        {{"range 0..4000/4", "s0 s3", "s0 s3"}, {"range 1000..3000/2", "s1 s2", "s1 s2"}}},
    {"broken-with-progress", {5, .lookback_ms = 2000},
        {{"range -2000..5000/7", "s-2 s0 s1 !token", "s0 s1"},
            {"range 1000..5000/4", "s2 s3 s4", "s2 s3 s4"}}},
    {"broken-without-progress", {3, .lookback_ms = 3000},
        {{"range -3000..3000/6", "n-3 n-2 !token", ""}, {"range 0..3000/3", "s0 !token", "s0"},
            {"range 1000..3000/2", "s1 s2", "s1 s2"}}},
    {"broken-compact-gives-nothing-useful",
        {2, .lookback_ms = 1000, .interval_ms = 500, .at_ms = 500},
        {{"range -1500..1500/5", "n-3 !token", ""}, {"range -500..1500/3", "s-1 !token", ""},
            {"single -1500..500:1500/2", "s0", "s0"}, {"single -500..1500:1000/2", "s1", "s1"}}},
    {"failed", {2}, {{"range 0..2000/2", "s0 !failed", "s0"}, {"error Access", NULL, NULL}}},

    /* Rejections */
    {"look-back-rejected", {3, .lookback_ms = 3000},
        {{"range -3000..3000/6", "!400", ""}, {"range 0..3000/3", "n0 s1 s2", "s1 s2"},
            {"single -3000..1000:3000/2", "!400", "n0"}}},
    {"rejected", {3, .lookback_ms = 3000},
        {{"range -3000..3000/6", "!404", ""}, {"range 0..3000/3", "!404", "n0 n1 n2"}}},
    {"rejected-from-not-far-enough", {3, .lookback_ms = 3000, .is_known = TRUE},
        {{"range -1000..3000/4", "!404", ""}, {"range 0..3000/3", "!404", "n2"},
            {"single -3000..1000:3000/2", "!404", "n0"},
            {"single -2000..2000:3000/2", "s1", "s1"}}},
    {"rejected-behind-a-rejected-sample",
        {3, .lookback_ms = 9000, .is_known = TRUE, .before = KVS_GAP_END_REJECTED},
        {{"range -1000..3000/4", "!404", ""}, {"range 0..3000/3", "!404", ""},
            {"single -9000..1000:9000/2", "n0", "n0"}, {"single -8000..2000:9000/2", "n1", "n1"},
            {"single -7000..3000:9000/2", "n2", "n2"}}},
    {"rejected-across-the-beginning-of-retention", {8, .lookback_ms = 3000, .now_ms = 3602500},
        {{"range -3000..8000/11", "!404", ""}, {"range 0..8000/8", "!404", "n0 n1 n2 n3 n4"},
            {"range 5000..8000/3", "n5 s6 s7", "s6 s7"},
            {"single 2000..6000:3000/2", "!404", "n5"}}},
    {"rejected-again-when-that-has-moved", {8, .now_ms = 86402500},
        {{"range 0..8000/8", "!404", "n0 n1 n2 n3 n4"}, {"now 86405500", NULL, NULL},
            {"range 5000..8000/3", "!404", "n5 n6 n7"}}},
    {"rejected-far-before-retention", {8, .now_ms = 3700000},
        {{"range 0..8000/8", "!404", "n0 n1 n2 n3 n4 n5 n6 n7"}}},
    {"rejected-within-the-shortest-retention", {8, .now_ms = 3599999},
        {{"range 0..8000/8", "!404", "n0 n1 n2 n3 n4 n5 n6 n7"}}},
    {"rejected-not-in-doubt", {2, .is_in_doubt = TRUE}, {{"range 0..2000/2", "!404", "n0 n1"}}},
    {"doubt-rejected-across-the-beginning-of-retention",
        {6, .is_in_doubt = TRUE, .now_ms = 3602500},
        {{"range 0..6000/6", "!400", ""}, {"plain 0..6000/1", "!400", "n0 n1 n2 n3 n4"},
            {"range 5000..6000/1", "s5", "s5"}}},
    {"doubt-rejected", {2, .is_in_doubt = TRUE},
        {{"range 0..2000/2", "!400", ""}, {"plain 0..2000/1", "!400", "n0 n1"}}},
    {"doubt-rejected-after-looking-back", {2, .is_in_doubt = TRUE, .lookback_ms = 3000},
        {{"range -3000..2000/5", "!400", ""}, {"range 0..2000/2", "!400", ""},
            {"plain 0..2000/1", "!400", "n0 n1"}}},
    {"doubt-answered", {2, .is_in_doubt = TRUE},
        {{"range 0..2000/2", "!400", ""}, {"plain 0..2000/1", "s0 !more", ""},
            {"error InvalidArgument", NULL, NULL}}},
    {"doubt-answered-of-a-single", {1, .is_in_doubt = TRUE, .lookback_ms = 3000},
        {{"single -3000..1000:3000/2", "!400", ""}, {"alone 0..1000/1", "!400", ""},
            {"plain 0..1000/1", "n0", ""}, {"error InvalidArgument", NULL, NULL}}},
    {"doubt-of-a-single", {1, .is_in_doubt = TRUE},
        {{"alone 0..1000/1", "!400", ""}, {"plain 0..1000/1", "!404", "n0"}}},
    {"doubt-broken", {2, .is_in_doubt = TRUE},
        {{"range 0..2000/2", "!400", ""}, {"plain 0..2000/1", "!cut", ""}, {"wait 200", NULL, NULL},
            {"plain 0..2000/1", "!400", "n0 n1"}}},
    {"doubt-after-media-has-come",
        {2, .is_in_doubt = TRUE, .may_arrive = TRUE, .now_ms = 3000, .timeout_ms = 9000},
        {{"range 0..2000/2", "!400", ""}, {"plain 0..2000/1", "s0", ""},
            {"range 0..2000/2", "s0 s1", "s0 s1"}}},
    {"doubt-answered-twice",
        {2, .is_in_doubt = TRUE, .may_arrive = TRUE, .now_ms = 3000, .timeout_ms = 9000},
        {{"range 0..2000/2", "!400", ""}, {"plain 0..2000/1", "s0", ""},
            {"range 0..2000/2", "!400", ""}, {"plain 0..2000/1", "s0", ""},
            {"error InvalidArgument", NULL, NULL}}},

    /* Over budget */
    {"over-budget", {8},
        {{"range 0..8000/8", "s0 s1 s2 !over", "s0 s1 s2"}, {"range 3000..8000/3", "!over", ""},
            {"range 3000..8000/1", "s3 s4 s5 s6 s7", "s3 s4 s5 s6 s7"}}},
    {"over-budget-is-forgotten", {9},
        {{"range 0..9000/9", "s0 !over", "s0"}, {"range 1000..9000/4", "s1 s2 s3", "s1 s2 s3"},
            {"range 4000..9000/5", "s4 s5 s6 s7 s8", "s4 s5 s6 s7 s8"}}},
    {"over-budget-looking-back", {2, .lookback_ms = 1000},
        {{"range -1000..2000/3", "!over", ""}, {"range -1000..2000/2", "s-1 s0 !over", "s0"},
            {"single 0..2000/2", "s0 s1", "s1"}}},

    /* Images that are not what was asked for */
    {"bad-image", {3, .lookback_ms = 3000},
        {{"range -3000..3000/6", "s-1 s0 b1 s2", "s0 s2"},
            {"single -2000..2000:3000/2", "s1", "s1"}}},
    {"bad-image-twice", {2},
        {{"range 0..2000/2", "s0 b1", "s0"}, {"alone 1000..2000/1", "b1", "b1"}}},
    {"bad-image-then-none", {2},
        {{"range 0..2000/2", "b0 s1", "s1"}, {"alone 0..1000/1", "n0", "b0"}}},
    {"bad-image-then-an-error", {2},
        {{"range 0..2000/2", "b0 s1", "s1"}, {"alone 0..1000/1", "m0", "b0"}}},
    {"bad-image-then-rejected", {1, .lookback_ms = 3000},
        {{"single -3000..1000:3000/2", "b0", ""}, {"single -3000..1000:3000/2", "!404", "b0"}}},
    {"bad-image-before-the-next-page", {2, .page_size = 1},
        {{"range 0..2000/1", "b0 !more", ""}, {"alone 0..1000/1", "s0", "s0"},
            {"range 0..2000/1@1", "s1", "s1"}}},
    {"wrong-format", {2, .is_format_unknown = TRUE},
        {{"range 0..2000/2", "b0 b1", ""},
            {"error no usable image on the first page that has images", NULL, NULL}}},
    {"wrong-format-behind", {2, .is_format_unknown = TRUE, .is_behind = TRUE},
        {{"range 0..2000/2", "b0 b1", ""}, {"idle", NULL, NULL}, {"right", NULL, NULL},
            {"alone 0..1000/1", "s0", "s0"}, {"alone 1000..2000/1", "s1", "s1"}}},

    /* No progress */
    {"no-progress", {2, .max_attempts = 3},
        {{"range 0..2000/2", "!cut", ""}, {"range 0..2000/2", "!cut", ""}, {"wait 200", NULL, NULL},
            {"range 0..2000/2", "!cut", ""}, {"wait 400", NULL, NULL},
            {"range 0..2000/2", "!cut", ""}, {"error after 3 attempts: cut", NULL, NULL}}},
    {"no-progress-is-forgotten", {3, .max_attempts = 2},
        {{"range 0..3000/3", "!cut", ""}, {"range 0..3000/3", "!cut", ""}, {"wait 200", NULL, NULL},
            {"range 0..3000/3", "s0 !cut", "s0"}, {"range 1000..3000/2", "!cut", ""},
            {"wait 200", NULL, NULL}, {"range 1000..3000/2", "s1 s2", "s1 s2"}}},
    {"no-progress-of-a-single", {1, .lookback_ms = 3000, .max_attempts = 2},
        {{"single -3000..1000:3000/2", "n-3 !cut", ""}, {"wait 200", NULL, NULL},
            {"single -4000..1000:4000/2", "n-4 !cut", ""},
            {"error after 2 attempts: cut", NULL, NULL}}},
    {"no-progress-looks-back-further", {1, .lookback_ms = 8000},
        {{"single -8000..1000:8000/2", "s-8 !cut", ""}, {"wait 200", NULL, NULL},
            {"single -9000..1000:9000/2", "s-9 !cut", ""}, {"wait 400", NULL, NULL},
            {"single -10000..1000:10000/2", "s-10 s0", "s0"}}},
    {"one-attempt", {1, .max_attempts = 1},
        {{"alone 0..1000/1", "!cut", ""}, {"error cut", NULL, NULL}}},

    /* Samples that may still arrive: 9 s after their own time they will not any more. */
    {"given-back", {4, .may_arrive = TRUE, .now_ms = 5000, .timeout_ms = 9000},
        {{"range 0..4000/4", "s0 n1 n2 n3", "s0"}, {"count 1", NULL, NULL}}},
    {"all-given-back", {2, .may_arrive = TRUE, .now_ms = 5000, .timeout_ms = 9000},
        {{"range 0..2000/2", "n0 n1", ""}, {"count 0", NULL, NULL}}},
    {"gap-before-media", {4, .may_arrive = TRUE, .now_ms = 5000, .timeout_ms = 9000},
        {{"range 0..4000/4", "n0 s1 n2 s3", "s1 n0 s3 n2"}}},
    {"too-late", {4, .may_arrive = TRUE, .now_ms = 10000, .timeout_ms = 9000},
        {{"range 0..4000/4", "n0 n1 n2 n3", ""}, {"count 2", NULL, "n0 n1"}}},
    {"media-is-known-behind", {4, .may_arrive = TRUE, .now_ms = 5000, .timeout_ms = 9000},
        {{"media 3000", NULL, NULL}, {"range 0..4000/4", "n0 n1 n2 n3", ""},
            {"count 4", NULL, "n0 n1 n2 n3"}}},
    {"rejected-may-arrive", {2, .may_arrive = TRUE, .now_ms = 5000, .timeout_ms = 9000},
        {{"range 0..2000/2", "!404", ""}, {"count 0", NULL, NULL}}},
    /* Media that arrives between two requests, of which only both together show that there is none. */
    {"arrives-between-rejections",
        {2, .lookback_ms = 3000, .may_arrive = TRUE, .is_kept = TRUE, .now_ms = 5000,
            .timeout_ms = 9000},
        {{"range -3000..2000/5", "!404", ""}, {"media 1500", NULL, NULL},
            {"range 0..2000/2", "!404", ""}, {"wait 1000", NULL, ""},
            {"range -3000..2000/5", "n-3 n-2 n-1 s0 s1", "s0 s1"}}},
    {"arrives-between-rejections-at-the-edge",
        {3, .lookback_ms = 3000, .may_arrive = TRUE, .now_ms = 5000, .timeout_ms = 9000},
        {{"range -3000..3000/6", "!404", ""}, {"media 3000", NULL, NULL},
            {"range 0..3000/3", "!404", ""}, {"count 0", NULL, NULL}}},
    {"arrives-between-pair-and-alone",
        {1, .lookback_ms = 20000, .may_arrive = TRUE, .is_kept = TRUE, .now_ms = 5000,
            .timeout_ms = 9000},
        {{"single -20000..1000:20000/2", "!404", ""}, {"media 500", NULL, NULL},
            {"alone 0..1000/1", "!404", ""}, {"wait 1000", NULL, ""},
            {"single -20000..1000:20000/2", "n-20 s0", "s0"}}},
    {"kept", {2, .may_arrive = TRUE, .is_kept = TRUE, .now_ms = 5000, .timeout_ms = 9000},
        {{"range 0..2000/2", "s0 n1", "s0"}, {"wait 1000", NULL, NULL},
            {"alone 1000..2000/1", "n1", ""}, {"wait 1000", NULL, NULL}, {"now 10000", NULL, NULL},
            {"alone 1000..2000/1", "n1", ""}, {"count 2", NULL, "n1"}}},
    {"kept-for-long",
        {2, .may_arrive = TRUE, .is_kept = TRUE, .now_ms = 100000, .timeout_ms = 900000,
            .interval_ms = 60000},
        {{"range 0..61000/2", "n0 n1", ""}, {"wait 2000", NULL, NULL},
            {"range 0..61000/2", "n0 s1", "s1 n0"}}},
    {"missing-on-an-earlier-page",
        {4, .may_arrive = TRUE, .now_ms = 5000, .timeout_ms = 9000, .page_size = 2},
        {{"range 0..4000/2", "s0 n1 !more", "s0"}, {"range 0..4000/2@1", "s2 s3", "s2 s3"},
            {"alone 1000..2000/1", "s1", "s1"}}},
    {"missing-on-an-earlier-page-before-known-media",
        {4, .may_arrive = TRUE, .now_ms = 5000, .timeout_ms = 9000, .page_size = 2},
        {{"media 3000", NULL, NULL}, {"range 0..4000/2", "s0 n1 !more", "s0"},
            {"range 0..4000/2@1", "s2 s3", "s2 n1 s3"}}},
    {"left-out-before-media", {3, .may_arrive = TRUE, .now_ms = 5000, .timeout_ms = 9000},
        {{"range 0..3000/3", "s0 s2", "s0 s2"}, {"alone 1000..2000/1", "n1", "n1"}}},
    {"several-left-out-before-media", {5, .may_arrive = TRUE, .now_ms = 6000, .timeout_ms = 9000},
        {{"range 0..5000/5", "s0 s4", "s0 s4"}, {"range 1000..4000/3", "n1 n2 n3", "n1 n2 n3"}}},
    {"left-out-before-media-and-rejected",
        {3, .may_arrive = TRUE, .now_ms = 5000, .timeout_ms = 9000},
        {{"range 0..3000/3", "s0 s2", "s0 s2"}, {"alone 1000..2000/1", "!404", "n1"}}},
    {"look-further-in-vain",
        {3, .lookback_ms = 3000, .is_known = TRUE, .may_arrive = TRUE, .now_ms = 5000,
            .timeout_ms = 9000},
        {{"range -1000..3000/4", "n-1 n0 n1 n2", ""}, {"single -3000..1000:3000/2", "n0", ""},
            {"count 0", NULL, NULL}}},
    {"look-further",
        {3, .lookback_ms = 4000, .is_known = TRUE, .may_arrive = TRUE, .now_ms = 5000,
            .timeout_ms = 9000},
        {{"range -1000..3000/4", "n-1 n0 n1 n2", ""}, {"single -4000..1000:4000/2", "s0", "s0"},
            {"range -3000..3000/6", "n-3 s-2 s1 n2", "s1"}, {"count 2", NULL, NULL}}},
    {"look-no-further-after-media",
        {3, .lookback_ms = 3000, .is_known = TRUE, .may_arrive = TRUE, .now_ms = 5000,
            .timeout_ms = 9000},
        {{"range -1000..3000/4", "s-1 n0 n1 n2", ""}, {"count 0", NULL, NULL}}},

    /* The retention period */
    {"reject-before", {4},
        {{"before 2000", NULL, "n0 n1"}, {"range 2000..4000/2", "s2 s3", "s2 s3"}}},
    {"reject-before-a-fraction", {2},
        {{"before 1", NULL, "n0"}, {"alone 1000..2000/1", "s1", "s1"}}},
    {"reject-nothing-before", {2}, {{"before 0", NULL, ""}, {"range 0..2000/2", "s0 s1", "s0 s1"}}},
    {"reject-all-before", {2}, {{"before 9000", NULL, "n0 n1"}, {"count 2", NULL, NULL}}},
    {"reject-before-in-doubt", {2, .is_in_doubt = TRUE},
        {{"range 0..2000/2", "!400", ""}, {"before 1000", NULL, "n0"},
            {"alone 1000..2000/1", "s1", "s1"}}},
};

/* As test_case() for steps that are repeated. */
static void
do_steps (Fixture *self, const Step *steps, guint n_steps, guint n_times)
{
  for (guint i = 0; i < n_times; i++) {
    for (guint k = 0; k < n_steps; k++)
      do_step (self, &steps[k]);
  }
}

/* A token that is never taken */
static void
test_stalls (void)
{
  static const Setup setup = {2, .max_attempts = 3};
  static const Step first = {"range 0..2000/2", "!token", ""};
  static const Step end = {"error InvalidArgument", NULL, NULL};
  g_autoptr (Fixture) fixture = fixture_new (&setup);

  do_steps (fixture, &first, 1, MAX_STALLS + 2);
  do_step (fixture, &end);
}

/* All pages after the first fail: in the end, their samples are requested alone. */
static void
test_second_page_never_comes (void)
{
  static const Setup setup = {1, .lookback_ms = 3000, .page_size = 1};
  static const Step broken[] = {{"single -3000..1000:3000/1", "n-3 !more", ""},
      {"single -3000..1000:3000/1@1", "!token", ""}};
  static const Step shorter[] = {{"single -3000..1000:3000/1", "n-3", ""}};
  static const Step alone = {"alone 0..1000/1", "s0", "s0"};
  g_autoptr (Fixture) tokens = fixture_new (&setup);
  g_autoptr (Fixture) ends = fixture_new (&setup);

  do_steps (tokens, broken, 2, MAX_SHORT + 1);
  do_step (tokens, &alone);
  do_steps (ends, shorter, 1, MAX_STALLS + 1);
  do_step (ends, &alone);
}

/* Waits are doubled, up to 20 s. Without limit it goes on. */
static void
test_waits (void)
{
  static const Setup setup = {1};
  static const gint64 waits_ms[] = {
      200, 400, 800, 1600, 3200, 6400, 12800, 20000, 20000, 20000, 20000, 20000};
  static const Step ask = {"alone 0..1000/1", "!cut", ""};
  g_autoptr (Fixture) fixture = fixture_new (&setup);

  for (guint i = 0; i < G_N_ELEMENTS (waits_ms); i++) {
    do_step (fixture, &ask);
    assert_nothing_next (fixture, waits_ms[i], NULL);
    fixture->rules.now_ms += waits_ms[i];
  }
}

static void
test_lookback (void)
{
  static const struct {
    gint64 time_ms;
    gint64 interval_ms;
    gint64 lookback_ms;
    guint n_samples;
  } rows[] = {
      {20000, 1000, 0, 0},
      {20000, 1000, 1, 1},
      {20000, 1000, 5000, 5},
      {20000, 1000, 5001, 6},
      /* On to a whole second, if there is one. */
      {20500, 500, 0, 1},
      {20500, 500, 1000, 3},
      {20400, 400, 1000, 6},
      {20200, 200, 1000, 6},
      {24960, 1040, 1, 24},
      /* There is none, or none near. */
      {20500, 1000, 5000, 5},
      {20001, 333, 999, 3},
      {26040, 1040, 1, 1},
      /* Time begins in 1970. */
      {2000, 1000, 5000, 2},
      {0, 1000, 5000, 0},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpuint (
        kvs_task_get_lookback (rows[i].time_ms, rows[i].interval_ms, rows[i].lookback_ms), ==,
        rows[i].n_samples);
}

static void
test_poll (void)
{
  static const struct {
    gint64 interval_ms;
    guint n_samples;
    gint64 poll_ms;
  } rows[] = {{200, 1, 200}, {1000, 5, 1000}, {60000, 1, 2000}, {200, 100, 1000}, {200, 900, 9000}};

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (
        kvs_task_get_poll_ms (rows[i].interval_ms, rows[i].n_samples), ==, rows[i].poll_ms);
}

/* A request that has to wait for the budget follows what that has space for. */
static void
test_less_space_before_a_request (void)
{
  static const Setup setup = {20};
  static const Step step = {"range 0..20000/5", "s0 !failed", "s0"};
  g_autoptr (Fixture) fixture = fixture_new (&setup);
  gint64 wake_ms = G_MAXINT64;

  g_assert_cmpuint (
      kvs_task_next (fixture->task, &fixture->rules, TRUE, &wake_ms)->max_results, ==, 20);
  fixture->rules.page_size = 6;
  do_step (fixture, &step);
}

/* What is known of the samples before the next task */
static void
test_gap_end (void)
{
  static const struct {
    Setup setup;
    const char *page;
    gboolean has_media;
    KvsGapEnd gap_end;
  } rows[] = {
      {{2}, "s0 s1", TRUE, KVS_GAP_END_NONE},
      {{2}, "s0 n1", TRUE, KVS_GAP_END_ANSWERED},
      {{2}, "n0 n1", FALSE, KVS_GAP_END_ANSWERED},
      {{2}, "n0 m1", TRUE, KVS_GAP_END_NONE},
      {{2}, "", FALSE, KVS_GAP_END_ANSWERED},
      {{2}, "!404", FALSE, KVS_GAP_END_REJECTED},
      {{2, .may_arrive = TRUE}, "s0 n1", TRUE, KVS_GAP_END_NONE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Fixture) fixture = fixture_new (&rows[i].setup);
    g_autoptr (GString) settled = g_string_new (NULL);
    gint64 wake_ms = G_MAXINT64;
    KvsRequest *request = kvs_task_next (fixture->task, &fixture->rules, TRUE, &wake_ms);

    kvs_task_begin_page (fixture->task, request, &fixture->rules);
    take_page (fixture, request, rows[i].page, settled);
    g_assert_cmpint (kvs_task_has_media (fixture->task), ==, rows[i].has_media);
    g_assert_cmpint (kvs_task_get_gap_end (fixture->task), ==, rows[i].gap_end);
    g_assert_cmpint (kvs_task_get_rejection (fixture->task) != NULL, ==,
        rows[i].gap_end == KVS_GAP_END_REJECTED);
  }
}

static void
test_unsettled (void)
{
  static const Setup setup = {5};
  static const Step step = {"range 0..5000/5", "s0 s2 s4 !token", "s0 s2 s4"};
  g_autoptr (Fixture) fixture = fixture_new (&setup);

  g_assert_cmpuint (kvs_task_count_unsettled (fixture->task), ==, 5);
  g_assert_cmpuint (kvs_task_find_unsettled (fixture->task, FALSE), ==, 0);
  g_assert_cmpuint (kvs_task_find_unsettled (fixture->task, TRUE), ==, 4);
  do_step (fixture, &step);
  g_assert_cmpuint (kvs_task_count_unsettled (fixture->task), ==, 2);
  g_assert_cmpuint (kvs_task_find_unsettled (fixture->task, FALSE), ==, 1);
  g_assert_cmpuint (kvs_task_find_unsettled (fixture->task, TRUE), ==, 3);
}

/* Images that are there only because the request looked back are counted. */
static void
test_recovered (void)
{
  static const struct {
    const char *name; /* of the request, and its first entry */
    guint count;
    KvsSampleKind first;
    gint window_index;
    gboolean is_recovered;
  } rows[] = {
      {"pair", 1, KVS_SAMPLE_NO_MEDIA, 1, TRUE},
      {"pair with media before", 1, KVS_SAMPLE_STILL, 1, FALSE},
      {"range", 3, KVS_SAMPLE_NO_MEDIA, 3, TRUE},
      {"range, later", 3, KVS_SAMPLE_NO_MEDIA, 4, FALSE},
      {"range with media before", 3, KVS_SAMPLE_STILL, 3, FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    const Setup setup = {rows[i].count, .lookback_ms = 3000};
    g_autoptr (Fixture) fixture = fixture_new (&setup);
    gint64 wake_ms = G_MAXINT64;
    KvsRequest *request = kvs_task_next (fixture->task, &fixture->rules, TRUE, &wake_ms);
    guint index;

    g_test_message ("%s", rows[i].name);
    kvs_task_begin_page (fixture->task, request, &fixture->rules);
    kvs_task_take (fixture->task, request, &fixture->rules, 0, rows[i].first, &index);
    g_assert_cmpint (
        kvs_task_is_recovered (request, rows[i].window_index), ==, rows[i].is_recovered);
  }
}

/* Entries that are there before anything was asked for teach nothing of fragments. */
static void
test_given (void)
{
  static const Setup setup = {3, .lookback_ms = 5000};
  static const Step rest = {"single -3000..3000:5000/2", "n2", "n2"};
  g_autoptr (Fixture) fixture = fixture_new (&setup);
  g_autoptr (GString) settled = g_string_new (NULL);
  KvsRequest *request =
      kvs_task_new_given (fixture->task, &fixture->rules, fixture->start_ms - 2000, 25);

  g_assert_true (kvs_task_is_running (fixture->task));
  g_assert_cmpuint (request->n_lookback, ==, 2);
  take_page (fixture, request, "s0 s1", settled);
  g_assert_cmpstr (settled->str, ==, "s0 s1");
  g_assert_false (kvs_fragments_is_known (fixture->fragments));
  do_step (fixture, &rest);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/kvstask/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  g_test_add_func ("/kvstask/stalls", test_stalls);
  g_test_add_func ("/kvstask/second-page-never-comes", test_second_page_never_comes);
  g_test_add_func ("/kvstask/waits", test_waits);
  g_test_add_func ("/kvstask/less-space-before-a-request", test_less_space_before_a_request);
  g_test_add_func ("/kvstask/lookback", test_lookback);
  g_test_add_func ("/kvstask/poll", test_poll);
  g_test_add_func ("/kvstask/gap-end", test_gap_end);
  g_test_add_func ("/kvstask/unsettled", test_unsettled);
  g_test_add_func ("/kvstask/recovered", test_recovered);
  g_test_add_func ("/kvstask/given", test_given);
  return g_test_run ();
}
