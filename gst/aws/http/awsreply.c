/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libsoup returns the body as a stream, and leaves these to its user: to check that the body is as long as
 * announced, to give the connection back as soon as the body has ended, and to drop the body half-way without
 * waiting. */
#include "awsreply.h"

#include "awsendpoint.h"
#include "awserrorreply.h"
#include "awsforeigntext.h"
#include "awslog.h"
#include "awssecret.h"
#include "awsserviceerror.h"
#include "awstransporterror.h"

/* The bytes of one read if the whole body is wanted; 64 KiB cost the least time per byte. */
#define CHUNK_SIZE (64 * 1024)

/* The most bytes of an error reply that are read. */
#define MAX_FAILURE_SIZE (64 * 1024)

struct _AwsReply {
  GObject parent_instance;

  AwsPooledSession *session;
  SoupMessage *message;
  GInputStream *body; /* NULL after its end */
  GMainContext *context;
  AwsDeadline *deadline;
  char *host;
  char *request_id;
  goffset missing; /* bytes of the body still to come, where has_length */
  gboolean has_length;

  char **secrets; /* of the request */
  AwsRequestPurpose purpose;
  gboolean is_direct;

  gint64 begin_us; /* of the request */
  gint64 setup_us;
  goffset received; /* bytes of the body */
  gboolean is_logged;
};

G_DEFINE_FINAL_TYPE (AwsReply, aws_reply, G_TYPE_OBJECT)

/* libsoup requires that a message ends in the main context in which it began. */
static void
close_body (AwsReply *self, GCancellable *cancellable)
{
  g_main_context_push_thread_default (self->context);
  g_input_stream_close (self->body, cancellable, NULL);
  g_clear_object (&self->body);
  g_main_context_pop_thread_default (self->context);
}

/* Closed like this, libsoup does not wait for the rest of the body but ends the connection. */
static void
drop_body (AwsReply *self)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();

  g_cancellable_cancel (cancelled);
  close_body (self, cancelled);
}

static void
log_end (AwsReply *self, const char *how)
{
  if (self->is_logged)
    return;
  self->is_logged = TRUE;
  aws_log_debug ("%s %s: HTTP %u after %" G_GINT64_FORMAT " ms, %" G_GOFFSET_FORMAT
                 " bytes%s, request %s",
      soup_message_get_method (self->message), self->host, soup_message_get_status (self->message),
      (g_get_monotonic_time () - self->begin_us) / 1000, self->received, how,
      self->request_id != NULL ? self->request_id : "without id");
}

static void
aws_reply_finalize (GObject *object)
{
  AwsReply *self = AWS_REPLY (object);

  log_end (self, ", the rest dropped");
  if (self->body != NULL)
    drop_body (self);
  g_object_unref (self->message);
  /* The connection keeps a timer that it has once attached to this main context. Another thread that had the session
   * already would touch the timer, and by it a context that is being freed. */
  g_main_context_unref (self->context);
  aws_pooled_session_give_back (self->session);
  aws_deadline_free (self->deadline);
  g_free (self->host);
  g_free (self->request_id);
  for (char **secret = self->secrets; *secret != NULL; secret++)
    aws_secret_free (*secret);
  g_free (self->secrets);

  G_OBJECT_CLASS (aws_reply_parent_class)->finalize (object);
}

static void
aws_reply_class_init (AwsReplyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aws_reply_finalize;
}

static void
aws_reply_init (AwsReply *self)
{
}

/* The texts of @secrets that are set. */
static char **
copy_secrets (const char *const *secrets)
{
  GPtrArray *copies = g_ptr_array_new ();

  for (; secrets != NULL && *secrets != NULL; secrets++)
    g_ptr_array_add (copies, g_strdup (*secrets));
  g_ptr_array_add (copies, NULL);
  return (char **)g_ptr_array_free (copies, FALSE);
}

AwsReply *
aws_reply_new (const AwsRequest *request, AwsPooledSession *session, SoupMessage *message,
    GInputStream *body, GMainContext *context, AwsDeadline *deadline, gboolean is_direct,
    gint64 begin_us)
{
  AwsReply *self = g_object_new (AWS_TYPE_REPLY, NULL);
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);

  self->session = session;
  self->message = message;
  self->body = body;
  self->context = context;
  self->deadline = deadline;
  self->host = aws_endpoint_get_authority (soup_message_get_uri (message));
  self->has_length = soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH;
  self->missing = soup_message_headers_get_content_length (headers);
  self->secrets = copy_secrets (request->secrets);
  self->request_id = aws_foreign_text_check_name (
      aws_service_error_find_request_id (headers), (const char *const *)self->secrets);
  self->purpose = request->purpose;
  self->is_direct = is_direct;
  self->begin_us = begin_us;
  return self;
}

static GError *
make_failure (AwsReply *self, gboolean is_late, const GError *cause)
{
  GError *failure = is_late ? aws_deadline_new_error (self->deadline, self->host)
                            : aws_transport_error_new_for_body (cause, self->host);

  aws_error_set_reply (failure, soup_message_get_status (self->message), NULL, self->request_id);
  return failure;
}

/* At its end, a body may turn out to be shorter than announced: libsoup lets that pass when the
 * connection is not kept. */
static gssize
check_length (AwsReply *self, GError **error)
{
  if (!self->has_length || self->missing == 0)
    return 0;
  g_propagate_error (
      error, aws_reply_new_error (self, AWS_ERROR_CUT_OFF,
                 "ended the connection %" G_GOFFSET_FORMAT " bytes too early", self->missing));
  return -1;
}

