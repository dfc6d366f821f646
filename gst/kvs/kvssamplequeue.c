/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvssamplequeue.h"

/* A span is open until it is ended, and in the queue until all of it is popped or it is dropped.
 * Everything but its count of references is under the lock of the queue. */
struct _KvsSpan {
  guint count;
  gboolean is_reverse;
  KvsSample **samples; /* as many as it had at first; NULL is not settled, or popped */
  guint n_popped;
  guint n_settled;
  guint64 reserved; /* bytes that are still to come, */
  guint64 held;     /* or have come and cannot be settled yet */
  gboolean is_ended;
  gboolean is_dropped;
  GError *error; /* what comes after the settled samples */
};

struct _KvsSampleQueue {
  guint64 max_bytes;

  GMutex lock; /* guards all that follows, and the spans */
  GCond changed;
  GQueue spans;
  guint64 length;   /* samples of the spans that are not popped */
  guint64 bytes;    /* of those that are settled */
  guint64 reserved; /* of the spans */
  guint64 held;     /* the same */
  gsize largest;    /* image so far */
  gboolean has_seen_still;
  gboolean is_flushing;
  gboolean is_finished;
  GError *error;
};

static void
span_clear (gpointer data)
{
  KvsSpan *self = data;

  g_free (self->samples);
  g_clear_error (&self->error);
}

void
kvs_span_unref (KvsSpan *self)
{
  g_atomic_rc_box_release_full (self, span_clear);
}

KvsSampleQueue *
kvs_sample_queue_new (guint64 max_bytes)
{
  KvsSampleQueue *self = g_new0 (KvsSampleQueue, 1);

  self->max_bytes = max_bytes != 0 ? max_bytes : G_MAXUINT64;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  g_queue_init (&self->spans);
  return self;
}

/* Called with the lock held. */
static void
set_reserved (KvsSampleQueue *self, KvsSpan *span, guint64 bytes)
{
  self->reserved += bytes - span->reserved;
  span->reserved = bytes;
}

/* Called with the lock held. */
static void
set_held (KvsSampleQueue *self, KvsSpan *span, guint64 bytes)
{
  self->held += bytes - span->held;
  span->held = bytes;
}

/* Called with the lock held. */
static void
release (KvsSampleQueue *self, KvsSpan *span)
{
  set_reserved (self, span, 0);
  set_held (self, span, 0);
}

/* Called with the lock held. */
static void
drop_spans (KvsSampleQueue *self)
{
  KvsSpan *span;

  while ((span = g_queue_pop_head (&self->spans))) {
    for (guint i = 0; i < span->count; i++)
      g_clear_pointer (&span->samples[i], kvs_sample_free);
    release (self, span);
    span->is_dropped = TRUE;
    kvs_span_unref (span);
  }
  self->length = 0;
  self->bytes = 0;
}

void
kvs_sample_queue_free (KvsSampleQueue *self)
{
  drop_spans (self);
  g_clear_error (&self->error);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_free (self);
}

KvsSpan *
kvs_sample_queue_add (KvsSampleQueue *self, guint count, gboolean is_reverse)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  KvsSpan *span = g_atomic_rc_box_new0 (KvsSpan);

  span->count = count;
  span->is_reverse = is_reverse;
  span->samples = g_new0 (KvsSample *, count);
  g_queue_push_tail (&self->spans, g_atomic_rc_box_acquire (span));
  self->length += count;
  return span;
}

/* The sample that is popped next out of @span, or NULL. Called with the lock held. */
static KvsSample **
find_next (KvsSpan *span)
{
  guint index;

  if (span->n_popped == span->count)
    return NULL;
  index = span->is_reverse ? span->count - 1 - span->n_popped : span->n_popped;
  return span->samples[index] != NULL ? &span->samples[index] : NULL;
}

/* Whether whoever pops waits for @span. Called with the lock held. */
static gboolean
is_awaited (KvsSampleQueue *self, KvsSpan *span)
{
  return g_queue_peek_head (&self->spans) == span && find_next (span) == NULL;
}

