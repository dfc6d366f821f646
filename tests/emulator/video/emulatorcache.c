/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A table for finding a still and a queue, most recently used first, for forgetting it. */
#include "emulatorcache.h"

typedef struct {
  guint frame;
  EmulatorImageSpec spec;
  GBytes *still;
  GList link; /* in the queue of uses; its data is the entry */
} CacheEntry;

struct _EmulatorCache {
  GObject parent;

  gsize max_bytes;

  GMutex lock; /* guards all below */
  gsize bytes;
  GHashTable *entries; /* CacheEntry, owned, keyed by itself */
  GQueue uses;
};

G_DEFINE_FINAL_TYPE (EmulatorCache, emulator_cache, G_TYPE_OBJECT)

static guint
cache_entry_hash (gconstpointer key)
{
  const CacheEntry *entry = key;
  guint size = entry->spec.width * 31 + entry->spec.height;

  return ((entry->frame * 31 + size) * 31 + entry->spec.quality) * 31 + entry->spec.format;
}

static gboolean
cache_entry_equal (gconstpointer left, gconstpointer right)
{
  const CacheEntry *a = left, *b = right;

  return a->frame == b->frame && a->spec.format == b->spec.format &&
         a->spec.quality == b->spec.quality && a->spec.width == b->spec.width &&
         a->spec.height == b->spec.height;
}

static void
cache_entry_free (gpointer data)
{
  CacheEntry *entry = data;

  g_bytes_unref (entry->still);
  g_free (entry);
}

static void
emulator_cache_finalize (GObject *object)
{
  EmulatorCache *self = EMULATOR_CACHE (object);

  g_hash_table_unref (self->entries);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (emulator_cache_parent_class)->finalize (object);
}

static void
emulator_cache_class_init (EmulatorCacheClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = emulator_cache_finalize;
}

static void
emulator_cache_init (EmulatorCache *self)
{
  g_mutex_init (&self->lock);
  g_queue_init (&self->uses);
  self->entries =
      g_hash_table_new_full (cache_entry_hash, cache_entry_equal, NULL, cache_entry_free);
}

EmulatorCache *
emulator_cache_new (gsize max_bytes)
{
  EmulatorCache *self = g_object_new (EMULATOR_TYPE_CACHE, NULL);

  self->max_bytes = max_bytes;
  return self;
}

GBytes *
emulator_cache_lookup (EmulatorCache *self, guint frame, const EmulatorImageSpec *spec)
{
  const CacheEntry key = {.frame = frame, .spec = *spec};
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  CacheEntry *entry = g_hash_table_lookup (self->entries, &key);

  if (entry == NULL)
    return NULL;
  g_queue_unlink (&self->uses, &entry->link);
  g_queue_push_head_link (&self->uses, &entry->link);
  return g_bytes_ref (entry->still);
}

/* Called with the lock held. */
static void
forget_oldest (EmulatorCache *self)
{
  CacheEntry *entry = g_queue_pop_tail_link (&self->uses)->data;

  self->bytes -= g_bytes_get_size (entry->still);
  g_hash_table_remove (self->entries, entry);
}

void
emulator_cache_insert (
    EmulatorCache *self, guint frame, const EmulatorImageSpec *spec, GBytes *still)
{
  const CacheEntry key = {.frame = frame, .spec = *spec};
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  CacheEntry *entry;

  if (g_bytes_get_size (still) > self->max_bytes || g_hash_table_contains (self->entries, &key))
    return;

  entry = g_new (CacheEntry, 1);
  *entry = key;
  entry->still = g_bytes_ref (still);
  entry->link = (GList){.data = entry};
  g_hash_table_add (self->entries, entry);
  g_queue_push_head_link (&self->uses, &entry->link);
  self->bytes += g_bytes_get_size (still);
  while (self->bytes > self->max_bytes)
    forget_oldest (self);
}

gsize
emulator_cache_get_size (EmulatorCache *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->bytes;
}
