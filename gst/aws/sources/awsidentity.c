/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A configured identity must never silently become another one: contradicting settings are an
 * error, and credentials found on the machine count only if nothing is set. */
#include "awsidentity.h"

#include "awsassumerolesource.h"
#include "awscontainersource.h"
#include "awscredentialfilesource.h"
#include "awsdigest.h"
#include "awsenvironment.h"
#include "awsenvironmentsource.h"
#include "awserror.h"
#include "awsimdssource.h"
#include "awsprofilesource.h"
#include "awssourcechain.h"
#include "awsstaticsource.h"
#include "awswebidentitysource.h"

static gboolean
has_keys (const AwsIdentityOptions *options)
{
  return options->access_key != NULL || options->secret_key != NULL ||
         options->session_token != NULL;
}

static const char *
get_name_of_keys (const AwsIdentityOptions *options)
{
  if (options->access_key != NULL)
    return "access-key";
  return options->secret_key != NULL ? "secret-key" : "session-token";
}

/* Whether at most one identity is set. */
static gboolean
check_alone (AwsConfig *config, const AwsIdentityOptions *options, GError **error)
{
  const struct {
    const char *name;
    gboolean is_set;
  } identities[] = {
      {"iot-certificate", options->iot != NULL},
      {get_name_of_keys (options), has_keys (options)},
      {"credential-path", !aws_environment_is_blank (options->credential_path)},
      {"profile", aws_config_has_explicit_profile (config)},
  };
  const char *first = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (identities); i++) {
    if (identities[i].is_set && first != NULL) {
      g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
          "%s and %s are both set, and each of them sets the credentials: set one of them", first,
          identities[i].name);
      return FALSE;
    }
    if (identities[i].is_set)
      first = identities[i].name;
  }
  return TRUE;
}

static gboolean
check_options (AwsConfig *config, const AwsIdentityOptions *options, GError **error)
{
  if (!aws_environment_is_blank (options->external_id) &&
      aws_environment_is_blank (options->role_arn)) {
    g_set_error_literal (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "external-id is set, but role-arn is not: an external id is a part of assuming a role");
    return FALSE;
  }
  return check_alone (config, options, error);
}

static AwsCredentialSource *
make_static_source (const AwsIdentityOptions *options, GError **error)
{
  g_autoptr (AwsCredentials) credentials = NULL;
  const char *missing = NULL;

  if (aws_environment_is_blank (options->access_key))
    missing = "access-key";
  else if (aws_environment_is_blank (options->secret_key))
    missing = "secret-key";
  if (missing != NULL) {
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "Incomplete credentials: %s is not set, or empty; access-key and secret-key go together, "
        "and session-token only with them",
        missing);
    return NULL;
  }
  credentials =
      aws_credentials_new (options->access_key, options->secret_key, options->session_token, error);
  return credentials != NULL ? aws_static_source_new (credentials, "properties") : NULL;
}

static AwsCredentialSource *
make_profile_source (AwsConfig *config)
{
  return aws_profile_source_new (config, aws_config_get_profile_name (config));
}

/* The profile that is set, or else the sources of this machine. */
static AwsCredentialSource *
make_chain (AwsConfig *config)
{
  AwsSourceChain *chain = aws_source_chain_new ();

  if (aws_config_has_explicit_profile (config)) {
    aws_source_chain_add (chain, make_profile_source (config));
    return AWS_CREDENTIAL_SOURCE (chain);
  }

  aws_source_chain_set_advice (chain, "First set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a "
                                      "profile with aws configure");
  aws_source_chain_add (chain, aws_environment_source_new ());
  aws_source_chain_add (chain, aws_web_identity_source_new_from_environment (config));
  aws_source_chain_add (chain, make_profile_source (config));
  aws_source_chain_add (chain, aws_container_source_new (config));
  aws_source_chain_add (chain, aws_imds_source_new (config));
  return AWS_CREDENTIAL_SOURCE (chain);
}