/* The size that the next image will likely not exceed. Called with the lock held. */
static gsize
get_image_bytes (KvsSampleQueue *self)
{
  return self->largest > 0 ? self->largest : KVS_SAMPLE_QUEUE_LIKELY_IMAGE_BYTES;
}

/* Called with the lock held. */
static gboolean
has_room (KvsSampleQueue *self, guint64 bytes)
{
  return self->bytes + self->reserved + bytes <= self->max_bytes;
}

/* Whether @bytes in all are, or can be, reserved for @span. Spans behind the first leave as much for that.
 * Called with the lock held. */
static gboolean
try_reserve (KvsSampleQueue *self, KvsSpan *span, guint64 bytes)
{
  gboolean is_first = g_queue_peek_head (&self->spans) == span;

  if (bytes <= span->reserved)
    return TRUE;
  if (!has_room (self, bytes - span->reserved + (is_first ? 0 : bytes)))
    return FALSE;
  set_reserved (self, span, bytes);
  return TRUE;
}

/* How many images to make room for at a time: what is popped in reverse is there in full before any of it
 * is. Called with the lock held. */
static guint
count_coming (const KvsSpan *span, guint n_images)
{
  return span->is_reverse ? MAX (n_images, span->count - span->n_settled) : n_images;
}

gboolean
kvs_sample_queue_reserve (KvsSampleQueue *self, KvsSpan *span, guint n_images)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  set_reserved (self, span, MIN (span->reserved, span->held));
  n_images = count_coming (span, n_images);
  g_cond_broadcast (&self->changed);
  while (!span->is_dropped &&
         !try_reserve (self, span, span->held + (guint64)get_image_bytes (self) * n_images) &&
         !is_awaited (self, span))
    g_cond_wait (&self->changed, &self->lock);
  return !span->is_dropped;
}

gboolean
kvs_sample_queue_hold (KvsSampleQueue *self, KvsSpan *span, guint64 bytes, gboolean is_least)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (!span->is_dropped)
    self->largest = MAX (self->largest, bytes - span->held);
  while (!span->is_dropped && !try_reserve (self, span, bytes)) {
    if (is_awaited (self, span) && is_least)
      break;
    if (is_awaited (self, span))
      return FALSE;
    g_cond_wait (&self->changed, &self->lock);
  }
  if (span->is_dropped)
    return FALSE;
  set_held (self, span, bytes);
  return TRUE;
}

void
kvs_sample_queue_let_go (KvsSampleQueue *self, KvsSpan *span, guint64 bytes)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (!span->is_dropped)
    set_held (self, span, bytes);
}

/* Whether an image of @size bytes can be taken, out of what is reserved for @span where that is
 * enough. Called with the lock held. */
static gboolean
can_take (KvsSampleQueue *self, KvsSpan *span, gsize size)
{
  return size <= span->reserved || has_room (self, size - span->reserved) ||
         is_awaited (self, span);
}

gboolean
kvs_sample_queue_settle (KvsSampleQueue *self, KvsSpan *span, guint index, KvsSample *sample)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  gsize size = kvs_sample_get_size (sample);

  while (!span->is_dropped && !can_take (self, span, size))
    g_cond_wait (&self->changed, &self->lock);
  if (span->is_dropped) {
    kvs_sample_free (sample);
    return FALSE;
  }
  set_reserved (self, span, span->reserved - MIN (span->reserved, size));
  self->bytes += size;
  self->largest = MAX (self->largest, size);
  self->has_seen_still |= sample->kind == KVS_SAMPLE_STILL;
  span->samples[index] = sample;
  span->n_settled++;
  g_cond_broadcast (&self->changed);
  return TRUE;
}

/* Called with the lock held. */
static gboolean
is_first_to_settle (KvsSampleQueue *self, KvsSpan *span)
{
  for (GList *l = self->spans.head; l != NULL && l->data != span; l = l->next) {
    const KvsSpan *before = l->data;

    if (before->n_settled < before->count)
      return FALSE;
  }
  return TRUE;
}

