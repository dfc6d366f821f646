/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A thread for each connection, which blocks until there is something to pass on. */
#include "faultrelay.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How much is passed on at a time, and how long the slow modes wait between. */
#define CHUNK 16384
#define SLOW_CHUNK 512
#define SLOW_PAUSE_US 200
#define CREEPING_CHUNK 16
#define CREEPING_PAUSE_US 50000

/* Where a reply that is not encrypted breaks off, in its headers. */
#define HALF_REPLY 200

/* For the port of a relay that has not listened for a while. */
#define MAX_TRIES 100
#define TRY_PAUSE_US 100000

struct _FaultRelay {
  guint16 target_port;
  gboolean is_proxy;
  GTlsCertificate *certificate;
  guint16 port;
  int listener;      /* −1: none */
  int fillers[2];    /* what takes the places of a backlog, or −1 */
  GThread *acceptor; /* of @listener */

  GMutex lock; /* guards what follows */
  FaultRelayMode mode;
  GArray *sockets; /* of connections, to be shut down */
  GPtrArray *threads;
};

typedef struct {
  FaultRelay *relay;
  FaultRelayMode mode;
  int client;
  int server; /* −1: none */
} Connection;

static void
make_address (guint16 port, struct sockaddr_in *address)
{
  *address = (struct sockaddr_in){
      .sin_family = AF_INET, .sin_port = htons (port), .sin_addr.s_addr = htonl (INADDR_LOOPBACK)};
}

static int
connect_to (guint16 port, int flags)
{
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
  struct sockaddr_in address;

  make_address (port, &address);
  if (connect (fd, (struct sockaddr *)&address, sizeof address) == 0 || flags != 0)
    return fd;
  close (fd);
  return -1;
}

