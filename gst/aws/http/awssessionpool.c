/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awssessionpool.h"

struct _AwsPooledSession {
  AwsSessionPool *pool; /* NULL while it is idle */
  SoupSession *session;
  char *origin; /* what it sends to, such as https://example.com:443 */
};

struct _AwsSessionPool {
  GObject parent_instance;

  GMutex lock; /* guards idle */
  GQueue idle; /* of AwsPooledSession, the one given back last at the front */
};

G_DEFINE_FINAL_TYPE (AwsSessionPool, aws_session_pool, G_TYPE_OBJECT)

static void
pooled_session_free (AwsPooledSession *pooled)
{
  g_object_unref (pooled->session);
  g_free (pooled->origin);
  g_free (pooled);
}

static void
aws_session_pool_finalize (GObject *object)
{
  AwsSessionPool *self = AWS_SESSION_POOL (object);

  g_queue_clear_full (&self->idle, (GDestroyNotify)pooled_session_free);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (aws_session_pool_parent_class)->finalize (object);
}

static void
aws_session_pool_class_init (AwsSessionPoolClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aws_session_pool_finalize;
}

static void
aws_session_pool_init (AwsSessionPool *self)
{
  g_mutex_init (&self->lock);
  g_queue_init (&self->idle);
}

AwsSessionPool *
aws_session_pool_new (void)
{
  return g_object_new (AWS_TYPE_SESSION_POOL, NULL);
}

static int
compare_origin (gconstpointer pooled, gconstpointer origin)
{
  return g_strcmp0 (((const AwsPooledSession *)pooled)->origin, origin);
}

static AwsPooledSession *
take_idle (AwsSessionPool *self, const char *origin)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  GList *link = g_queue_find_custom (&self->idle, origin, compare_origin);
  AwsPooledSession *pooled = link != NULL ? link->data : NULL;

  if (link != NULL)
    g_queue_delete_link (&self->idle, link);
  return pooled;
}

AwsPooledSession *
aws_session_pool_take (AwsSessionPool *self, GUri *uri, AwsSessionMaker make, gpointer user_data)
{
  g_autofree char *origin = g_strdup_printf (
      "%s://%s:%d", g_uri_get_scheme (uri), g_uri_get_host (uri), g_uri_get_port (uri));
  AwsPooledSession *pooled = take_idle (self, origin);

  if (pooled == NULL) {
    pooled = g_new0 (AwsPooledSession, 1);
    pooled->session = make (uri, user_data);
    pooled->origin = g_steal_pointer (&origin);
  }
  pooled->pool = g_object_ref (self);
  return pooled;
}

SoupSession *
aws_pooled_session_get (AwsPooledSession *pooled)
{
  return pooled->session;
}

void
aws_pooled_session_give_back (AwsPooledSession *pooled)
{
  g_autoptr (AwsSessionPool) pool = g_steal_pointer (&pooled->pool);

  g_mutex_lock (&pool->lock);
  g_queue_push_head (&pool->idle, pooled);
  g_mutex_unlock (&pool->lock);
}
