/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "testsource.h"

typedef struct {
  AwsCredentials *credentials; /* or NULL, and failure */
  GError *failure;
} Answer;

struct _TestSource {
  GObject parent_instance;

  char *name;

  GMutex lock; /* guards all below */
  GCond changed;
  GQueue answers;  /* that were not given yet */
  Answer *current; /* was given last, NULL at first */
  gboolean is_statically_stable;
  gboolean is_held;
  guint n_asked;
  guint n_cancelled;
};

static void test_source_source_init (AwsCredentialSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestSource, test_source, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (AWS_TYPE_CREDENTIAL_SOURCE, test_source_source_init))

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  g_clear_pointer (&answer->credentials, aws_credentials_unref);
  g_clear_error (&answer->failure);
  g_free (answer);
}

static void
test_source_finalize (GObject *object)
{
  TestSource *self = TEST_SOURCE (object);

  g_queue_clear_full (&self->answers, answer_free);
  g_clear_pointer (&self->current, answer_free);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_free (self->name);

  G_OBJECT_CLASS (test_source_parent_class)->finalize (object);
}

static void
test_source_class_init (TestSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_source_finalize;
}

static void
cancelled_cb (GCancellable *cancellable, TestSource *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  g_cond_broadcast (&self->changed);
}

/* Called with the lock held. */
static AwsCredentials *
give_answer (TestSource *self, GError **error)
{
  if (!g_queue_is_empty (&self->answers)) {
    g_clear_pointer (&self->current, answer_free);
    self->current = g_queue_pop_head (&self->answers);
  }
  g_assert_nonnull (self->current);
  if (self->current->credentials != NULL)
    return aws_credentials_ref (self->current->credentials);
  g_propagate_error (error, g_error_copy (self->current->failure));
  return NULL;
}

static AwsCredentials *
test_source_fetch (AwsCredentialSource *source, GCancellable *cancellable, GError **error)
{
  TestSource *self = TEST_SOURCE (source);
  AwsCredentials *credentials = NULL;
  gulong handler = 0;

  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), self, NULL);

  g_mutex_lock (&self->lock);
  self->n_asked++;
  g_cond_broadcast (&self->changed);
  while (self->is_held && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait (&self->changed, &self->lock);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    self->n_cancelled++;
  else
    credentials = give_answer (self, error);
  g_mutex_unlock (&self->lock);

  g_cancellable_disconnect (cancellable, handler);
  return credentials;
}

static const char *
test_source_get_name (AwsCredentialSource *source)
{
  return TEST_SOURCE (source)->name;
}

static gboolean
test_source_is_statically_stable (AwsCredentialSource *source)
{
  TestSource *self = TEST_SOURCE (source);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->is_statically_stable;
}

static void
test_source_source_init (AwsCredentialSourceInterface *iface)
{
  iface->fetch = test_source_fetch;
  iface->get_name = test_source_get_name;
  iface->is_statically_stable = test_source_is_statically_stable;
}

static void
test_source_init (TestSource *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  g_queue_init (&self->answers);
}

TestSource *
test_source_new (const char *name)
{
  TestSource *self = g_object_new (TEST_TYPE_SOURCE, NULL);

  self->name = g_strdup (name);
  return self;
}

static void
add_answer (TestSource *self, AwsCredentials *credentials, GError *failure)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  Answer *last = g_new0 (Answer, 1);

  last->credentials = credentials;
  last->failure = failure;
  g_queue_push_tail (&self->answers, last);
}

void
test_source_give (TestSource *self, const char *access_key, gint64 expiration_us)
{
  g_autoptr (GError) error = NULL;
  AwsCredentials *credentials =
      aws_credentials_new_expiring (access_key, "secret", NULL, expiration_us, &error);

  g_assert_no_error (error);
  add_answer (self, credentials, NULL);
}

void
test_source_fail (TestSource *self, AwsError code, const char *message)
{
  test_source_fail_with (self, g_error_new_literal (AWS_ERROR, (int)code, message));
}

void
test_source_fail_with (TestSource *self, GError *failure)
{
  add_answer (self, NULL, failure);
}

void
test_source_take_back (TestSource *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  g_queue_clear_full (&self->answers, answer_free);
}

void
test_source_set_statically_stable (TestSource *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->is_statically_stable = TRUE;
}

static void
set_held (TestSource *self, gboolean is_held)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->is_held = is_held;
  g_cond_broadcast (&self->changed);
}

void
test_source_hold (TestSource *self)
{
  set_held (self, TRUE);
}

void
test_source_release (TestSource *self)
{
  set_held (self, FALSE);
}

void
test_source_wait_until_asked (TestSource *self, guint n)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  while (self->n_asked < n)
    g_cond_wait (&self->changed, &self->lock);
}

guint
test_source_get_n_asked (TestSource *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->n_asked;
}

guint
test_source_get_n_cancelled (TestSource *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->n_cancelled;
}
