/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A server that says exactly what a test wants it to say, when it wants it: HTTP or not, whole or
 * cut off. What a connection does is a function of the test. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _RawServer RawServer;

/**
 * RawConnection:
 * @server: whose connection it is
 * @socket: what the client is connected to
 * @stream: what to talk to it through, TLS where the server has a certificate
 *
 * A connection of a client. It is closed when its function returns.
 */
typedef struct {
  RawServer *server;
  GSocket *socket;
  GIOStream *stream;
} RawConnection;

/**
 * RawServerFunc:
 * @connection: a new connection
 * @user_data: what the server was made with
 *
 * Serves one connection, in a thread of its own.
 */
typedef void (*RawServerFunc) (RawConnection *connection, gpointer user_data);

/**
 * raw_server_new:
 * @function: serves each connection
 * @user_data: for @function
 * @certificate: (nullable): makes it a TLS server
 *
 * Listens on a free port of the loopback device.
 *
 * Returns: (transfer full): the server
 */
RawServer *raw_server_new (
    RawServerFunc function, gpointer user_data, GTlsCertificate *certificate);

/**
 * raw_server_free:
 * @self: (transfer full): a server
 *
 * Ends all connections and waits for their functions.
 */
void raw_server_free (RawServer *self);

/**
 * raw_server_get_uri:
 * @self: a server
 *
 * Returns: (transfer full): where the server listens, with the path `/call`
 */
GUri *raw_server_get_uri (RawServer *self);

/**
 * raw_server_get_port:
 * @self: a server
 *
 * Returns: the port the server listens on
 */
guint16 raw_server_get_port (RawServer *self);

/**
 * raw_server_count_connections:
 * @self: a server
 *
 * Returns: how many connections there were until now
 */
guint raw_server_count_connections (RawServer *self);

/**
 * raw_server_wait_closed:
 * @self: a server
 * @connections: how many
 *
 * Waits until the server has closed @connections connections in all.
 */
void raw_server_wait_closed (RawServer *self, guint connections);

/**
 * raw_server_mark:
 * @self: a server
 *
 * Says, in the test or in a connection, that the point has been reached that the other side waits
 * for.
 */
void raw_server_mark (RawServer *self);

/**
 * raw_server_wait:
 * @self: a server
 * @marks: how many
 *
 * Waits until raw_server_mark() was called @marks times in all.
 */
void raw_server_wait (RawServer *self, guint marks);

/**
 * raw_connection_read_request:
 * @self: a connection
 *
 * Waits for a whole HTTP request, body included.
 *
 * Returns: (transfer full) (nullable): the request, or %NULL when the client has hung up
 */
char *raw_connection_read_request (RawConnection *self);

/**
 * raw_connection_skip_request:
 * @self: a connection
 *
 * Waits for a whole HTTP request, whatever it is.
 *
 * Returns: whether there was one before the client hung up
 */
gboolean raw_connection_skip_request (RawConnection *self);

/**
 * raw_connection_write:
 * @self: a connection
 * @text: what to send
 *
 * Sends @text. That the client has hung up is no error.
 */
void raw_connection_write (RawConnection *self, const char *text);

/**
 * raw_connection_answer:
 * @self: a connection
 * @status: status code and phrase
 * @headers: further headers, each ended by CR LF, or ""
 * @body: the body
 *
 * Sends a whole reply with a Content-Length.
 */
void raw_connection_answer (
    RawConnection *self, const char *status, const char *headers, const char *body);

/**
 * raw_connection_stall:
 * @self: a connection
 *
 * Says nothing more until the client hangs up or the test ends.
 */
void raw_connection_stall (RawConnection *self);

/**
 * raw_connection_reset:
 * @self: a connection
 *
 * Breaks the connection, so that the client sees a reset and not an end.
 */
void raw_connection_reset (RawConnection *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RawServer, raw_server_free)

G_END_DECLS
