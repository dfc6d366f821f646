/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The times of renewals are those of AWS's SDK for Go: many clients on one machine must not wait
 * for each other, nor ask a server that is down at each call, nor lose credentials that are still
 * valid because it is down. */
#include "awscredentialsprovider.h"

#include "awserror.h"
#include "awslog.h"
#include "awsthread.h"

#include <string.h>

#define MINUTE_US (G_GINT64_CONSTANT (60) * G_USEC_PER_SEC)

/* How long before the expiry new credentials are requested while the old ones are still used; half
 * of the old ones' lifetime at most. */
#define SHORT_LIFETIME_US (20 * MINUTE_US)
#define SHORT_EARLY_WINDOW_US (5 * MINUTE_US)
#define MEDIUM_LIFETIME_US (90 * MINUTE_US)
#define MEDIUM_EARLY_WINDOW_US (15 * MINUTE_US)
#define LONG_EARLY_WINDOW_US (60 * MINUTE_US)

/* How long before the expiry callers wait for new ones; a quarter of the lifetime at most. */
#define MANDATORY_WINDOW_US MINUTE_US

/* How long (half of it at least) until a source that had nothing new is asked again: a tenth of the
 * lifetime at most, and in the mandatory window a tenth of that. */
#define MAX_PAUSE_US (10 * MINUTE_US)

/* How long (half of it at least) a source is not asked again after it has given credentials that
 * the service has rejected. */
#define MAX_INSISTENCE_US (5 * G_USEC_PER_SEC)

/* How long expired credentials of a statically stable source are used. */
#define MIN_EXTENSION_US (10 * MINUTE_US)
#define MAX_EXTENSION_US (15 * MINUTE_US)

/* At first there are no credentials, and callers wait for them. Later the time decides:
 * - fresh, up to early_us: they are given;
 * - early, up to mandatory_us: they are given, and a refresh begins unless there is a pause after
 *   one that brought nothing new;
 * - mandatory, up to expiry_us: callers wait for a refresh, but get the old ones when it fails, or
 *   when there is a pause;
 * - expired, or refused by the service at any time: callers wait for a refresh, and get its error.
 *
 * A refresh is one fetch from the source, in a thread of its own. It brings new credentials, which
 * begin anew; or nothing new, because it fails, or because the source still has the same; then
 * there is a pause. Only with a statically stable source do expired credentials become fresh again
 * without new ones.
 *
 * The times of credentials are by the service's clock, which is the local one and the offset that
 * the caller knows; pauses are by the monotonic clock. */
struct _AwsCredentialsProvider {
  GObject parent_instance;

  AwsCredentialSource *source;
  char *id;
  AwsClock *clock;
  GCancellable *stop; /* ends the refresh when the provider ends */

  GMutex lock;     /* guards all below */
  GCond refreshed; /* n_refreshes has changed, or a caller was cancelled */

  AwsCredentials *credentials; /* NULL until there are some */
  gint64 early_us;
  gint64 mandatory_us;
  gint64 expiry_us;
  gint64 lifetime_us;
  gboolean is_refused;      /* the service has rejected the credentials */
  gboolean is_outliving;    /* credentials are used beyond their own expiration */
  gint64 pause_end_us;      /* the earliest that an early refresh may begin */
  gint64 insistence_end_us; /* until then rejected credentials cause no refresh */

  GThread *thread; /* of the last refresh */
  gboolean is_refreshing;
  gint64 clock_offset_us; /* of the caller that began the last refresh */
  guint64 n_refreshes;    /* that have ended */
  GError *failure;        /* of the last one that has ended */
};

G_DEFINE_FINAL_TYPE (AwsCredentialsProvider, aws_credentials_provider, G_TYPE_OBJECT)

