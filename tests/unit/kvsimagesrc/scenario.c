/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scenario.h"

#include "padwatch.h"
#include "stepclock.h"

/* How long anything may take, in µs. */
#define TIMEOUT_US (15 * G_USEC_PER_SEC)

/* How long to send EOS may take without the clock, in µs. */
#define EOS_PATIENCE_US (20 * 1000)

/* How far from its place a seek at the live edge may end, which moves on meanwhile. */
#define LIVE_TOLERANCE GST_SECOND

/* A scenario that goes wrong at every step need not say so each time. */
#define MAX_REPORTS 12

struct _ScenarioRun {
  const Scenario *scenario;
  GstElement *pipeline;
  ScenarioRunFlags flags;
  StepClock *clock;
  GAsyncQueue *messages; /* what the bus got */
  GAsyncQueue *answers;  /* what became of the EOS that was sent */

  GMutex lock; /* guards the watches */
  GPtrArray *watches;

  char *label; /* the action that was performed last */
  GPtrArray *reports;
  gboolean is_broken; /* nothing more can be expected */
  gboolean is_eos;
  gboolean is_async_done;

  /* what the last seek asked for */
  gdouble rate;
  GstSeekFlags seek_flags;
  GstClockTime start, stop;
};

static void report (ScenarioRun *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
report (ScenarioRun *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  if (self->reports->len < MAX_REPORTS)
    g_ptr_array_add (self->reports, g_strdup_printf ("after %s: %s", self->label, text));
}

/* Takes over what the watches have seen, as happened since the action that was performed last. */
static void
collect_reports (ScenarioRun *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  for (guint i = 0; i < self->watches->len; i++) {
    g_autoptr (GPtrArray) reports = pad_watch_steal_reports (g_ptr_array_index (self->watches, i));

    for (guint j = 0; j < reports->len; j++)
      report (self, "%s", (char *)g_ptr_array_index (reports, j));
  }
}

static void
set_label (ScenarioRun *self, char *label)
{
  collect_reports (self);
  g_free (self->label);
  self->label = label;
}

static GstClockTime
to_time (gdouble seconds)
{
  return seconds < 0 ? GST_CLOCK_TIME_NONE : (GstClockTime)(seconds * 1000 + 0.5) * GST_MSECOND;
}

static gint64
to_place (gdouble seconds)
{
  return (gint64)(seconds * (gdouble)GST_SECOND);
}

/* The bus */

static GstBusSyncReply
message_cb (GstBus *bus, GstMessage *message, gpointer user_data)
{
  ScenarioRun *self = user_data;

  g_async_queue_push (self->messages, message);
  step_clock_wake (self->clock);
  return GST_BUS_DROP;
}

static void
report_error (ScenarioRun *self, GstMessage *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *debug = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING)
    gst_message_parse_warning (message, &error, &debug);
  else
    gst_message_parse_error (message, &error, &debug);
  report (self, "%s of %s: %s (%s)", GST_MESSAGE_TYPE_NAME (message),
      GST_MESSAGE_SRC_NAME (message), error->message, debug);
}

static gboolean
is_ours (GstMessage *message)
{
  return g_str_equal (G_OBJECT_TYPE_NAME (GST_MESSAGE_SRC (message)), "GstKvsImageSrc");
}

static void
handle_message (ScenarioRun *self, GstMessage *message)
{
  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ERROR:
      report_error (self, message);
      self->is_broken = TRUE;
      break;
    case GST_MESSAGE_WARNING:
      if ((self->flags & SCENARIO_RUN_IS_PLAYER) == 0 || is_ours (message))
        report_error (self, message);
      break;
    case GST_MESSAGE_EOS:
      self->is_eos = TRUE;
      break;
    case GST_MESSAGE_ASYNC_DONE:
      self->is_async_done = TRUE;
      break;
    default:
      break;
  }
}

static void
handle_messages (ScenarioRun *self)
{
  GstMessage *message;

  while ((message = g_async_queue_try_pop (self->messages))) {
    handle_message (self, message);
    gst_message_unref (message);
  }
}

