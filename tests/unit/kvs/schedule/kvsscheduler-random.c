/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that each sample of random ranges of random streams is settled once and correctly, whatever the
 * service does, and how many requests that takes. SIMULATED_SEED=number runs a single service. */
#include "kvsscheduler.h"

#include "simulatedservice.h"

#include <awserror.h>
#include <kvserror.h>

#include <string.h>

/* 2026-11-20T08:00:00Z */
#define NOVEMBER G_GINT64_CONSTANT (1795161600000)

#define MINUTE_MS (60 * G_GINT64_CONSTANT (1000))
#define HOUR_MS (60 * MINUTE_MS)

#define N_SERVICES 2000
#define MAX_FRAGMENTS 4000

/* How far from the whole hours before now a gap must not end: the end of the retention period looks like that. */
#define HOUR_DISTANCE_MS (5 * MINUTE_MS)

/* A request that is in flight, with the page that is arriving. */
typedef struct {
  KvsRequest *request;
  SimulatedPager *pager;
  SimulatedPage *page; /* NULL is not answered yet */
  guint next;          /* entry */
  guint64 undelivered_bytes;
} Flight;

typedef struct {
  guint32 seed;
  GRand *chance;
  SimulatedService *service;
  KvsScheduler *scheduler;
  KvsSchedulerOptions options;
  KvsRange range;
  KvsTraversal traversal;
  KvsGrid grid;
  KvsBudget budget;
  guint image_size;
  guint max_latency_ms;
  double images_at_once;
  gboolean is_steady; /* images_at_once is; else each reply may change it */
  gboolean may_be_over_budget;
  gint64 begun_ms;
  gint64 now_ms;

  guint8 *settled; /* KvsSampleKind + 1, by the index */
  guint8 *is_held;
  guint64 next; /* position to pull */
  GPtrArray *flights;
  gboolean
      is_asleep; /* until a page has ended, or samples were pulled where those are waited for */
  guint n_pages;
  guint n_lists;
  guint n_borders;
  GString *log;
} Run;

static void
flight_free (Flight *self)
{
  g_clear_pointer (&self->page, simulated_page_free);
  g_free (self->pager);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Flight, flight_free)

/* Choices */

static gboolean
toss (Run *self, double probability)
{
  return g_rand_double (self->chance) < probability;
}

/* From @low to @high. */
static gint
pick (Run *self, gint low, gint high)
{
  return g_rand_int_range (self->chance, low, high + 1);
}

static gint64
pick_long (Run *self, gint64 low, gint64 high)
{
  return low + (gint64)(g_rand_double (self->chance) * (double)(high - low + 1));
}

static gint
pick_one (Run *self, const gint *values, guint n_values)
{
  return values[g_rand_int_range (self->chance, 0, (gint32)n_values)];
}

#define PICK_ONE(run, ...)                                                                         \
  pick_one ((run), (const gint[]){__VA_ARGS__}, G_N_ELEMENTS (((const gint[]){__VA_ARGS__})))

static void
choose_options (Run *self)
{
  KvsSchedulerOptions *options = &self->options;

  options->max_requests = (guint)PICK_ONE (self, 1, 2, 4, 4, 8, 16);
  options->page_size = (guint)PICK_ONE (self, 1, 2, 7, 20, 25, 25, 25);
  options->lookback_ms = (guint)PICK_ONE (self, 1000, 3000, 10000, 20000, 20000);
  options->availability_delay_ms = (guint)pick (self, 0, 10000);
  options->availability_timeout_ms = (guint)pick (self, 25000, 60000);
  options->uses_lists = toss (self, 0.5);
  options->is_producer_time = toss (self, 0.3);
  options->format = KVS_IMAGE_FORMAT_JPEG;
  kvs_budget_init (
      &self->budget, toss (self, 0.5) ? 0 : (guint64)pick (self, 1, 60) * self->image_size);
}

