/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which requests are next for a range, and when. */
#include "kvsscheduler.h"

#include "kvserror.h"

#include <awserror.h>

#include <string.h>

/* 2026-11-20T08:00:00Z, the start of the range unless it is said. */
#define NOVEMBER G_GINT64_CONSTANT (1795161600000)

#define HOUR_MS (3600 * G_GINT64_CONSTANT (1000))

#define MAX_STEPS 24
#define MAX_FLIGHTS 26
#define IMAGE_BYTES 1000

/* What a scheduler is made for. Zero is the usual value of each: an interval of 1 s, pages of 25, 4 requests, and a
 * range that begins a day ago. */
typedef struct {
  guint n_samples;
  guint interval_ms;
  gint64 now_ms; /* after the start of the range */
  guint n_requests;
  guint page_size;
  guint lookback_ms;
  guint delay_ms;
  guint timeout_ms;
  guint max_images; /* that fit into the budget */
  double images_at_once;
  gboolean uses_lists;
  gboolean is_producer_time;
  gboolean follows;
  KvsTraversal traversal;
} Setup;

/* A step and its result: see do_step(). */
typedef struct {
  const char *text;
  const char *expected;
} Step;

typedef struct {
  const char *name;
  Setup setup;
  Step steps[MAX_STEPS];
} Case;

typedef struct {
  KvsRange range;
  KvsGrid grid;
  KvsSchedulerOptions options;
  KvsScheduler *scheduler;
  KvsBudget budget;
  KvsSchedulerInput input;
  KvsRequest *flights[MAX_FLIGHTS]; /* a request is called by its letter, also between two pages */
  gboolean is_in_flight[MAX_FLIGHTS];
  guint n_entries[MAX_FLIGHTS];
  guint n_flights;
  guint n_in_flight;
} Fixture;

static guint
or_else (guint value, guint usual)
{
  return value > 0 ? value : usual;
}

static void
begin (Fixture *self, const KvsTraversal *traversal)
{
  kvs_grid_init (&self->grid, &self->range, traversal);
  kvs_scheduler_begin (self->scheduler, &self->grid, self->input.now_ms);
  self->input.next_position = 0;
  self->n_in_flight = 0;
}

static Fixture *
fixture_new (const Setup *setup)
{
  Fixture *self = g_new0 (Fixture, 1);
  KvsTraversal traversal = setup->traversal;

  if (traversal.stride == 0)
    traversal.stride = 1;
  if (traversal.end == 0)
    traversal.end = G_MAXUINT64;
  self->range = (KvsRange){.start_ms = NOVEMBER, .interval_ms = or_else (setup->interval_ms, 1000)};
  self->range.end_ms = NOVEMBER + (gint64)setup->n_samples * self->range.interval_ms;
  self->options = (KvsSchedulerOptions){.availability_delay_ms = setup->delay_ms,
      .availability_timeout_ms = setup->timeout_ms,
      .lookback_ms = setup->lookback_ms,
      .max_requests = or_else (setup->n_requests, 4),
      .page_size = or_else (setup->page_size, 25),
      .format = KVS_IMAGE_FORMAT_JPEG,
      .max_attempts = 1,
      .uses_lists = setup->uses_lists,
      .is_producer_time = setup->is_producer_time,
      .follows = setup->follows};
  self->scheduler = kvs_scheduler_new (&self->options);
  kvs_budget_init (&self->budget, (guint64)setup->max_images * IMAGE_BYTES);
  self->budget.largest = IMAGE_BYTES;
  self->input.now_ms = NOVEMBER + (setup->now_ms != 0 ? setup->now_ms : 24 * HOUR_MS);
  self->input.images_at_once = setup->images_at_once;
  begin (self, &traversal);
  return self;
}