static void
time_out (ScenarioRun *self, const char *what)
{
  report (self, "%s does not come", what);
  self->is_broken = TRUE;
}

static void
wait_for_message (ScenarioRun *self, const char *what)
{
  g_autoptr (GstMessage) message = g_async_queue_timeout_pop (self->messages, TIMEOUT_US);

  if (message)
    handle_message (self, message);
  else
    time_out (self, what);
}

/* States */

static void
wait_for_async_done (ScenarioRun *self)
{
  while (!self->is_async_done && !self->is_broken)
    wait_for_message (self, "ASYNC_DONE");
}

static void
wait_for_state (ScenarioRun *self)
{
  while (!self->is_broken &&
         gst_element_get_state (self->pipeline, NULL, NULL, 0) == GST_STATE_CHANGE_ASYNC)
    wait_for_message (self, "the state");
  handle_messages (self);
}

static void
restart_watches (ScenarioRun *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  for (guint i = 0; i < self->watches->len; i++)
    pad_watch_restart (g_ptr_array_index (self->watches, i));
}

static void
set_state (ScenarioRun *self, GstState state)
{
  if (gst_element_set_state (self->pipeline, state) == GST_STATE_CHANGE_FAILURE) {
    report (self, "the change to %s fails", gst_element_state_get_name (state));
    self->is_broken = TRUE;
  }
  wait_for_state (self);
  if (state == GST_STATE_NULL)
    restart_watches (self);
}

/* Positions */

static GstClockTime
query_position (ScenarioRun *self)
{
  gint64 position;

  if (gst_element_query_position (self->pipeline, GST_FORMAT_TIME, &position) && position >= 0)
    return (GstClockTime)position;
  report (self, "the position is not known");
  return GST_CLOCK_TIME_NONE;
}

static gboolean
is_beyond_duration (ScenarioRun *self, GstClockTime position)
{
  gint64 duration;

  return gst_element_query_duration (self->pipeline, GST_FORMAT_TIME, &duration) && duration >= 0 &&
         position > (GstClockTime)duration;
}

/* Validate's _check_position(): within what the last seek asked for. */
static GstClockTime
check_position (ScenarioRun *self)
{
  GstClockTime position = query_position (self);

  if (position == GST_CLOCK_TIME_NONE)
    return position;
  if (is_beyond_duration (self, position))
    report (
        self, "the position %" GST_TIME_FORMAT " is beyond the duration", GST_TIME_ARGS (position));
  if ((self->stop != GST_CLOCK_TIME_NONE && position > self->stop + PAD_WATCH_TOLERANCE) ||
      ((self->seek_flags & GST_SEEK_FLAG_ACCURATE) && position + PAD_WATCH_TOLERANCE < self->start))
    report (self,
        "the position %" GST_TIME_FORMAT " is not from %" GST_TIME_FORMAT " to %" GST_TIME_FORMAT,
        GST_TIME_ARGS (position), GST_TIME_ARGS (self->start), GST_TIME_ARGS (self->stop));
  return position;
}

static void
check_near (ScenarioRun *self, const char *what, GstClockTime expected, GstClockTime tolerance)
{
  GstClockTime position = query_position (self);

  if (position != GST_CLOCK_TIME_NONE &&
      (GstClockTime)ABS (GST_CLOCK_DIFF (expected, position)) > tolerance)
    report (self, "the position is %" GST_TIME_FORMAT " and not %s, %" GST_TIME_FORMAT,
        GST_TIME_ARGS (position), what, GST_TIME_ARGS (expected));
}

static void
check_rate (ScenarioRun *self)
{
  g_autoptr (GstQuery) query = gst_query_new_segment (GST_FORMAT_TIME);
  gdouble rate = 0;

  if (!gst_element_query (self->pipeline, query)) {
    report (self, "the SEGMENT query is not answered");
    return;
  }
  gst_query_parse_segment (query, &rate, NULL, NULL, NULL);
  if (rate != self->rate)
    report (self, "the SEGMENT query is answered with the rate %g", rate);
}