/* Where the range lies: in the past, up to now, or beyond. */
static void
choose_range (Run *self)
{
  guint interval_ms = (guint)PICK_ONE (self, 200, 200, 333, 500, 1000, 1000, 3000, 7300, 60000);
  guint n = (guint)(toss (self, 0.1) ? pick (self, 1, 5000) : pick (self, 1, 400));
  gint64 old_ms =
      MAX (self->options.availability_delay_ms, self->options.availability_timeout_ms) + 1;
  gint64 end_ms;

  n = (guint)MIN (n, (gint64)MAX_FRAGMENTS * 1000 / interval_ms);
  switch (PICK_ONE (self, 0, 0, 0, 1, 2, 3)) {
    case 0:
      end_ms = self->now_ms - old_ms - pick (self, 0, 10) * HOUR_MS - pick (self, 0, 100000);
      break;
    case 1:
      end_ms = self->now_ms;
      break;
    case 2:
      self->options.follows = TRUE;
      end_ms = self->now_ms + pick (self, 0, 200) * interval_ms;
      break;
    default:
      self->options.is_producer_time = TRUE;
      end_ms = self->now_ms + pick (self, 0, 100000);
      break;
  }
  self->range.interval_ms = interval_ms;
  self->range.end_ms = end_ms;
  self->range.start_ms = end_ms - (gint64)n * interval_ms + pick (self, 0, (gint)interval_ms - 1);
  if (toss (self, 0.6))
    self->range.start_ms -= self->range.start_ms % 1000;
}

static void
choose_traversal (Run *self)
{
  guint64 n = kvs_range_get_n_samples (&self->range);

  self->traversal = KVS_TRAVERSAL_ALL;
  if (toss (self, 0.2))
    self->traversal.begin = (guint64)pick_long (self, 0, (gint64)n - 1);
  if (toss (self, 0.1))
    self->traversal.end = (guint64)pick_long (self, (gint64)self->traversal.begin + 1, (gint64)n);
  if (toss (self, 0.1))
    self->traversal.stride = (guint)pick (self, 1, 20);
  if (toss (self, 0.1))
    self->traversal.max_samples = (guint64)pick (self, 1, (gint)n);
  self->traversal.is_reverse = toss (self, 0.2);
  kvs_grid_init (&self->grid, &self->range, &self->traversal);
}

/* The media of the service. All of it has arrived in time. A camera whose clock is ahead has sent all of it. */
static void
add_fragments (Run *self)
{
  gint64 max_ms = MIN (self->options.lookback_ms, KVS_MAX_FRAGMENT_MS);
  gint64 usual_ms = pick_long (self, 500, max_ms);
  gint64 end_ms = self->range.end_ms + MINUTE_MS;
  gint64 ms = self->range.start_ms - pick_long (self, 0, 2 * MINUTE_MS);
  gint64 most_ms = self->options.availability_timeout_ms;
  gint64 arrival_ms = 0;
  gboolean is_regular = toss (self, 0.6);
  double gap = PICK_ONE (self, 0, 0, 1, 5, 30) / 100.0;
  gint64 gap_ms = PICK_ONE (self, 300, 3000, 30000, 300000, 3600000);

  while (ms < end_ms && self->service->fragments->len < MAX_FRAGMENTS * 2) {
    gint64 length_ms = is_regular ? usual_ms : pick_long (self, 200, usual_ms);

    gint64 late_ms = pick_long (self, 0, MIN (most_ms - length_ms, 5000));

    arrival_ms = MAX (arrival_ms, ms + length_ms + late_ms);
    simulated_service_add_fragment (self->service, ms, length_ms,
        self->options.is_producer_time && !self->options.follows ? 0 : arrival_ms);
    ms += length_ms;
    if (toss (self, gap))
      ms += pick_long (self, 1, gap_ms);
    if (self->range.end_ms - self->range.start_ms > 2 * HOUR_MS && gap > 0 &&
        (self->begun_ms - ms + HOUR_DISTANCE_MS) % HOUR_MS < 2 * HOUR_DISTANCE_MS)
      ms += 2 * HOUR_DISTANCE_MS;
  }
}

static void
choose_faults (Run *self)
{
  SimulatedService *service = self->service;

  /* A single page of one entry that is not found for good is no fault to recover from. */
  service->bad_token =
      self->options.page_size > 1 ? PICK_ONE (self, 0, 10, 30) / 100.0 : 0.02 * toss (self, 0.5);
  service->cut = PICK_ONE (self, 0, 5, 20) / 100.0;
  service->short_page = PICK_ONE (self, 0, 0, 20) / 100.0;
  service->short_end = PICK_ONE (self, 0, 0, 10) / 100.0;
  service->surplus = PICK_ONE (self, 0, 0, 10) / 100.0;
  service->media_error = PICK_ONE (self, 0, 0, 5) / 100.0;
  service->bad_image = PICK_ONE (self, 0, 0, 5) / 100.0;
  service->list_error = PICK_ONE (self, 0, 0, 50) / 100.0;
  self->may_be_over_budget = toss (self, 0.5);
}

