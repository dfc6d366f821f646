/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "emulatedclock.h"

/* The monotonic time and the time of day begin at different numbers, so that a test fails if they are mixed
 * up. */
#define MONOTONIC_BEGINNING_US G_USEC_PER_SEC

/* A thread that waits: for a time if @cond is its own @woken, else for a thread that wakes @cond. It lies on
 * the thread's stack. */
typedef struct {
  GList link; /* in the queue of all that wait */
  GCond *cond;
  GCond woken;
  gint64 until_us; /* by the monotonic time, or -1 */
  gboolean is_awake;
} Waiter;

struct _EmulatedClock {
  AwsClock parent_instance;

  GMutex lock; /* guards all that follows, and what is in the waiters */
  gint64 real_us;
  gint64 monotonic_us;
  guint n_awake; /* threads that take part and do not wait, or are about to go on */
  GQueue waiters;
  GRand *chance;
  gint64 min_latency_us;
  gint64 max_latency_us;
  EmulatedClockFunc func;
  gpointer func_data;
  EmulatedClockSendFunc send_func;
  EmulatedClockSentFunc sent_func;
  gpointer send_data;
};

G_DEFINE_FINAL_TYPE (EmulatedClock, emulated_clock, AWS_TYPE_CLOCK)

/* The clock of the process, which changes only when no thread but one takes part. */
static EmulatedClock *current;
static __thread gboolean takes_part;

/* What GNU ld's --wrap calls the functions that are replaced, and their replacements. */
void __real_g_cond_wait (GCond *cond, GMutex *mutex);
void __real_g_cond_signal (GCond *cond);
void __real_g_cond_broadcast (GCond *cond);
GThread *__real_g_thread_new (const char *name, GThreadFunc func, gpointer data);
AwsReply *__real_aws_http_send (
    AwsHttp *http, const AwsRequest *request, GCancellable *cancellable, GError **error);
void __wrap_g_cond_wait (GCond *cond, GMutex *mutex);
void __wrap_g_cond_signal (GCond *cond);
void __wrap_g_cond_broadcast (GCond *cond);
GThread *__wrap_g_thread_new (const char *name, GThreadFunc func, gpointer data);
AwsReply *__wrap_aws_http_send (
    AwsHttp *http, const AwsRequest *request, GCancellable *cancellable, GError **error);

/* Called with the lock held. */
static void
wake (EmulatedClock *self, Waiter *waiter)
{
  if (waiter->is_awake)
    return;
  waiter->is_awake = TRUE;
  self->n_awake++;
  if (waiter->cond == &waiter->woken)
    __real_g_cond_signal (&waiter->woken);
}

/* When the next wait for a time ends, or -1. Called with the lock held. */
static gint64
find_next_time (EmulatedClock *self)
{
  gint64 next_us = -1;

  for (GList *l = self->waiters.head; l != NULL; l = l->next) {
    const Waiter *waiter = l->data;

    if (waiter->until_us >= 0 && (next_us < 0 || waiter->until_us < next_us))
      next_us = waiter->until_us;
  }
  return next_us;
}

/* Moves on if all wait. Called with the lock held. */
static void
move_if_all_wait (EmulatedClock *self)
{
  gint64 next_us;

  if (self->n_awake > 0)
    return;
  next_us = find_next_time (self);
  if (next_us < 0)
    g_error ("all threads wait for each other");
  self->real_us += next_us - self->monotonic_us;
  self->monotonic_us = next_us;
  if (self->func != NULL)
    self->func (self->real_us, self->func_data);
  for (GList *l = self->waiters.head; l != NULL; l = l->next) {
    Waiter *waiter = l->data;

    if (waiter->until_us >= 0 && waiter->until_us <= next_us)
      wake (self, waiter);
  }
}

/* Called with the lock held. */
static void
begin_wait (EmulatedClock *self, Waiter *waiter)
{
  waiter->link.data = waiter;
  g_queue_push_tail_link (&self->waiters, &waiter->link);
  self->n_awake--;
  move_if_all_wait (self);
}