static void
fixture_free (Fixture *self)
{
  kvs_scheduler_free (self->scheduler);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

static void
add (GString *text, const char *separator, const char *more)
{
  if (text->len > 0)
    g_string_append (text, separator);
  g_string_append (text, more);
}

/* "single -3000..1000:3000/2"; "retention 4h+5" is what begins 5 s after 4 h before now. */
static char *
describe_request (Fixture *self, const KvsRequest *request)
{
  static const char *const kinds[] = {
      [KVS_REQUEST_RANGE] = "range",
      [KVS_REQUEST_CONFIRM] = "confirm",
      [KVS_REQUEST_SINGLE] = "single",
      [KVS_REQUEST_ALONE] = "alone",
      [KVS_REQUEST_PLAIN] = "plain",
      [KVS_REQUEST_LIST] = "list",
  };
  const KvsWindow *window = &request->window;
  GString *text = g_string_new (NULL);

  if (request->kind == KVS_REQUEST_RETENTION) {
    gint64 age_ms = self->input.now_ms - window->start_ms;
    gint64 hours = (age_ms + HOUR_MS / 2) / HOUR_MS;

    g_assert_cmpuint (request->max_results, ==, 1);
    g_string_printf (text, "retention %" G_GINT64_FORMAT "h%+" G_GINT64_FORMAT, hours,
        (hours * HOUR_MS - age_ms) / 1000);
    return g_string_free (text, FALSE);
  }
  g_string_printf (text, "%s %" G_GINT64_FORMAT "..%" G_GINT64_FORMAT, kinds[request->kind],
      window->start_ms - NOVEMBER, window->end_ms - NOVEMBER);
  if (request->kind == KVS_REQUEST_LIST)
    return g_string_free (text, FALSE);
  if (window->interval_ms != self->grid.interval_ms)
    g_string_append_printf (text, ":%" G_GINT64_FORMAT, window->interval_ms);
  g_string_append_printf (text, "/%u", request->max_results);
  if (request->n_pages > 0)
    g_string_append_printf (text, "@%u", request->n_pages);
  return g_string_free (text, FALSE);
}

/* Finds the letter of @request, or gives it one. */
static guint
find_flight (Fixture *self, KvsRequest *request)
{
  guint i = 0;

  while (i < self->n_flights && (self->flights[i] != request || request->n_pages == 0))
    i++;
  if (i == self->n_flights) {
    g_assert_cmpuint (self->n_flights, <, MAX_FLIGHTS);
    self->flights[self->n_flights++] = request;
    self->n_entries[i] = 0;
  }
  self->is_in_flight[i] = TRUE;
  self->n_in_flight++;
  return i;
}

/* Samples as "s0..9 n10". */
typedef struct {
  GString *text;
  char letter;
  guint64 first;
  guint64 last;
} Settled;

static void
settled_flush (Settled *self)
{
  g_autoptr (GString) word = g_string_new (NULL);

  if (self->letter == '\0')
    return;
  g_string_printf (word, "%c%" G_GUINT64_FORMAT, self->letter, self->first);
  if (self->last != self->first)
    g_string_append_printf (word, "..%" G_GUINT64_FORMAT, self->last);
  add (self->text, " ", word->str);
  self->letter = '\0';
}

static void
settled_add (Settled *self, guint64 index, KvsSampleKind kind)
{
  static const char letters[] = {
      [KVS_SAMPLE_STILL] = 's',
      [KVS_SAMPLE_NO_MEDIA] = 'n',
      [KVS_SAMPLE_MEDIA_ERROR] = 'm',
      [KVS_SAMPLE_BAD_IMAGE] = 'b',
  };

  if (self->letter == letters[kind] && index == self->last + 1) {
    self->last = index;
    return;
  }
  settled_flush (self);
  self->letter = letters[kind];
  self->first = self->last = index;
}

static gboolean
pop_gaps (Fixture *self, Settled *settled)
{
  gboolean has_any = FALSE;
  KvsSampleKind kind;
  guint64 index;

  while (kvs_scheduler_pop_gap (self->scheduler, &index, &kind)) {
    settled_add (settled, index, kind);
    has_any = TRUE;
  }
  return has_any;
}

/* All requests that are next, "A range …; B …", with what is settled without a request before them, and when to ask
 * again if there are more requests to begin: "wait N", or "pull" if samples have to be pulled. */
static char *
begin_requests (Fixture *self)
{
  g_autoptr (GString) gaps = g_string_new (NULL);
  GString *text = g_string_new (NULL);
  Settled settled = {.text = gaps};
  KvsRequest *request = NULL;
  gint64 wake_ms = G_MAXINT64;

  while (self->n_in_flight < self->options.max_requests) {
    g_autofree char *more = NULL;
    g_autofree char *named = NULL;

    do {
      request = kvs_scheduler_next (self->scheduler, &self->budget, &self->input, &wake_ms);
    } while (pop_gaps (self, &settled) && request == NULL);
    if (request == NULL)
      break;
    more = describe_request (self, request);
    named = g_strdup_printf ("%c %s", 'A' + (char)find_flight (self, request), more);
    add (text, "; ", named);
  }
  settled_flush (&settled);
  if (gaps->len > 0) {
    g_string_prepend (text, text->len > 0 ? "; " : "");
    g_string_prepend (text, gaps->str);
  }
  if (request == NULL && wake_ms != G_MAXINT64) {
    g_autofree char *wait =
        g_strdup_printf ("wait %" G_GINT64_FORMAT, wake_ms - self->input.now_ms);

    add (text, "; ", wait);
  } else if (request == NULL && kvs_scheduler_waits_for_pull (self->scheduler)) {
    add (text, "; ", "pull");
  }
  return g_string_free (text, FALSE);
}

static GError *
make_error (const char *end)
{
  gboolean is_not_found = g_str_equal (end, "!404");
  const char *code = is_not_found ? "ResourceNotFoundException" : "InvalidArgumentException";
  GError *error =
      g_error_new (AWS_ERROR, is_not_found ? AWS_ERROR_NOT_FOUND : AWS_ERROR_INVALID_REQUEST,
          "%s%s", code, g_str_equal (end, "!old") ? ": outside of the Retention period" : "");

  aws_error_set_reply (error, is_not_found ? 404 : 400, code, NULL);
  return error;
}

static KvsPageEnd
parse_end (const char *word)
{
  static const struct {
    const char *word;
    KvsPageEnd end;
  } rows[] = {
      {"!more", KVS_PAGE_MORE},
      {"!over", KVS_PAGE_OVER_BUDGET},
      {"!token", KVS_PAGE_BROKEN},
      {"!404", KVS_PAGE_REJECTED},
      {"!400", KVS_PAGE_REJECTED},
      {"!old", KVS_PAGE_REJECTED},
      {"!failed", KVS_PAGE_FAILED},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (g_str_equal (rows[i].word, word))
      return rows[i].end;
  }
  g_assert_not_reached ();
}

static KvsSampleKind
get_kind (char letter)
{
  return letter == 's'   ? KVS_SAMPLE_STILL
         : letter == 'n' ? KVS_SAMPLE_NO_MEDIA
         : letter == 'm' ? KVS_SAMPLE_MEDIA_ERROR
                         : KVS_SAMPLE_BAD_IMAGE;
}

/* Takes "s3" or "s3..9": the entries of sample 3 to 9 of the grid. */
static void
take_entries (Fixture *self, guint flight, const char *word, Settled *settled)
{
  KvsRequest *request = self->flights[flight];
  const char *dots = strstr (word, "..");
  gint64 first = g_ascii_strtoll (word + 1, NULL, 10);
  gint64 last = dots != NULL ? g_ascii_strtoll (dots + 2, NULL, 10) : first;

  for (gint64 i = first; i <= last; i++) {
    gint64 offset_ms = self->grid.start_ms + i * self->grid.interval_ms - request->window.start_ms;
    guint64 index = G_MAXUINT64;
    KvsSampleKind kind = get_kind (*word);

    g_assert_cmpint (offset_ms % request->window.interval_ms, ==, 0);
    if (kvs_scheduler_take (self->scheduler, request,
            (gint)(offset_ms / request->window.interval_ms), kind, &self->input,
            &index) == KVS_VERDICT_SETTLE) {
      settled_add (settled, index, kind);
      if (kind == KVS_SAMPLE_STILL)
        kvs_budget_hold (&self->budget, &request->reservation, IMAGE_BYTES);
    }
    self->n_entries[flight]++;
    pop_gaps (self, settled);
  }
}

static void
take_page (Fixture *self, guint flight, char **words, Settled *settled)
{
  KvsRequest *request = self->flights[flight];
  KvsPageEnd end = KVS_PAGE_LAST;
  g_autoptr (GError) cause = NULL;

  for (guint i = 0; words[i] != NULL; i++) {
    if (*words[i] == '!') {
      end = parse_end (words[i]);
      cause = make_error (words[i]);
    } else {
      take_entries (self, flight, words[i], settled);
    }
  }
  kvs_budget_cancel (&self->budget, &request->reservation);
  kvs_scheduler_end_page (
      self->scheduler, request, end, self->n_entries[flight], cause, &self->input);
  pop_gaps (self, settled);
}

/* "list 0+2000 …" are the fragments by start and length, "list !many", "list !failed", "list !late". */
static void
take_list (Fixture *self, guint flight, char **words)
{
  KvsRequest *request = self->flights[flight];
  g_autoptr (GArray) fragments = g_array_new (FALSE, FALSE, sizeof (KvsFragment));
  g_autoptr (GError) cause = NULL;
  KvsFragmentList *list = NULL;

  g_assert_cmpint (request->kind, ==, KVS_REQUEST_LIST);
  if (words[0] == NULL || *words[0] != '!') {
    for (guint i = 0; words[i] != NULL; i++) {
      char *plus;
      KvsFragment fragment = {.start_ms = NOVEMBER + g_ascii_strtoll (words[i], &plus, 10)};

      fragment.length_ms = g_ascii_strtoll (plus, NULL, 10);
      g_array_append_val (fragments, fragment);
    }
    list = kvs_fragment_list_new (request->window.start_ms, request->window.end_ms,
        (const KvsFragment *)(gconstpointer)fragments->data, fragments->len);
  }
  if (g_strcmp0 (words[0], "!many") == 0)
    cause = g_error_new_literal (KVS_ERROR, KVS_ERROR_TOO_MANY, "too many");
  else if (g_strcmp0 (words[0], "!late") == 0)
    cause = g_error_new_literal (AWS_ERROR, AWS_ERROR_TIMEOUT, "late");
  else if (list == NULL)
    cause = g_error_new_literal (AWS_ERROR, AWS_ERROR_INVALID_REQUEST, "failed");
  kvs_scheduler_end_list (self->scheduler, request, list, cause, &self->input);
}

static char *
answer (Fixture *self, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 0);
  guint flight = (guint)(*text - 'A');
  GString *samples = g_string_new (NULL);
  Settled settled = {.text = samples};

  g_assert_cmpuint (flight, <, self->n_flights);
  g_assert_true (self->is_in_flight[flight]);
  self->is_in_flight[flight] = FALSE;
  self->n_in_flight--;
  if (g_strcmp0 (words[1], "list") == 0)
    take_list (self, flight, words + 2);
  else
    take_page (self, flight, words + 1, &settled);
  settled_flush (&settled);
  return g_string_free (samples, FALSE);
}