/* The identity before it assumes a role. */
static AwsCredentialSource *
make_base (AwsConfig *config, const AwsIdentityOptions *options, GError **error)
{
  AwsClock *clock = aws_config_get_clock (config);

  if (options->iot != NULL)
    return aws_iot_source_new (config, options->iot, error);
  if (has_keys (options))
    return make_static_source (options, error);
  if (!aws_environment_is_blank (options->credential_path))
    return aws_credential_file_source_new (options->credential_path, clock);
  return make_chain (config);
}

AwsCredentialSource *
aws_identity_new_source (AwsConfig *config, const AwsIdentityOptions *options, GError **error)
{
  static const AwsIdentityOptions none = {NULL};
  g_autoptr (AwsCredentialSource) base = NULL;
  AwsStsRole role = {NULL};

  if (options == NULL)
    options = &none;
  if (!check_options (config, options, error))
    return NULL;
  base = make_base (config, options, error);
  if (base == NULL || aws_environment_is_blank (options->role_arn))
    return g_steal_pointer (&base);

  role.role_arn = options->role_arn;
  role.external_id = aws_environment_is_blank (options->external_id) ? NULL : options->external_id;
  return aws_assume_role_source_new (config, base, &role);
}

static void
add_iot_to_id (AwsDigest *id, const AwsIotOptions *iot)
{
  aws_digest_add_string (id, iot->endpoint);
  aws_digest_add_string (id, iot->cert_path);
  aws_digest_add_string (id, iot->key_path);
  aws_digest_add_string (id, iot->ca_path);
  aws_digest_add_string (id, iot->role_alias);
  aws_digest_add_string (id, iot->thing_name);
  aws_digest_add_number (id, iot->connection_timeout_ms);
  aws_digest_add_number (id, iot->completion_timeout_ms);
}

static char *
make_id (AwsConfig *config, const AwsIdentityOptions *options)
{
  static const AwsIdentityOptions none = {NULL};
  g_autoptr (AwsDigest) id = aws_digest_new ();

  if (options == NULL)
    options = &none;
  aws_digest_add_string (id, aws_config_get_id (config));
  aws_digest_add_string (id, options->access_key);
  aws_digest_add_string (id, options->secret_key);
  aws_digest_add_string (id, options->session_token);
  aws_digest_add_string (id, options->credential_path);
  aws_digest_add_string (id, options->role_arn);
  aws_digest_add_string (id, options->external_id);
  if (options->iot != NULL)
    add_iot_to_id (id, options->iot);
  return aws_digest_finish (id);
}

static GMutex lock;           /* guards providers */
static GHashTable *providers; /* of GWeakRef, by id; NULL until there is one */

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static gboolean
has_gone (gpointer id, gpointer weak_ref, gpointer user_data)
{
  g_autoptr (AwsCredentialsProvider) provider = g_weak_ref_get (weak_ref);

  return provider == NULL;
}

/* Called with the lock held. */
static AwsCredentialsProvider *
find_provider (const char *id)
{
  GWeakRef *weak_ref = providers != NULL ? g_hash_table_lookup (providers, id) : NULL;

  return weak_ref != NULL ? g_weak_ref_get (weak_ref) : NULL;
}

/* Called with the lock held. */
static void
remember_provider (AwsCredentialsProvider *provider)
{
  GWeakRef *weak_ref = g_new0 (GWeakRef, 1);

  if (providers == NULL)
    providers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, weak_ref_free);
  g_hash_table_foreach_remove (providers, has_gone, NULL);
  g_weak_ref_init (weak_ref, provider);
  g_hash_table_replace (providers, g_strdup (aws_credentials_provider_get_id (provider)), weak_ref);
}

AwsCredentialsProvider *
aws_identity_get_provider (AwsConfig *config, const AwsIdentityOptions *options, GError **error)
{
  g_autofree char *id = make_id (config, options);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);
  g_autoptr (AwsCredentialSource) source = NULL;
  AwsCredentialsProvider *provider = find_provider (id);

  if (provider != NULL)
    return provider;
  source = aws_identity_new_source (config, options, error);
  if (source == NULL)
    return NULL;
  provider = aws_credentials_provider_new (source, id, aws_config_get_clock (config));
  remember_provider (provider);
  return provider;
}