/* Called with the lock held. */
static void
end_wait (EmulatedClock *self, Waiter *waiter)
{
  g_queue_unlink (&self->waiters, &waiter->link);
  if (!waiter->is_awake)
    self->n_awake++;
}

/* The replacements */

void
__wrap_g_cond_wait (GCond *cond, GMutex *mutex)
{
  Waiter waiter = {.cond = cond, .until_us = -1};

  if (!takes_part) {
    __real_g_cond_wait (cond, mutex);
    return;
  }
  g_mutex_lock (&current->lock);
  begin_wait (current, &waiter);
  g_mutex_unlock (&current->lock);
  __real_g_cond_wait (cond, mutex);
  g_mutex_lock (&current->lock);
  end_wait (current, &waiter);
  g_mutex_unlock (&current->lock);
}

/* All waiting threads count as awake at once, not only after they are: otherwise time could pass before. */
void
__wrap_g_cond_broadcast (GCond *cond)
{
  EmulatedClock *self = current;

  if (self != NULL) {
    g_mutex_lock (&self->lock);
    for (GList *l = self->waiters.head; l != NULL; l = l->next) {
      Waiter *waiter = l->data;

      if (waiter->cond == cond)
        wake (self, waiter);
    }
    g_mutex_unlock (&self->lock);
  }
  __real_g_cond_broadcast (cond);
}

/* It is unknown which thread this wakes. All others treat it as a spurious wakeup, which any condition may
 * have. */
void
__wrap_g_cond_signal (GCond *cond)
{
  __wrap_g_cond_broadcast (cond);
}

static gboolean
is_to_take_part (const char *name)
{
  static const char *const names[] = {"kvs-reader", "aws-credentials", EMULATED_CLOCK_PULLER, NULL};

  return g_strv_contains (names, name);
}

typedef struct {
  GThreadFunc func;
  gpointer data;
} Thread;

static gpointer
run_thread (gpointer user_data)
{
  g_autofree Thread *thread = user_data;
  gpointer result;

  takes_part = TRUE;
  result = thread->func (thread->data);
  g_mutex_lock (&current->lock);
  current->n_awake--;
  move_if_all_wait (current);
  g_mutex_unlock (&current->lock);
  return result;
}

GThread *
__wrap_g_thread_new (const char *name, GThreadFunc func, gpointer data)
{
  Thread *thread;

  if (current == NULL || !is_to_take_part (name))
    return __real_g_thread_new (name, func, data);
  thread = g_new (Thread, 1);
  thread->func = func;
  thread->data = data;
  g_mutex_lock (&current->lock);
  current->n_awake++;
  g_mutex_unlock (&current->lock);
  return __real_g_thread_new (name, run_thread, thread);
}

static gint64
choose_latency (EmulatedClock *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  gint64 spread_us = self->max_latency_us - self->min_latency_us;

  return self->min_latency_us + (gint64)(g_rand_double (self->chance) * (double)spread_us);
}

/* Has the test choose what sends. */
static AwsHttp *
choose_http (EmulatedClock *self, AwsHttp *http, const AwsRequest *request)
{
  AwsHttp *chosen = NULL;

  if (self->send_func != NULL)
    chosen = self->send_func (request, self->send_data);
  return chosen != NULL ? chosen : http;
}

AwsReply *
__wrap_aws_http_send (
    AwsHttp *http, const AwsRequest *request, GCancellable *cancellable, GError **error)
{
  EmulatedClock *self = current;
  g_autoptr (AwsReply) reply = NULL;
  gint64 half_us;

  if (self == NULL)
    return __real_aws_http_send (http, request, cancellable, error);
  half_us = choose_latency (self) / 2;
  if (!aws_clock_wait (AWS_CLOCK (self), half_us, cancellable, error))
    return NULL;
  reply = __real_aws_http_send (choose_http (self, http, request), request, cancellable, error);
  if (self->sent_func != NULL)
    self->sent_func (request, reply != NULL, self->send_data);
  if (reply == NULL || !aws_clock_wait (AWS_CLOCK (self), half_us, cancellable, error))
    return NULL;
  return g_steal_pointer (&reply);
}