static char *
describe_error (Fixture *self)
{
  guint64 position;
  const GError *error = kvs_scheduler_get_error (self->scheduler, &position);

  if (error == NULL)
    return g_strdup ("none");
  return g_strdup_printf ("%" G_GUINT64_FORMAT " %s", position, error->message);
}

static char *
describe_rejection (Fixture *self)
{
  const GError *rejection = kvs_scheduler_get_rejection (self->scheduler);

  return g_strdup (rejection != NULL ? rejection->message : "none");
}

static void
pull (Fixture *self, guint64 n)
{
  self->input.next_position += n;
  kvs_budget_release (&self->budget, MIN (self->budget.held, n * (guint64)self->budget.largest));
}

/* "next": begins requests.
 * "A s0..24 n25": the page of the request A, with "!" and how it ends, and what is settled by it.
 * "A list 0+2000": see take_list().
 * "pull N": N samples are pulled.
 * "now N": it is N ms after the start.
 * "at-once N": N images have to be asked for at any time to use all of the quota.
 * "one": one request in flight is enough; "not one".
 * "ready": the next sample to pull is there; "not ready".
 * "error", "rejection", "expected", "finished", "only gaps": what of that is so.
 * "seek", "seek reverse": another traversal begins. */
static void
do_step (Fixture *self, const Step *step)
{
  g_autofree char *result = NULL;
  gint64 n = 0;

  if (strchr (step->text, ' ') != NULL)
    n = g_ascii_strtoll (strchr (step->text, ' ') + 1, NULL, 10);
  if (g_str_equal (step->text, "next"))
    result = begin_requests (self);
  else if (g_str_has_prefix (step->text, "pull "))
    pull (self, (guint64)n);
  else if (g_str_has_prefix (step->text, "now "))
    self->input.now_ms = NOVEMBER + n;
  else if (g_str_has_prefix (step->text, "at-once "))
    self->input.images_at_once = (double)n;
  else if (g_str_equal (step->text, "one"))
    self->input.is_one_enough = TRUE;
  else if (g_str_equal (step->text, "not one"))
    self->input.is_one_enough = FALSE;
  else if (g_str_equal (step->text, "ready"))
    self->input.is_ready = TRUE;
  else if (g_str_equal (step->text, "not ready"))
    self->input.is_ready = FALSE;
  else if (g_str_equal (step->text, "error"))
    result = describe_error (self);
  else if (g_str_equal (step->text, "rejection"))
    result = describe_rejection (self);
  else if (g_str_equal (step->text, "expected"))
    result = g_strdup_printf ("%u", kvs_scheduler_count_expected (self->scheduler, &self->input));
  else if (g_str_equal (step->text, "finished"))
    result = g_strdup (kvs_scheduler_is_finished (self->scheduler) ? "yes" : "no");
  else if (g_str_equal (step->text, "only gaps"))
    result = g_strdup (kvs_scheduler_has_only_gaps (self->scheduler) ? "yes" : "no");
  else if (g_str_equal (step->text, "seek"))
    begin (self, &KVS_TRAVERSAL_ALL);
  else if (g_str_equal (step->text, "seek reverse"))
    begin (self, &(KvsTraversal){.end = G_MAXUINT64, .stride = 1, .is_reverse = TRUE});
  else
    result = answer (self, step->text);
  g_assert_cmpstr (result != NULL ? result : "", ==, step->expected != NULL ? step->expected : "");
}

