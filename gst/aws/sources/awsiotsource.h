/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Credentials for a device with a certificate, from the credentials provider of AWS IoT Core:
 * `iot-certificate` of kvssink. */
#pragma once

#include "awsconfig.h"
#include "awscredentialsource.h"

G_BEGIN_DECLS

/** What is used where #AwsIotOptions has 0, as in kvssink. */
#define AWS_IOT_DEFAULT_CONNECTION_TIMEOUT_MS (3 * 1000)
#define AWS_IOT_DEFAULT_COMPLETION_TIMEOUT_MS (5 * 1000)

/**
 * AwsIotOptions:
 * @endpoint: the host of the credentials provider, one for each account and region, such as
 *     `c2sakl5huz0afv.credentials.iot.eu-central-1.amazonaws.com`; `:PORT` may follow, else it is 443
 * @cert_path: a PEM file with the device's certificate
 * @key_path: a PEM file with its private key, which is not encrypted
 * @ca_path: (nullable): a PEM file with the authority of the endpoint, such as Amazon Root CA 1; %NULL
 *     are the system's
 * @role_alias: the name of the role alias
 * @thing_name: the name of the thing that the certificate is attached to
 * @connection_timeout_ms: how long connecting may take, TLS included; 0 is
 *     %AWS_IOT_DEFAULT_CONNECTION_TIMEOUT_MS
 * @completion_timeout_ms: how long an attempt may take; 0 is %AWS_IOT_DEFAULT_COMPLETION_TIMEOUT_MS
 *
 * The device, and the credentials provider. Copied, so that everything belongs to the caller.
 */
typedef struct {
  const char *endpoint;
  const char *cert_path;
  const char *key_path;
  const char *ca_path;
  const char *role_alias;
  const char *thing_name;
  guint connection_timeout_ms;
  guint completion_timeout_ms;
} AwsIotOptions;

#define AWS_TYPE_IOT_SOURCE (aws_iot_source_get_type ())

/**
 * AwsIotSource:
 * A source, `iot`, that proves by mutual TLS which device it is, and is given credentials of the role
 * behind the alias. The files are read for each fetch. The configuration's proxies may be between, which
 * see nothing of what they tunnel; no redirect is followed. A connection without trust, on either
 * side, is not tried again.
 */
G_DECLARE_FINAL_TYPE (AwsIotSource, aws_iot_source, AWS, IOT_SOURCE, GObject)

/**
 * aws_iot_source_new:
 * @config: the proxies and the time
 * @options: the device and the endpoint
 * @error: %AWS_ERROR_SETTINGS where an option is missing or malformed; it has kvssink's name of it
 *
 * A fetch fails with %AWS_ERROR_SETTINGS where a file cannot be used, which it names, and with an
 * error of aws_credentials_server_fetch().
 *
 * Returns: (transfer full) (nullable): a source that has not asked yet
 */
AwsCredentialSource *aws_iot_source_new (
    AwsConfig *config, const AwsIotOptions *options, GError **error);

G_END_DECLS
