/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An environment in which nothing of AWS is configured, whatever the environment of the user. */
#pragma once

#include "awsclock.h"
#include "awsconfig.h"

G_BEGIN_DECLS

/**
 * test_environment_clear:
 *
 * Unsets all variables of AWS and of proxies, and makes AWS's shared files empty ones. To be called
 * before there are threads.
 */
void test_environment_clear (void);

/**
 * test_environment_set:
 * @variables: (array zero-terminated=1): names and values by turns
 *
 * Sets what has to be set, after test_environment_clear().
 */
void test_environment_set (const char *const *variables);

/**
 * test_environment_make_config:
 * @clock: (nullable): the time
 *
 * Returns: (transfer full): what is configured now
 */
AwsConfig *test_environment_make_config (AwsClock *clock);

G_END_DECLS
