/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libsoup's sessions, each for one call at a time.
 *
 * libsoup lets several threads send on one session, but GLib does not: a session has one GNetworkAddress for
 * each host, which keeps the addresses it has found without a lock. Two threads that connect to a host at
 * once can abort the process (seen with GLib 2.74: g_network_address_parse_sockaddr() asserts that nothing is
 * kept yet), and one that connects after resolv.conf has changed frees the addresses under the other. */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * AwsSessionMaker:
 * Makes a session for the host of @uri. Called with no lock held.
 *
 * Returns: (transfer full): the session
 */
typedef SoupSession *(*AwsSessionMaker) (GUri *uri, gpointer user_data);

#define AWS_TYPE_SESSION_POOL (aws_session_pool_get_type ())

/**
 * AwsSessionPool:
 * Any number of threads may use it. There are as many sessions for a host as there were calls to it at once.
 */
G_DECLARE_FINAL_TYPE (AwsSessionPool, aws_session_pool, AWS, SESSION_POOL, GObject)

AwsSessionPool *aws_session_pool_new (void);

/**
 * AwsPooledSession:
 * A session that is taken out of its pool. It keeps the pool alive.
 */
typedef struct _AwsPooledSession AwsPooledSession;

/**
 * aws_session_pool_take:
 * @uri: what is to be sent to
 * @make: called if no session for the host of @uri is idle
 *
 * Prefers the session that was given back last: its connection is the least likely to have been closed.
 */
AwsPooledSession *aws_session_pool_take (
    AwsSessionPool *self, GUri *uri, AwsSessionMaker make, gpointer user_data);

SoupSession *aws_pooled_session_get (AwsPooledSession *pooled);

/**
 * aws_pooled_session_give_back:
 * To be called when nothing is left of the message that was sent, as even its finalizer touches the
 * session's connection, nor of the main context in which it was sent, to which the connection has attached a timer.
 */
void aws_pooled_session_give_back (AwsPooledSession *pooled);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AwsPooledSession, aws_pooled_session_give_back)

G_END_DECLS
