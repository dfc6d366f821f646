/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any replies to the requests of a range: no sample is settled twice, each request is one that the service takes, and
 * as soon as the service answers well there are as few steps to the end as samples, times a constant. */
#include "fuzz.h"

#include <awserror.h>
#include <kvserror.h>
#include <kvsscheduler.h>

#include <string.h>

/* 2026-11-20T08:00:00Z */
#define NOVEMBER G_GINT64_CONSTANT (1795161600000)

#define MAX_FLIGHTS 4
#define MAX_SAMPLES 400
#define IMAGE_BYTES 1000

/* What is left when the replies of the input are used up, of which each step takes a byte. */
#define STEPS_PER_SAMPLE 200
#define MAX_STEPS 20000

typedef struct {
  KvsRequest *request;
  guint n_entries;
  gint next_place;
} Flight;

typedef struct {
  FuzzInput *input;
  KvsScheduler *scheduler;
  KvsSchedulerOptions options;
  KvsGrid grid;
  KvsBudget budget;
  gint64 now_ms;
  guint64 next;
  guint8 settled[MAX_SAMPLES]; /* 2 is with an image */
  Flight flights[MAX_FLIGHTS];
  guint n_flights;
} Run;

static KvsSchedulerInput
get_input (Run *self)
{
  gboolean is_ready = self->next < self->grid.count &&
                      self->settled[kvs_scheduler_get_position (self->scheduler, self->next)] != 0;

  return (KvsSchedulerInput){
      .now_ms = self->now_ms, .next_position = self->next, .is_ready = is_ready};
}

static void
settle (Run *self, guint64 index, gboolean has_image)
{
  g_assert_cmpuint (index, <, self->grid.count);
  g_assert_cmpuint (self->settled[index], ==, 0);
  self->settled[index] = has_image ? 2 : 1;
}

static void
take_gaps (Run *self)
{
  KvsSampleKind kind;
  guint64 index;

  while (kvs_scheduler_pop_gap (self->scheduler, &index, &kind)) {
    g_assert_cmpint (kind, !=, KVS_SAMPLE_STILL);
    settle (self, index, FALSE);
  }
}

static gboolean
has_failed (Run *self)
{
  guint64 position;

  return kvs_scheduler_get_error (self->scheduler, &position) != NULL;
}

static void
check_request (Run *self, const KvsRequest *request)
{
  const KvsWindow *window = &request->window;

  g_assert_cmpint (window->start_ms, >=, 0);
  g_assert_cmpint (window->start_ms, <, window->end_ms);
  if (request->kind == KVS_REQUEST_LIST)
    return;
  g_assert_cmpint (window->end_ms - window->start_ms, <=, KVS_MAX_RANGE_MS);
  g_assert_cmpint (window->interval_ms, >=, KVS_MIN_SAMPLING_INTERVAL_MS);
  g_assert_cmpuint (window->count, >=, 1);
  g_assert_cmpuint (request->max_results, >=, 1);
  g_assert_cmpuint (request->max_results, <=, self->options.page_size);
}

/* Returns whether there was one. */
static gboolean
begin_request (Run *self, gint64 *wake_ms)
{
  const KvsSchedulerInput input = get_input (self);
  KvsRequest *request;
  Flight *flight;

  *wake_ms = G_MAXINT64;
  if (self->n_flights == self->options.max_requests)
    return FALSE;
  request = kvs_scheduler_next (self->scheduler, &self->budget, &input, wake_ms);
  take_gaps (self);
  if (request == NULL)
    return FALSE;
  check_request (self, request);
  flight = &self->flights[self->n_flights++];
  *flight = (Flight){.request = request};
  if (request->pager != NULL)
    *flight = *(Flight *)request->pager;
  g_clear_pointer (&request->pager, g_free);
  return TRUE;
}

/* The request goes on with another page if the service says so, and then takes up again where it was. */
static void
end_flight (Run *self, guint i, KvsPageEnd end, const GError *cause)
{
  const KvsSchedulerInput input = get_input (self);
  Flight flight = self->flights[i];

  self->flights[i] = self->flights[--self->n_flights];
  kvs_budget_cancel (&self->budget, &flight.request->reservation);
  if (end == KVS_PAGE_MORE) {
    flight.request->pager = g_memdup2 (&flight, sizeof flight);
    flight.request->free_pager = g_free;
  }
  kvs_scheduler_end_page (self->scheduler, flight.request, end, flight.n_entries, cause, &input);
  take_gaps (self);
}

