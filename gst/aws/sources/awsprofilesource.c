/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsprofilesource.h"

#include "awsassumerolesource.h"
#include "awscontainersource.h"
#include "awsenvironmentsource.h"
#include "awserror.h"
#include "awsimdssource.h"
#include "awsloginsource.h"
#include "awsprocesssource.h"
#include "awsssosource.h"
#include "awsstaticsource.h"
#include "awswebidentitysource.h"

struct _AwsProfileSource {
  GObject parent_instance;

  AwsCredentialSource *source; /* or NULL, and failure */
  GError *failure;
};

static void aws_profile_source_source_init (AwsCredentialSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AwsProfileSource, aws_profile_source, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (AWS_TYPE_CREDENTIAL_SOURCE, aws_profile_source_source_init))

/* The profiles from the selected one to the current one. */
typedef struct {
  AwsConfig *config;
  AwsProfiles *profiles;
  GPtrArray *names; /* of profiles, the selected one first */
} Path;

static AwsCredentialSource *resolve (Path *path, const char *profile, GError **error);

static void
aws_profile_source_finalize (GObject *object)
{
  AwsProfileSource *self = AWS_PROFILE_SOURCE (object);

  g_clear_object (&self->source);
  g_clear_error (&self->failure);

  G_OBJECT_CLASS (aws_profile_source_parent_class)->finalize (object);
}

static void
aws_profile_source_class_init (AwsProfileSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aws_profile_source_finalize;
}

static const char *
get (Path *path, const char *profile, const char *key)
{
  return aws_profiles_get (path->profiles, profile, key);
}

static gboolean
has (Path *path, const char *profile, const char *key)
{
  return get (path, profile, key) != NULL;
}

static gboolean
has_keys (Path *path, const char *profile)
{
  return has (path, profile, "aws_access_key_id") || has (path, profile, "aws_secret_access_key");
}

static AwsCredentialSource *
make_static_source (Path *path, const char *profile, GError **error)
{
  const char *access_key = get (path, profile, "aws_access_key_id");
  const char *secret_key = get (path, profile, "aws_secret_access_key");
  const char *session_token;
  g_autoptr (AwsCredentials) credentials = NULL;

  if (access_key == NULL || secret_key == NULL) {
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "Incomplete credentials: the profile “%s” has %s, but not %s", profile,
        access_key != NULL ? "aws_access_key_id" : "aws_secret_access_key",
        access_key != NULL ? "aws_secret_access_key" : "aws_access_key_id");
    return NULL;
  }
  /* The order of botocore. */
  session_token = get (path, profile, "aws_security_token");
  if (session_token == NULL)
    session_token = get (path, profile, "aws_session_token");
  credentials = aws_credentials_new (access_key, secret_key, session_token, error);
  if (credentials == NULL) {
    g_prefix_error (error, "The profile “%s” has keys that cannot be used: ", profile);
    return NULL;
  }
  return aws_static_source_new (credentials, "profile");
}

static gboolean
read_role (Path *path, const char *profile, AwsStsRole *role, GError **error)
{
  const char *duration = get (path, profile, "duration_seconds");
  guint64 duration_s = 0;

  if (duration != NULL && !g_ascii_string_to_unsigned (duration, 10, AWS_STS_MIN_DURATION,
                              AWS_STS_MAX_DURATION, &duration_s, NULL)) {
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "duration_seconds of the profile “%s” is “%s”, which cannot be used: it is a whole number, %d "
        "to %d",
        profile, duration, AWS_STS_MIN_DURATION, AWS_STS_MAX_DURATION);
    return FALSE;
  }
  *role = (AwsStsRole){
      .role_arn = get (path, profile, "role_arn"),
      .session_name = get (path, profile, "role_session_name"),
      .external_id = get (path, profile, "external_id"),
      .duration_s = (guint)duration_s,
  };
  return TRUE;
}

/* An element cannot ask a user for a code, and a code would be good for one fetch only. */
static gboolean
check_mfa (Path *path, const char *profile, GError **error)
{
  if (!has (path, profile, "mfa_serial"))
    return TRUE;
  g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
      "The profile “%s” has mfa_serial, and no user can enter a code here; use a profile whose "
      "role does without, or temporary credentials that were obtained with a code",
      profile);
  return FALSE;
}

