/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scriptserver.h"

#include <string.h>

struct _ScriptServer {
  RawServer *server;
  const ScriptReply *replies;
  gsize n_replies;

  GMutex lock; /* guards what follows */
  GPtrArray *requests;
};

/* Notes @request, and gives the reply that is due. */
static const ScriptReply *
take_request (ScriptServer *self, char *request)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  g_ptr_array_add (self->requests, request);
  return &self->replies[MIN (self->requests->len, self->n_replies) - 1];
}

static void
serve_cb (RawConnection *connection, gpointer user_data)
{
  ScriptServer *self = user_data;
  char *request;

  while ((request = raw_connection_read_request (connection)) != NULL) {
    const ScriptReply *reply = take_request (self, request);

    raw_server_mark (connection->server);
    if (reply->status == NULL)
      raw_connection_stall (connection);
    if (reply->status == NULL || reply->status[0] == '\0')
      return;
    raw_connection_answer (connection, reply->status, reply->headers != NULL ? reply->headers : "",
        reply->body != NULL ? reply->body : "");
  }
}

ScriptServer *
script_server_new (const ScriptReply *replies, gsize n_replies, GTlsCertificate *certificate)
{
  ScriptServer *self = g_new0 (ScriptServer, 1);

  self->replies = replies;
  self->n_replies = n_replies;
  self->requests = g_ptr_array_new_with_free_func (g_free);
  g_mutex_init (&self->lock);
  self->server = raw_server_new (serve_cb, self, certificate);
  return self;
}

ScriptServer *
script_server_new_for (const char *variable, const ScriptReply *replies, gsize n_replies)
{
  ScriptServer *self = script_server_new (replies, n_replies, NULL);
  g_autofree char *url = script_server_make_url (self, "");

  g_setenv (variable, url, TRUE);
  return self;
}

void
script_server_free (ScriptServer *self)
{
  raw_server_free (self->server);
  g_ptr_array_unref (self->requests);
  g_mutex_clear (&self->lock);
  g_free (self);
}

guint16
script_server_get_port (ScriptServer *self)
{
  return raw_server_get_port (self->server);
}

char *
script_server_make_url (ScriptServer *self, const char *path)
{
  return g_strdup_printf ("http://127.0.0.1:%u%s", script_server_get_port (self), path);
}

guint
script_server_count (ScriptServer *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->requests->len;
}

const char *
script_server_get (ScriptServer *self, guint index)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  g_assert_cmpuint (index, <, self->requests->len);
  return g_ptr_array_index (self->requests, index);
}

const char *
script_server_get_body (ScriptServer *self, guint index)
{
  return strstr (script_server_get (self, index), "\r\n\r\n") + 4;
}

void
script_server_assert_failure (
    ScriptServer *self, const GError *error, AwsError code, const char *message)
{
  g_autofree char *host = g_strdup_printf ("127.0.0.1:%u", script_server_get_port (self));
  g_autoptr (GString) expected = g_string_new (message);

  g_string_replace (expected, "HOST", host, 0);
  g_assert_error (error, AWS_ERROR, (int)code);
  g_assert_cmpstr (error->message, ==, expected->str);
}

void
script_server_wait (ScriptServer *self, guint requests)
{
  raw_server_wait (self->server, requests);
}
