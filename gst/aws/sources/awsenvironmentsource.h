/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Credentials in the environment, source `env`. */
#pragma once

#include "awscredentialsource.h"

G_BEGIN_DECLS

#define AWS_TYPE_ENVIRONMENT_SOURCE (aws_environment_source_get_type ())

/**
 * AwsEnvironmentSource:
 * A source of the credentials of aws_credentials_new_from_environment(). If only one of the two keys is set, that is
 * an error, and no other identity is used instead.
 */
G_DECLARE_FINAL_TYPE (
    AwsEnvironmentSource, aws_environment_source, AWS, ENVIRONMENT_SOURCE, GObject)

/**
 * aws_environment_source_new:
 * Reads the environment, here and never again: a process that changes its environment must not do so
 * under a thread that reads it.
 *
 * Returns: (transfer full): a source of the credentials in the environment
 */
AwsCredentialSource *aws_environment_source_new (void);

G_END_DECLS
