/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tells ThreadSanitizer which order GLib and GStreamer make between threads. They make it of futexes and
 * of instructions that the sanitizer has not seen compiled, so that it takes whatever they guard for a
 * race. Preloaded, each function here comes before the one it is named after, calls that one, and says
 * what comes before what: all that a thread did before it released an address has happened before what a
 * thread does that acquires this address later. It says no more than what the real function does, since an order that is
 * only claimed hides races.
 *
 * What libglib calls inside of libglib does not come by here. So queues, pools and sources are there as a
 * whole, and what the sanitizer sees of memory in functions of the C library has to be left out
 * (ignore_interceptors_accesses), but for what is told here. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <gio/gio.h>
#include <gst/gst.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

/* Of ThreadSanitizer's run time. Programs that the tests start are built without it. */
__attribute__ ((weak)) void __tsan_acquire (gconstpointer address);
__attribute__ ((weak)) void __tsan_release (gconstpointer address);
__attribute__ ((weak)) void __tsan_read_range (gconstpointer address, unsigned long size);
__attribute__ ((weak)) void __tsan_write_range (gpointer address, unsigned long size);

static void
acquire (gconstpointer address)
{
  if (__tsan_acquire)
    __tsan_acquire (address);
}

static void
release (gconstpointer address)
{
  if (__tsan_release)
    __tsan_release (address);
}

/* The function that stands behind. Asked for at the first call, since constructors of libraries come
 * before ours; twice at worst, with one answer. */
