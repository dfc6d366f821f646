/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Credentials of a role that another identity may assume: AssumeRole. */
#pragma once

#include "awsconfig.h"
#include "awscredentialsource.h"
#include "awssts.h"

G_BEGIN_DECLS

#define AWS_TYPE_ASSUME_ROLE_SOURCE (aws_assume_role_source_get_type ())

/**
 * AwsAssumeRoleSource:
 * A source, `assume-role`, that asks the Security Token Service with credentials of another source.
 * Those are kept, and renewed before they expire, as long as this source lives.
 */
G_DECLARE_FINAL_TYPE (AwsAssumeRoleSource, aws_assume_role_source, AWS, ASSUME_ROLE_SOURCE, GObject)

/**
 * aws_assume_role_source_new:
 * @config: the region, the endpoint, the transport and the time
 * @base: the source of the credentials that the role is assumed with
 * @role: the role; its session name may be %NULL, for one that is made up
 *
 * A fetch fails with %AWS_ERROR_SETTINGS where there is no region or @role cannot be asked for, with
 * %AWS_ERROR_NOT_AUTHORIZED if @base is not configured, since no other source may take its place, and
 * with an error of @base or of aws_sts_assume_role(), which then begins with the role.
 *
 * Returns: (transfer full): a source that has not asked yet
 */
AwsCredentialSource *aws_assume_role_source_new (
    AwsConfig *config, AwsCredentialSource *base, const AwsStsRole *role);

G_END_DECLS
