/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awscredentialsprovider.h"

struct _AwsCredentialsProvider {
  GObject parent_instance;

  AwsCredentialSource *source; /* NULL where the credentials are static */
  char *id;
  AwsClock *clock;

  GMutex lock; /* guards credentials, and that one thread asks the source */
  AwsCredentials *credentials;
};

G_DEFINE_FINAL_TYPE (AwsCredentialsProvider, aws_credentials_provider, G_TYPE_OBJECT)

static void
aws_credentials_provider_finalize (GObject *object)
{
  AwsCredentialsProvider *self = AWS_CREDENTIALS_PROVIDER (object);

  g_clear_object (&self->source);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->credentials, aws_credentials_unref);
  g_free (self->id);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (aws_credentials_provider_parent_class)->finalize (object);
}

static void
aws_credentials_provider_class_init (AwsCredentialsProviderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aws_credentials_provider_finalize;
}

static void
aws_credentials_provider_init (AwsCredentialsProvider *self)
{
  g_mutex_init (&self->lock);
}

AwsCredentialsProvider *
aws_credentials_provider_new (AwsCredentialSource *source, const char *id, AwsClock *clock)
{
  AwsCredentialsProvider *self = g_object_new (AWS_TYPE_CREDENTIALS_PROVIDER, NULL);

  self->source = g_object_ref (source);
  self->id = g_strdup (id);
  self->clock = g_object_ref (clock != NULL ? clock : aws_clock_get_default ());
  return self;
}

/* Names the identity by all of its parts, in a form that tells none of them. */
static char *
make_id (AwsCredentials *credentials)
{
  const char *session_token = aws_credentials_get_session_token (credentials);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  const char *const parts[] = {aws_credentials_get_access_key (credentials),
      aws_credentials_get_secret_key (credentials), session_token != NULL ? session_token : ""};

  /* No part holds a space. */
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_checksum_update (checksum, (const guchar *)parts[i], -1);
    g_checksum_update (checksum, (const guchar *)" ", 1);
  }
  return g_strdup (g_checksum_get_string (checksum));
}

AwsCredentialsProvider *
aws_credentials_provider_new_static (AwsCredentials *credentials)
{
  AwsCredentialsProvider *self = g_object_new (AWS_TYPE_CREDENTIALS_PROVIDER, NULL);

  self->credentials = aws_credentials_ref (credentials);
  self->id = make_id (credentials);
  return self;
}

/* Called with the lock held. */
static gboolean
is_good (AwsCredentialsProvider *self, gint64 clock_offset_us)
{
  if (self->source == NULL)
    return TRUE;
  return self->credentials != NULL && aws_clock_get_real_time (self->clock) + clock_offset_us <
                                          aws_credentials_get_expiration (self->credentials);
}

AwsCredentials *
aws_credentials_provider_get (
    AwsCredentialsProvider *self, gint64 clock_offset_us, GCancellable *cancellable, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (!is_good (self, clock_offset_us)) {
    g_clear_pointer (&self->credentials, aws_credentials_unref);
    self->credentials = aws_credential_source_fetch (self->source, cancellable, error);
  }
  return self->credentials != NULL ? aws_credentials_ref (self->credentials) : NULL;
}

gboolean
aws_credentials_provider_invalidate (AwsCredentialsProvider *self, AwsCredentials *credentials)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (self->source == NULL)
    return FALSE;
  if (self->credentials == credentials)
    g_clear_pointer (&self->credentials, aws_credentials_unref);
  return TRUE;
}

const char *
aws_credentials_provider_get_id (AwsCredentialsProvider *self)
{
  return self->id;
}
