/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A client of an emulator in the same process: sends signed requests over its socket. */
#pragma once

#include "emulator.h"
#include "testsigner.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct {
  Emulator *emulator;
  SoupSession *session;
  TestSigner signer; /* may be changed between requests */
} TestClient;

/* A reply, with what tests ask of it. */
typedef struct {
  guint status;         /* 0 when there was none */
  char *error;          /* the name in x-amzn-ErrorType; NULL when there is none */
  SoupMessage *message; /* for its headers */
  GBytes *body;         /* NULL when it could not be read as a whole */
  JsonObject *json;     /* the body as JSON; NULL when it is none */
  GError *failure;      /* why there was no reply, or no whole one */
} TestReply;

/**
 * test_client_new:
 *
 * Starts an emulator with its clock stopped at %TEST_NOW and a stream "camera" that began an hour
 * before.
 *
 * Returns: (transfer full): a client of it that signs as the emulator accepts by default
 */
TestClient *test_client_new (void);

/**
 * test_client_new_with:
 * @first: the name of an option
 * @...: its value, further names and values, %NULL
 *
 * Does as test_client_new(), with these options set before the emulator starts.
 *
 * Returns: (transfer full): a client
 */
TestClient *test_client_new_with (const char *first, ...) G_GNUC_NULL_TERMINATED;

/**
 * test_client_free:
 * @client: (transfer full): a client; its emulator is stopped
 */
void test_client_free (TestClient *client);

/**
 * test_client_configure:
 *
 * Sets an option of the emulator, which must be accepted.
 */
void test_client_configure (TestClient *client, const char *name, const char *value);

/**
 * test_client_send:
 * @method: an HTTP method
 * @path: a path
 * @body: the body
 * @sign: whether to sign the request
 *
 * Returns: (transfer full): the reply
 */
TestReply *test_client_send (
    TestClient *client, const char *method, const char *path, const char *body, gboolean sign);

/**
 * test_client_get_images:
 * @changes: (nullable): members as in a JSON object without its braces, which replace the ones that
 *   a whole and correct request would have: ten samples, three seconds apart, from the stream's start
 *   on; a null takes a member away
 *
 * Returns: (transfer full): the reply to GetImages
 */
TestReply *test_client_get_images (TestClient *client, const char *changes);

/**
 * test_reply_free:
 * @reply: (transfer full): a reply
 */
void test_reply_free (TestReply *reply);

/**
 * test_reply_assert_error:
 *
 * Fails the test unless @reply is that rejection.
 */
void test_reply_assert_error (
    TestReply *reply, guint status, const char *error, const char *message);

/**
 * test_reply_describe:
 *
 * Returns: (transfer full): a letter for each entry of a GetImages reply, in order: "i" for an
 *   image, "n" for NO_MEDIA, "e" for MEDIA_ERROR; fails the test when it is no such reply
 */
char *test_reply_describe (TestReply *reply);

/**
 * test_reply_get_token:
 *
 * Returns: (transfer none) (nullable): its NextToken
 */
const char *test_reply_get_token (TestReply *reply);

/**
 * test_reply_get_time:
 * @i: the number of an entry
 *
 * Returns: its TimeStamp in ms since the epoch
 */
gint64 test_reply_get_time (TestReply *reply, guint i);

/**
 * test_reply_get_image:
 * @i: the number of an entry that has an image
 *
 * Returns: (transfer full): its image
 */
GBytes *test_reply_get_image (TestReply *reply, guint i);

/* 2026-11-20T09:00:00Z, and when the stream began. */
#define TEST_NOW G_GINT64_CONSTANT (1795165200000)
#define TEST_START (TEST_NOW - 3600 * 1000)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestClient, test_client_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestReply, test_reply_free)

G_END_DECLS
