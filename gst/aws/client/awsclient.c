/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsclient.h"

#include "awsendpoint.h"
#include "awslog.h"
#include "awssigner.h"

#include <string.h>

/* A service accepts a signature for five minutes. If the clocks differ by less than four, they are not the
 * cause. */
#define MIN_SKEW_US (4 * 60 * G_USEC_PER_SEC)

struct _AwsClient {
  GObject parent_instance;

  AwsHttp *http;
  AwsCredentialsProvider *credentials;
  char *region;
  guint max_attempts;
  guint call_timeout_ms;
  AwsClock *clock;
  AwsRetryBudget *budget;

  GMutex lock; /* guards clock_offset_us */
  gint64 clock_offset_us;
};

G_DEFINE_FINAL_TYPE (AwsClient, aws_client, G_TYPE_OBJECT)

static void
aws_client_finalize (GObject *object)
{
  AwsClient *self = AWS_CLIENT (object);

  g_clear_object (&self->http);
  g_clear_object (&self->credentials);
  g_clear_object (&self->clock);
  g_clear_object (&self->budget);
  g_free (self->region);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (aws_client_parent_class)->finalize (object);
}

static void
aws_client_class_init (AwsClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aws_client_finalize;
}

static void
aws_client_init (AwsClient *self)
{
  g_mutex_init (&self->lock);
  self->max_attempts = AWS_DEFAULT_MAX_ATTEMPTS;
  self->clock = g_object_ref (aws_clock_get_default ());
  self->budget = aws_retry_budget_new ();
}

AwsClient *
aws_client_new (AwsHttp *http, AwsCredentialsProvider *credentials, const char *region)
{
  AwsClient *self = g_object_new (AWS_TYPE_CLIENT, NULL);

  self->http = g_object_ref (http);
  self->credentials = credentials != NULL ? g_object_ref (credentials) : NULL;
  self->region = g_strdup (region);
  return self;
}

void
aws_client_set_max_attempts (AwsClient *self, guint max_attempts)
{
  self->max_attempts = max_attempts;
}

void
aws_client_set_call_timeout (AwsClient *self, guint timeout_ms)
{
  self->call_timeout_ms = timeout_ms;
}

void
aws_client_set_clock (AwsClient *self, AwsClock *clock)
{
  g_set_object (&self->clock, clock);
}

AwsClock *
aws_client_get_clock (AwsClient *self)
{
  return self->clock;
}

AwsCredentialsProvider *
aws_client_get_credentials (AwsClient *self)
{
  return self->credentials;
}

const char *
aws_client_get_region (AwsClient *self)
{
  return self->region;
}

AwsAttempts *
aws_client_new_attempts (AwsClient *self)
{
  AwsAttempts *attempts = aws_attempts_new (self->max_attempts, self->budget, self->clock);

  aws_attempts_set_timeout (attempts, self->call_timeout_ms * G_GINT64_CONSTANT (1000));
  return attempts;
}

gint64
aws_client_get_clock_offset (AwsClient *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->clock_offset_us;
}

/* The credentials that sign, and how far the service's clock is ahead of the local one. */
typedef struct {
  AwsCredentials *credentials;
  gint64 clock_offset_us;
} Identity;