/* Playback */

static gboolean
is_reached (ScenarioRun *self, gdouble at)
{
  GstClockTime position;

  if (at < 0)
    return TRUE;
  position = check_position (self);
  if (position == GST_CLOCK_TIME_NONE)
    return FALSE;
  return self->rate > 0 ? position >= to_time (at) : position <= to_time (at);
}

/* Until an element waits for the clock, or there are messages. */
static void
wait_for_step (ScenarioRun *self)
{
  if (!step_clock_wait (self->clock, g_get_monotonic_time () + TIMEOUT_US))
    time_out (self, "the next picture or EOS");
  handle_messages (self);
}

static void
wait_for_position (ScenarioRun *self, gdouble at)
{
  while (!self->is_broken && !self->is_eos && !is_reached (self, at)) {
    step_clock_step (self->clock);
    wait_for_step (self);
  }
  if (self->is_eos && at >= 0 && !self->scenario->ignores_eos && !is_reached (self, at))
    report (self, "EOS comes before the position %g s", at);
}

static void
wait_for_eos (ScenarioRun *self)
{
  while (!self->is_broken && !self->is_eos) {
    check_position (self);
    step_clock_step (self->clock);
    wait_for_step (self);
  }
}

/* At EOS everything has to have been shown. */
static void
play_to_end (ScenarioRun *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  wait_for_eos (self);
  if (self->is_broken)
    return;
  locker = g_mutex_locker_new (&self->lock);
  for (guint i = 0; i < self->watches->len; i++)
    pad_watch_end (g_ptr_array_index (self->watches, i));
}

static void
wait_for_duration (ScenarioRun *self, gdouble duration)
{
  GstClockTime end = gst_clock_get_time (GST_CLOCK (self->clock)) + to_time (duration);

  while (!self->is_broken && !self->is_eos && gst_clock_get_time (GST_CLOCK (self->clock)) < end) {
    check_position (self);
    step_clock_step (self->clock);
    wait_for_step (self);
  }
}

static void
pause_playback (ScenarioRun *self, gdouble duration)
{
  set_state (self, GST_STATE_PAUSED);
  if (duration <= 0 || self->is_broken)
    return;
  step_clock_advance (self->clock, to_time (duration));
  check_position (self);
  set_state (self, GST_STATE_PLAYING);
}

static void
expect_eos (ScenarioRun *self)
{
  gboolean is_prompt = (self->flags & SCENARIO_RUN_UNQUEUED) != 0;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  for (guint i = 0; i < self->watches->len; i++)
    pad_watch_expect_eos (g_ptr_array_index (self->watches, i), is_prompt);
}

static gpointer
send_eos_cb (gpointer user_data)
{
  ScenarioRun *self = user_data;
  gboolean is_sent = gst_element_send_event (self->pipeline, gst_event_new_eos ());

  g_async_queue_push (self->answers, (gpointer)(is_sent ? "sent" : "refused"));
  return NULL;
}

/* A source's base class waits for its streaming thread meanwhile, which may wait for the clock. */
static void
send_eos (ScenarioRun *self)
{
  GThread *thread;
  const char *answer;

  expect_eos (self);
  thread = g_thread_new ("send-eos", send_eos_cb, self);
  while ((answer = g_async_queue_timeout_pop (self->answers, EOS_PATIENCE_US)) == NULL)
    step_clock_step (self->clock);
  g_thread_join (thread);
  if (g_str_equal (answer, "sent"))
    play_to_end (self);
  else
    report (self, "EOS is %s", answer);
}

/* Seeks */

static GstEvent *
make_seek (ScenarioRun *self, const ScenarioAction *action)
{
  gint64 start = to_place (action->start);
  gint64 stop = action->stop == SCENARIO_NONE ? -1 : to_place (action->stop);

  if (action->is_relative)
    start += (gint64)query_position (self);
  return gst_event_new_seek (action->rate, GST_FORMAT_TIME, action->flags | GST_SEEK_FLAG_FLUSH,
      action->start_type, start, action->stop_type, stop);
}

