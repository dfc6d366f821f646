/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A bucket for each limit of each stream and of the account. */
#include "emulatorquota.h"

#include "emulatorbucket.h"
#include "emulatorerror.h"

#define METADATA_POINTS 10000
#define METADATA_POINTS_PER_CALL 400
#define MEDIA_POINTS 500
#define CALLS_PER_STREAM 5
#define CALLS_PER_ACCOUNT 300
/* No stream has this name. */
#define ACCOUNT ""

struct _EmulatorQuota {
  GMutex lock; /* guards buckets */
  GHashTable *buckets;
};

EmulatorQuota *
emulator_quota_new (void)
{
  EmulatorQuota *quota = g_new0 (EmulatorQuota, 1);

  g_mutex_init (&quota->lock);
  quota->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return quota;
}

void
emulator_quota_free (EmulatorQuota *quota)
{
  g_hash_table_unref (quota->buckets);
  g_mutex_clear (&quota->lock);
  g_free (quota);
}

static gboolean
take (EmulatorQuota *self, const char *stream, const char *limit, double rate, double points,
    gint64 now_ms)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autofree char *key = g_strconcat (limit, "/", stream, NULL);
  EmulatorBucket *bucket = g_hash_table_lookup (self->buckets, key);

  if (bucket == NULL) {
    bucket = g_new0 (EmulatorBucket, 1);
    bucket->rate = rate;
    g_hash_table_insert (self->buckets, g_steal_pointer (&key), bucket);
  }
  return emulator_bucket_take (bucket, points, now_ms);
}

static gboolean
refuse (const char *operation, const char *stream, GError **error)
{
  g_set_error (error, EMULATOR_ERROR, EMULATOR_ERROR_CLIENT_LIMIT_EXCEEDED,
      "Limit exceeded on number of requests for %s API for resource '%s'", operation, stream);
  return FALSE;
}

gboolean
emulator_quota_take_images (
    EmulatorQuota *quota, const char *stream, guint n_images, gint64 now_ms, GError **error)
{
  if (take (quota, stream, "metadata", METADATA_POINTS, METADATA_POINTS_PER_CALL + n_images,
          now_ms) &&
      take (quota, stream, "media", MEDIA_POINTS, n_images, now_ms))
    return TRUE;
  return refuse ("GetImages", stream, error);
}

gboolean
emulator_quota_take_fragments (
    EmulatorQuota *quota, const char *stream, guint n_fragments, gint64 now_ms, GError **error)
{
  if (take (quota, stream, "metadata", METADATA_POINTS, n_fragments, now_ms))
    return TRUE;
  return refuse ("ListFragments", stream, error);
}

gboolean
emulator_quota_take_call (
    EmulatorQuota *quota, const char *stream, const char *operation, gint64 now_ms, GError **error)
{
  if (!take (quota, stream, operation, CALLS_PER_STREAM, 1, now_ms))
    return refuse (operation, stream, error);
  if (take (quota, ACCOUNT, operation, CALLS_PER_ACCOUNT, 1, now_ms))
    return TRUE;
  g_set_error (error, EMULATOR_ERROR, EMULATOR_ERROR_CLIENT_LIMIT_EXCEEDED,
      "Limit exceeded on number of requests for %s API", operation);
  return FALSE;
}