/* The clock */

static gint64
emulated_clock_get_real_time (AwsClock *clock)
{
  EmulatedClock *self = EMULATED_CLOCK (clock);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->real_us;
}

static gint64
emulated_clock_get_monotonic_time (AwsClock *clock)
{
  EmulatedClock *self = EMULATED_CLOCK (clock);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->monotonic_us;
}

static void
cancelled_cb (GCancellable *cancellable, Waiter *waiter)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&current->lock);

  /* If the thread does not wait yet, it sees the cancellation itself. */
  if (waiter->link.data != NULL)
    wake (current, waiter);
}

static gboolean
emulated_clock_wait_until (
    AwsClock *clock, gint64 monotonic_us, GCancellable *cancellable, GError **error)
{
  EmulatedClock *self = EMULATED_CLOCK (clock);
  Waiter waiter = {.cond = &waiter.woken, .until_us = MAX (monotonic_us, 0)};
  gulong handler = 0;

  g_assert_true (takes_part);
  g_cond_init (&waiter.woken);
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), &waiter, NULL);
  g_mutex_lock (&self->lock);
  if (monotonic_us > self->monotonic_us && !g_cancellable_is_cancelled (cancellable)) {
    begin_wait (self, &waiter);
    while (!waiter.is_awake)
      __real_g_cond_wait (&waiter.woken, &self->lock);
    end_wait (self, &waiter);
  }
  g_mutex_unlock (&self->lock);
  g_cancellable_disconnect (cancellable, handler);
  g_cond_clear (&waiter.woken);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static double
emulated_clock_get_random (AwsClock *clock)
{
  EmulatedClock *self = EMULATED_CLOCK (clock);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return g_rand_double (self->chance);
}

static void
emulated_clock_finalize (GObject *object)
{
  EmulatedClock *self = EMULATED_CLOCK (object);

  g_assert_cmpuint (self->n_awake, ==, 1);
  takes_part = FALSE;
  current = NULL;
  g_rand_free (self->chance);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (emulated_clock_parent_class)->finalize (object);
}

static void
emulated_clock_class_init (EmulatedClockClass *klass)
{
  AwsClockClass *clock_class = AWS_CLOCK_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = emulated_clock_finalize;
  clock_class->get_real_time = emulated_clock_get_real_time;
  clock_class->get_monotonic_time = emulated_clock_get_monotonic_time;
  clock_class->wait_until = emulated_clock_wait_until;
  clock_class->get_random = emulated_clock_get_random;
}

static void
emulated_clock_init (EmulatedClock *self)
{
  g_mutex_init (&self->lock);
  g_queue_init (&self->waiters);
  self->monotonic_us = MONOTONIC_BEGINNING_US;
  self->n_awake = 1;
}

EmulatedClock *
emulated_clock_new (gint64 real_time_us, guint32 seed)
{
  EmulatedClock *self = g_object_new (EMULATED_TYPE_CLOCK, NULL);

  g_assert_null (current);
  self->real_us = real_time_us;
  self->chance = g_rand_new_with_seed (seed);
  current = self;
  takes_part = TRUE;
  return self;
}

void
emulated_clock_set_func (EmulatedClock *self, EmulatedClockFunc func, gpointer user_data)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->func = func;
  self->func_data = user_data;
}

void
emulated_clock_set_latency (EmulatedClock *self, gint64 min_us, gint64 max_us)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->min_latency_us = min_us;
  self->max_latency_us = max_us;
}

void
emulated_clock_set_send_funcs (EmulatedClock *self, EmulatedClockSendFunc send_func,
    EmulatedClockSentFunc sent_func, gpointer user_data)
{
  self->send_func = send_func;
  self->sent_func = sent_func;
  self->send_data = user_data;
}