static void
aws_credentials_provider_finalize (GObject *object)
{
  AwsCredentialsProvider *self = AWS_CREDENTIALS_PROVIDER (object);

  g_cancellable_cancel (self->stop);
  if (self->thread != NULL)
    g_thread_join (self->thread);

  g_clear_object (&self->source);
  g_clear_object (&self->clock);
  g_clear_object (&self->stop);
  g_clear_pointer (&self->credentials, aws_credentials_unref);
  g_clear_error (&self->failure);
  g_free (self->id);
  g_cond_clear (&self->refreshed);
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
  g_cond_init (&self->refreshed);
  self->stop = g_cancellable_new ();
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

/* A random time from @min_us up to @max_us. */
static gint64
choose (AwsCredentialsProvider *self, gint64 min_us, gint64 max_us)
{
  return min_us + (gint64)(aws_clock_get_random (self->clock) * (double)(max_us - min_us));
}

static gint64
get_early_window (gint64 lifetime_us)
{
  gint64 window_us = LONG_EARLY_WINDOW_US;

  if (lifetime_us <= SHORT_LIFETIME_US)
    window_us = SHORT_EARLY_WINDOW_US;
  else if (lifetime_us < MEDIUM_LIFETIME_US)
    window_us = MEDIUM_EARLY_WINDOW_US;
  return MIN (window_us, lifetime_us / 2);
}

/* Called with the lock held. */
static void
set_expiry (AwsCredentialsProvider *self, gint64 now_us, gint64 expiry_us)
{
  self->lifetime_us = expiry_us - now_us;
  self->expiry_us = expiry_us;
  self->early_us = expiry_us - get_early_window (self->lifetime_us);
  self->mandatory_us = expiry_us - MIN (MANDATORY_WINDOW_US, self->lifetime_us / 4);
  self->pause_end_us = 0;
}

/* A pause may be long while the credentials are, but does not reach into the mandatory window, where
 * a tenth of that is enough. Called with the lock held. */
static void
begin_pause (AwsCredentialsProvider *self, gint64 now_us)
{
  gint64 max_us = MIN (MAX_PAUSE_US, self->lifetime_us / 10);
  gint64 limit_us = MAX (self->mandatory_us - now_us, (self->expiry_us - self->mandatory_us) / 10);

  self->pause_end_us = aws_clock_get_monotonic_time (self->clock) +
                       MIN (choose (self, max_us / 2, max_us), limit_us);
}

/* Called with the lock held. */
static gboolean
is_valid (AwsCredentialsProvider *self, gint64 now_us)
{
  return self->credentials != NULL && !self->is_refused && now_us < self->expiry_us;
}

/* Called with the lock held. */
static gint64
get_time (AwsCredentialsProvider *self, gint64 clock_offset_us)
{
  return aws_clock_get_real_time (self->clock) + clock_offset_us;
}

/* Keeps on using credentials that have expired. Called with the lock held. */
static void
outlive (AwsCredentialsProvider *self, gint64 now_us)
{
  if (!self->is_outliving)
    g_message ("The credentials from %s have expired, and there are no new ones: still using them",
        aws_credential_source_get_name (self->source));
  self->is_outliving = TRUE;
  set_expiry (self, now_us, now_us + choose (self, MIN_EXTENSION_US, MAX_EXTENSION_US));
}

static GError *
make_expired_error (AwsCredentialsProvider *self)
{
  return g_error_new (AWS_ERROR, AWS_ERROR_NOT_AUTHORIZED,
      "The credentials from %s have expired already: check what renews them, and the system clock",
      aws_credential_source_get_name (self->source));
}

/* Called with the lock held. */
static void
take_failure (AwsCredentialsProvider *self, gint64 now_us, GError *failure)
{
  aws_log_debug ("No new credentials from %s%s: %s", aws_credential_source_get_name (self->source),
      is_valid (self, now_us) ? ", the old ones are still good" : "", failure->message);
  self->failure = failure;
  if (is_valid (self, now_us))
    begin_pause (self, now_us);
  else if (self->credentials != NULL && !self->is_refused &&
           aws_credential_source_is_statically_stable (self->source))
    outlive (self, now_us);
}

/* The last four characters of an access key id; empty if the text may be something else, such as a
 * secret key in the wrong field. */
static const char *
get_public_end (const char *access_key)
{
  gboolean is_id = g_regex_match_simple ("^A[A-Z0-9]{15,31}$", access_key, 0, 0);

  return is_id ? access_key + strlen (access_key) - 4 : "";
}

/* Called with the lock held, by the thread of the refresh. */
static void
log_credentials (AwsCredentialsProvider *self, gint64 now_us, AwsCredentials *credentials)
{
  const char *what = self->credentials == NULL ? "found" : "renewed";
  const char *source = aws_credential_source_get_name (self->source);
  const char *end = get_public_end (aws_credentials_get_access_key (credentials));
  gint64 expiration_us = aws_credentials_get_expiration (credentials);

  if (expiration_us == AWS_CREDENTIALS_FOREVER)
    aws_log_info (
        "Credentials %s: source %s, access key …%s, without expiration", what, source, end);
  else
    aws_log_info ("Credentials %s: source %s, access key …%s, expire in %" G_GINT64_FORMAT " s",
        what, source, end, (expiration_us - now_us) / G_USEC_PER_SEC);
}

/* Called with the lock held. */
static void
replace (AwsCredentialsProvider *self, gint64 now_us, AwsCredentials *credentials)
{
  if (self->is_refused && aws_credentials_equal (credentials, self->credentials)) {
    aws_log_debug ("Credentials source %s gave the rejected credentials again",
        aws_credential_source_get_name (self->source));
    self->insistence_end_us = aws_clock_get_monotonic_time (self->clock) +
                              choose (self, MAX_INSISTENCE_US / 2, MAX_INSISTENCE_US);
  } else {
    if (aws_log_is_enabled (AWS_LOG_TOPIC, AWS_LOG_LEVEL_INFO))
      log_credentials (self, now_us, credentials);
    self->insistence_end_us = 0;
  }
  self->is_refused = FALSE;
  g_clear_pointer (&self->credentials, aws_credentials_unref);
  self->credentials = aws_credentials_ref (credentials);
}

/* Called with the lock held. */
static gboolean
is_nothing_new (AwsCredentialsProvider *self, gint64 now_us, AwsCredentials *credentials)
{
  return is_valid (self, now_us) && aws_credentials_equal (credentials, self->credentials) &&
         aws_credentials_get_expiration (credentials) ==
             aws_credentials_get_expiration (self->credentials);
}

/* Called with the lock held. */
static void
take_credentials (AwsCredentialsProvider *self, gint64 now_us, AwsCredentials *credentials)
{
  gint64 expiration_us = aws_credentials_get_expiration (credentials);

  if (is_nothing_new (self, now_us, credentials)) {
    aws_log_debug ("Credentials source %s gave the same credentials again",
        aws_credential_source_get_name (self->source));
    begin_pause (self, now_us);
  } else if (now_us < expiration_us) {
    replace (self, now_us, credentials);
    self->is_outliving = FALSE;
    set_expiry (self, now_us, expiration_us);
  } else if (aws_credential_source_is_statically_stable (self->source)) {
    replace (self, now_us, credentials);
    outlive (self, now_us);
  } else {
    take_failure (self, now_us, make_expired_error (self));
  }
}

static gpointer
refresh_thread (gpointer data)
{
  AwsCredentialsProvider *self = data;
  GError *failure = NULL;
  g_autoptr (AwsCredentials) credentials =
      aws_credential_source_fetch (self->source, self->stop, &failure);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  gint64 now_us = get_time (self, self->clock_offset_us);

  g_clear_error (&self->failure);
  if (credentials != NULL)
    take_credentials (self, now_us, credentials);
  else
    take_failure (self, now_us, failure);
  self->is_refreshing = FALSE;
  self->n_refreshes++;
  g_cond_broadcast (&self->refreshed);
  return NULL;
}

/* Called with the lock held. */
static const char *
describe_reason (AwsCredentialsProvider *self)
{
  if (self->credentials == NULL)
    return "there are none";
  return self->is_refused ? "the service rejected the old ones" : "the old ones expire";
}

/* Begins a refresh, unless one is in flight. The thread holds no reference, so that the end of the
 * provider ends the refresh. Called with the lock held. */
static void
begin_refresh (AwsCredentialsProvider *self, gint64 clock_offset_us)
{
  if (self->is_refreshing)
    return;
  if (self->thread != NULL)
    g_thread_join (self->thread);
  self->is_refreshing = TRUE;
  self->clock_offset_us = clock_offset_us;
  aws_log_debug ("Fetching credentials: %s", describe_reason (self));
  self->thread = aws_thread_new ("aws-credentials", refresh_thread, self);
}

/* The credentials that can be had without waiting, or NULL. Called with the lock held. */
static AwsCredentials *
get_at_hand (AwsCredentialsProvider *self, gint64 clock_offset_us)
{
  gint64 now_us = get_time (self, clock_offset_us);

  if (!is_valid (self, now_us))
    return NULL;
  if (now_us >= self->early_us &&
      aws_clock_get_monotonic_time (self->clock) >= self->pause_end_us) {
    begin_refresh (self, clock_offset_us);
    if (now_us >= self->mandatory_us)
      return NULL;
  }
  return aws_credentials_ref (self->credentials);
}

/* The credentials after a refresh. Called with the lock held. */
static AwsCredentials *
get_refreshed (AwsCredentialsProvider *self, gint64 clock_offset_us, GError **error)
{
  gboolean is_good = is_valid (self, get_time (self, clock_offset_us));

  if (!is_good && self->failure != NULL)
    g_propagate_error (error, g_error_copy (self->failure));
  else if (!is_good && !self->is_refused)
    g_propagate_error (error, make_expired_error (self));
  else
    return aws_credentials_ref (self->credentials);
  return NULL;
}

static void
cancelled_cb (GCancellable *cancellable, AwsCredentialsProvider *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  g_cond_broadcast (&self->refreshed);
}

/* Called with the lock held. */
static AwsCredentials *
wait_for_refresh (
    AwsCredentialsProvider *self, gint64 clock_offset_us, GCancellable *cancellable, GError **error)
{
  AwsCredentials *credentials = get_at_hand (self, clock_offset_us);
  guint64 n_refreshes = self->n_refreshes;

  if (credentials != NULL)
    return credentials;
  begin_refresh (self, clock_offset_us);
  while (self->n_refreshes == n_refreshes && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait (&self->refreshed, &self->lock);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  return get_refreshed (self, clock_offset_us, error);
}

AwsCredentials *
aws_credentials_provider_get (
    AwsCredentialsProvider *self, gint64 clock_offset_us, GCancellable *cancellable, GError **error)
{
  AwsCredentials *credentials;
  gulong handler = 0;

  /* The callback takes the lock, and may run at once. */
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), self, NULL);
  g_mutex_lock (&self->lock);
  credentials = wait_for_refresh (self, clock_offset_us, cancellable, error);
  g_mutex_unlock (&self->lock);
  g_cancellable_disconnect (cancellable, handler);
  return credentials;
}

gboolean
aws_credentials_provider_invalidate (AwsCredentialsProvider *self, AwsCredentials *credentials)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (self->credentials == NULL || !aws_credentials_equal (self->credentials, credentials))
    return TRUE;
  if (aws_clock_get_monotonic_time (self->clock) < self->insistence_end_us)
    return FALSE;
  self->is_refused = TRUE;
  return TRUE;
}

const char *
aws_credentials_provider_get_id (AwsCredentialsProvider *self)
{
  return self->id;
}
