/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A source of credentials that does as it is told. */
#pragma once

#include "awscredentialsource.h"
#include "awserror.h"

G_BEGIN_DECLS

#define TEST_TYPE_SOURCE (test_source_get_type ())

/**
 * TestSource:
 *
 * Gives the results that it was given, in order, and the last one again and again. It may be used from
 * different threads.
 */
G_DECLARE_FINAL_TYPE (TestSource, test_source, TEST, SOURCE, GObject)

/**
 * test_source_new:
 * @name: its aws_credential_source_get_name()
 *
 * Returns: (transfer full): a source that was not told anything yet
 */
TestSource *test_source_new (const char *name);

/**
 * test_source_give:
 * @self: a source
 * @access_key: the access key of the credentials
 * @expiration_us: their expiration, in microseconds since the epoch
 *
 * Has @self give credentials when it comes to that. Their secret key is "secret".
 */
void test_source_give (TestSource *self, const char *access_key, gint64 expiration_us);

/**
 * test_source_fail:
 * @self: a source
 * @code: the code of the error
 * @message: its message
 *
 * Has @self fail when it comes to that.
 */
void test_source_fail (TestSource *self, AwsError code, const char *message);

/**
 * test_source_fail_with:
 * @self: a source
 * @failure: (transfer full): an error
 *
 * As test_source_fail(), with any error.
 */
void test_source_fail_with (TestSource *self, GError *failure);

/**
 * test_source_take_back:
 * @self: a source
 *
 * Forgets what @self was told and has not done yet.
 */
void test_source_take_back (TestSource *self);

/**
 * test_source_set_statically_stable:
 * @self: a source
 *
 * Makes @self one whose expired credentials are better than none.
 */
void test_source_set_statically_stable (TestSource *self);

/**
 * test_source_hold:
 * @self: a source
 *
 * Has each fetch wait until test_source_release(), or until it is cancelled.
 */
void test_source_hold (TestSource *self);

/**
 * test_source_release:
 * @self: a source that was held
 *
 * Ends test_source_hold().
 */
void test_source_release (TestSource *self);

/**
 * test_source_wait_until_asked:
 * @self: a source
 * @n: a number
 *
 * Waits until @self has been asked @n times since it is there.
 */
void test_source_wait_until_asked (TestSource *self, guint n);

/**
 * test_source_get_n_asked:
 * @self: a source
 *
 * Returns: how often @self was asked
 */
guint test_source_get_n_asked (TestSource *self);

/**
 * test_source_get_n_cancelled:
 * @self: a source
 *
 * Returns: how often that was cancelled while it was held
 */
guint test_source_get_n_cancelled (TestSource *self);

G_END_DECLS
