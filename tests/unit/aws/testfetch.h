/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A fetch of credentials in a thread of its own, so that the test can interfere. */
#pragma once

#include "awscredentialsource.h"

G_BEGIN_DECLS

typedef struct _TestFetch TestFetch;

/**
 * test_fetch_new:
 * @source: a source
 *
 * Begins to fetch credentials.
 *
 * Returns: (transfer full): the fetch
 */
TestFetch *test_fetch_new (AwsCredentialSource *source);

/**
 * test_fetch_assert_cancels:
 * @self: (transfer full): a fetch that goes on
 *
 * Cancels @self, and asserts that it ends with that.
 */
void test_fetch_assert_cancels (TestFetch *self);

G_END_DECLS
