/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that a cancelled call ends at once, whatever it waits for. TLS is tested in awshttp-tls.c. */
#include "awsclient.h"

#include "rawserver.h"
#include "testcall.h"

#include <libsoup/soup.h>
#include <string.h>

#define ROUNDS 10

static void
test_before (void)
{
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (GUri) uri = g_uri_parse ("http://127.0.0.1:1/", SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (test_call (client, uri, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* A resolver that never answers. */
#define SILENT_TYPE_RESOLVER (silent_resolver_get_type ())
G_DECLARE_FINAL_TYPE (SilentResolver, silent_resolver, SILENT, RESOLVER, GResolver)

struct _SilentResolver {
  GResolver parent_instance;

  GMutex lock; /* guards what follows */
  GCond changed;
  guint lookups;
};

G_DEFINE_FINAL_TYPE (SilentResolver, silent_resolver, G_TYPE_RESOLVER)

static GList *
silent_resolver_lookup (
    GResolver *resolver, const char *hostname, GCancellable *cancellable, GError **error)
{
  SilentResolver *self = SILENT_RESOLVER (resolver);
  GPollFD fd;

  g_mutex_lock (&self->lock);
  self->lookups++;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);

  g_assert_true (g_cancellable_make_pollfd (cancellable, &fd));
  g_poll (&fd, 1, -1);
  g_cancellable_release_fd (cancellable);
  g_cancellable_set_error_if_cancelled (cancellable, error);
  return NULL;
}

static void
silent_resolver_wait (SilentResolver *self, guint lookups)
{
  g_mutex_lock (&self->lock);
  while (self->lookups < lookups)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
}

static void
silent_resolver_finalize (GObject *object)
{
  SilentResolver *self = SILENT_RESOLVER (object);

  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  G_OBJECT_CLASS (silent_resolver_parent_class)->finalize (object);
}

static void
silent_resolver_class_init (SilentResolverClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = silent_resolver_finalize;
  G_RESOLVER_CLASS (klass)->lookup_by_name = silent_resolver_lookup;
}

static void
silent_resolver_init (SilentResolver *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
}

static void
test_resolving (void)
{
  g_autoptr (GResolver) usual = g_resolver_get_default ();
  g_autoptr (SilentResolver) resolver = g_object_new (SILENT_TYPE_RESOLVER, NULL);
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (GUri) uri = g_uri_parse ("http://nowhere.invalid/", SOUP_HTTP_URI_FLAGS, NULL);

  g_resolver_set_default (G_RESOLVER (resolver));
  for (guint i = 1; i <= ROUNDS; i++) {
    TestThread *thread = test_thread_new (client, uri);

    silent_resolver_wait (resolver, i);
    test_thread_assert_cancels (thread);
  }
  g_resolver_set_default (usual);
}

/* Whether a socket of this machine waits for an answer from @port, as /proc/net/tcp has it. */
static gboolean
is_connecting_to (guint16 port)
{
  g_autofree char *table = NULL;
  g_autofree char *row = g_strdup_printf (" 0100007F:%04X 02 ", port);

  g_assert_true (g_file_get_contents ("/proc/net/tcp", &table, NULL, NULL));
  return strstr (table, row) != NULL;
}

static GSocket *
connect_to (GSocketAddress *address)
{
  g_autoptr (GError) error = NULL;
  GSocket *client =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);

  g_assert_no_error (error);
  g_socket_set_blocking (client, FALSE);
  g_socket_connect (client, address, NULL, NULL);
  return client;
}

/* A server that accepts no connection. Once its queue is full, it does not even answer new ones. */
static void
test_connecting (void)
{
  g_autoptr (GSocket) server =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GPtrArray) queue = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (GUri) uri = NULL;
  guint16 port;

  g_socket_set_listen_backlog (server, 0);
  g_assert_true (g_socket_bind (server, wanted, FALSE, NULL));
  g_assert_true (g_socket_listen (server, NULL));
  address = g_socket_get_local_address (server, NULL);
  port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  uri = g_uri_build (SOUP_HTTP_URI_FLAGS, "http", NULL, "127.0.0.1", port, "/", NULL, NULL);

  while (!is_connecting_to (port))
    g_ptr_array_add (queue, connect_to (address));
  g_ptr_array_remove_index (queue, queue->len - 1);
  g_assert_false (is_connecting_to (port));

  for (int i = 0; i < ROUNDS; i++) {
    TestThread *thread = test_thread_new (client, uri);

    while (!is_connecting_to (port))
      g_thread_yield ();
    test_thread_assert_cancels (thread);
  }
}

/* Sends the text that is @user_data, and nothing more. */
static void
serve_beginning_cb (RawConnection *connection, gpointer user_data)
{
  raw_connection_skip_request (connection);
  raw_connection_write (connection, user_data);
  raw_server_mark (connection->server);
  raw_connection_stall (connection);
}

static void
cancel_after_beginning (const char *text, gboolean has_body)
{
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (RawServer) server = raw_server_new (serve_beginning_cb, (gpointer)text, NULL);
  g_autoptr (GUri) uri = raw_server_get_uri (server);

  for (guint i = 1; i <= ROUNDS; i++) {
    TestThread *thread = test_thread_new (client, uri);

    raw_server_wait (server, i);
    if (has_body)
      test_thread_wait_for_body (thread);
    test_thread_assert_cancels (thread);
  }
}

static void
test_beginning (gconstpointer text)
{
  cancel_after_beginning (text, FALSE);
}

static void
test_body (gconstpointer text)
{
  cancel_after_beginning (text, TRUE);
}

/* If one of several calls is cancelled, the others go on. */
static void
test_one_of_many (void)
{
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (RawServer) server = raw_server_new (serve_beginning_cb, (gpointer) "", NULL);
  g_autoptr (GUri) uri = raw_server_get_uri (server);
  TestThread *threads[8];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = test_thread_new (client, uri);
  raw_server_wait (server, G_N_ELEMENTS (threads));
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    test_thread_assert_cancels (threads[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awsclient-cancel/before", test_before);
  g_test_add_func ("/awsclient-cancel/resolving", test_resolving);
  g_test_add_func ("/awsclient-cancel/connecting", test_connecting);
  g_test_add_data_func ("/awsclient-cancel/waiting", "", test_beginning);
  g_test_add_data_func (
      "/awsclient-cancel/in-headers", "HTTP/1.1 200 OK\r\nContent-", test_beginning);
  g_test_add_data_func ("/awsclient-cancel/before-body",
      "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n", test_beginning);
  g_test_add_data_func ("/awsclient-cancel/in-failure",
      "HTTP/1.1 500 Oops\r\nContent-Length: 6\r\n\r\nabc", test_beginning);
  g_test_add_data_func (
      "/awsclient-cancel/in-body", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc", test_body);
  g_test_add_data_func ("/awsclient-cancel/in-chunk",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nabc", test_body);
  g_test_add_data_func (
      "/awsclient-cancel/in-endless-body", "HTTP/1.0 200 OK\r\n\r\nabc", test_body);
  g_test_add_func ("/awsclient-cancel/one-of-many", test_one_of_many);
  return g_test_run ();
}