gssize
aws_reply_read (
    AwsReply *self, void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) cause = NULL;
  GCancellable *inner;
  gboolean is_late;
  gssize size;

  if (self->body == NULL)
    return check_length (self, error);

  inner = aws_deadline_enter (self->deadline, cancellable);
  size = g_input_stream_read (self->body, buffer, count, inner, &cause);
  is_late = aws_deadline_leave (self->deadline);
  if (size < 0) {
    log_end (self, ", then cut off");
    g_propagate_error (error, make_failure (self, is_late, cause));
    return -1;
  }
  if (size == 0) {
    log_end (self, "");
    close_body (self, NULL);
    return check_length (self, error);
  }
  self->missing -= size;
  self->received += size;
  return size;
}

void
aws_reply_catch_up (AwsReply *self)
{
  aws_deadline_catch_up (self->deadline);
}

void
aws_reply_set_setup_time (AwsReply *self, gint64 setup_us)
{
  self->setup_us = setup_us;
}

gint64
aws_reply_get_setup_time (AwsReply *self)
{
  return self->setup_us;
}

static void
set_too_large (AwsReply *self, gsize max, GError **error)
{
  g_propagate_error (
      error, aws_reply_new_error (self, AWS_ERROR_BAD_REPLY,
                 "sent more than the %" G_GSIZE_FORMAT " bytes that were expected", max));
}

GBytes *
aws_reply_read_all (AwsReply *self, gsize max, GCancellable *cancellable, GError **error)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_autofree guint8 *chunk = g_malloc (CHUNK_SIZE);
  gssize size;

  while ((size = aws_reply_read (self, chunk, CHUNK_SIZE, cancellable, error)) > 0) {
    if ((gsize)size > max - body->len) {
      set_too_large (self, max, error);
      return NULL;
    }
    g_byte_array_append (body, chunk, size);
  }
  if (size < 0)
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&body));
}

GBytes *
aws_reply_read_secret (AwsReply *self, gsize max, GCancellable *cancellable, GError **error)
{
  /* The buffer has the full size at once, because reallocations leave copies behind; one byte more shows that
   * a body is too large. */
  char *buffer = g_malloc (max + 1);
  g_autoptr (GBytes) body = NULL;
  gsize used = 0;
  gssize size;

  do {
    size = aws_reply_read (self, buffer + used, max + 1 - used, cancellable, error);
    used += (gsize)MAX (size, 0);
  } while (size > 0 && used <= max);
  body = aws_secret_bytes_new_take (buffer, used);

  if (size < 0)
    return NULL;
  if (used > max) {
    set_too_large (self, max, error);
    return NULL;
  }
  return g_steal_pointer (&body);
}

GError *
aws_reply_read_failure (AwsReply *self, GCancellable *cancellable)
{
  AwsErrorReply failure = {.status = aws_reply_get_status (self),
      .headers = aws_reply_get_headers (self),
      .host = self->host,
      .secrets = (const char *const *)self->secrets,
      .purpose = self->purpose,
      .is_direct = self->is_direct};
  char *buffer = g_malloc (MAX_FAILURE_SIZE);
  g_autoptr (GBytes) body = NULL;
  gsize used = 0;
  gssize size;

  do {
    size = aws_reply_read (self, buffer + used, MAX_FAILURE_SIZE - used, cancellable, NULL);
    used += (gsize)MAX (size, 0);
  } while (size > 0 && used < MAX_FAILURE_SIZE);
  body = aws_secret_bytes_new_take (buffer, used);
  if (!aws_reply_is_compressed (self))
    failure.body = body;
  return aws_error_reply_to_error (&failure);
}

guint
aws_reply_get_status (AwsReply *self)
{
  return soup_message_get_status (self->message);
}

SoupMessageHeaders *
aws_reply_get_headers (AwsReply *self)
{
  return soup_message_get_response_headers (self->message);
}

gint64
aws_reply_get_date (AwsReply *self)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (self->message);
  const char *text = soup_message_headers_get_one (headers, "Date");
  g_autoptr (GDateTime) date = text != NULL ? soup_date_time_new_from_http_string (text) : NULL;

  return date != NULL ? MAX (g_date_time_to_unix (date), -1) : -1;
}

const char *
aws_reply_get_request_id (AwsReply *self)
{
  return self->request_id;
}

gboolean
aws_reply_has_secret (AwsReply *self, const char *text)
{
  return aws_foreign_text_has_run (text, (const char *const *)self->secrets);
}

const char *
aws_reply_get_content_type (AwsReply *self)
{
  return soup_message_headers_get_content_type (
      soup_message_get_response_headers (self->message), NULL);
}

gboolean
aws_reply_is_compressed (AwsReply *self)
{
  static const char *const codings[] = {
      "gzip", "x-gzip", "deflate", "compress", "x-compress", "br", "zstd"};
  const char *list =
      soup_message_headers_get_list (aws_reply_get_headers (self), "Content-Encoding");

  for (gsize i = 0; list != NULL && i < G_N_ELEMENTS (codings); i++) {
    if (soup_header_contains (list, codings[i]))
      return TRUE;
  }
  return FALSE;
}

GError *
aws_reply_new_error (AwsReply *self, AwsError code, const char *format, ...)
{
  g_autofree char *what = NULL;
  g_autofree char *clean = NULL;
  GError *error;
  va_list arguments;

  va_start (arguments, format);
  what = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  /* It may quote what the reply says. */
  clean = aws_foreign_text_clean (what, -1, (const char *const *)self->secrets);
  error = g_error_new (AWS_ERROR, code, "%s %s", self->host, clean);
  aws_error_set_reply (error, soup_message_get_status (self->message), NULL, self->request_id);
  return error;
}
