/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libsoup sends complete replies. It cannot send a reply that ends early: that is written by hand, on a
 * connection that is taken from libsoup. */
#include "emulatordelivery.h"

#include <sys/socket.h>

#define ERROR_TYPE_SUFFIX ":http://kinesisvideo.amazonaws.com/doc/2017-09-30/"
#define REDIRECT_LOCATION "/redirected"
#define HTTP_GARBAGE "This is not HTTP at all.\r\n\r\n"
/* How often bytes of a slow body are sent. */
#define SLOW_PERIOD_MS 10

struct _EmulatorDelivery {
  GMainContext *context;
  GCancellable *cancellable; /* of all writing by hand */
  GPtrArray *stalled;        /* connections that stay open and silent until the client leaves */
};

static void
close_connection (gpointer connection)
{
  g_io_stream_close (connection, NULL, NULL);
  g_object_unref (connection);
}

EmulatorDelivery *
emulator_delivery_new (GMainContext *context)
{
  EmulatorDelivery *delivery = g_new0 (EmulatorDelivery, 1);

  delivery->context = g_main_context_ref (context);
  delivery->cancellable = g_cancellable_new ();
  delivery->stalled = g_ptr_array_new_with_free_func (close_connection);
  return delivery;
}

void
emulator_delivery_free (EmulatorDelivery *delivery)
{
  g_cancellable_cancel (delivery->cancellable);
  while (g_main_context_iteration (delivery->context, FALSE))
    continue;
  g_object_unref (delivery->cancellable);
  g_ptr_array_unref (delivery->stalled);
  g_main_context_unref (delivery->context);
  g_free (delivery);
}

static void
set_head (SoupServerMessage *message, const EmulatorReply *reply, gboolean chunked)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_server_message_set_status (message, reply->status, NULL);
  soup_message_headers_replace (headers, "Date", reply->date);
  if (reply->request_id != NULL)
    soup_message_headers_append (headers, "x-amzn-RequestId", reply->request_id);
  soup_message_headers_append (headers, "Content-Type", reply->content_type);
  if (reply->error != NULL) {
    g_autofree char *type = g_strconcat (reply->error, ERROR_TYPE_SUFFIX, NULL);

    soup_message_headers_append (headers, "x-amzn-ErrorType", type);
  }
  if (SOUP_STATUS_IS_REDIRECTION (reply->status))
    soup_message_headers_append (headers, "Location", REDIRECT_LOCATION);
  if (reply->closes)
    soup_message_headers_append (headers, "Connection", "close");
  if (chunked)
    soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
  else
    soup_message_headers_set_content_length (headers, g_bytes_get_size (reply->body));
}

/* Whole replies */

static void
send_whole (SoupServerMessage *message, const EmulatorReply *reply)
{
  SoupMessageBody *body = soup_server_message_get_response_body (message);

  soup_message_body_append_bytes (body, reply->body);
  soup_message_body_complete (body);
  soup_server_message_unpause (message);
}

typedef struct {
  SoupServerMessage *message;
  GBytes *body;
  gsize sent;
  gint64 byte_latency_ns;
  gint64 started_us;
  gboolean gone; /* whether the client is */
} SlowBody;

static void
slow_body_free (gpointer data)
{
  SlowBody *slow = data;

  g_signal_handlers_disconnect_by_data (slow->message, slow);
  g_object_unref (slow->message);
  g_bytes_unref (slow->body);
  g_free (slow);
}

static void
slow_body_gone_cb (SoupServerMessage *message, gpointer data)
{
  SlowBody *slow = data;

  slow->gone = TRUE;
}

