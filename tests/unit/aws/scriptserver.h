/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A HTTP server that answers one request after the other by a script, and remembers what it was
 * asked. */
#pragma once

#include "awserror.h"
#include "rawserver.h"

G_BEGIN_DECLS

/**
 * ScriptReply:
 * @status: (nullable): status code and phrase; %NULL says nothing at all, and "" hangs up
 * @headers: (nullable): further headers, each ended by CR LF
 * @body: (nullable): the body
 *
 * The reply to a request.
 */
typedef struct {
  const char *status;
  const char *headers;
  const char *body;
} ScriptReply;

typedef struct _ScriptServer ScriptServer;

/**
 * script_server_new:
 * @replies: (array length=n_replies): the replies; the last one is given again and again
 * @n_replies: how many there are, at least 1
 * @certificate: (nullable): makes it a TLS server
 *
 * Returns: (transfer full): a server on a free port of the loopback device
 */
ScriptServer *script_server_new (
    const ScriptReply *replies, gsize n_replies, GTlsCertificate *certificate);

/**
 * script_server_new_for:
 * @variable: the name of a variable of the environment
 * @replies: (array length=n_replies): as of script_server_new()
 * @n_replies: likewise
 *
 * Returns: (transfer full): a server whose URL is in @variable
 */
ScriptServer *script_server_new_for (
    const char *variable, const ScriptReply *replies, gsize n_replies);

/**
 * script_server_free:
 * @self: (transfer full): a server
 *
 * Ends all connections.
 */
void script_server_free (ScriptServer *self);

/**
 * script_server_get_port:
 * @self: a server
 *
 * Returns: the port
 */
guint16 script_server_get_port (ScriptServer *self);

/**
 * script_server_make_url:
 * @self: a server
 * @path: what follows the port
 *
 * Returns: (transfer full): `http://127.0.0.1:PORT` with @path
 */
char *script_server_make_url (ScriptServer *self, const char *path);

/**
 * script_server_count:
 * @self: a server
 *
 * Returns: how many requests there were
 */
guint script_server_count (ScriptServer *self);

/**
 * script_server_get:
 * @self: a server
 * @index: the number of a request, from 0
 *
 * Returns: (transfer none): the request as it came
 */
const char *script_server_get (ScriptServer *self, guint index);

/**
 * script_server_get_body:
 * @self: a server
 * @index: the number of a request, from 0
 *
 * Returns: (transfer none): the body of the request
 */
const char *script_server_get_body (ScriptServer *self, guint index);

/**
 * script_server_assert_failure:
 * @self: a server
 * @error: an error
 * @code: the code of %AWS_ERROR that is expected
 * @message: the message that is expected, with `HOST` in place of address and port of @self
 *
 * Asserts that @error is what is expected.
 */
void script_server_assert_failure (
    ScriptServer *self, const GError *error, AwsError code, const char *message);

/**
 * script_server_wait:
 * @self: a server
 * @requests: how many
 *
 * Waits until there were @requests requests.
 */
void script_server_wait (ScriptServer *self, guint requests);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScriptServer, script_server_free)

G_END_DECLS