static void
choose_service (Run *self, gboolean has_faults)
{
  SimulatedService *service = self->service;

  service->drops_first = toss (self, 0.7);
  service->empty = (SimulatedEmpty)pick (self, SIMULATED_EMPTY_ENTRIES, SIMULATED_EMPTY_INVALID);
  service->range_cap = toss (self, 0.3) ? 100 : G_MAXUINT;
  service->max_listed = toss (self, 0.3) ? (guint)pick (self, 10, 2000) : G_MAXUINT;
  if (!self->options.is_producer_time && toss (self, 0.3)) {
    service->retention_hours = (guint)pick (self, 1, 12);
    service->checks_start = toss (self, 0.5);
  }
  if (has_faults)
    choose_faults (self);
  if (!service->drops_first && toss (self, 0.5))
    self->options.lookback_ms = 0;
}

static void G_GNUC_PRINTF (2, 3) note (Run *self, const char *format, ...)
{
  va_list args;

  if (g_getenv ("SIMULATED_SEED") == NULL)
    return;
  va_start (args, format);
  g_string_append_vprintf (self->log, format, args);
  va_end (args);
  g_string_append_c (self->log, '\n');
}

static void
note_fragments (Run *self)
{
  for (guint i = 0; i < self->service->fragments->len; i++) {
    const SimulatedFragment *fragment =
        &g_array_index (self->service->fragments, SimulatedFragment, i);

    note (self,
        "fragment %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ", arrives at %" G_GINT64_FORMAT,
        fragment->start_ms - self->grid.start_ms, fragment->end_ms - self->grid.start_ms,
        fragment->arrival_ms - self->begun_ms);
  }
}

static void
choose_images_at_once (Run *self)
{
  self->images_at_once = PICK_ONE (self, 0, 0, 1, 10, 40, 100);
}

static Run *
run_new (guint32 seed, gboolean has_faults)
{
  Run *self = g_new0 (Run, 1);

  self->seed = seed;
  self->chance = g_rand_new_with_seed (seed);
  self->service = simulated_service_new (self->chance);
  self->begun_ms = self->now_ms = NOVEMBER + pick (self, 0, 3600000);
  self->image_size = (guint)pick (self, 100, 300000);
  self->max_latency_ms = (guint)PICK_ONE (self, 0, 20, 300);
  self->is_steady = !has_faults;
  self->images_at_once = PICK_ONE (self, 0, 0, 10, 100);
  self->flights = g_ptr_array_new_with_free_func ((GDestroyNotify)flight_free);
  self->log = g_string_new (NULL);
  choose_options (self);
  choose_range (self);
  choose_traversal (self);
  add_fragments (self);
  choose_service (self, has_faults);
  self->scheduler = kvs_scheduler_new (&self->options);
  note_fragments (self);
  self->settled = g_new0 (guint8, kvs_range_get_n_samples (&self->range));
  self->is_held = g_new0 (guint8, kvs_range_get_n_samples (&self->range));
  return self;
}

static void
run_free (Run *self)
{
  g_ptr_array_unref (self->flights);
  kvs_scheduler_free (self->scheduler);
  simulated_service_free (self->service);
  g_rand_free (self->chance);
  g_string_free (self->log, TRUE);
  g_free (self->settled);
  g_free (self->is_held);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Run, run_free)

/* What went on */

static char *
describe (const Run *self)
{
  const SimulatedService *service = self->service;

  return g_strdup_printf (
      "seed %u: samples %" G_GUINT64_FORMAT " from %" G_GINT64_FORMAT
      " ms before now, every %" G_GINT64_FORMAT
      " ms%s%s%s, %u requests, page %u, delay %u, timeout %u, lookback %u%s, budget %" G_GUINT64_FORMAT
      " images; %u fragments%s, empty %d, retention %u%s, cap %u, listed %u; token %g cut %g "
      "short page %g short end %g surplus %g media error %g bad image %g list error %g",
      self->seed, self->grid.count, self->begun_ms - self->grid.start_ms, self->grid.interval_ms,
      self->grid.is_reverse ? ", reverse" : "", self->options.follows ? ", follows" : "",
      self->options.is_producer_time ? ", producer time" : "", self->options.max_requests,
      self->options.page_size, self->options.availability_delay_ms,
      self->options.availability_timeout_ms, self->options.lookback_ms,
      self->options.uses_lists ? ", lists" : "", self->budget.max_bytes / self->image_size,
      service->fragments->len, service->drops_first ? ", drops" : "", service->empty,
      service->retention_hours, service->checks_start ? " of starts" : "", service->range_cap,
      service->max_listed, service->bad_token, service->cut, service->short_page,
      service->short_end, service->surplus, service->media_error, service->bad_image,
      service->list_error);
}