static void
test_case (gconstpointer data)
{
  const Case *row = data;
  g_autoptr (Fixture) fixture = fixture_new (&row->setup);

  for (guint n = 0; n < MAX_STEPS && row->steps[n].text != NULL; n++) {
    g_test_message ("step %u: %s", n, row->steps[n].text);
    do_step (fixture, &row->steps[n]);
  }
}

#define REVERSE                                                                                    \
  {                                                                                                \
    .is_reverse = TRUE                                                                             \
  }
#define HOURS(n) ((n)*3600000)

static const Case cases[] = {
    /* A range in one request, and in several. */
    {"one-request", {4},
        {{"next", "A range 0..4000/4"}, {"A s0..3", "s0..3"}, {"next", ""}, {"finished", "yes"}}},
    {"one-sample", {1, .lookback_ms = 20000},
        {{"next", "A single -20000..1000:20000/2"}, {"A n-20 s0", "s0"}, {"next", ""},
            {"finished", "yes"}}},
    {"nothing", {4, .traversal = {.begin = 4}}, {{"finished", "yes"}, {"next", ""}}},
    {"pages", {40, .n_requests = 1},
        {{"next", "A range 0..40000/20"}, {"A s0..19 !more", "s0..19"},
            {"next", "A range 0..40000/20@1"}, {"A s20..39", "s20..39"}, {"next", ""},
            {"finished", "yes"}}},
    /* Nothing that is due at once, in a task already, or may still arrive. */
    {"expected", {400, .n_requests = 1},
        {{"expected", "0"}, {"next", "A range 0..300000/25"}, {"expected", "0"}, {"pull 1", ""},
            {"expected", "100"}, {"now 349999", ""}, {"expected", "50"}, {"now 290000", ""},
            {"expected", "0"}, {"seek", ""}, {"expected", "0"}}},
    {"expected-in-reverse", {400, .n_requests = 1, .traversal = REVERSE},
        {{"next", "A range 375000..400000/25"}, {"pull 1", ""}, {"expected", "375"}}},
    {"part", {100, .traversal = {.begin = 10, .end = 13}},
        {{"next", "A range 10000..13000/3"}, {"A s0..2", "s0..2"}}},
    {"stride", {100, .traversal = {.begin = 10, .stride = 30}},
        {{"next", "A range 10000..71000/3"}, {"A s0..2", "s0..2"}, {"next", ""},
            {"finished", "yes"}}},
    {"max-samples", {100, .traversal = {.max_samples = 3}},
        {{"next", "A range 0..3000/3"}, {"A s0..2", "s0..2"}, {"next", ""}, {"finished", "yes"}}},
    {"reverse", {30, .n_requests = 1, .traversal = REVERSE},
        {{"next", "A range 5000..30000/25"}, {"A s5..29", "s5..29"}, {"next", "B range 0..5000/5"},
            {"B s0..4", "s0..4"}, {"next", ""}, {"finished", "yes"}}},
    {"reverse-max-samples", {30, .traversal = {.is_reverse = TRUE, .max_samples = 3, .stride = 2}},
        {{"next", "A range 24000..29000/3"}, {"A s0..2", "s0..2"}, {"next", ""},
            {"finished", "yes"}}},

    /* Requests in parallel. Earlier samples come first. */
    {"parallel", {100},
        {{"next", "A range 0..25000/25; B range 25000..50000/25; C range 50000..75000/25; "
                  "D range 75000..100000/25"},
            {"C s50..74", "s50..74"}, {"next", ""}, {"A s0..9 !token", "s0..9"},
            {"next", "E range 10000..25000/15"}}},
    {"earlier-samples-first", {200, .n_requests = 2},
        {{"next", "A range 0..50000/25; B range 50000..100000/25"}, {"B s50..74 !more", "s50..74"},
            {"A s0..24 !more", "s0..24"},
            {"next", "A range 0..50000/25@1; B range 50000..100000/25@1"}}},
    {"blind", {1000, .n_requests = 16, .lookback_ms = 5000},
        {{"next", "A range -5000..70000/25; B range 65000..140000/25"},
            {"A s-5..19 !more", "s0..19"},
            {"next",
                "A range -5000..70000/25@1; C range 139000..189000/25; D range 188000..213000/25; E range 212000..237000/25; F range 236000..261000/25; G range 260000..285000/25; H range 284000..309000/25; I range 308000..333000/25; J range 332000..357000/25; K range 356000..381000/25; L range 380000..405000/25; M range 404000..429000/25; N range 428000..453000/25; O range 452000..477000/25; P range 476000..501000/25"}}},
    {"as-the-quota-allows", {1000, .n_requests = 16, .images_at_once = 40},
        {{"next", "A range 0..250000/25; B range 250000..450000/25"}}},
    {"replies-at-once", {1000, .n_requests = 16, .images_at_once = 20},
        {{"next", "A range 0..300000/25"}, {"A s0..24 !more", "s0..24"},
            {"next", "A range 0..300000/25@1"}}},
    {"replies-at-once-as-it-turns-out", {200, .n_requests = 2},
        {{"next", "A range 0..50000/25; B range 50000..100000/25"}, {"at-once 20", ""},
            {"B s50..74 !more", "s50..74"}, {"next", ""}, {"A s0..24 !more", "s0..24"},
            {"next", "A range 0..50000/25@1"}, {"at-once 40", ""},
            {"next", "B range 50000..100000/25@1"}}},
    {"replies-at-once-with-few-images",
        {60, .interval_ms = 60000, .n_requests = 4, .images_at_once = 8},
        {{"next", "A range 0..241000/5; B range 300000..541000/5"}}},
    {"one-is-enough-for-the-time-being", {200, .n_requests = 2},
        {{"one", ""}, {"next", "A range 0..50000/25"}, {"next", ""}, {"not one", ""},
            {"next", "B range 50000..100000/25"}}},
    {"one-is-enough-and-replies-come-at-once", {200, .n_requests = 2},
        {{"one", ""}, {"next", "A range 0..50000/25"}, {"A s0..24 !more", "s0..24"},
            {"not one", ""}, {"at-once 20", ""}, {"next", "A range 0..50000/25@1"}, {"next", ""}}},

    /* The budget */
    {"budget", {1000, .max_images = 60}, {{"next", "A range 0..75000/25"}}},
    {"budget-of-one", {3, .max_images = 1},
        {{"next", "A alone 0..1000/1"}, {"A s0", "s0"}, {"ready", ""}, {"next", "pull"},
            {"pull 1", ""}, {"not ready", ""}, {"next", "B range 1000..3000/1"}}},
    {"budget-in-reverse", {200, .max_images = 60, .page_size = 10, .traversal = REVERSE},
        {{"next",
             "A range 190000..200000/10; B range 180000..190000/10; C range 170000..180000/10"},
            {"A s190..199", "s190..199"}, {"next", "D range 160000..170000/10"}}},
    {"too-many-samples", {20000, .n_requests = 1, .interval_ms = 200},
        {{"next", "A range 0..300000/25"}, {"A n0..1499", "n0..1499"},
            {"next", "B range 300000..600000/25"}, {"B n1500..2999", "n1500..2999"},
            {"next", "C range 600000..900000/25"}, {"C n3000..4499", "n3000..4499"},
            {"next", "pull"}, {"pull 404", ""}, {"next", "pull"}, {"pull 1", ""},
            {"next", "D range 900000..1200000/25"}}},

    /* The live edge: samples are asked for after 1 s, and once more as long as they are not 4 s old. */
    {"edge", {10, .now_ms = 5500, .delay_ms = 1000, .timeout_ms = 4000, .follows = TRUE},
        {{"next", "A range 0..5000/5"}, {"next", ""}, {"A s0..2 n3..4", "s0..2"},
            {"next", "wait 1000"}, {"now 6500", ""}, {"next", "B range 3000..6000/3"},
            {"B s3..5", "s3..5"}, {"next", "wait 500"}, {"now 7000", ""},
            {"next", "C alone 6000..7000/1"}, {"now 10100", ""}, {"C n6", ""},
            {"next", "wait 1000"}}},
    {"edge-too-late", {4, .now_ms = 5500, .delay_ms = 1000, .timeout_ms = 4000},
        {{"next", "A range 0..4000/4"}, {"A n0..3", ""}, {"next", "n0..1; wait 1000"},
            {"now 8000", ""}, {"next", "B range 2000..4000/2"}, {"B n2..3", "n2..3"}, {"next", ""},
            {"finished", "yes"}}},
    {"edge-in-the-future",
        {4, .now_ms = -3000, .delay_ms = 1000, .timeout_ms = 4000, .follows = TRUE},
        {{"next", "wait 4000"}}},
    {"edge-behind-old-samples",
        {100, .now_ms = 90000, .n_requests = 2, .delay_ms = 1000, .timeout_ms = 30000,
            .follows = TRUE},
        {{"next", "A range 0..25000/25; B range 25000..50000/25"}, {"B s25..49", "s25..49"},
            {"next", "C range 50000..90000/20"}, {"A s0..24", "s0..24"}, {"next", ""}}},
    {"edge-in-reverse",
        {10, .now_ms = 9500, .delay_ms = 1000, .timeout_ms = 4000, .traversal = REVERSE},
        {{"next", "wait 500"}, {"now 10000", ""}, {"next", "A range 0..10000/10"},
            {"A s0..7 n8..9", "s0..7"}, {"next", "wait 1000"}, {"now 13000", ""},
            {"next", "B range 8000..10000/2"}, {"B n8..9", ""}, {"next", "n8..9"},
            {"finished", "yes"}}},

    /* On the camera's clock, what is behind now when a traversal begins is there, or will not come. */
    {"producer-time",
        {10, .now_ms = 5500, .delay_ms = 1000, .timeout_ms = 4000, .is_producer_time = TRUE},
        {{"next", "A range 0..5000/5"}, {"A s0..4", "s0..4"}, {"next", "wait 500"},
            {"now 6000", ""}, {"next", "B alone 5000..6000/1"}, {"B s5", "s5"},
            {"next", "C range 6000..10000/4"}, {"C s6 n7..9", "s6 n7..9"}, {"next", ""},
            {"finished", "yes"}}},
    {"producer-time-in-reverse",
        {10, .now_ms = 5500, .delay_ms = 1000, .timeout_ms = 4000, .is_producer_time = TRUE,
            .traversal = REVERSE},
        {{"next", "A range 6000..10000/4; wait 500"}, {"A n6..9", "n6..9"}, {"now 6000", ""},
            {"next", "B range 0..6000/6"}, {"B s0..4 n5", "s0..4"}, {"next", "wait 1000"}}},
    {"only-gaps",
        {100, .now_ms = 1500, .delay_ms = 1000, .timeout_ms = 2000, .is_producer_time = TRUE,
            .follows = TRUE},
        {{"next", "A alone 0..1000/1"}, {"A n0", ""}, {"next", "wait 1000"}, {"now 6000", ""},
            {"next", "B range 0..6000/6"}, {"B n0..5", ""}, {"next", "n0..4; wait 1000"},
            {"only gaps", "yes"}, {"now 8000", ""}, {"next", "C range 5000..8000/3"},
            {"C s5..7", "s5..7"}, {"next", "wait 1000"}, {"only gaps", "yes"}}},

    {"only-gaps-on-the-clock-of-the-service",
        {100, .now_ms = 1500, .delay_ms = 1000, .timeout_ms = 2000, .follows = TRUE},
        {{"next", "A alone 0..1000/1"}, {"A n0", ""}, {"next", "wait 1000"}, {"now 6000", ""},
            {"next", "B range 0..6000/6"}, {"B n0..5", ""}, {"next", "n0..4; wait 1000"},
            {"only gaps", "no"}}},

    /* Lists, after two tasks without media */
    {"list", {1000, .n_requests = 2, .uses_lists = TRUE, .timeout_ms = 60000},
        {{"next", "A range 0..250000/25; B range 250000..450000/25"}, {"A !404", "n0..249"},
            {"B !404", "n250..449"}, {"next", "C list 450000..999001; wait 3000"},
            {"next", "wait 3000"}, {"C list 700000+3000 703000+4000", ""},
            {"next", "n450..694 n713..999; D range 695000..713000/18"},
            {"D n695..696 s697..706 n707..712", "n695..696 s697..706 n707..712"}, {"next", ""},
            {"finished", "yes"}}},
    {"list-confirms-leading-gaps",
        {1000, .n_requests = 2, .interval_ms = 10000, .uses_lists = TRUE, .timeout_ms = 60000,
            .lookback_ms = 30000},
        {{"next", "A range -30000..211000/25; B range 190000..431000/25"}, {"A", "n0..21"},
            {"B", "n22..43"}, {"next", "C list 440000..9990001; wait 3000"},
            {"C list 7004000+30000", ""},
            {"next", "n44..699 n704..999; D range 6990000..7031000/5"},
            {"D n699..700 s701..703", "n700 s701..703"}, {"next", ""}, {"finished", "yes"}}},
    {"no-list-after-a-seek", {1000, .n_requests = 1, .uses_lists = TRUE, .timeout_ms = 60000},
        {{"next", "A range 0..300000/25"}, {"A !404", "n0..299"},
            {"next", "B range 300000..600000/25"}, {"B !404", "n300..599"}, {"seek", ""},
            {"next", "C range 0..300000/25"}}},
    {"list-in-reverse", {1000, .n_requests = 1, .uses_lists = TRUE, .traversal = REVERSE},
        {{"next", "A range 975000..1000000/25"}, {"A !404", ""},
            {"next", "n975..999; B range 950000..975000/25"}, {"B !404", ""},
            {"next", "n950..974; C list 0..949001"}, {"C list 200000+3000 203000+4000", ""},
            {"next", "n213..949; D range 188000..213000/25"},
            {"D s188..207 n208..212", "s188..207"}, {"next", "n208..212 n0..187"},
            {"finished", "yes"}}},
    {"list-too-long", {1000, .n_requests = 1, .interval_ms = 6000, .uses_lists = TRUE},
        {{"next", "A range 0..295000/25"}, {"A !404", "n0..49"},
            {"next", "B range 300000..595000/25"}, {"B !404", "n50..99"},
            {"next", "C list 600000..5994001"}, {"C list !many", ""},
            {"next", "D list 600000..1274250"}, {"D list !many", ""},
            {"next", "E list 600000..1200000"}, {"E list", ""},
            {"next", "n100..199; F list 1200000..2400000"}, {"F list !many", ""},
            {"next", "G list 1200000..1800000"}, {"G list !many", ""},
            {"next", "H range 1200000..1495000/25"}}},
    {"list-failed", {1000, .n_requests = 1, .interval_ms = 6000, .uses_lists = TRUE},
        {{"next", "A range 0..295000/25"}, {"A !404", "n0..49"},
            {"next", "B range 300000..595000/25"}, {"B !404", "n50..99"},
            {"next", "C list 600000..5994001"}, {"C list !failed", ""},
            {"next", "D range 600000..895000/25"}, {"D !404", "n100..149"},
            {"next", "E range 900000..1195000/25"}}},
    /* 24 hours after the start it is now 86400000. */
    {"list-late", {1000, .n_requests = 2, .interval_ms = 6000, .uses_lists = TRUE},
        {{"next", "A range 0..295000/25; B range 300000..595000/25"}, {"A !404", "n0..49"},
            {"B !404", "n50..99"}, {"next", "C list 600000..5994001; wait 3000"},
            {"now 86403000", ""}, {"next", "D range 600000..895000/25"}, {"C list !late", ""},
            {"D !404", "n100..149"},
            {"next", "E range 900000..1195000/25; F range 1200000..1495000/25"},
            {"now 87002999", ""}, {"E !404", "n150..199"}, {"next", "G range 1500000..1795000/25"},
            {"now 87003000", ""}, {"F !404", "n200..249"}, {"next", "H list 1800000..5994001"}}},
    {"list-cheaper",
        {10000, .interval_ms = 200, .n_requests = 3, .lookback_ms = 10000, .uses_lists = TRUE},
        {{"next", "A single -10000..1000:10000/2; B range -10000..290000/25"}, {"A n-50 s0", "s0"},
            {"B n-50..-12 s-11..100 !more", "s1..100"},
            {"next",
                "B range -10000..290000/25@1; C list 290000..1999801; D range 280000..565000/25"},
            {"C list 560000+100000 660000+100000 760000+100000 860000+100000", ""},
            {"next", "E range 560000..760000/25"}, {"E s2800..3799", "s2825..3799"},
            {"next", "F range 760000..966000/25"}}},

    /* The retention period */
    {"retention", {3240, .interval_ms = 10000, .now_ms = HOURS (10), .n_requests = 1},
        {{"next", "A range 0..241000/25"}, {"A !404", "n0..24"}, {"next", "B retention 5h+5"},
            {"next", ""}, {"B", ""}, {"next", "C retention 8h+5"}, {"C !old", ""},
            {"next", "D retention 6h+5"}, {"D", ""}, {"next", "E retention 7h+5"}, {"E !old", ""},
            {"next", "F retention 6h-35"}, {"F !old", ""},
            {"next", "n25..1439; G range 14400000..14641000/25"}, {"seek", ""},
            {"next", "n0..1439; H range 14400000..14641000/25"}}},
    {"retention-that-moves", {3240, .interval_ms = 10000, .now_ms = HOURS (10), .n_requests = 1},
        {{"next", "A range 0..241000/25"}, {"A !404", "n0..24"}, {"next", "B retention 5h+5"},
            {"B", ""}, {"next", "C retention 8h+5"}, {"C !404", ""}, {"next", "D retention 6h+5"},
            {"D", ""}, {"next", "E retention 7h+5"}, {"E !404", ""}, {"next", "F retention 6h-35"},
            {"F !404", ""}, {"next", "G retention 6h+3"}, {"G", ""}, {"next", "H retention 6h-24"},
            {"H", ""}, {"next", "wait 10000"}, {"now 36010000", ""}, {"next", "I retention 6h-7"},
            {"I !404", ""}, {"next", "n25..1439; J range 14400000..14641000/25"}}},
    {"retention-not-verified", {3240, .interval_ms = 10000, .now_ms = HOURS (10), .n_requests = 1},
        {{"next", "A range 0..241000/25"}, {"A !404", "n0..24"}, {"next", "B retention 5h+5"},
            {"B !404", ""}, {"next", "C retention 2h+5"}, {"C", ""}, {"next", "D retention 3h+5"},
            {"D", ""}, {"next", "E retention 4h+5"}, {"E", ""}, {"next", "F retention 4h-35"},
            {"F", ""}, {"next", "G range 250000..491000/25"}, {"seek", ""},
            {"next", "H range 0..241000/25"}, {"H !404", "n0..24"},
            {"next", "I range 250000..491000/25"}}},
    {"retention-of-nothing", {3240, .interval_ms = 10000, .now_ms = HOURS (10), .n_requests = 1},
        {{"next", "A range 0..241000/25"}, {"A !404", "n0..24"}, {"next", "B retention 5h+5"},
            {"B !404", ""}, {"next", "C retention 2h+5"}, {"C !404", ""},
            {"next", "D retention 1h+5"}, {"D !404", ""}, {"next", "E range 250000..491000/25"}}},
    {"retention-failed", {3240, .interval_ms = 10000, .now_ms = HOURS (10), .n_requests = 1},
        {{"next", "A range 0..241000/25"}, {"A !404", "n0..24"}, {"next", "B retention 5h+5"},
            {"B !failed", ""}, {"next", "C range 250000..491000/25"}, {"error", "none"}}},
    {"retention-not-of-a-short-range",
        {719, .interval_ms = 10000, .now_ms = HOURS (10), .n_requests = 1},
        {{"next", "A range 0..241000/25"}, {"A !404", "n0..24"},
            {"next", "B range 250000..491000/25"}}},
    {"retention-not-behind-an-answer",
        {3240, .interval_ms = 10000, .now_ms = HOURS (10), .n_requests = 1},
        {{"next", "A range 0..241000/25"}, {"A n0..24", "n0..24"},
            {"next", "B range 250000..491000/25"}, {"B !404", "n25..49"},
            {"next", "C range 500000..741000/25"}}},
    {"retention-not-on-the-clock-of-the-camera",
        {3240, .interval_ms = 10000, .now_ms = HOURS (10), .n_requests = 1,
            .is_producer_time = TRUE},
        {{"next", "A range 0..241000/25"}, {"A !404", "n0..24"},
            {"next", "B range 250000..491000/25"}}},
    {"retention-of-what-is-in-flight",
        {3240, .interval_ms = 10000, .now_ms = HOURS (10), .n_requests = 2},
        {{"next", "A range 0..241000/25; B range 250000..491000/25"}, {"A !404", "n0..24"},
            {"next", "C retention 5h+5"}, {"B s25..29 !token", "s25..29"}, {"next", ""},
            {"C !failed", ""}, {"next", "D range 300000..491000/20; E range 500000..741000/25"}}},
    {"retention-in-reverse",
        {3240, .interval_ms = 10000, .now_ms = HOURS (10), .n_requests = 1, .traversal = REVERSE},
        {{"next", "A range 32150000..32391000/25"}, {"A s3215..3239", "s3215..3239"},
            {"next", "B range 31900000..32141000/25"}, {"B !404", ""}, {"next", "C retention 1h+5"},
            {"C", ""}, {"next", "D retention 1h-35"}, {"D !old", "n3190..3214"},
            {"next", "n2166..3189 n1142..2165 n118..1141 n0..117"}, {"finished", "yes"}}},

    /* What is known of the last sample of a task confirms the leading gap of the next one. */
    {"sample-before", {300, .n_requests = 1, .interval_ms = 10000, .lookback_ms = 60000},
        {{"next", "A range -60000..181000/25"}, {"A n-6 s-5..10 n11..18", "s0..10 n11..18"},
            {"next", "B range 180000..421000/25"}, {"B n18..30 s31..42", "n19..30 s31..42"},
            {"next", "C range 420000..661000/25"}, {"C n42..49 s50..66", "n48..49 s50..66"},
            {"next", "D confirm 370000..471000/11"}, {"D n37..42 s43..47", "s43..47"},
            {"next", "E range 610000..851000/25"}}},
    {"wrong-parameters", {50, .n_requests = 2},
        {{"next", "A range 0..25000/25; B range 25000..50000/25"}, {"B !400", ""},
            {"next", "C plain 25000..50000/1"}, {"A !400", ""}, {"C !400", "n25..49"},
            {"next", "D plain 0..25000/1"}, {"D !400", "n0..24"}, {"next", ""}, {"error", "none"}}},
    {"wrong-parameters-proved", {50, .n_requests = 2},
        {{"next", "A range 0..25000/25; B range 25000..50000/25"}, {"A !400", ""},
            {"next", "C plain 0..25000/1"}, {"C s0", ""}, {"error", "0 InvalidArgumentException"},
            {"B !400", ""}, {"next", "D plain 25000..50000/1"}}},
    {"no-doubt-after-an-answer", {50, .n_requests = 2},
        {{"next", "A range 0..25000/25; B range 25000..50000/25"}, {"A s0 !more", "s0"},
            {"B !400", "n25..49"}, {"next", "A range 0..25000/25@1"}}},

    /* Failures */
    {"failed", {100},
        {{"next", "A range 0..25000/25; B range 25000..50000/25; C range 50000..75000/25; "
                  "D range 75000..100000/25"},
            {"B s25..29 !failed", "s25..29"}, {"error", "30 InvalidArgumentException"},
            {"next", ""}, {"A s0..24", "s0..24"}, {"finished", "no"}}},
    {"failed-in-reverse", {30, .n_requests = 1, .traversal = REVERSE},
        {{"next", "A range 5000..30000/25"}, {"A s5..9 !failed", "s5..9"},
            {"error", "0 InvalidArgumentException"}}},
    {"rejections", {50, .n_requests = 2},
        {{"next", "A range 0..25000/25; B range 25000..50000/25"}, {"rejection", "none"},
            {"B !404", "n25..49"}, {"rejection", "ResourceNotFoundException"}, {"A !400", ""},
            {"rejection", "InvalidArgumentException"}}},
};