/* Small pieces are sent at once: the others wait 40 ms for what acknowledges them. */
static void
send_at_once (int fd)
{
  const int yes = 1;

  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

/* Passing on */

static gboolean
send_all (int fd, const char *data, gsize size)
{
  while (size > 0) {
    ssize_t n = send (fd, data, size, MSG_NOSIGNAL);

    if (n <= 0)
      return FALSE;
    data += n;
    size -= (gsize)n;
  }
  return TRUE;
}

typedef struct {
  gsize chunk;
  gulong pause_us;
} Speed;

static Speed
get_speed (FaultRelayMode mode, gboolean is_up)
{
  if (mode == (is_up ? FAULT_RELAY_SLOW_UP : FAULT_RELAY_SLOW_DOWN))
    return (Speed){SLOW_CHUNK, SLOW_PAUSE_US};
  if (mode == (is_up ? FAULT_RELAY_CREEPING_UP : FAULT_RELAY_CREEPING_DOWN))
    return (Speed){CREEPING_CHUNK, CREEPING_PAUSE_US};
  return (Speed){CHUNK, 0};
}

/* Passes one chunk on, of @max bytes at most. Returns how much it was; 0 at the end. */
static gsize
pass (const Connection *self, gboolean is_up, gsize max)
{
  Speed speed = get_speed (self->mode, is_up);
  char buffer[CHUNK];
  ssize_t n = recv (is_up ? self->client : self->server, buffer, MIN (speed.chunk, max), 0);

  if (speed.pause_us > 0)
    g_usleep (speed.pause_us);
  if (n <= 0 || !send_all (is_up ? self->server : self->client, buffer, (gsize)n))
    return 0;
  return (gsize)n;
}

static gsize
get_limit (FaultRelayMode mode)
{
  return mode == FAULT_RELAY_HALF_CLOSED_LATER ? HALF_REPLY : G_MAXSIZE;
}

/* Has the other side of a connection that is half closed wait. */
static void
wait_for_hang_up (int fd)
{
  char buffer[CHUNK];

  while (recv (fd, buffer, sizeof buffer, 0) > 0)
    continue;
}

static void
half_close (const Connection *self)
{
  shutdown (self->client, SHUT_WR);
  wait_for_hang_up (self->client);
}

/* Passes all on, in both directions. A mode that ends the reply ends it at a limit. */
static void
pass_all (const Connection *self)
{
  gsize left = get_limit (self->mode);
  struct pollfd fds[] = {
      {.fd = self->client, .events = POLLIN}, {.fd = self->server, .events = POLLIN}};

  while (poll (fds, G_N_ELEMENTS (fds), -1) > 0) {
    if (fds[0].revents != 0 && pass (self, TRUE, CHUNK) == 0)
      return;
    if (fds[1].revents != 0) {
      gsize n = pass (self, FALSE, left);

      if (n == 0)
        return;
      left -= MIN (n, left);
      if (left == 0) {
        half_close (self);
        return;
      }
    }
  }
}

/* What goes wrong */

static void
reset (int fd)
{
  const struct linger linger = {.l_onoff = 1};

  setsockopt (fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

static gboolean
read_some (int fd)
{
  char buffer[CHUNK];

  return recv (fd, buffer, sizeof buffer, 0) > 0;
}

/* The client ends the handshake. */
static void
shake_hands (const Connection *self)
{
  g_autoptr (GSocket) socket = g_socket_new_from_fd (dup (self->client), NULL);
  g_autoptr (GSocketConnection) plain = g_socket_connection_factory_create_connection (socket);
  g_autoptr (GIOStream) tls =
      g_tls_server_connection_new (G_IO_STREAM (plain), self->relay->certificate, NULL);

  g_tls_connection_handshake (G_TLS_CONNECTION (tls), NULL, NULL);
}

/* Reads the request for a tunnel. */
static gboolean
read_connect (int fd)
{
  char text[4096];
  gsize size = 0;

  while (size < sizeof text - 1) {
    ssize_t n = recv (fd, text + size, sizeof text - 1 - size, 0);

    if (n <= 0)
      return FALSE;
    size += (gsize)n;
    text[size] = '\0';
    if (strstr (text, "\r\n\r\n") != NULL)
      return TRUE;
  }
  return FALSE;
}

static gboolean
answer_connect (const Connection *self)
{
  const char *answer = "HTTP/1.1 200 Connection established\r\n\r\n";

  if (!read_connect (self->client))
    return FALSE;
  if (self->mode == FAULT_RELAY_FORBIDDEN)
    answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  else if (self->mode == FAULT_RELAY_UNAUTHENTICATED)
    answer =
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
        "Content-Length: 0\r\nConnection: close\r\n\r\n";
  return send_all (self->client, answer, strlen (answer)) && strstr (answer, " 200 ") != NULL;
}

static void
serve (Connection *self)
{
  switch (self->mode) {
    case FAULT_RELAY_RESET:
      read_some (self->client);
      reset (self->client);
      break;
    case FAULT_RELAY_HALF_CLOSED:
      if (read_some (self->client))
        half_close (self);
      break;
    case FAULT_RELAY_CUT_HANDSHAKE:
      read_some (self->client);
      break;
    case FAULT_RELAY_EXPIRED:
    case FAULT_RELAY_OTHER_HOST:
    case FAULT_RELAY_UNTRUSTED:
      shake_hands (self);
      break;
    default:
      if (self->server >= 0 && (!self->relay->is_proxy || answer_connect (self)))
        pass_all (self);
      break;
  }
}

/* Connections */

static void
add_socket (FaultRelay *self, int fd)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  g_array_append_val (self->sockets, fd);
}

/* A socket is closed under the lock, so that none is shut down that is another one by then. */
static void
close_socket (FaultRelay *self, int fd)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  for (guint i = 0; i < self->sockets->len; i++) {
    if (g_array_index (self->sockets, int, i) == fd) {
      g_array_remove_index_fast (self->sockets, i);
      break;
    }
  }
  close (fd);
}

static gpointer
serve_main (gpointer user_data)
{
  Connection *self = user_data;

  self->server = connect_to (self->relay->target_port, 0);
  if (self->server >= 0) {
    send_at_once (self->server);
    add_socket (self->relay, self->server);
  }
  send_at_once (self->client);
  serve (self);
  close_socket (self->relay, self->client);
  if (self->server >= 0)
    close_socket (self->relay, self->server);
  g_free (self);
  return NULL;
}

static void
begin_connection (FaultRelay *self, int client)
{
  Connection *connection = g_new0 (Connection, 1);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  connection->relay = self;
  connection->mode = self->mode;
  connection->client = client;
  g_array_append_val (self->sockets, client);
  g_ptr_array_add (self->threads, g_thread_new ("relay", serve_main, connection));
}

static gpointer
accept_main (gpointer user_data)
{
  FaultRelay *self = user_data;
  int client;

  while ((client = accept (self->listener, NULL, NULL)) >= 0)
    begin_connection (self, client);
  return NULL;
}

/* Listening */

/* The port may be that of a connection of another program for a while. */
static gboolean
bind_to (int fd, const struct sockaddr_in *address)
{
  for (guint i = 0; i < MAX_TRIES; i++) {
    if (bind (fd, (const struct sockaddr *)address, sizeof *address) == 0)
      return TRUE;
    g_usleep (TRY_PAUSE_US);
  }
  return FALSE;
}

static void
listen_at (FaultRelay *self, guint16 port, int backlog)
{
  const int yes = 1;
  struct sockaddr_in address;
  socklen_t size = sizeof address;

  self->listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt (self->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  make_address (port, &address);
  if (!bind_to (self->listener, &address) || listen (self->listener, backlog) < 0 ||
      getsockname (self->listener, (struct sockaddr *)&address, &size) < 0)
    g_error ("no port: %s", g_strerror (errno));
  self->port = ntohs (address.sin_port);
}

static void
begin_accepting (FaultRelay *self)
{
  listen_at (self, self->port, SOMAXCONN);
  self->acceptor = g_thread_new ("acceptor", accept_main, self);
}

/* The places of a backlog of 0 are taken, so that further SYN packets are dropped. */
static void
begin_black_hole (FaultRelay *self)
{
  listen_at (self, self->port, 0);
  for (guint i = 0; i < G_N_ELEMENTS (self->fillers); i++)
    self->fillers[i] = connect_to (self->port, SOCK_NONBLOCK);
}

static void
stop_listening (FaultRelay *self)
{
  if (self->listener < 0)
    return;
  shutdown (self->listener, SHUT_RDWR);
  g_clear_pointer (&self->acceptor, g_thread_join);
  close (self->listener);
  self->listener = -1;
  for (guint i = 0; i < G_N_ELEMENTS (self->fillers); i++) {
    if (self->fillers[i] >= 0)
      close (self->fillers[i]);
    self->fillers[i] = -1;
  }
}

static gboolean
accepts (FaultRelayMode mode)
{
  return mode != FAULT_RELAY_REFUSED && mode != FAULT_RELAY_BLACK_HOLE;
}

static FaultRelayMode
exchange_mode (FaultRelay *self, FaultRelayMode mode)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  FaultRelayMode earlier = self->mode;

  self->mode = mode;
  return earlier;
}

void
fault_relay_set_mode (FaultRelay *self, FaultRelayMode mode)
{
  FaultRelayMode earlier = exchange_mode (self, mode);

  if (earlier == mode || (accepts (earlier) && accepts (mode)))
    return;
  stop_listening (self);
  if (accepts (mode))
    begin_accepting (self);
  else if (mode == FAULT_RELAY_BLACK_HOLE)
    begin_black_hole (self);
}

FaultRelay *
fault_relay_new (guint16 target_port, gboolean is_proxy, GTlsCertificate *certificate)
{
  FaultRelay *self = g_new0 (FaultRelay, 1);

  self->target_port = target_port;
  self->is_proxy = is_proxy;
  self->certificate = certificate != NULL ? g_object_ref (certificate) : NULL;
  self->fillers[0] = self->fillers[1] = -1;
  self->sockets = g_array_new (FALSE, FALSE, sizeof (int));
  self->threads = g_ptr_array_new ();
  g_mutex_init (&self->lock);
  begin_accepting (self);
  return self;
}

static void
shut_all_down (FaultRelay *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  for (guint i = 0; i < self->sockets->len; i++)
    shutdown (g_array_index (self->sockets, int, i), SHUT_RDWR);
}

void
fault_relay_free (FaultRelay *self)
{
  stop_listening (self);
  shut_all_down (self);
  for (guint i = 0; i < self->threads->len; i++)
    g_thread_join (g_ptr_array_index (self->threads, i));
  g_ptr_array_unref (self->threads);
  g_array_unref (self->sockets);
  g_clear_object (&self->certificate);
  g_mutex_clear (&self->lock);
  g_free (self);
}

guint16
fault_relay_get_port (FaultRelay *self)
{
  return self->port;
}
