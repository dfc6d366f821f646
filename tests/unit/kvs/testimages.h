/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A KvsImageService for a TestService, on a fake clock, and a record of its requests and events. */
#pragma once

#include "kvsimageservice.h"
#include "testservice.h"

#include <fakeclock.h>

G_BEGIN_DECLS

/**
 * TestImages:
 * @server: the service
 * @endpoint: its address
 * @clock: the time, which begins at sample 0 of testpage.h
 * @client: the client
 * @cache: the data endpoints
 * @pacer: the quota of the requests
 * @stats: what is counted
 * @query: what is asked for: 100 images a page; may be changed before test_images_open()
 * @is_endless: whether the service is; may be changed before test_images_open()
 * @service: (nullable): the service, once it is open
 * @events: what it has told: "opened", "outage", "recovered(attempts, ms)" and "cut", with spaces
 * between them
 */
typedef struct {
  TestService *server;
  GUri *endpoint;
  FakeClock *clock;
  AwsClient *client;
  KvsEndpointCache *cache;
  KvsPacer *pacer;
  KvsStats *stats;
  KvsQuery query;
  gboolean is_endless;
  KvsImageService *service;
  GString *events;
} TestImages;

/**
 * test_images_set_up:
 * @self: (out): all but the service
 * @user_data: unused
 *
 * A set-up of g_test_add().
 */
void test_images_set_up (TestImages *self, gconstpointer user_data);

/**
 * test_images_tear_down:
 * @self: what was set up
 * @user_data: unused
 *
 * The tear-down for test_images_set_up().
 */
void test_images_tear_down (TestImages *self, gconstpointer user_data);

/**
 * test_images_open:
 * @self: what was set up
 *
 * Opens the service, anew if there is one. What it asks must have an answer.
 */
void test_images_open (TestImages *self);

/**
 * test_images_open_located:
 * @self: what was set up
 *
 * Opens the service at a data endpoint that it has just asked for.
 */
void test_images_open_located (TestImages *self);

/**
 * test_images_add_page:
 * @self: what was set up
 * @entries: as for test_page_new()
 * @next_token: (nullable): the NextToken
 *
 * Adds a good answer.
 */
void test_images_add_page (TestImages *self, const char *entries, const char *next_token);

/**
 * test_images_add_error:
 * @self: what was set up
 * @status: status code and phrase
 * @code: the service's error code
 * @message: its message
 *
 * Adds an answer that is an error of the service.
 */
void test_images_add_error (
    TestImages *self, const char *status, const char *code, const char *message);

/**
 * test_images_add_errors:
 * @self: what was set up
 * @status: status code and phrase
 * @n: how many
 *
 * Adds answers that are errors without a body.
 */
void test_images_add_errors (TestImages *self, const char *status, guint n);

/**
 * test_images_get_elapsed_us:
 * @self: what was set up
 *
 * Returns: how much time has passed, in microseconds
 */
gint64 test_images_get_elapsed_us (TestImages *self);

/**
 * test_images_assert_asked:
 * @self: what was set up
 * @expected: the requests so far, with spaces between them: "start..end/MaxResults@NextToken" with the
 * times in ms from sample 0, the interval as "+interval" before the slash where it is not
 * %TEST_PAGE_INTERVAL, and "endpoint" for GetDataEndpoint
 *
 * Compares what was asked, and asserts that no answer is left.
 */
void test_images_assert_asked (TestImages *self, const char *expected);

/**
 * test_images_assert_count:
 * @self: what was set up
 * @counter: a counter
 * @expected: its value
 */
void test_images_assert_count (TestImages *self, KvsStatsCounter counter, guint64 expected);

G_END_DECLS
