/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Credentials that are written down, as properties or in a profile. */
#pragma once

#include "awscredentialsource.h"

G_BEGIN_DECLS

#define AWS_TYPE_STATIC_SOURCE (aws_static_source_get_type ())

/**
 * AwsStaticSource:
 * A source that always gives the same credentials.
 */
G_DECLARE_FINAL_TYPE (AwsStaticSource, aws_static_source, AWS, STATIC_SOURCE, GObject)

/**
 * aws_static_source_new:
 * @credentials: the credentials
 * @name: what aws_credential_source_get_name() is to say of where they were written down, such as
 *     `properties`
 *
 * Returns: (transfer full): a source of @credentials
 */
AwsCredentialSource *aws_static_source_new (AwsCredentials *credentials, const char *name);

G_END_DECLS