#define REAL(name)                                                                                 \
  static typeof (&name) real;                                                                      \
  if (__atomic_load_n (&real, __ATOMIC_RELAXED) == NULL)                                           \
  __atomic_store_n (&real, (typeof (&name))dlsym (RTLD_NEXT, #name), __ATOMIC_RELAXED)

#define LOCK(name, Type)                                                                           \
  void (name) (Type * lock)                                                                        \
  {                                                                                                \
    REAL (name);                                                                                   \
    real (lock);                                                                                   \
    acquire (lock);                                                                                \
  }

#define TRYLOCK(name, Type)                                                                        \
  gboolean (name) (Type * lock)                                                                    \
  {                                                                                                \
    REAL (name);                                                                                   \
    if (!real (lock))                                                                              \
      return FALSE;                                                                                \
    acquire (lock);                                                                                \
    return TRUE;                                                                                   \
  }

#define UNLOCK(name, Type)                                                                         \
  void (name) (Type * lock)                                                                        \
  {                                                                                                \
    REAL (name);                                                                                   \
    release (lock);                                                                                \
    real (lock);                                                                                   \
  }

/* Memory: that it ends, and that it is read for a copy. */

void (g_free) (gpointer memory)
{
  if (__tsan_write_range && memory)
    __tsan_write_range (memory, malloc_usable_size (memory));
  free (memory);
}

char *(g_strdup)(const char *text)
{
  REAL (g_strdup);
  if (__tsan_read_range && text)
    __tsan_read_range (text, strlen (text) + 1);
  return real (text);
}

/* Locks. GRecMutex and GRWLock are pthread's, which the sanitizer sees. */

LOCK (g_mutex_lock, GMutex)
TRYLOCK (g_mutex_trylock, GMutex)
UNLOCK (g_mutex_unlock, GMutex)

/* Conditions. What they order is what their mutex orders. */

void
g_cond_wait (GCond *cond, GMutex *mutex)
{
  REAL (g_cond_wait);
  release (mutex);
  real (cond, mutex);
  acquire (mutex);
}

gboolean
g_cond_wait_until (GCond *cond, GMutex *mutex, gint64 end_time)
{
  gboolean is_signalled;

  REAL (g_cond_wait_until);
  release (mutex);
  is_signalled = real (cond, mutex, end_time);
  acquire (mutex);
  return is_signalled;
}

/* What is done once. The way past g_once_init_enter(), when it is done, is a load in our own code, which
 * acquires the same address. */

gpointer (g_once_impl) (GOnce *once, GThreadFunc func, gpointer data)
{
  gpointer value;

  REAL (g_once_impl);
  value = real (once, func, data);
  release (once);
  acquire (once);
  return value;
}

gboolean (g_once_init_enter) (volatile void *location)
{
  gboolean is_first;

  REAL (g_once_init_enter);
  is_first = real (location);
  acquire ((gconstpointer)location);
  return is_first;
}

void (g_once_init_leave) (volatile void *location, gsize result)
{
  REAL (g_once_init_leave);
  release ((gconstpointer)location);
  real (location, result);
}

/* Classes. The first object of a class makes it, and those of other threads find it made. */

static char classes;

#define MAKES(Type, type)                                                                          \
  gboolean is_first = g_type_class_peek (type) == NULL;                                            \
  Type *made;                                                                                      \
  acquire (&classes)

#define MADE                                                                                       \
  if (is_first)                                                                                    \
    release (&classes);                                                                            \
  return made

gpointer
g_type_class_ref (GType type)
{
  MAKES (void, type);

  REAL (g_type_class_ref);
  made = real (type);
  MADE;
}

GObject *
g_object_new_valist (GType type, const char *first_name, va_list arguments)
{
  MAKES (GObject, type);

  REAL (g_object_new_valist);
  made = real (type, first_name, arguments);
  MADE;
}

GObject *
g_object_new_with_properties (
    GType type, guint n_properties, const char *names[], const GValue values[])
{
  MAKES (GObject, type);

  REAL (g_object_new_with_properties);
  made = real (type, n_properties, names, values);
  MADE;
}

gpointer
g_object_new (GType type, const char *first_name, ...)
{
  va_list arguments;
  GObject *object;

  va_start (arguments, first_name);
  object = first_name ? g_object_new_valist (type, first_name, arguments)
                      : g_object_new_with_properties (type, 0, NULL, NULL);
  va_end (arguments);
  return object;
}

/* The last reference. What others did with an object before they let it go comes before its end. */

#define UNREF(name, Type, Result)                                                                  \
  Result (name) (Type object)                                                                      \
  {                                                                                                \
    REAL (name);                                                                                   \
    release (object);                                                                              \
    acquire (object);                                                                              \
    return real (object);                                                                          \
  }

UNREF (g_object_unref, gpointer, void)
UNREF (gst_object_unref, gpointer, void)
UNREF (gst_mini_object_unref, GstMiniObject *, void)
UNREF (g_bytes_unref, GBytes *, void)
UNREF (g_hash_table_unref, GHashTable *, void)
UNREF (g_ptr_array_unref, GPtrArray *, void)
UNREF (g_array_unref, GArray *, void)
UNREF (g_byte_array_unref, GByteArray *, void)
UNREF (g_main_context_unref, GMainContext *, void)
UNREF (g_main_loop_unref, GMainLoop *, void)
UNREF (g_source_unref, GSource *, void)
UNREF (g_atomic_rc_box_release, gpointer, void)

void
g_atomic_rc_box_release_full (gpointer box, GDestroyNotify clear)
{
  REAL (g_atomic_rc_box_release_full);
  release (box);
  acquire (box);
  real (box, clear);
}

gboolean (g_atomic_ref_count_dec) (gatomicrefcount *count)
{
  REAL (g_atomic_ref_count_dec);
  release (count);
  acquire (count);
  return real (count);
}

/* Queues */

void
g_async_queue_push (GAsyncQueue *queue, gpointer data)
{
  REAL (g_async_queue_push);
  release (queue);
  real (queue, data);
}

#define POP(name)                                                                                  \
  gpointer (name) (GAsyncQueue * queue)                                                            \
  {                                                                                                \
    gpointer data;                                                                                 \
                                                                                                   \
    REAL (name);                                                                                   \
    data = real (queue);                                                                           \
    acquire (queue);                                                                               \
    return data;                                                                                   \
  }

POP (g_async_queue_pop)
POP (g_async_queue_try_pop)

gpointer
g_async_queue_timeout_pop (GAsyncQueue *queue, guint64 timeout)
{
  gpointer data;

  REAL (g_async_queue_timeout_pop);
  data = real (queue, timeout);
  acquire (queue);
  return data;
}

/* Pools of threads. Also GStreamer's tasks, that is streaming threads, and GIO's are run by them. */

typedef struct {
  GFunc func;
  gpointer data;
} Job;

/* The function of each pool, which is what a push to it releases. They are few, and never freed. */
static GMutex jobs_lock;
static GHashTable *jobs;

static void
run_job (gpointer item, gpointer data)
{
  Job *job = data;

  acquire (job);
  job->func (item, job->data);
  release (job);
}

static Job *
make_job (GFunc func, gpointer data)
{
  Job *job = g_new (Job, 1);

  *job = (Job){.func = func, .data = data};
  return job;
}

static GThreadPool *
note_job (GThreadPool *pool, Job *job)
{
  g_mutex_lock (&jobs_lock);
  if (jobs == NULL)
    jobs = g_hash_table_new (NULL, NULL);
  g_hash_table_insert (jobs, pool, job);
  g_mutex_unlock (&jobs_lock);
  return pool;
}

static Job *
find_job (GThreadPool *pool)
{
  Job *job;

  g_mutex_lock (&jobs_lock);
  job = g_hash_table_lookup (jobs, pool);
  g_mutex_unlock (&jobs_lock);
  return job;
}

GThreadPool *
g_thread_pool_new (GFunc func, gpointer data, gint max_threads, gboolean exclusive, GError **error)
{
  Job *job = make_job (func, data);

  REAL (g_thread_pool_new);
  return note_job (real (run_job, job, max_threads, exclusive, error), job);
}

GThreadPool *
g_thread_pool_new_full (GFunc func, gpointer data, GDestroyNotify free_item, gint max_threads,
    gboolean exclusive, GError **error)
{
  Job *job = make_job (func, data);

  REAL (g_thread_pool_new_full);
  return note_job (real (run_job, job, free_item, max_threads, exclusive, error), job);
}

gboolean
g_thread_pool_push (GThreadPool *pool, gpointer item, GError **error)
{
  REAL (g_thread_pool_push);
  release (find_job (pool));
  return real (pool, item, error);
}

void
g_thread_pool_free (GThreadPool *pool, gboolean immediate, gboolean wait)
{
  Job *job = find_job (pool);

  REAL (g_thread_pool_free);
  real (pool, immediate, wait);
  acquire (job);
}

/* Sources of a main context that call a GSourceFunc: what was done before one was attached, for the thread
 * that calls it. */

typedef struct {
  GSource *source;
  GSourceFunc func;
  gpointer data;
  GDestroyNotify notify;
} Callback;

static gboolean
call_cb (gpointer data)
{
  Callback *callback = data;

  acquire (callback->source);
  return callback->func (callback->data);
}

static void
free_callback (gpointer data)
{
  Callback *callback = data;

  acquire (callback->source);
  if (callback->notify)
    callback->notify (callback->data);
  free (callback);
}

void
g_source_set_callback (GSource *source, GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  Callback *callback;

  REAL (g_source_set_callback);
  if (source->source_funcs != &g_idle_funcs && source->source_funcs != &g_timeout_funcs) {
    real (source, func, data, notify);
    return;
  }
  callback = g_new (Callback, 1);
  *callback = (Callback){.source = source, .func = func, .data = data, .notify = notify};
  real (source, call_cb, callback, free_callback);
}

guint
g_source_attach (GSource *source, GMainContext *context)
{
  REAL (g_source_attach);
  release (source);
  return real (source, context);
}

/* What was done before a cancellation, for the thread that sees it. */

void
g_cancellable_cancel (GCancellable *cancellable)
{
  REAL (g_cancellable_cancel);
  release (cancellable);
  real (cancellable);
}

gboolean
g_cancellable_is_cancelled (GCancellable *cancellable)
{
  gboolean is_cancelled;

  REAL (g_cancellable_is_cancelled);
  is_cancelled = real (cancellable);
  if (is_cancelled)
    acquire (cancellable);
  return is_cancelled;
}

gboolean
g_cancellable_set_error_if_cancelled (GCancellable *cancellable, GError **error)
{
  gboolean is_cancelled;

  REAL (g_cancellable_set_error_if_cancelled);
  is_cancelled = real (cancellable, error);
  if (is_cancelled)
    acquire (cancellable);
  return is_cancelled;
}