/* Sends the bytes that are due by now. If there are no more, libsoup itself pauses the message. */
static gboolean
send_slowly_cb (gpointer data)
{
  SlowBody *slow = data;
  SoupMessageBody *body = soup_server_message_get_response_body (slow->message);
  gint64 passed_ns = (g_get_monotonic_time () - slow->started_us) * 1000;
  gsize size = g_bytes_get_size (slow->body);
  gsize due = MIN ((gsize)(passed_ns / slow->byte_latency_ns), size);
  g_autoptr (GBytes) part = g_bytes_new_from_bytes (slow->body, slow->sent, due - slow->sent);

  if (slow->gone)
    return G_SOURCE_REMOVE;
  slow->sent = due;
  if (g_bytes_get_size (part) > 0)
    soup_message_body_append_bytes (body, part);
  if (due == size)
    soup_message_body_complete (body);
  soup_server_message_unpause (slow->message);
  return due < size ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
send_slowly (EmulatorDelivery *self, SoupServerMessage *message, const EmulatorReply *reply,
    gint64 byte_latency_ns)
{
  g_autoptr (GSource) source = g_timeout_source_new (SLOW_PERIOD_MS);
  SlowBody *slow = g_new0 (SlowBody, 1);

  slow->message = g_object_ref (message);
  slow->body = g_bytes_ref (reply->body);
  slow->byte_latency_ns = byte_latency_ns;
  slow->started_us = g_get_monotonic_time ();
  g_signal_connect (message, "finished", G_CALLBACK (slow_body_gone_cb), slow);
  /* A server that ends disconnects messages without finishing them. */
  g_signal_connect (message, "disconnected", G_CALLBACK (slow_body_gone_cb), slow);
  g_source_set_callback (source, send_slowly_cb, slow, slow_body_free);
  g_source_attach (source, self->context);
}

/* Partial replies */

typedef struct {
  EmulatorDelivery *delivery;
  GIOStream *connection;
  GSocket *socket;
  GBytes *bytes;
  EmulatorBreak cut;
} Fragment;

static void
fragment_free (Fragment *fragment)
{
  g_object_unref (fragment->connection);
  g_object_unref (fragment->socket);
  g_bytes_unref (fragment->bytes);
  g_free (fragment);
}

/* A socket that closes without lingering sends a reset instead of an end. */
static void
reset (GSocket *socket)
{
  const struct linger at_once = {.l_onoff = 1, .l_linger = 0};

  setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  g_socket_close (socket, NULL);
}

/* A client that waits sends nothing. So if there is anything to read, the client has closed the connection. */
static gboolean
stalled_cb (GSocket *socket, GIOCondition condition, gpointer data)
{
  Fragment *fragment = data;

  g_ptr_array_remove_fast (fragment->delivery->stalled, fragment->connection);
  return G_SOURCE_REMOVE;
}

/* Leaves the connection open for as long as the client waits. */
static void
stall (Fragment *fragment)
{
  EmulatorDelivery *delivery = fragment->delivery;
  g_autoptr (GSource) source =
      g_socket_create_source (fragment->socket, G_IO_IN, delivery->cancellable);

  g_ptr_array_add (delivery->stalled, g_object_ref (fragment->connection));
  g_source_set_callback (
      source, G_SOURCE_FUNC (stalled_cb), fragment, (GDestroyNotify)fragment_free);
  g_source_attach (source, delivery->context);
}

static void
finish (Fragment *fragment)
{
  if (fragment->cut == EMULATOR_BREAK_STALL) {
    stall (fragment);
    return;
  }
  if (fragment->cut == EMULATOR_BREAK_RESET)
    reset (fragment->socket);
  else
    g_io_stream_close (fragment->connection, NULL, NULL);
  fragment_free (fragment);
}

static void
written_cb (GObject *stream, GAsyncResult *result, gpointer data)
{
  Fragment *fragment = data;
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all_finish (G_OUTPUT_STREAM (stream), result, NULL, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    fragment_free (fragment);
  else
    finish (fragment);
}

/* Sends @bytes and then does to the connection what @cut says. A message without a socket has lost
 * its client: there is nothing to take. */
static void
send_fragment (EmulatorDelivery *self, SoupServerMessage *message, GBytes *bytes, EmulatorBreak cut)
{
  GSocket *socket = soup_server_message_get_socket (message);
  Fragment *fragment;
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  if (socket == NULL)
    return;

  fragment = g_new0 (Fragment, 1);
  fragment->delivery = self;
  fragment->socket = g_object_ref (socket);
  fragment->connection = soup_server_message_steal_connection (message);
  fragment->bytes = g_bytes_ref (bytes);
  fragment->cut = cut;
  g_output_stream_write_all_async (g_io_stream_get_output_stream (fragment->connection), data, size,
      G_PRIORITY_DEFAULT, self->cancellable, written_cb, fragment);
}

static GString *
make_head (SoupServerMessage *message)
{
  GString *head = g_string_new (NULL);
  SoupMessageHeadersIter iter;
  const char *name, *value;

  g_string_append_printf (head, "HTTP/1.1 %u %s\r\n", soup_server_message_get_status (message),
      soup_server_message_get_reason_phrase (message));
  soup_message_headers_iter_init (&iter, soup_server_message_get_response_headers (message));
  while (soup_message_headers_iter_next (&iter, &name, &value))
    g_string_append_printf (head, "%s: %s\r\n", name, value);
  g_string_append (head, "\r\n");
  return head;
}

/* The beginning of a reply, up to where @fault breaks it. */
static GBytes *
make_beginning (SoupServerMessage *message, const EmulatorReply *reply, const EmulatorFault *fault,
    gboolean chunked)
{
  GString *beginning = make_head (message);
  gsize size, sent;
  const char *body = g_bytes_get_data (reply->body, &size);

  switch (fault->cut_place) {
    case EMULATOR_BREAK_BEFORE:
      g_string_truncate (beginning, 0);
      break;
    case EMULATOR_BREAK_HEADERS:
      g_string_truncate (beginning, beginning->len / 2);
      break;
    case EMULATOR_BREAK_BODY:
    default:
      sent = fault->cut_offset < 0 ? size / 2 : MIN ((gsize)fault->cut_offset, size);
      if (chunked)
        g_string_append_printf (beginning, "%" G_GSIZE_MODIFIER "x\r\n", size);
      g_string_append_len (beginning, body, (gssize)sent);
      break;
  }
  return g_string_free_to_bytes (beginning);
}

static void
send_beginning (EmulatorDelivery *self, SoupServerMessage *message, const EmulatorReply *reply,
    const EmulatorFault *fault, gboolean chunked)
{
  g_autoptr (GBytes) beginning = make_beginning (message, reply, fault, chunked);

  send_fragment (self, message, beginning, fault->cut);
}

static void
send_garbage (EmulatorDelivery *self, SoupServerMessage *message)
{
  g_autoptr (GBytes) garbage = g_bytes_new_static (HTTP_GARBAGE, sizeof HTTP_GARBAGE - 1);

  send_fragment (self, message, garbage, EMULATOR_BREAK_CUT);
}

void
emulator_delivery_send (EmulatorDelivery *delivery, SoupServerMessage *message,
    const EmulatorReply *reply, const EmulatorFault *fault, gboolean chunked)
{
  set_head (message, reply, chunked);
  if (fault->garbage == EMULATOR_GARBAGE_HTTP)
    send_garbage (delivery, message);
  else if (fault->cut != EMULATOR_BREAK_NONE)
    send_beginning (delivery, message, reply, fault, chunked);
  else if (fault->byte_latency_ns > 0)
    send_slowly (delivery, message, reply, fault->byte_latency_ns);
  else
    send_whole (message, reply);
}
