/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsretention.h"

#include <awslog.h>

#include <string.h>

#define SECOND_MS G_GINT64_CONSTANT (1000)

/* Windows of the bisection lie so far from the beginning that clocks may differ. */
#define DISTANCE_MS (5 * SECOND_MS)

/* Longer than any fragment, so that one begins in it (documented, 20 s). */
#define WINDOW_MS (30 * SECOND_MS)

/* How far the two windows reach behind the beginning that moves over them: one by its start, one by its end,
 * because the service may judge by either. */
#define START_MS (3 * SECOND_MS)
#define END_MS (6 * SECOND_MS)

/* After this time it has moved over both. */
#define MOVE_MS (10 * SECOND_MS)

typedef enum {
  STEP_BISECT,
  STEP_BEFORE,
  STEP_START,       /* is the window answered whose start the beginning will move over? */
  STEP_END,         /* and the one whose end? */
  STEP_START_LATER, /* and still so later? */
  STEP_END_LATER,
} Step;

struct _KvsRetention {
  KvsRetentionState state;
  Step step;
  guint retained; /* hours before now that are retained */
  guint rejected; /* and that are not */
  guint hours;    /* that are asked about */
  gint64 begin_ms;
  gint64 watched_ms; /* when the windows behind the beginning were asked for first */
  gboolean is_named; /* the service has named the retention period */
  gboolean is_start_answered;
  gboolean is_end_answered;
};

KvsRetention *
kvs_retention_new (void)
{
  return g_new0 (KvsRetention, 1);
}

void
kvs_retention_free (KvsRetention *self)
{
  g_free (self);
}

KvsRetentionState
kvs_retention_get_state (KvsRetention *self)
{
  return self->state;
}

void
kvs_retention_begin (KvsRetention *self, gint64 rejected_ms, gint64 now_ms)
{
  self->state = KVS_RETENTION_SEARCH;
  self->rejected = (guint)CLAMP ((now_ms - rejected_ms) / KVS_RETENTION_STEP_MS + 1, 1, G_MAXINT);
  aws_log_debug ("a window was rejected: looking for the beginning of the retention period");
}

static void
end (KvsRetention *self, KvsRetentionState state)
{
  self->state = state;
  if (state == KVS_RETENTION_FOUND)
    aws_log_debug ("the stream retains %u hours", self->retained);
  else
    aws_log_debug ("rejections are not due to the retention period");
}

/* The beginning of a retention period of @hours, on a whole second. */
static gint64
get_begin_ms (guint hours, gint64 now_ms)
{
  return (now_ms - hours * KVS_RETENTION_STEP_MS) / SECOND_MS * SECOND_MS;
}

static gint64
choose_start_ms (KvsRetention *self)
{
  switch (self->step) {
    case STEP_BISECT:
      return self->begin_ms + DISTANCE_MS;
    case STEP_BEFORE:
      return self->begin_ms - DISTANCE_MS - WINDOW_MS;
    case STEP_START:
    case STEP_START_LATER:
      return self->begin_ms + START_MS;
    case STEP_END:
    case STEP_END_LATER:
    default:
      return self->begin_ms + END_MS - WINDOW_MS;
  }
}

gboolean
kvs_retention_next (KvsRetention *self, gint64 now_ms, KvsWindow *window, gint64 *wake_ms)
{
  gint64 start_ms;

  if (self->state != KVS_RETENTION_SEARCH)
    return FALSE;
  if (self->step == STEP_START_LATER && now_ms < self->watched_ms + MOVE_MS) {
    *wake_ms = MIN (*wake_ms, self->watched_ms + MOVE_MS);
    return FALSE;
  }
  if (self->step == STEP_BISECT)
    self->hours = (self->retained + self->rejected) / 2;
  if (self->step <= STEP_START) {
    self->begin_ms = get_begin_ms (self->hours, now_ms);
    self->watched_ms = now_ms;
  }
  start_ms = choose_start_ms (self);
  *window = (KvsWindow){
      .start_ms = start_ms, .interval_ms = WINDOW_MS, .count = 1, .end_ms = start_ms + WINDOW_MS};
  return TRUE;
}

static void
take_bisection (KvsRetention *self, gboolean is_answered)
{
  if (is_answered)
    self->retained = self->hours;
  else
    self->rejected = self->hours;
  if (self->rejected - self->retained > 1)
    return;
  self->hours = self->retained;
  self->step = STEP_BEFORE;
  if (self->retained == 0)
    end (self, KVS_RETENTION_NONE);
}

void
kvs_retention_take (KvsRetention *self, gboolean is_answered, const char *message)
{
  g_autofree char *text = g_ascii_strdown (message != NULL ? message : "", -1);

  self->is_named |= !is_answered && strstr (text, "retention") != NULL;
  switch (self->step) {
    case STEP_BISECT:
      take_bisection (self, is_answered);
      break;
    case STEP_BEFORE:
      if (is_answered || self->is_named)
        end (self, is_answered ? KVS_RETENTION_NONE : KVS_RETENTION_FOUND);
      self->step = STEP_START;
      break;
    case STEP_START:
      self->is_start_answered = is_answered;
      self->step = STEP_END;
      break;
    case STEP_END:
      self->is_end_answered = is_answered;
      self->step = STEP_START_LATER;
      if (!self->is_start_answered && !self->is_end_answered)
        end (self, KVS_RETENTION_NONE);
      break;
    case STEP_START_LATER:
      if (self->is_start_answered && !is_answered)
        end (self, KVS_RETENTION_FOUND);
      self->step = STEP_END_LATER;
      break;
    case STEP_END_LATER:
      end (self, self->is_end_answered && !is_answered ? KVS_RETENTION_FOUND : KVS_RETENTION_NONE);
      break;
  }
}

void
kvs_retention_fail (KvsRetention *self)
{
  end (self, KVS_RETENTION_NONE);
}

gint64
kvs_retention_get_begin_ms (KvsRetention *self)
{
  return self->state == KVS_RETENTION_FOUND ? self->begin_ms - DISTANCE_MS : G_MININT64;
}
