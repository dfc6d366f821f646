/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvssamplequeue.h"

#define MIN_CAPACITY 64

/* A ring: the sample at a position is in slot position % capacity, which is a power of two. */
struct _KvsSampleQueue {
  KvsSample **slots;
  gsize capacity;
  guint64 next;
  GError *error;
  guint64 error_position;
};

KvsSampleQueue *
kvs_sample_queue_new (void)
{
  KvsSampleQueue *self = g_new0 (KvsSampleQueue, 1);

  self->capacity = MIN_CAPACITY;
  self->slots = g_new0 (KvsSample *, self->capacity);
  return self;
}

void
kvs_sample_queue_free (KvsSampleQueue *self)
{
  kvs_sample_queue_clear (self);
  g_free (self->slots);
  g_free (self);
}

void
kvs_sample_queue_clear (KvsSampleQueue *self)
{
  for (gsize i = 0; i < self->capacity; i++)
    g_clear_pointer (&self->slots[i], kvs_sample_free);
  g_clear_error (&self->error);
  self->next = 0;
}

static KvsSample **
get_slot (KvsSampleQueue *self, guint64 position)
{
  return &self->slots[position & (self->capacity - 1)];
}

static void
grow (KvsSampleQueue *self, guint64 position)
{
  KvsSampleQueue grown = {.capacity = self->capacity};

  while (position - self->next >= grown.capacity)
    grown.capacity *= 2;
  grown.slots = g_new0 (KvsSample *, grown.capacity);
  for (gsize i = 0; i < self->capacity; i++)
    *get_slot (&grown, self->next + i) = *get_slot (self, self->next + i);
  g_free (self->slots);
  self->slots = grown.slots;
  self->capacity = grown.capacity;
}

void
kvs_sample_queue_push (KvsSampleQueue *self, guint64 position, KvsSample *sample)
{
  g_return_if_fail (position >= self->next);

  if (position - self->next >= self->capacity)
    grow (self, position);
  *get_slot (self, position) = sample;
}

void
kvs_sample_queue_fail (KvsSampleQueue *self, guint64 position, GError *error)
{
  if (self->error != NULL && self->error_position <= position) {
    g_error_free (error);
    return;
  }
  g_clear_error (&self->error);
  self->error = error;
  self->error_position = position;
}

gboolean
kvs_sample_queue_is_ready (KvsSampleQueue *self)
{
  return *get_slot (self, self->next) != NULL;
}

KvsSample *
kvs_sample_queue_pop (KvsSampleQueue *self)
{
  KvsSample *sample = g_steal_pointer (get_slot (self, self->next));

  if (sample != NULL)
    self->next++;
  return sample;
}

const GError *
kvs_sample_queue_get_error (KvsSampleQueue *self)
{
  return self->error != NULL && self->error_position <= self->next ? self->error : NULL;
}

guint64
kvs_sample_queue_get_next (KvsSampleQueue *self)
{
  return self->next;
}