/* Ends the test if @is_right is not the case. */
static void G_GNUC_PRINTF (3, 4) check (Run *self, gboolean is_right, const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *description = NULL;
  va_list args;

  if (is_right)
    return;
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  description = describe (self);
  g_printerr ("%s\n%s\n%s\n", self->log->str, description, text);
  g_assert_not_reached ();
}

static KvsSchedulerInput
get_input (Run *self)
{
  guint64 next = self->next;
  gboolean is_ready = next < self->grid.count &&
                      self->settled[kvs_scheduler_get_position (self->scheduler, next)] != 0;

  return (KvsSchedulerInput){.now_ms = self->now_ms,
      .next_position = next,
      .is_ready = is_ready,
      .images_at_once = self->images_at_once};
}

/* How long after the end of the retention period samples may be missing. */
static gint64
get_slack_ms (Run *self)
{
  gint64 lookback_ms = self->options.lookback_ms;

  return self->service->checks_start ? KVS_MAX_RANGE_MS + 2 * lookback_ms : lookback_ms + 30000;
}

static void
settle (Run *self, guint64 index, KvsSampleKind kind)
{
  gint64 time_ms = kvs_grid_get_time (&self->grid, index);

  check (self, index < self->grid.count, "sample %" G_GUINT64_FORMAT " is none", index);
  check (self, self->settled[index] == 0, "sample %" G_GUINT64_FORMAT " is settled twice", index);
  self->settled[index] = (guint8)(kind + 1);
  self->service->gives_bad_images |= kind == KVS_SAMPLE_STILL;
  note (self, "    %s%" G_GUINT64_FORMAT, kvs_sample_kind_get_name (kind), index);
  check (self,
      (simulated_service_get_kinds (
           self->service, time_ms, self->begun_ms, self->now_ms, get_slack_ms (self)) &
          1u << kind) != 0,
      "sample %" G_GUINT64_FORMAT " at %" G_GINT64_FORMAT " ms is not %s", index,
      time_ms - self->grid.start_ms, kvs_sample_kind_get_name (kind));
}

static gboolean
take_gaps (Run *self)
{
  gboolean has_any = FALSE;
  KvsSampleKind kind;
  guint64 index, position;
  const GError *error;

  while (kvs_scheduler_pop_gap (self->scheduler, &index, &kind)) {
    settle (self, index, kind);
    has_any = TRUE;
  }
  error = kvs_scheduler_get_error (self->scheduler, &position);
  if (error != NULL)
    check (self, FALSE, "failed at %" G_GUINT64_FORMAT ": %s", position, error->message);
  return has_any;
}

/* Requests */

static const char *const kinds[] = {
    [KVS_REQUEST_RANGE] = "range",
    [KVS_REQUEST_CONFIRM] = "confirm",
    [KVS_REQUEST_SINGLE] = "single",
    [KVS_REQUEST_ALONE] = "alone",
    [KVS_REQUEST_PLAIN] = "plain",
    [KVS_REQUEST_RETENTION] = "retention",
    [KVS_REQUEST_LIST] = "list",
};

static void
note_request (Run *self, const KvsRequest *request)
{
  gint64 first = (request->window.start_ms - self->grid.start_ms) / self->grid.interval_ms;

  note (self,
      "%" G_GINT64_FORMAT " %s %p: %" G_GINT64_FORMAT " (%" G_GINT64_FORMAT
      "), %u/%u every %" G_GINT64_FORMAT ", lookback %u, page %u",
      self->now_ms - self->begun_ms, kinds[request->kind], (const void *)request,
      request->window.start_ms - self->grid.start_ms, first, request->window.count,
      request->max_results, request->window.interval_ms, request->n_lookback, request->n_pages);
}