static void
expect_seek (ScenarioRun *self, GstEvent *seek)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  for (guint i = 0; i < self->watches->len; i++)
    pad_watch_expect_seek (g_ptr_array_index (self->watches, i), seek);
}

/* As validate has it: what a seek does not set stays. */
static void
note_seek (ScenarioRun *self, GstEvent *seek)
{
  GstSeekType start_type, stop_type;
  gint64 start, stop;

  gst_event_parse_seek (
      seek, &self->rate, NULL, &self->seek_flags, &start_type, &start, &stop_type, &stop);
  if (start_type != GST_SEEK_TYPE_NONE)
    self->start = start_type == GST_SEEK_TYPE_SET ? (GstClockTime)start : 0;
  if (stop_type != GST_SEEK_TYPE_NONE)
    self->stop = stop_type == GST_SEEK_TYPE_SET ? (GstClockTime)stop : GST_CLOCK_TIME_NONE;
}

/* Where playback is to go on, as far as that can be said: in PAUSED an accurate seek forwards is to be exactly
 * where it was asked for. */
static void
check_place (ScenarioRun *self, const ScenarioAction *action, GstClockTime before, gint64 edge)
{
  const gdouble begin = action->rate < 0 ? action->stop : action->start;
  const GstSeekType type = action->rate < 0 ? action->stop_type : action->start_type;
  const GstClockTime interval = self->scenario->interval * GST_MSECOND;

  if (GST_STATE (self->pipeline) == GST_STATE_PAUSED &&
      (self->seek_flags & GST_SEEK_FLAG_ACCURATE) && self->rate > 0 && type == GST_SEEK_TYPE_SET)
    check_near (self, "where the seek leads", self->start, PAD_WATCH_TOLERANCE);
  if (type == GST_SEEK_TYPE_END)
    check_near (self, "at that distance from the live edge",
        (GstClockTime)(edge + to_place (begin)), LIVE_TOLERANCE);
  if (type == GST_SEEK_TYPE_NONE && (self->flags & SCENARIO_RUN_KEEPS_PLACE))
    check_near (self, "where it was", before, interval);
}

static gint64
query_end (ScenarioRun *self)
{
  g_autoptr (GstQuery) query = gst_query_new_seeking (GST_FORMAT_TIME);
  gint64 end = -1;

  if (gst_element_query (self->pipeline, query))
    gst_query_parse_seeking (query, NULL, NULL, NULL, &end);
  if (end < 0)
    report (self, "the end of what can be seeked is not known");
  return end;
}

static void
send_seek (ScenarioRun *self, const ScenarioAction *action, GstEvent *seek)
{
  const GstClockTime before = query_position (self);
  const gint64 edge = query_end (self);

  handle_messages (self);
  self->is_eos = self->is_async_done = FALSE;
  expect_seek (self, seek);
  if (!gst_element_send_event (self->pipeline, gst_event_ref (seek))) {
    report (self, "it is refused");
    return;
  }
  note_seek (self, seek);
  wait_for_async_done (self);
  wait_for_state (self);
  if (self->is_broken)
    return;
  check_position (self);
  check_rate (self);
  check_place (self, action, before, edge);
}

static void
perform_seek (ScenarioRun *self, const ScenarioAction *action)
{
  for (guint i = 0; i < MAX (action->repeat, 1) && !self->is_broken; i++) {
    g_autoptr (GstEvent) seek = make_seek (self, action);

    send_seek (self, action, seek);
    collect_reports (self);
  }
}

/* Actions */