static void
end_list (Run *self, guint i, guint how)
{
  const KvsSchedulerInput input = get_input (self);
  Flight flight = self->flights[i];
  const KvsWindow *window = &flight.request->window;
  g_autoptr (GError) cause = NULL;
  KvsFragmentList *list = NULL;
  KvsFragment fragments[4];

  self->flights[i] = self->flights[--self->n_flights];
  for (guint n = 0; n < G_N_ELEMENTS (fragments); n++)
    fragments[n] =
        (KvsFragment){window->start_ms + (gint64)fuzz_take_number (self->input, 65535) * 10,
            (gint64)fuzz_take_number (self->input, 255) * 100};
  if (how < 4)
    list = kvs_fragment_list_new (window->start_ms, window->end_ms, fragments, how);
  else if (how == 4)
    cause = g_error_new_literal (KVS_ERROR, KVS_ERROR_TOO_MANY, "too many");
  else
    cause = g_error_new_literal (
        AWS_ERROR, how == 5 ? AWS_ERROR_TIMEOUT : AWS_ERROR_INVALID_REQUEST, "failed");
  kvs_scheduler_end_list (self->scheduler, flight.request, list, cause, &input);
  take_gaps (self);
}

static void
take_entry (Run *self, Flight *flight, gint place, KvsSampleKind kind)
{
  const KvsSchedulerInput input = get_input (self);
  guint64 index = G_MAXUINT64;
  gboolean has_image = kind == KVS_SAMPLE_STILL || kind == KVS_SAMPLE_BAD_IMAGE;

  flight->n_entries++;
  if (has_image)
    kvs_budget_hold (&self->budget, &flight->request->reservation, IMAGE_BYTES);
  if (kvs_scheduler_take (self->scheduler, flight->request, place, kind, &input, &index) ==
      KVS_VERDICT_SETTLE)
    settle (self, index, has_image);
  else if (has_image)
    kvs_budget_release (&self->budget, IMAGE_BYTES);
  take_gaps (self);
}

/* An entry at a place behind the last one, or at none. */
static void
answer_entry (Run *self, Flight *flight, guint what)
{
  gint place = -1;

  if (what % 8 != 7) {
    place = flight->next_place + (gint)(what % 8 == 6 ? fuzz_take_number (self->input, 31) : 0);
    if (place >= (gint)flight->request->window.count)
      return;
    flight->next_place = place + 1;
  }
  take_entry (self, flight, place, what / 8 % 4);
}

static void
answer_end (Run *self, guint i, guint what)
{
  static const KvsPageEnd ends[] = {KVS_PAGE_MORE, KVS_PAGE_LAST, KVS_PAGE_BROKEN,
      KVS_PAGE_REJECTED, KVS_PAGE_OVER_BUDGET, KVS_PAGE_LAST, KVS_PAGE_MORE, KVS_PAGE_FAILED};
  KvsPageEnd end = ends[what % 8];
  g_autoptr (GError) cause = NULL;

  /* Only a request of which nothing has come can be rejected. */
  if (end == KVS_PAGE_REJECTED && self->flights[i].n_entries > 0)
    end = KVS_PAGE_BROKEN;
  if (end >= KVS_PAGE_BROKEN && end != KVS_PAGE_OVER_BUDGET)
    cause = g_error_new_literal (AWS_ERROR, AWS_ERROR_BAD_REPLY, "broken");
  if (end == KVS_PAGE_REJECTED)
    cause->code = AWS_ERROR_INVALID_REQUEST;
  end_flight (self, i, end, cause);
}

static void
answer (Run *self, guint what)
{
  guint i = what / 64 % MAX (self->n_flights, 1);

  if (self->n_flights == 0)
    return;
  if (self->flights[i].request->kind == KVS_REQUEST_LIST)
    end_list (self, i, what % 8);
  else if (what % 64 < 32)
    answer_entry (self, &self->flights[i], what % 32);
  else if (what % 64 < 48)
    answer_end (self, i, what % 8);
  else
    self->now_ms += what % 16 * 200;
}