/* Entries that are there already are those of the first samples. What is behind them is asked for. */
static void
test_given (void)
{
  static const Setup setup = {10, .n_requests = 2};
  static const Step next = {"next", "A range 4000..10000/6"};
  g_autoptr (Fixture) fixture = fixture_new (&setup);
  KvsRequest *request =
      kvs_scheduler_begin_given (fixture->scheduler, 4, NOVEMBER - 2000, &fixture->input);
  guint64 index;

  g_assert_cmpuint (request->n_lookback, ==, 2);
  for (gint i = 0; i < 4; i++) {
    g_assert_cmpint (kvs_scheduler_take (fixture->scheduler, request, i + 2, KVS_SAMPLE_STILL,
                         &fixture->input, &index),
        ==, KVS_VERDICT_SETTLE);
    g_assert_cmpuint (index, ==, i);
  }
  kvs_scheduler_end_page (fixture->scheduler, request, KVS_PAGE_LAST, 4, NULL, &fixture->input);
  do_step (fixture, &next);
}

/* A token may lead to more than the range has. */
static void
test_too_much_given (void)
{
  static const Setup setup = {3};
  g_autoptr (Fixture) fixture = fixture_new (&setup);
  KvsRequest *request =
      kvs_scheduler_begin_given (fixture->scheduler, 5, NOVEMBER, &fixture->input);
  guint64 index;

  for (gint i = 0; i < 5; i++)
    g_assert_cmpint (kvs_scheduler_take (
                         fixture->scheduler, request, i, KVS_SAMPLE_STILL, &fixture->input, &index),
        ==, i < 3 ? KVS_VERDICT_SETTLE : KVS_VERDICT_DISCARD);
  kvs_scheduler_end_page (fixture->scheduler, request, KVS_PAGE_LAST, 5, NULL, &fixture->input);
  do_step (fixture, &(Step){"next", ""});
  do_step (fixture, &(Step){"finished", "yes"});
}

