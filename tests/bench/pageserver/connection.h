/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A connection of a client, with or without TLS: requests come in, bytes go out. */
#pragma once

#include <glib.h>
#include <openssl/ssl.h>

G_BEGIN_DECLS

typedef struct _Connection Connection;

typedef struct {
  char *path;
  char *body;
} HttpRequest;

void http_request_clear (HttpRequest *request);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HttpRequest, http_request_clear)

/**
 * connection_new:
 * @fd: (transfer full): a connected socket.
 * @context: (nullable): what to speak TLS with.
 */
Connection *connection_new (int fd, SSL_CTX *context);

void connection_free (Connection *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Connection, connection_free)

/**
 * connection_read_request:
 * @request: (out): the next request. Free with http_request_clear() in any case.
 *
 * Returns: FALSE if there is none any more.
 */
gboolean connection_read_request (Connection *self, HttpRequest *request);

/**
 * connection_write:
 *
 * Sends text, at the latest with connection_flush(). When the client is gone, it is dropped.
 */
void connection_write (Connection *self, const char *text, gsize length);

/**
 * connection_flush:
 *
 * Returns: whether all has been sent.
 */
gboolean connection_flush (Connection *self);

G_END_DECLS