static AwsCredentialSource *
make_named_source (Path *path, const char *profile, GError **error)
{
  const char *name = get (path, profile, "credential_source");

  if (g_ascii_strcasecmp (name, "Environment") == 0)
    return aws_environment_source_new ();
  if (g_ascii_strcasecmp (name, "Ec2InstanceMetadata") == 0)
    return aws_imds_source_new (path->config);
  if (g_ascii_strcasecmp (name, "EcsContainer") == 0)
    return aws_container_source_new (path->config);
  g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
      "credential_source of the profile “%s” is “%s”, which cannot be used: it is Environment, "
      "Ec2InstanceMetadata or EcsContainer",
      profile, name);
  return NULL;
}

/* The keys of a profile that names itself. */
static AwsCredentialSource *
make_own_source (Path *path, const char *profile, GError **error)
{
  if (has_keys (path, profile))
    return make_static_source (path, profile, error);
  g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
      "The profile “%s” names itself as source_profile, which takes keys of its own; add "
      "aws_access_key_id and aws_secret_access_key, or name another profile",
      profile);
  return NULL;
}

static AwsCredentialSource *
make_source_of_profile (Path *path, const char *profile, GError **error)
{
  const char *source = get (path, profile, "source_profile");

  if (g_str_equal (source, profile))
    return make_own_source (path, profile, error);
  if (!aws_profiles_has (path->profiles, source)) {
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "The profile “%s” names “%s” as source_profile, and there is no such profile: neither [profile "
        "%s] in %s nor [%s] in %s",
        profile, source, source, aws_profiles_get_config_name (path->profiles), source,
        aws_profiles_get_credentials_name (path->profiles));
    return NULL;
  }
  return resolve (path, source, error);
}

static AwsCredentialSource *
make_assume_role_source (Path *path, const char *profile, const AwsStsRole *role, GError **error)
{
  g_autoptr (AwsCredentialSource) base = NULL;

  if (!check_mfa (path, profile, error))
    return NULL;
  base = has (path, profile, "source_profile") ? make_source_of_profile (path, profile, error)
                                               : make_named_source (path, profile, error);
  return base != NULL ? aws_assume_role_source_new (path->config, base, role) : NULL;
}

/* Whether there is exactly one kind of credentials with which the role of @profile is assumed. AWS's tools
 * differ in which one they take if there are several, so that is an error. */
static gboolean
check_way (Path *path, const char *profile, GError **error)
{
  static const char *const ways[] = {
      "source_profile", "credential_source", "web_identity_token_file"};
  const char *first = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++) {
    if (!has (path, profile, ways[i]))
      continue;
    if (first != NULL) {
      g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
          "The profile “%s” has both %s and %s, and its role can only be assumed with one of them; "
          "remove the other",
          profile, first, ways[i]);
      return FALSE;
    }
    first = ways[i];
  }
  if (first == NULL)
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "The profile “%s” has role_arn, but nothing to assume the role with; add source_profile, "
        "credential_source or web_identity_token_file",
        profile);
  return first != NULL;
}

static AwsCredentialSource *
make_role_source (Path *path, const char *profile, GError **error)
{
  const char *token_file = get (path, profile, "web_identity_token_file");
  AwsStsRole role;

  if (!check_way (path, profile, error) || !read_role (path, profile, &role, error))
    return NULL;
  return token_file != NULL ? aws_web_identity_source_new (path->config, token_file, &role)
                            : make_assume_role_source (path, profile, &role, error);
}

static AwsCredentialSource *
fail_without_role (const char *profile, GError **error)
{
  g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
      "The profile “%s” has web_identity_token_file, but not role_arn, the role that the token is for",
      profile);
  return NULL;
}

static AwsCredentialSource *
fail_without_credentials (Path *path, const char *profile, GError **error)
{
#define WAYS "neither keys nor role_arn, sso_account_id, login_session or credential_process"
  if (path->names->len == 1)
    g_set_error (error, AWS_ERROR, AWS_ERROR_NO_CREDENTIALS, "the profile “%s” %s", profile,
        aws_profiles_has (path->profiles, profile) ? "has " WAYS : "does not exist");
  else
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "The profile “%s”, which the profile “%s” names as source_profile, has " WAYS, profile,
        (const char *)g_ptr_array_index (path->names, path->names->len - 2));
  return NULL;
}