static void
check_request (Run *self, const KvsRequest *request)
{
  const KvsWindow *window = &request->window;

  if (request->kind == KVS_REQUEST_LIST) {
    check (self, window->start_ms < window->end_ms, "a list of nothing");
    check (self, window->end_ms <= self->now_ms, "a list of the future");
    return;
  }
  check (self, window->count >= 1 && window->start_ms >= 0, "an empty window");
  check (self, window->end_ms - window->start_ms <= KVS_MAX_RANGE_MS, "a window too long");
  check (self, window->end_ms > kvs_window_get_time (window, window->count - 1), "a short window");
  check (self, window->interval_ms >= KVS_MIN_SAMPLING_INTERVAL_MS, "too short an interval");
  check (self, request->max_results >= 1 && request->max_results <= self->options.page_size,
      "MaxResults %u", request->max_results);
}

static void
begin_flight (Run *self, KvsRequest *request)
{
  Flight *flight = g_new0 (Flight, 1);

  flight->request = request;
  flight->pager = g_steal_pointer (&request->pager);
  request->free_pager = g_free;
  if (flight->pager == NULL)
    flight->pager = g_new0 (SimulatedPager, 1);
  g_ptr_array_add (self->flights, flight);
  self->n_pages += request->kind != KVS_REQUEST_LIST && request->kind != KVS_REQUEST_RETENTION;
  self->n_lists += request->kind == KVS_REQUEST_LIST;
  self->n_borders += request->kind == KVS_REQUEST_RETENTION;
  note_request (self, request);
  check_request (self, request);
}

/* As in the reader. Returns whether there was a request. */
static gboolean
begin_request (Run *self, gint64 *wake_ms)
{
  KvsRequest *request;

  *wake_ms = G_MAXINT64;
  if (self->is_asleep)
    return FALSE;
  do {
    const KvsSchedulerInput input = get_input (self);

    request = kvs_scheduler_next (self->scheduler, &self->budget, &input, wake_ms);
  } while (take_gaps (self) && request == NULL);
  if (request != NULL)
    begin_flight (self, request);
  else if (*wake_ms == G_MAXINT64)
    self->is_asleep = TRUE;
  return request != NULL;
}

static gboolean
has_image (KvsSampleKind kind)
{
  return kind == KVS_SAMPLE_STILL || kind == KVS_SAMPLE_BAD_IMAGE;
}

typedef enum {
  ADMIT_YES,
  ADMIT_WAIT,
  ADMIT_DROP,
} Admit;

/* As in the reader. */
static Admit
admit (Run *self, Flight *flight)
{
  const KvsSchedulerInput input = get_input (self);
  KvsRequest *request = flight->request;
  guint n_held = self->may_be_over_budget ? flight->next + 1 : 1;
  gboolean is_least = request->max_results <= (request->n_lookback > 0 ? 2 : 1);
  gboolean has_space = kvs_budget_has_space (&self->budget, request->reservation, self->image_size);
  gboolean is_awaited = kvs_scheduler_is_awaited (self->scheduler, request, &input);

  if (has_space || (is_awaited && (n_held <= 1 || is_least)))
    return ADMIT_YES;
  self->budget.largest = MAX (self->budget.largest, self->image_size);
  return is_awaited || !kvs_scheduler_is_awaited_running (self->scheduler, &input) ? ADMIT_DROP
                                                                                   : ADMIT_WAIT;
}

static void
end_flight (Run *self, Flight *flight, KvsPageEnd end, const GError *cause)
{
  const KvsSchedulerInput input = get_input (self);
  guint n_entries = flight->pager->n_entries;

  note (self, "  %p ended: %d, %s", (void *)flight->request, end,
      cause != NULL ? cause->message : "");
  kvs_budget_cancel (&self->budget, &flight->request->reservation);
  if (end == KVS_PAGE_MORE)
    flight->request->pager = g_steal_pointer (&flight->pager);
  kvs_scheduler_end_page (self->scheduler, flight->request, end, n_entries, cause, &input);
  g_ptr_array_remove_fast (self->flights, flight);
  if (!self->is_steady && toss (self, 0.3))
    choose_images_at_once (self);
  self->is_asleep = FALSE;
  take_gaps (self);
}

