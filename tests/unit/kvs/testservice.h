/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A service with scripted replies, which records the requests. */
#pragma once

#include <awsreply.h>

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _TestService TestService;

/**
 * test_service_new:
 *
 * Listens on a free port of the loopback device. The answers must be added before the requests
 * come.
 *
 * Returns: (transfer full): a service without any answers
 */
TestService *test_service_new (void);

/**
 * test_service_free:
 * @self: (transfer full): a service
 *
 * Lets go of what it holds, and ends all connections.
 */
void test_service_free (TestService *self);

/**
 * test_service_add:
 * @self: a service
 * @status: status code and phrase, such as "200 OK"
 * @headers: further headers, each ended by CR LF, or ""
 * @body: the body
 *
 * Adds an answer to the next request that has none.
 */
void test_service_add (
    TestService *self, const char *status, const char *headers, const char *body);

/**
 * test_service_add_endpoint:
 * @self: a service
 * @headers: further headers, each ended by CR LF, or ""
 *
 * Adds an answer to GetDataEndpoint that names the service itself.
 */
void test_service_add_endpoint (TestService *self, const char *headers);

/**
 * test_service_add_silence:
 * @self: a service
 *
 * Adds an answer of which not even the status comes.
 */
void test_service_add_silence (TestService *self);

/**
 * test_service_add_held:
 * @self: a service
 * @body: a body
 * @length: how many bytes of @body come at once
 *
 * Adds an answer whose rest comes only after test_service_release().
 */
void test_service_add_held (TestService *self, const char *body, gsize length);

/**
 * test_service_add_cut:
 * @self: a service
 * @body: a body
 * @length: how many bytes of @body come
 * @chunked: whether the body is sent without its length
 *
 * Adds an answer that ends in the middle, and the connection with it.
 */
void test_service_add_cut (TestService *self, const char *body, gsize length, gboolean chunked);

/**
 * test_service_match:
 * @self: a service
 * @text: part of a request
 *
 * Keeps the answer that was added last for a request that has @text in its body.
 */
void test_service_match (TestService *self, const char *text);

/**
 * TestServiceFunc:
 * @body: the body of a request
 *
 * Returns: (transfer full): the body of a good answer
 */
typedef char *(*TestServiceFunc) (const char *body);

/**
 * test_service_set_func:
 * @self: a service
 * @func: what answers the requests that there is no other answer for
 */
void test_service_set_func (TestService *self, TestServiceFunc func);

/**
 * test_service_release:
 * @self: a service
 *
 * Lets the rest of all held answers go, now and later.
 */
void test_service_release (TestService *self);

/**
 * test_service_wait_until_held:
 * @self: a service
 *
 * Waits until there is an answer that is held or silent.
 */
void test_service_wait_until_held (TestService *self);

/**
 * test_service_count_answers:
 * @self: a service
 *
 * Returns: how many answers have not been requested yet
 */
guint test_service_count_answers (TestService *self);

/**
 * test_service_count_requests:
 * @self: a service
 *
 * Returns: how many requests have come so far
 */
guint test_service_count_requests (TestService *self);

/**
 * test_service_get_request:
 * @self: a service
 * @number: the number of a request that has come
 *
 * Returns: (transfer full): its path, a space and its body
 */
char *test_service_get_request (TestService *self, guint number);

/**
 * test_service_get_host:
 * @self: a service
 *
 * Returns: (transfer none): its host and port, as error messages name them
 */
const char *test_service_get_host (TestService *self);

/**
 * test_service_get_uri:
 * @self: a service
 *
 * Returns: (transfer full): its endpoint
 */
GUri *test_service_get_uri (TestService *self);

/**
 * test_service_call:
 * @self: a service
 *
 * Asks the service for anything.
 *
 * Returns: (transfer full): its reply, which must be a good one
 */
AwsReply *test_service_call (TestService *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestService, test_service_free)

G_END_DECLS