static void
identity_clear (Identity *self)
{
  g_clear_pointer (&self->credentials, aws_credentials_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Identity, identity_clear)

/* Without credentials if the client has none, whose requests are not signed. */
static gboolean
find_identity (AwsClient *self, AwsAttempts *attempts, Identity *identity,
    GCancellable *cancellable, GError **error)
{
  gint64 begin_us = aws_clock_get_monotonic_time (self->clock);

  identity->clock_offset_us = aws_client_get_clock_offset (self);
  if (self->credentials == NULL)
    return TRUE;
  identity->credentials = aws_credentials_provider_get (
      self->credentials, identity->clock_offset_us, cancellable, error);
  if (identity->credentials == NULL)
    aws_attempts_lose (attempts, aws_clock_get_monotonic_time (self->clock) - begin_us);
  return identity->credentials != NULL;
}

gboolean
aws_client_find_credentials (
    AwsClient *self, AwsAttempts *attempts, GCancellable *cancellable, GError **error)
{
  g_auto (Identity) identity = {NULL};

  return find_identity (self, attempts, &identity, cancellable, error);
}

static AwsSignature *
sign (AwsClient *self, const Identity *identity, const AwsRequest *request, GArray *headers,
    GError **error)
{
  const AwsSigner signer = {identity->credentials, self->region, request->service};
  const AwsSignerRequest to_sign = {.method = request->method,
      .uri = request->uri,
      .headers = (const AwsHeader *)(gpointer)headers->data,
      .n_headers = headers->len,
      .body = request->body};
  gint64 now_us = aws_clock_get_real_time (self->clock) + identity->clock_offset_us;

  return aws_signer_sign (&signer, &to_sign, now_us / G_USEC_PER_SEC, error);
}

static void
add_header (GArray *headers, const char *name, const char *value)
{
  const AwsHeader header = {name, value};

  if (value != NULL)
    g_array_append_val (headers, header);
}

static char *
describe_attempt (AwsAttempts *attempts)
{
  guint max = aws_attempts_get_max (attempts);

  return max != 0 ? g_strdup_printf ("attempt=%u; max=%u", aws_attempts_get_number (attempts), max)
                  : g_strdup_printf ("attempt=%u", aws_attempts_get_number (attempts));
}

/* The secrets of @request and @credentials. The access key id counts as one: if it was mixed up with
 * the secret key, it is one. */
static GPtrArray *
collect_secrets (const AwsRequest *request, AwsCredentials *credentials)
{
  GPtrArray *secrets = g_ptr_array_new ();

  for (const char *const *secret = request->secrets; secret != NULL && *secret != NULL; secret++)
    g_ptr_array_add (secrets, (char *)*secret);
  if (credentials != NULL) {
    g_ptr_array_add (secrets, (char *)aws_credentials_get_secret_key (credentials));
    g_ptr_array_add (secrets, (char *)aws_credentials_get_access_key (credentials));
    if (aws_credentials_get_session_token (credentials) != NULL)
      g_ptr_array_add (secrets, (char *)aws_credentials_get_session_token (credentials));
  }
  g_ptr_array_add (secrets, NULL);
  return secrets;
}

/* Signs @request as @identity, or does not where it has no credentials, and sends it. */
static AwsReply *
send_signed (AwsClient *self, const AwsRequest *request, const Identity *identity,
    AwsAttempts *attempts, GCancellable *cancellable, GError **error)
{
  AwsCredentials *credentials = identity->credentials;
  g_autoptr (GArray) headers = g_array_new (FALSE, FALSE, sizeof (AwsHeader));
  g_autoptr (AwsSignature) signature = NULL;
  g_autofree char *attempt = attempts != NULL ? describe_attempt (attempts) : NULL;
  AwsRequest signed_request = *request;
  g_autoptr (GPtrArray) secrets = collect_secrets (request, credentials);

  if (request->n_headers > 0)
    g_array_append_vals (headers, request->headers, (guint)request->n_headers);
  if (credentials != NULL) {
    add_header (headers, "Content-Type", request->content_type);
    signature = sign (self, identity, request, headers, error);
    if (signature == NULL)
      return NULL;
    g_array_set_size (headers, (guint)request->n_headers);
    add_header (headers, "X-Amz-Date", signature->date);
    add_header (headers, "X-Amz-Security-Token", aws_credentials_get_session_token (credentials));
    add_header (headers, "Authorization", signature->authorization);
  }
  if (attempts != NULL) {
    add_header (headers, "amz-sdk-invocation-id", aws_attempts_get_id (attempts));
    add_header (headers, "amz-sdk-request", attempt);
    signed_request.attempt = aws_attempts_get_number (attempts);
    signed_request.max_attempts = aws_attempts_get_max (attempts);
  }
  signed_request.headers = (const AwsHeader *)(gpointer)headers->data;
  signed_request.n_headers = headers->len;
  signed_request.secrets = (const char *const *)secrets->pdata;
  return aws_http_send (self->http, &signed_request, cancellable, error);
}

/* Whether nothing between this machine and the server of @uri can have written a reply. */
static gboolean
is_trustworthy (GUri *uri)
{
  return g_str_equal (g_uri_get_scheme (uri), "https") || aws_endpoint_is_loopback (uri);
}

/* Adopts the time of a service that has rejected a signature because of its time. The reply is the
 * service's own, because it has one of the service's error codes. */
static gboolean
correct_clock (AwsClient *self, AwsReply *reply, GUri *uri, gint64 signed_offset_us)
{
  gint64 date = aws_reply_get_date (reply);
  gint64 offset_us = date * G_USEC_PER_SEC - aws_clock_get_real_time (self->clock);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = NULL;

  if (date < 0 || !is_trustworthy (uri) || ABS (offset_us - signed_offset_us) < MIN_SKEW_US)
    return FALSE;
  locker = g_mutex_locker_new (&self->lock);
  self->clock_offset_us = offset_us;
  aws_log_info ("Clock corrected: the service's is %" G_GINT64_FORMAT " s %s the local one",
      ABS (offset_us) / G_USEC_PER_SEC, offset_us < 0 ? "behind" : "ahead of");
  return TRUE;
}

static gboolean
log_remedy (gboolean is_remedied, const GError *failure, const char *remedy, const char *obstacle)
{
  if (is_remedied)
    aws_log_debug ("Sending again at once with %s: %s", remedy, failure->message);
  else
    aws_log_debug ("Not sending again at once, %s: %s", obstacle, failure->message);
  return is_remedied;
}

/* Whether the cause of @failure is removed, so that the request can be sent again at once. */
static gboolean
remedy (AwsClient *self, const GError *failure, AwsReply *reply, GUri *uri,
    const Identity *identity, AwsAttempts *attempts)
{
  AwsErrorClass error_class = aws_error_get_class (failure);

  if (identity->credentials == NULL)
    return FALSE;
  if (error_class == AWS_ERROR_CLASS_AUTH)
    return log_remedy (
        aws_credentials_provider_invalidate (self->credentials, identity->credentials) &&
            aws_attempts_remedy (attempts, error_class),
        failure, "renewed credentials", "new credentials were rejected, too");
  if (error_class == AWS_ERROR_CLASS_SKEW)
    return log_remedy (correct_clock (self, reply, uri, identity->clock_offset_us) &&
                           aws_attempts_remedy (attempts, error_class),
        failure, "the service's time", "the clock is not the cause or was corrected");
  return FALSE;
}

AwsReply *
aws_client_send (AwsClient *self, const AwsRequest *request, AwsAttempts *attempts,
    GCancellable *cancellable, GError **error)
{
  g_autoptr (AwsAttempts) single =
      attempts == NULL ? aws_attempts_new (1, NULL, self->clock) : NULL;
  AwsAttempts *counted = attempts != NULL ? attempts : single;
  g_autoptr (AwsCredentials) rejected = NULL;
  g_autoptr (GError) rejection = NULL;

  for (;;) {
    g_auto (Identity) identity = {NULL};
    g_autoptr (AwsReply) reply = NULL;
    g_autoptr (GError) failure = NULL;

    if (!find_identity (self, counted, &identity, cancellable, error))
      return NULL;
    if (rejected != NULL && aws_credentials_equal (identity.credentials, rejected)) {
      aws_log_debug ("Not sending again: the source gave the rejected credentials again");
      g_propagate_error (error, g_steal_pointer (&rejection));
      return NULL;
    }
    reply = send_signed (self, request, &identity, attempts, cancellable, error);
    if (reply == NULL || aws_reply_get_status (reply) == SOUP_STATUS_OK)
      return g_steal_pointer (&reply);

    failure = aws_reply_read_failure (reply, cancellable);
    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return NULL;
    if (!remedy (self, failure, reply, request->uri, &identity, counted)) {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
    if (aws_error_get_class (failure) == AWS_ERROR_CLASS_AUTH) {
      rejected = g_steal_pointer (&identity.credentials);
      rejection = g_steal_pointer (&failure);
    }
  }
}

gpointer
aws_client_call (AwsClient *self, const AwsRequest *request, AwsReplyFunc read, gpointer user_data,
    GCancellable *cancellable, GError **error)
{
  g_autoptr (AwsAttempts) attempts = aws_client_new_attempts (self);
  g_autoptr (GError) failure = NULL;

  do {
    g_autoptr (AwsReply) reply = NULL;
    gpointer result;

    g_clear_error (&failure);
    reply = aws_client_send (self, request, attempts, cancellable, &failure);
    result = reply != NULL ? read (reply, cancellable, user_data, &failure) : NULL;
    if (result != NULL) {
      aws_attempts_succeed (attempts);
      return result;
    }
  } while (aws_attempts_again (attempts, failure, cancellable, error));
  return NULL;
}