static void
take_entry (Run *self, Flight *flight, gint window_index, KvsSampleKind kind)
{
  const KvsSchedulerInput input = get_input (self);
  guint64 index = G_MAXUINT64;
  KvsVerdict verdict;

  if (has_image (kind))
    kvs_budget_hold (&self->budget, &flight->request->reservation, self->image_size);
  verdict =
      kvs_scheduler_take (self->scheduler, flight->request, window_index, kind, &input, &index);
  if (verdict == KVS_VERDICT_SETTLE) {
    settle (self, index, kind);
    self->is_held[index] = has_image (kind);
  } else if (has_image (kind)) {
    kvs_budget_release (&self->budget, self->image_size);
  }
  take_gaps (self);
}

static void
run_list (Run *self, Flight *flight)
{
  const KvsSchedulerInput input = get_input (self);
  const KvsWindow *window = &flight->request->window;
  g_autoptr (GError) cause = NULL;
  gboolean is_too_many;
  KvsFragmentList *list = simulated_service_list (
      self->service, window->start_ms, window->end_ms, self->now_ms, &is_too_many);

  note (self, "  list: %s", list != NULL ? "there" : is_too_many ? "too many" : "failed");
  if (is_too_many)
    cause = g_error_new_literal (KVS_ERROR, KVS_ERROR_TOO_MANY, "too many");
  else if (list == NULL)
    cause = g_error_new_literal (
        AWS_ERROR, self->now_ms % 2 == 0 ? AWS_ERROR_TIMEOUT : AWS_ERROR_INVALID_REQUEST, "failed");
  kvs_scheduler_end_list (self->scheduler, flight->request, list, cause, &input);
  g_ptr_array_remove_fast (self->flights, flight);
  self->is_asleep = FALSE;
}

/* One entry, or the end of the page. Returns whether there was a step. */
static gboolean
step (Run *self, Flight *flight)
{
  SimulatedPage *page = flight->page;
  KvsSampleKind kind;

  if (flight->request->kind == KVS_REQUEST_LIST) {
    run_list (self, flight);
    return TRUE;
  }
  if (page == NULL) {
    flight->page =
        simulated_service_answer (self->service, flight->request, flight->pager, self->now_ms);
    return TRUE;
  }
  if (flight->next == page->kinds->len) {
    end_flight (self, flight, page->end, page->cause);
    return TRUE;
  }
  kind = g_array_index (page->kinds, KvsSampleKind, flight->next);
  if (has_image (kind)) {
    switch (admit (self, flight)) {
      case ADMIT_WAIT:
        return FALSE;
      case ADMIT_DROP:
        end_flight (self, flight, KVS_PAGE_OVER_BUDGET, NULL);
        return TRUE;
      case ADMIT_YES:
        break;
    }
  }
  take_entry (self, flight, g_array_index (page->indexes, gint, flight->next), kind);
  flight->next++;
  return TRUE;
}

/* A random request that can go on. */
static gboolean
step_any (Run *self)
{
  guint n = self->flights->len;
  guint first = n > 0 ? (guint)g_rand_int_range (self->chance, 0, (gint32)n) : 0;

  for (guint i = 0; i < n; i++) {
    if (step (self, g_ptr_array_index (self->flights, (first + i) % n)))
      return TRUE;
  }
  return FALSE;
}

static gboolean
pull (Run *self)
{
  guint64 index;

  if (!get_input (self).is_ready)
    return FALSE;
  index = kvs_scheduler_get_position (self->scheduler, self->next++);
  if (self->is_held[index])
    kvs_budget_release (&self->budget, self->image_size);
  if (kvs_scheduler_waits_for_pull (self->scheduler))
    self->is_asleep = FALSE;
  return TRUE;
}

/* Does something that can be done now. */
static gboolean
act (Run *self, gint64 *wake_ms)
{
  *wake_ms = G_MAXINT64;
  if (self->flights->len < self->options.max_requests && begin_request (self, wake_ms))
    return TRUE;
  if (toss (self, 0.3) && pull (self))
    return TRUE;
  self->now_ms += g_rand_int_range (self->chance, 0, (gint32)self->max_latency_ms + 1);
  return step_any (self) || pull (self);
}

static void
check_end (Run *self)
{
  check (self, self->next == self->grid.count, "only %" G_GUINT64_FORMAT " samples", self->next);
  check (self, self->flights->len == 0, "requests in flight at the end");
  check (self, self->budget.held == 0 && self->budget.reserved == 0, "bytes are left");
}

/* How many pages hold the samples of a range, or how many requests cover it. */
static guint64
count_ideal (Run *self)
{
  guint per_window = kvs_window_get_max_count (self->grid.start_ms, self->grid.interval_ms);

  return MAX (self->grid.count / self->options.page_size, self->grid.count / per_window) + 1;
}

