/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "testfetch.h"

struct _TestFetch {
  AwsCredentialSource *source;
  GCancellable *cancellable;
  GThread *thread;
};

static gpointer
fetch_cb (gpointer data)
{
  TestFetch *self = data;
  GError *error = NULL;

  g_assert_null (aws_credential_source_fetch (self->source, self->cancellable, &error));
  return error;
}

TestFetch *
test_fetch_new (AwsCredentialSource *source)
{
  TestFetch *self = g_new0 (TestFetch, 1);

  self->source = g_object_ref (source);
  self->cancellable = g_cancellable_new ();
  self->thread = g_thread_new ("fetch", fetch_cb, self);
  return self;
}

void
test_fetch_assert_cancels (TestFetch *self)
{
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (self->cancellable);
  error = g_thread_join (self->thread);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_object_unref (self->source);
  g_object_unref (self->cancellable);
  g_free (self);
}
