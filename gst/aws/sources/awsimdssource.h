/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Credentials of an EC2 instance's role, from the instance metadata service. */
#pragma once

#include "awsconfig.h"
#include "awscredentialsource.h"

G_BEGIN_DECLS

#define AWS_TYPE_IMDS_SOURCE (aws_imds_source_get_type ())

/**
 * AwsImdsSource:
 * A source, `imds`, that asks the instance metadata service in its second version: a PUT gives a
 * session token, which is kept until two minutes before its end, a GET the name of the instance's
 * role, and another one its credentials. They are statically stable: while the service is in trouble,
 * the ones it gave last are good.
 *
 * | variable | key of the profile | |
 * |---|---|---|
 * | `AWS_EC2_METADATA_DISABLED` | | `true`: not to be asked |
 * | `AWS_EC2_METADATA_SERVICE_ENDPOINT` | `ec2_metadata_service_endpoint` | a URL, instead of |
 * | `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE` | `ec2_metadata_service_endpoint_mode` | `IPv4`: http://169.254.169.254, `IPv6`: http://[fd00:ec2::254] |
 * | `AWS_EC2_METADATA_V1_DISABLED` | `ec2_metadata_v1_disabled` | `false`: the first version, without a token, if the service has no token |
 * | `AWS_METADATA_SERVICE_TIMEOUT` | `metadata_service_timeout` | seconds for a request and its reply; 1 |
 * | `AWS_METADATA_SERVICE_NUM_ATTEMPTS` | `metadata_service_num_attempts` | attempts; 3 |
 *
 * The SDKs fall back to the first version on their own. It lets everything that can make this machine
 * send a GET have the credentials, so it has to be switched on here.
 *
 * Until the service has given credentials once, no answer means that this is no instance of EC2, and
 * there is no retry. Afterwards all failures but rejected requests are tried again. No proxy takes part,
 * and no redirect is followed.
 */
G_DECLARE_FINAL_TYPE (AwsImdsSource, aws_imds_source, AWS, IMDS_SOURCE, GObject)

/**
 * aws_imds_source_new:
 * @config: the settings above, and the time
 *
 * A fetch fails with %AWS_ERROR_NO_CREDENTIALS where the service must not be asked, is not there or
 * knows no role of the instance, with %AWS_ERROR_SETTINGS where a setting cannot be used, and with an
 * error of aws_credentials_server_ask().
 *
 * Returns: (transfer full): a source that has not asked yet
 */
AwsCredentialSource *aws_imds_source_new (AwsConfig *config);

G_END_DECLS