/* The source that @profile stands for, by the order in the header. */
static AwsCredentialSource *
make_source (Path *path, const char *profile, GError **error)
{
  gboolean is_selected = path->names->len == 1;

  if (has_keys (path, profile) && !(is_selected && has (path, profile, "role_arn")))
    return make_static_source (path, profile, error);
  if (has (path, profile, "role_arn"))
    return make_role_source (path, profile, error);
  if (has (path, profile, "web_identity_token_file"))
    return fail_without_role (profile, error);
  if (has (path, profile, "sso_account_id") || has (path, profile, "sso_role_name"))
    return aws_sso_source_new (path->config, profile);
  if (has (path, profile, "login_session"))
    return aws_login_source_new (path->config, get (path, profile, "login_session"), profile);
  if (has (path, profile, "credential_process"))
    return aws_process_source_new (
        get (path, profile, "credential_process"), aws_config_get_clock (path->config));
  /* A session alone is for services that accept a token, so this comes last, and reports the missing keys. */
  if (has (path, profile, "sso_session") || has (path, profile, "sso_start_url"))
    return aws_sso_source_new (path->config, profile);
  return fail_without_credentials (path, profile, error);
}

static void
set_circle (Path *path, const char *profile, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < path->names->len; i++)
    g_string_append_printf (names, "%s → ", (const char *)g_ptr_array_index (path->names, i));
  g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
      "The profiles' source_profile form a cycle: %s%s", names->str, profile);
}

static AwsCredentialSource *
resolve (Path *path, const char *profile, GError **error)
{
  if (g_ptr_array_find_with_equal_func (path->names, profile, g_str_equal, NULL)) {
    set_circle (path, profile, error);
    return NULL;
  }
  g_ptr_array_add (path->names, (char *)profile);
  return make_source (path, profile, error);
}

static AwsCredentials *
aws_profile_source_fetch (AwsCredentialSource *source, GCancellable *cancellable, GError **error)
{
  AwsProfileSource *self = AWS_PROFILE_SOURCE (source);

  if (self->source == NULL) {
    g_propagate_error (error, g_error_copy (self->failure));
    return NULL;
  }
  return aws_credential_source_fetch (self->source, cancellable, error);
}

static const char *
aws_profile_source_get_name (AwsCredentialSource *source)
{
  AwsProfileSource *self = AWS_PROFILE_SOURCE (source);

  return self->source != NULL ? aws_credential_source_get_name (self->source) : "profile";
}

static void
aws_profile_source_source_init (AwsCredentialSourceInterface *iface)
{
  iface->fetch = aws_profile_source_fetch;
  iface->get_name = aws_profile_source_get_name;
}

static void
aws_profile_source_init (AwsProfileSource *self)
{
}

/* Makes an unreadable file the reason why there are no credentials. If it exists, it may be meant to give
 * some, so no other source is asked. */
static void
check_files (AwsProfileSource *self, AwsProfiles *profiles)
{
  g_autoptr (GError) failure = NULL;

  if (aws_profiles_check (profiles, &failure))
    return;
  if (!aws_profiles_are_hidden (profiles)) {
    g_clear_object (&self->source);
    g_clear_error (&self->failure);
    self->failure = g_steal_pointer (&failure);
  } else if (g_error_matches (self->failure, AWS_ERROR, AWS_ERROR_NO_CREDENTIALS)) {
    g_clear_error (&self->failure);
    self->failure = g_error_new_literal (AWS_ERROR, AWS_ERROR_NO_CREDENTIALS, failure->message);
  }
}

AwsCredentialSource *
aws_profile_source_new (AwsConfig *config, const char *profile)
{
  AwsProfileSource *self = g_object_new (AWS_TYPE_PROFILE_SOURCE, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  Path path = {config, aws_config_get_profiles (config), names};

  self->source = resolve (&path, profile, &self->failure);
  check_files (self, path.profiles);
  return AWS_CREDENTIAL_SOURCE (self);
}