/* Which request brings the next sample to pull. */
static void
test_awaited (void)
{
  static const Setup setup = {50, .n_requests = 2};
  static const Step next = {"next", "A range 0..25000/25; B range 25000..50000/25"};
  static const Step first = {"A s0..24", "s0..24"};
  g_autoptr (Fixture) fixture = fixture_new (&setup);

  do_step (fixture, &next);
  g_assert_true (
      kvs_scheduler_is_awaited (fixture->scheduler, fixture->flights[0], &fixture->input));
  g_assert_false (
      kvs_scheduler_is_awaited (fixture->scheduler, fixture->flights[1], &fixture->input));
  g_assert_true (kvs_scheduler_is_awaited_running (fixture->scheduler, &fixture->input));
  do_step (fixture, &first);
  fixture->input.is_ready = TRUE;
  g_assert_false (
      kvs_scheduler_is_awaited (fixture->scheduler, fixture->flights[1], &fixture->input));
  g_assert_true (kvs_scheduler_is_awaited_running (fixture->scheduler, &fixture->input));
  fixture->input.is_ready = FALSE;
  g_assert_true (
      kvs_scheduler_is_awaited (fixture->scheduler, fixture->flights[1], &fixture->input));
}

static gboolean
may_go_ahead (Fixture *self, gboolean is_ready)
{
  return kvs_scheduler_may_go_ahead (self->scheduler, &self->budget, is_ready);
}