/* A service that has all samples. */
static void
answer_well (Run *self)
{
  Flight *flight = &self->flights[0];

  if (flight->request->kind == KVS_REQUEST_LIST)
    end_list (self, 0, 5);
  else if (flight->next_place < (gint)flight->request->window.count)
    take_entry (self, flight, flight->next_place++, KVS_SAMPLE_STILL);
  else
    end_flight (self, 0, KVS_PAGE_LAST, NULL);
}

static void
pull (Run *self)
{
  while (get_input (self).is_ready) {
    guint64 index = kvs_scheduler_get_position (self->scheduler, self->next++);

    if (self->settled[index] == 2)
      kvs_budget_release (&self->budget, IMAGE_BYTES);
  }
}

static gboolean
is_at_end (Run *self)
{
  return self->next == self->grid.count && kvs_scheduler_is_finished (self->scheduler);
}

static void
step (Run *self)
{
  gboolean has_more = self->input->size > 0;
  gint64 wake_ms;

  if (begin_request (self, &wake_ms))
    return;
  if (has_more)
    answer (self, fuzz_take_number (self->input, 255));
  else if (self->n_flights > 0)
    answer_well (self);
  else if (!is_at_end (self) && !has_failed (self) && !get_input (self).is_ready)
    g_assert_cmpint (wake_ms, <, G_MAXINT64);
  if (self->n_flights == 0 && wake_ms < G_MAXINT64)
    self->now_ms = MAX (self->now_ms, wake_ms);
  if (!has_more || fuzz_take_number (self->input, 3) == 0)
    pull (self);
}

static void
take_options (Run *self, FuzzInput *input)
{
  static const guint intervals[] = {200, 500, 1000, 3000, 60000, 400000};
  static const guint ages[] = {0, 1, 10, 600, 60000};
  guint interval_ms = intervals[fuzz_take_number (input, G_N_ELEMENTS (intervals) - 1)];
  guint flags = fuzz_take_number (input, 255);

  self->options = (KvsSchedulerOptions){.availability_delay_ms = 6000,
      .availability_timeout_ms = flags & 1 ? 30000 : 0,
      .lookback_ms = flags & 2 ? 20000 : 0,
      .max_requests = fuzz_take_number (input, MAX_FLIGHTS - 1) + 1,
      .page_size = fuzz_take_number (input, 99) + 1,
      .format = KVS_IMAGE_FORMAT_JPEG,
      .max_attempts = flags & 4 ? 3 : 0,
      .uses_lists = (flags & 8) != 0,
      .is_producer_time = (flags & 16) != 0};
  self->grid = (KvsGrid){.stride = fuzz_take_number (input, 2) + 1,
      .start_ms = NOVEMBER + fuzz_take_number (input, 999),
      .count = fuzz_take_number (input, MAX_SAMPLES - 1) + 1,
      .is_reverse = (flags & 32) != 0};
  self->grid.interval_ms = (gint64)interval_ms * self->grid.stride;
  self->now_ms = kvs_grid_get_time (&self->grid, self->grid.count - 1) +
                 (gint64)ages[fuzz_take_number (input, G_N_ELEMENTS (ages) - 1)] * 1000;
  kvs_budget_init (&self->budget, flags & 64 ? 20 * IMAGE_BYTES : 0);
}

static void
run_clear (Run *self)
{
  kvs_scheduler_free (self->scheduler);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

void
fuzz_run (FuzzInput *input)
{
  g_auto (Run) run = {.input = input};
  guint64 n_steps = 0;

  take_options (&run, input);
  run.scheduler = kvs_scheduler_new (&run.options);
  kvs_scheduler_begin (run.scheduler, &run.grid, run.now_ms);
  while (!is_at_end (&run) && !has_failed (&run)) {
    step (&run);
    n_steps += input->size == 0;
    g_assert_cmpuint (n_steps, <, STEPS_PER_SAMPLE * run.grid.count + MAX_STEPS);
  }
}