static gboolean
is_at_end (Run *self)
{
  return self->next == self->grid.count && kvs_scheduler_is_finished (self->scheduler);
}

/* Begins another traversal. What is in flight is forgotten. */
static void
seek (Run *self)
{
  gsize largest = self->budget.largest;

  choose_traversal (self);
  note (self, "seek to %" G_GUINT64_FORMAT, self->grid.number);
  g_ptr_array_set_size (self->flights, 0);
  memset (self->settled, 0, self->grid.count);
  memset (self->is_held, 0, self->grid.count);
  kvs_budget_init (&self->budget, self->budget.max_bytes);
  self->budget.largest = largest;
  self->next = 0;
  self->is_asleep = FALSE;
  kvs_scheduler_begin (self->scheduler, &self->grid, self->now_ms);
}

/* Reads samples until they end, or for @n_steps. */
static void
go_through (Run *self, guint64 n_steps)
{
  gint64 wake_ms;

  while (!is_at_end (self) && n_steps-- > 0) {
    if (act (self, &wake_ms) || is_at_end (self))
      continue;
    check (self, wake_ms != G_MAXINT64, "nothing to do at %" G_GUINT64_FORMAT, self->next);
    self->now_ms = MAX (self->now_ms, wake_ms);
  }
}

static void
run_all (Run *self)
{
  kvs_scheduler_begin (self->scheduler, &self->grid, self->now_ms);
  while (toss (self, 0.3)) {
    go_through (self, (guint64)pick (self, 0, 500));
    seek (self);
  }
  self->n_pages = 0;
  go_through (self, 400 * self->grid.count + 400000);
  check (self, is_at_end (self), "no end");
  check_end (self);
}

/* Whether nothing but the place of fragments can cost requests: no faults, no limits, nothing that may arrive. */
static gboolean
is_plain (Run *self)
{
  const SimulatedService *service = self->service;
  gint64 last_ms = kvs_grid_get_time (&self->grid, self->grid.count - 1);

  return service->range_cap == G_MAXUINT && service->retention_hours == 0 &&
         self->budget.max_bytes == G_MAXUINT64 && self->options.page_size >= 7 &&
         last_ms + self->options.availability_delay_ms + self->options.availability_timeout_ms <
             self->begun_ms;
}

/* The first requests begin as far back as allowed. In reverse so does one for each task without media: nothing that
 * is known of the samples before it confirms that. */
static guint64
count_most (Run *self)
{
  guint64 n_lookback = self->options.lookback_ms / self->grid.interval_ms;
  guint64 n_pages = n_lookback / self->options.page_size + 1;
  guint64 most = 3 * count_ideal (self) + 4 * n_pages + 40;

  return self->grid.is_reverse ? most + 2 * count_ideal (self) * n_pages : most;
}

static guint32
get_seed (guint i)
{
  const char *seed = g_getenv ("SIMULATED_SEED");

  return seed != NULL ? (guint32)g_ascii_strtoull (seed, NULL, 10)
                      : (guint32)g_test_rand_int () + i;
}

static void
run_many (gboolean has_faults)
{
  gboolean is_single = g_getenv ("SIMULATED_SEED") != NULL;
  guint64 n_pages = 0, n_ideal = 0;

  for (guint i = 0; i < (is_single ? 1 : N_SERVICES / 2); i++) {
    g_autoptr (Run) run = run_new (get_seed (i), has_faults);

    run_all (run);
    if (is_single)
      g_printerr ("%s", run->log->str);
    if (has_faults || !is_plain (run))
      continue;
    check (run, run->n_pages <= count_most (run), "%u pages, the most are %" G_GUINT64_FORMAT,
        run->n_pages, count_most (run));
    n_pages += run->n_pages;
    n_ideal += count_ideal (run);
  }
  if (n_ideal == 0)
    return;
  g_test_message ("%.2f requests for each that is needed", (double)n_pages / (double)n_ideal);
  g_assert_cmpuint (n_pages, <, 2 * n_ideal + 100);
}

static void
test_without_faults (void)
{
  run_many (FALSE);
}

static void
test_with_faults (void)
{
  run_many (TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsscheduler-random/without-faults", test_without_faults);
  g_test_add_func ("/kvsscheduler-random/with-faults", test_with_faults);
  return g_test_run ();
}