/* What brings the next sample is asked for even where other streams use all that there is for all; the rest waits
 * for them, and what is next only as long as there is something to pull. */
static void
test_others (void)
{
  static const Setup setup = {75, .n_requests = 2, .max_images = 1000};
  static const Step first = {"next", "A range 0..25000/25"};
  static const Step second = {"next", "B range 25000..50000/25"};
  static const Step nothing = {"next", ""};
  static const Step answer_first = {"A s0..24", "s0..24"};
  static const Step answer_second = {"B s25..49", "s25..49"};
  static const Step third = {"next", "C range 50000..75000/25"};
  g_autoptr (Fixture) fixture = fixture_new (&setup);
  gsize all = KVS_BUDGET_ALL_BYTES;

  kvs_budget_share (&fixture->budget, &all);
  do_step (fixture, &first);
  g_assert_false (may_go_ahead (fixture, FALSE));
  g_assert_false (kvs_scheduler_waits_for_pull (fixture->scheduler));
  all -= KVS_BUDGET_ALL_BYTES - 1000;
  g_assert_true (may_go_ahead (fixture, FALSE));
  do_step (fixture, &second);
  g_assert_false (may_go_ahead (fixture, FALSE));

  do_step (fixture, &answer_first);
  do_step (fixture, &answer_second);
  fixture->input.is_ready = TRUE;
  all += KVS_BUDGET_ALL_BYTES;
  do_step (fixture, &nothing);
  g_assert_false (may_go_ahead (fixture, TRUE));
  g_assert_true (may_go_ahead (fixture, FALSE));
  fixture->input.is_ready = FALSE;
  do_step (fixture, &third);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/kvsscheduler/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  g_test_add_func ("/kvsscheduler/given", test_given);
  g_test_add_func ("/kvsscheduler/too-much-given", test_too_much_given);
  g_test_add_func ("/kvsscheduler/awaited", test_awaited);
  g_test_add_func ("/kvsscheduler/others", test_others);
  return g_test_run ();
}
