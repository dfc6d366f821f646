/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls as the tests of the client and of the reply make them: one after the other, or in a thread
 * of their own so that the test can interfere. */
#pragma once

#include "awsclient.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define TEST_ACCESS_KEY "AKIAIOSFODNN7EXAMPLE"
#define TEST_SECRET_KEY "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define TEST_TOKEN "IQoJb3JpZ2luX2VjEXAMPLE/TOKEN+=="
#define TEST_BODY "{\"StreamName\":\"grüße\"}"

/**
 * test_client_new:
 *
 * Returns: (transfer full): a client with credentials that must not be seen anywhere
 */
AwsClient *test_client_new (void);

/**
 * test_client_new_full:
 * @region: the region that is signed for
 * @session_token: (nullable): the session token
 * @timeout_ms: how long an attempt may take, or 0
 *
 * Returns: (transfer full): a client as of test_client_new(), but for these
 */
AwsClient *test_client_new_full (const char *region, const char *session_token, guint timeout_ms);

/**
 * test_client_new_with_clock:
 * @access_key: the access key id, which also tells the credentials apart
 * @region: the region that is signed for
 * @clock: the clock of the client and of its credentials
 *
 * Returns: (transfer full): a client with credentials that do not expire
 */
AwsClient *test_client_new_with_clock (const char *access_key, const char *region, AwsClock *clock);

/**
 * test_call:
 * @client: a client
 * @uri: what to call
 * @cancellable: (nullable): ends the call
 * @error: return location for an error
 *
 * Calls @uri with %TEST_BODY.
 *
 * Returns: (transfer full) (nullable): the reply
 */
AwsReply *test_call (AwsClient *client, GUri *uri, GCancellable *cancellable, GError **error);

/**
 * test_call_succeeds:
 * @client: a client
 * @uri: what to call
 *
 * Calls @uri, and asserts that the reply is `{}`, read to its end.
 */
void test_call_succeeds (AwsClient *client, GUri *uri);

/**
 * test_call_fails:
 * @client: a client
 * @uri: what to call
 * @code: the error that is expected
 *
 * Calls @uri, asserts that this fails as expected, and that no secret is in the message.
 *
 * Returns: (transfer full): the error
 */
GError *test_call_fails (AwsClient *client, GUri *uri, AwsError code);

/**
 * test_assert_no_secret:
 * @text: what people will see
 *
 * Asserts that none of the credentials is in @text.
 */
void test_assert_no_secret (const char *text);

/**
 * TestThread:
 *
 * A call in a thread of its own, that reads its reply to the end.
 */
typedef struct _TestThread TestThread;

/**
 * test_thread_new:
 * @client: a client
 * @uri: what to call
 *
 * Begins to call @uri.
 *
 * Returns: (transfer full): the running call
 */
TestThread *test_thread_new (AwsClient *client, GUri *uri);

/**
 * test_thread_wait_for_body:
 * @self: a running call
 *
 * Waits until the first bytes of the body have been read.
 */
void test_thread_wait_for_body (TestThread *self);

/**
 * test_thread_assert_cancels:
 * @self: (transfer full): a running call
 *
 * Cancels the call, and asserts that it ends at once and says that it was cancelled.
 */
void test_thread_assert_cancels (TestThread *self);

/**
 * test_thread_end:
 * @self: (transfer full): a call
 * @error: return location for an error
 *
 * Waits for the end of the call.
 *
 * Returns: (transfer full) (nullable): the body, or %NULL with the error of the call
 */
GBytes *test_thread_end (TestThread *self, GError **error);

G_END_DECLS
