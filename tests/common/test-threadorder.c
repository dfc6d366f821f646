/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What ThreadSanitizer makes of GLib with threadorder.c. Two threads, one after the other, count with one
 * number. By the orders below that is no race; by the races it is one, and this fails. */
#include <gio/gio.h>

/* What happens to @data in the other thread, and then in this one. */
typedef struct {
  const char *name;
  gpointer (*make) (void);
  void (*first) (gpointer data);
  void (*second) (gpointer data);
} Case;

static int number;

static GMutex lock, other_lock;
static GCond changed;
static gboolean is_ready;
static int *once;

static void
count (gpointer data)
{
  number++;
}

static void
count_with_lock (gpointer data)
{
  g_mutex_lock (&lock);
  number++;
  g_mutex_unlock (&lock);
}

static void
count_with_other_lock (gpointer data)
{
  g_mutex_lock (&other_lock);
  number++;
  g_mutex_unlock (&other_lock);
}

static void
count_and_signal (gpointer data)
{
  number++;
  g_mutex_lock (&lock);
  is_ready = TRUE;
  g_cond_broadcast (&changed);
  g_mutex_unlock (&lock);
}

static void
wait_and_count (gpointer data)
{
  g_mutex_lock (&lock);
  while (!is_ready)
    g_cond_wait (&changed, &lock);
  g_mutex_unlock (&lock);
  number++;
}

static void
count_once (gpointer data)
{
  if (g_once_init_enter (&once)) {
    number++;
    g_once_init_leave (&once, &number);
  }
  g_assert_cmpint (*once, ==, 1);
}

static gpointer
make_queue (void)
{
  return g_async_queue_new ();
}

static void
count_and_push (gpointer queue)
{
  number++;
  g_async_queue_push (queue, &number);
}

static void
pop_and_count (gpointer queue)
{
  int *popped = g_async_queue_pop (queue);

  ++*popped;
}

static void
job_cb (gpointer item, gpointer data)
{
  ++*(int *)item;
}

static gpointer
make_pool (void)
{
  return g_thread_pool_new (job_cb, NULL, 1, TRUE, NULL);
}

static void
count_and_push_job (gpointer pool)
{
  number++;
  g_thread_pool_push (pool, &number, NULL);
}

static void
end_pool_and_count (gpointer pool)
{
  g_thread_pool_free (pool, FALSE, TRUE);
  number++;
}

static gboolean
source_cb (gpointer data)
{
  number++;
  return G_SOURCE_REMOVE;
}

static gpointer
make_context (void)
{
  return g_main_context_new ();
}

static void
count_and_attach (gpointer context)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  number++;
  g_source_set_callback (source, source_cb, NULL, NULL);
  g_source_attach (source, context);
}

static void
iterate (gpointer context)
{
  g_main_context_iteration (context, TRUE);
}

static void
ended_cb (gpointer data, GObject *object)
{
  number++;
}

/* An object with two references that counts at its end. */
static gpointer
make_object (void)
{
  GObject *object = g_object_new (G_TYPE_OBJECT, NULL);

  g_object_weak_ref (object, ended_cb, NULL);
  return g_object_ref (object);
}

static void
count_and_unref (gpointer object)
{
  number++;
  g_object_unref (object);
}

static gpointer
make_cancellable (void)
{
  return g_cancellable_new ();
}

static void
count_and_cancel (gpointer cancellable)
{
  number++;
  g_cancellable_cancel (cancellable);
}

static void
see_cancelled_and_count (gpointer cancellable)
{
  g_assert_true (g_cancellable_is_cancelled (cancellable));
  number++;
}

static void
look_and_count (gpointer cancellable)
{
  g_assert_false (g_cancellable_is_cancelled (cancellable));
  number++;
}

static gpointer
make_text (void)
{
  return g_strdup ("text");
}

static void
write_text (gpointer text)
{
  *(char *)text = 'T';
}

static void
copy_text (gpointer text)
{
  g_free (g_strdup (text));
}

static const Case cases[] = {
    {"mutex", NULL, count_with_lock, count_with_lock},
    {"condition", NULL, count_and_signal, wait_and_count},
    {"once", NULL, count_once, count_once},
    {"queue", make_queue, count_and_push, pop_and_count},
    {"pool", make_pool, count_and_push_job, end_pool_and_count},
    {"source", make_context, count_and_attach, iterate},
    {"last-reference", make_object, count_and_unref, g_object_unref},
    {"cancellation", make_cancellable, count_and_cancel, see_cancelled_and_count},
    {"race", NULL, count, count},
    {"race-with-two-locks", NULL, count_with_lock, count_with_other_lock},
    {"race-without-cancellation", make_cancellable, count, look_and_count},
    {"race-with-a-copy", make_text, write_text, copy_text},
    {"race-with-an-end", make_text, write_text, g_free},
};

typedef struct {
  const Case *test;
  gpointer data;
  int is_done; /* set and read so that it puts nothing into an order */
} Run;

static gpointer
run_first (gpointer data)
{
  Run *run = data;

  run->test->first (run->data);
  __atomic_store_n (&run->is_done, TRUE, __ATOMIC_RELAXED);
  return NULL;
}

static void
run_case (const Case *test)
{
  Run run = {.test = test, .data = test->make ? test->make () : NULL};
  GThread *thread = g_thread_new (test->name, run_first, &run);

  while (!__atomic_load_n (&run.is_done, __ATOMIC_RELAXED))
    g_thread_yield ();
  test->second (run.data);
  g_thread_join (thread);
}

int
main (int argc, char **argv)
{
  g_assert_cmpint (argc, ==, 2);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    if (g_str_equal (cases[i].name, argv[1])) {
      run_case (&cases[i]);
      return 0;
    }
  }
  g_assert_not_reached ();
}
