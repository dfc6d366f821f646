/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The configuration: what the caller has set, else the environment, else the selected profile of the
 * shared files. */
#pragma once

#include "awsclient.h"
#include "awsprofiles.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * AwsConfigOptions:
 * @profile: (nullable): the profile, instead of `AWS_PROFILE` (then `AWS_DEFAULT_PROFILE`, then
 *     `default`)
 * @region: (nullable): the region, instead of `AWS_REGION`, `AWS_DEFAULT_REGION` or the profile's
 * @use_fips_endpoint: %TRUE asks for FIPS endpoints; %FALSE leaves it to `AWS_USE_FIPS_ENDPOINT` and
 *     the profile
 * @use_dualstack_endpoint: likewise for dual-stack endpoints, `AWS_USE_DUALSTACK_ENDPOINT`
 * @max_attempts: instead of `AWS_MAX_ATTEMPTS` and the profile's; 0 leaves it to them
 * @connection_timeout_ms: as in #AwsHttpOptions
 * @completion_timeout_ms: as in #AwsHttpOptions
 * @proxy: (nullable): the URL of the proxy for all hosts, instead of `HTTPS_PROXY` and its like
 * @ca_file: (nullable): a PEM file, instead of `AWS_CA_BUNDLE` and the profile's `ca_bundle`
 * @user_agent: (nullable): the value of the header User-Agent
 * @clock: (nullable): the time; %NULL is the system's
 *
 * What the caller has set itself. Everything is copied.
 */
typedef struct {
  const char *profile;
  const char *region;
  gboolean use_fips_endpoint;
  gboolean use_dualstack_endpoint;
  guint max_attempts;
  guint connection_timeout_ms;
  guint completion_timeout_ms;
  const char *proxy;
  const char *ca_file;
  const char *user_agent;
  AwsClock *clock;
} AwsConfigOptions;

#define AWS_TYPE_CONFIG (aws_config_get_type ())

/**
 * AwsConfig:
 * Immutable: the environment and the files are read once. May be used from any thread.
 */
G_DECLARE_FINAL_TYPE (AwsConfig, aws_config, AWS, CONFIG, GObject)

/**
 * aws_config_new:
 * @options: (nullable): what the caller has set itself
 * @error: %AWS_ERROR_SETTINGS if a profile that was named does not exist, or a value is malformed; it
 *     names the variable, the file and profile, or the option
 *
 * Only values that are used are checked: a value that another one overrides may be malformed. A shared file, a CA
 * file of the environment or a proxy variable that cannot be used is an error only for the call that needs it.
 *
 * Returns: (transfer full) (nullable): the configuration
 */
AwsConfig *aws_config_new (const AwsConfigOptions *options, GError **error);

AwsProfiles *aws_config_get_profiles (AwsConfig *self);

/**
 * aws_config_get_profile_name:
 * Returns: (transfer none): the name of the selected profile, which need not exist if it is `default`
 */
const char *aws_config_get_profile_name (AwsConfig *self);

/**
 * aws_config_has_explicit_profile:
 * Returns: whether the caller itself has named the profile, so that only its credentials count
 */
gboolean aws_config_has_explicit_profile (AwsConfig *self);

/**
 * aws_config_get:
 * @variable: (nullable): the name of an environment variable
 * @key: (nullable): a key of the selected profile
 *
 * Returns: (transfer none) (nullable): the value of @variable as it was when @self was made, else that
 *     of @key; empty and blank values count as unset
 */
const char *aws_config_get (AwsConfig *self, const char *variable, const char *key);

/**
 * aws_config_get_region:
 * Returns: (transfer none) (nullable): the region, one that aws_region_is_valid()
 */
const char *aws_config_get_region (AwsConfig *self);

gboolean aws_config_get_use_fips_endpoint (AwsConfig *self);

gboolean aws_config_get_use_dualstack_endpoint (AwsConfig *self);

/**
 * aws_config_get_max_attempts:
 * Returns: how often a call is tried in all, at least 1
 */
guint aws_config_get_max_attempts (AwsConfig *self);

AwsClock *aws_config_get_clock (AwsConfig *self);

/**
 * aws_config_get_ca_file:
 * Returns: (transfer none) (nullable): the PEM file that replaces the system's authorities
 */
const char *aws_config_get_ca_file (AwsConfig *self);

/**
 * aws_config_get_ca_name:
 * Returns: (transfer none) (nullable): the setting that names that file, for messages
 */
const char *aws_config_get_ca_name (AwsConfig *self);

/**
 * aws_config_get_proxies:
 * Returns: (transfer none): the proxies, an #AwsProxy
 */
GProxyResolver *aws_config_get_proxies (AwsConfig *self);

/**
 * aws_config_check_uri:
 * @uri: a URI that is going to be requested
 * @error: as of aws_http_check_uri()
 *
 * Returns: whether the CA file and the proxy that @uri needs, if any, can be used
 */
gboolean aws_config_check_uri (AwsConfig *self, GUri *uri, GError **error);

/**
 * aws_config_new_client:
 * @credentials: (nullable): as of aws_client_new()
 * @region: (nullable): likewise
 *
 * Makes a client of @self: its proxies, authorities, timeouts, attempts and time. All clients share
 * the connections.
 *
 * Returns: (transfer full): a client that has not sent anything yet
 */
AwsClient *aws_config_new_client (
    AwsConfig *self, AwsCredentialsProvider *credentials, const char *region);

/**
 * aws_config_get_id:
 * Returns: (transfer none): a digest of everything @self was made of, files and `AWS_` variables
 *     included: two configurations of the same id are the same. It reveals no secret
 */
const char *aws_config_get_id (AwsConfig *self);

G_END_DECLS
