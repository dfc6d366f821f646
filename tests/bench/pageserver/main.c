/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* page-server: answers GetDataEndpoint and GetImages with prepared stills, as fast as a client reads
 * them. It has a still for every time, checks nothing, and ends when its stdin does. */
#define _GNU_SOURCE /* for accept4() */
#include "service.h"

#include <arpa/inet.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define EXIT_USAGE 2
#define BACKLOG 1024

typedef struct {
  char *jpeg;
  char *png;
  char *tls;
  char *log;
  gboolean has_frame_times;
} Options;

typedef struct {
  Service service;
  SSL_CTX *context; /* NULL without TLS */
  int listener;
  guint n_connections;
} Server;

typedef struct {
  const Server *server;
  int fd;
  guint id;
} NewConnection;

static gboolean
parse_options (Options *options, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {{"jpeg", 0, 0, G_OPTION_ARG_FILENAME, &options->jpeg,
                                      "Template of the stills in JPEG", "FILE"},
      {"png", 0, 0, G_OPTION_ARG_FILENAME, &options->png, "Template of the stills in PNG", "FILE"},
      {"tls", 0, 0, G_OPTION_ARG_FILENAME, &options->tls,
          "Speak TLS, with this certificate and key", "FILE"},
      {"log", 0, 0, G_OPTION_ARG_FILENAME, &options->log, "Where to write a line for each request",
          "FILE"},
      {"frame-times", 0, 0, G_OPTION_ARG_NONE, &options->has_frame_times,
          "TimeStamps are those of frames, not of samples", NULL},
      {NULL}};
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context, "Serves prepared stills.");
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, argc, argv, error);
}

static gboolean
fail (GError **error, const char *what)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", what, g_strerror (code));
  return FALSE;
}

static gboolean
open_log (Service *service, const char *file, GError **error)
{
  if (file == NULL)
    return TRUE;
  service->log = fopen (file, "we");
  return service->log != NULL || fail (error, file);
}

static gboolean
load_still (Still **still, const char *file, GError **error)
{
  if (file == NULL)
    return TRUE;
  *still = still_new (file, error);
  return *still != NULL;
}

static gboolean
set_up_tls (Server *server, const char *file, GError **error)
{
  if (file == NULL)
    return TRUE;
  server->context = SSL_CTX_new (TLS_server_method ());
  if (SSL_CTX_use_certificate_chain_file (server->context, file) == 1 &&
      SSL_CTX_use_PrivateKey_file (server->context, file, SSL_FILETYPE_PEM) == 1)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
      "%s does not hold a certificate and its key in PEM", file);
  return FALSE;
}

static gboolean
listen_on_loopback (Server *server, GError **error)
{
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK)};
  socklen_t length = sizeof address;

  server->listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (server->listener < 0 || bind (server->listener, (struct sockaddr *)&address, length) < 0 ||
      listen (server->listener, BACKLOG) < 0 ||
      getsockname (server->listener, (struct sockaddr *)&address, &length) < 0)
    return fail (error, "cannot listen");
  server->service.url = g_strdup_printf ("%s://127.0.0.1:%u",
      server->context == NULL ? "http" : "https", (guint)ntohs (address.sin_port));
  return TRUE;
}

static gboolean
set_up (Server *server, const Options *options, GError **error)
{
  Service *service = &server->service;

  service->has_frame_times = options->has_frame_times;
  return load_still (&service->jpeg, options->jpeg, error) &&
         load_still (&service->png, options->png, error) &&
         open_log (service, options->log, error) && set_up_tls (server, options->tls, error) &&
         listen_on_loopback (server, error);
}

static gpointer
connection_thread (gpointer data)
{
  g_autofree NewConnection *new = data;
  int on = 1;

  setsockopt (new->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  service_serve (&new->server->service, connection_new (new->fd, new->server->context), new->id);
  return NULL;
}

static gboolean
accept_cb (int listener, GIOCondition condition, gpointer data)
{
  Server *server = data;
  NewConnection *new;
  int fd = accept4 (listener, NULL, NULL, SOCK_CLOEXEC);

  if (fd < 0)
    return G_SOURCE_CONTINUE;
  new = g_new (NewConnection, 1);
  *new = (NewConnection){server, fd, server->n_connections++};
  g_thread_unref (g_thread_new ("connection", connection_thread, new));
  return G_SOURCE_CONTINUE;
}

static gboolean
stdin_cb (int fd, GIOCondition condition, gpointer loop)
{
  char bytes[64];

  if (read (fd, bytes, sizeof bytes) > 0)
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static void
serve (Server *server)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_unix_fd_add (server->listener, G_IO_IN, accept_cb, server);
  g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, stdin_cb, loop);
  g_print ("Listening on %s\n", server->service.url);
  fflush (stdout);
  g_main_loop_run (loop);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  Options options = {0};
  Server server = {0};

  if (!parse_options (&options, &argc, &argv, &error)) {
    g_printerr ("page-server: %s\n", error->message);
    return EXIT_USAGE;
  }
  if (!set_up (&server, &options, &error)) {
    g_printerr ("page-server: %s\n", error->message);
    return EXIT_FAILURE;
  }
  serve (&server);
  /* Without a farewell to threads that may still write to a client: that is gone, too. */
  _exit (EXIT_SUCCESS);
}