gboolean
kvs_sample_queue_wait_for_still (KvsSampleQueue *self, KvsSpan *span)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  while (!span->is_dropped && !self->has_seen_still && !is_first_to_settle (self, span))
    g_cond_wait (&self->changed, &self->lock);
  return self->has_seen_still;
}

void
kvs_sample_queue_end_span (KvsSampleQueue *self, KvsSpan *span, guint count, GError *error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  release (self, span);
  if (span->is_dropped) {
    g_clear_error (&error);
    return;
  }
  self->length -= span->count - count;
  span->count = count;
  span->is_ended = TRUE;
  span->error = error;
  g_cond_broadcast (&self->changed);
}

void
kvs_sample_queue_finish (KvsSampleQueue *self, GError *error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  g_clear_error (&self->error);
  self->is_finished = TRUE;
  self->error = error;
  g_cond_broadcast (&self->changed);
}

void
kvs_sample_queue_clear (KvsSampleQueue *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  drop_spans (self);
  self->is_finished = FALSE;
  g_clear_error (&self->error);
  g_cond_broadcast (&self->changed);
}

/* Takes the spans out of the queue that are popped to their end. Called with the lock held. */
static void
remove_popped_spans (KvsSampleQueue *self)
{
  KvsSpan *span;

  while ((span = g_queue_peek_head (&self->spans)) && span->is_ended && span->error == NULL &&
         span->n_popped == span->count)
    kvs_span_unref (g_queue_pop_head (&self->spans));
}

/* What ends the queue now: the error of the first span, or the end of all. Called with the lock
 * held. */
static gboolean
is_at_end (KvsSampleQueue *self, const GError **error)
{
  const KvsSpan *span = g_queue_peek_head (&self->spans);

  *error = span != NULL ? span->error : self->error;
  return span != NULL ? span->error != NULL : self->is_finished;
}

/* Called with the lock held. */
static KvsSample *
take_next (KvsSampleQueue *self)
{
  KvsSpan *span = g_queue_peek_head (&self->spans);
  KvsSample **next = span != NULL ? find_next (span) : NULL;
  KvsSample *sample;

  if (next == NULL)
    return NULL;
  sample = g_steal_pointer (next);
  span->n_popped++;
  self->length--;
  self->bytes -= kvs_sample_get_size (sample);
  g_cond_broadcast (&self->changed);
  return sample;
}

KvsSample *
kvs_sample_queue_pop (KvsSampleQueue *self, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  const GError *end_error;
  KvsSample *sample;

  for (;;) {
    if (self->is_flushing) {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "flushing");
      return NULL;
    }
    remove_popped_spans (self);
    sample = take_next (self);
    if (sample != NULL)
      return sample;
    if (is_at_end (self, &end_error)) {
      if (end_error != NULL)
        g_propagate_error (error, g_error_copy (end_error));
      return NULL;
    }
    /* Whoever fills the first span need not wait for room now. */
    g_cond_broadcast (&self->changed);
    g_cond_wait (&self->changed, &self->lock);
  }
}

void
kvs_sample_queue_set_flushing (KvsSampleQueue *self, gboolean flushing)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->is_flushing = flushing;
  g_cond_broadcast (&self->changed);
}

guint64
kvs_sample_queue_get_bytes (KvsSampleQueue *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->bytes + self->held;
}

guint64
kvs_sample_queue_get_length (KvsSampleQueue *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->length;
}

guint64
kvs_sample_queue_get_max_images (KvsSampleQueue *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return MAX (self->max_bytes / get_image_bytes (self), 1);
}

gsize
kvs_sample_queue_get_image_bytes (KvsSampleQueue *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return get_image_bytes (self);
}

gboolean
kvs_sample_queue_has_seen_still (KvsSampleQueue *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->has_seen_still;
}