static char *
describe (const ScenarioAction *action, guint number)
{
  static const char *const names[] = {
      [SCENARIO_STOP] = "stop",
      [SCENARIO_SEEK] = "seek",
      [SCENARIO_PAUSE] = "pause",
      [SCENARIO_PLAY] = "play",
      [SCENARIO_NULL] = "null",
      [SCENARIO_EOS] = "eos",
      [SCENARIO_WAIT] = "wait",
      [SCENARIO_WAIT_EOS] = "wait for EOS",
  };

  if (action->type == SCENARIO_SEEK)
    return g_strdup_printf ("action %u (seek at %g s, rate %g, from %g s to %g s)", number,
        action->at, action->rate, action->start, action->stop);
  return g_strdup_printf ("action %u (%s)", number, names[action->type]);
}

static void
perform (ScenarioRun *self, const ScenarioAction *action)
{
  switch (action->type) {
    case SCENARIO_SEEK:
      perform_seek (self, action);
      break;
    case SCENARIO_PAUSE:
      pause_playback (self, action->duration);
      break;
    case SCENARIO_PLAY:
      set_state (self, GST_STATE_PLAYING);
      break;
    case SCENARIO_NULL:
      set_state (self, GST_STATE_NULL);
      break;
    case SCENARIO_EOS:
      send_eos (self);
      break;
    case SCENARIO_WAIT:
      wait_for_duration (self, action->duration);
      break;
    case SCENARIO_WAIT_EOS:
      play_to_end (self);
      break;
    default:
      break;
  }
}

/* A list that ends without a stop ends with EOS. */
static void
perform_list (ScenarioRun *self)
{
  const ScenarioAction *action = self->scenario->actions;

  for (guint i = 1; !self->is_broken && action->type != SCENARIO_END; i++, action++) {
    wait_for_position (self, action->at);
    if (action->type == SCENARIO_STOP)
      return;
    set_label (self, describe (action, i));
    perform (self, action);
  }
  if (!self->is_broken && !self->is_eos)
    play_to_end (self);
}

char *
scenario_run_play (ScenarioRun *self)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);

  gst_bus_set_sync_handler (bus, message_cb, self, NULL);
  gst_pipeline_use_clock (GST_PIPELINE (self->pipeline), GST_CLOCK (self->clock));
  if (!self->scenario->handles_states)
    set_state (self, GST_STATE_PLAYING);
  for (guint i = 0; i < MAX (self->scenario->repeat, 1); i++)
    perform_list (self);
  collect_reports (self);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
  if (self->reports->len == 0)
    return NULL;
  g_ptr_array_add (self->reports, NULL);
  return g_strjoinv ("\n", (char **)self->reports->pdata);
}

ScenarioRun *
scenario_run_new (const Scenario *scenario, GstElement *pipeline, ScenarioRunFlags flags)
{
  ScenarioRun *self = g_new0 (ScenarioRun, 1);

  self->scenario = scenario;
  self->pipeline = gst_object_ref_sink (pipeline);
  self->flags = flags;
  self->clock = step_clock_new ();
  self->answers = g_async_queue_new ();
  self->messages = g_async_queue_new_full ((GDestroyNotify)gst_message_unref);
  self->watches = g_ptr_array_new_with_free_func ((GDestroyNotify)pad_watch_free);
  self->reports = g_ptr_array_new_with_free_func (g_free);
  self->label = g_strdup ("the beginning");
  self->rate = 1;
  self->stop = GST_CLOCK_TIME_NONE;
  g_mutex_init (&self->lock);
  return self;
}

void
scenario_run_free (ScenarioRun *self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_ptr_array_unref (self->watches);
  gst_object_unref (self->pipeline);
  gst_object_unref (self->clock);
  g_async_queue_unref (self->messages);
  g_async_queue_unref (self->answers);
  g_ptr_array_unref (self->reports);
  g_free (self->label);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
scenario_run_watch (ScenarioRun *self, GstElement *element, const char *name)
{
  const Scenario *scenario = self->scenario;
  GstClockTime duration = scenario->is_live ? GST_CLOCK_TIME_NONE : scenario->duration * GST_SECOND;
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, name);
  g_autofree char *path = g_strdup_printf ("%s:%s", GST_ELEMENT_NAME (element), name);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  g_ptr_array_add (self->watches, pad_watch_new (pad, path, duration));
}
