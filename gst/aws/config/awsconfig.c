/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsconfig.h"

#include "awsdigest.h"
#include "awsenvironment.h"
#include "awserror.h"
#include "awslog.h"
#include "awsproxy.h"
#include "awsregion.h"
#include "awssecret.h"

#include <string.h>

struct _AwsConfig {
  GObject parent_instance;

  char **environment;
  AwsProfiles *profiles;
  char *profile_name;
  gboolean has_explicit_profile;
  char *region;
  gboolean use_fips_endpoint;
  gboolean use_dualstack_endpoint;
  guint max_attempts;
  AwsClock *clock;
  char *ca_file;
  char *ca_name;
  GProxyResolver *proxies;
  AwsHttp *http;
  char *id;
};

G_DEFINE_FINAL_TYPE (AwsConfig, aws_config, G_TYPE_OBJECT)

/* A value, and what it is called in messages. */
typedef struct {
  const char *value;
  char *name;
} Setting;

static void
setting_clear (Setting *self)
{
  g_free (self->name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Setting, setting_clear)

static void
free_environment (char **environment)
{
  for (gsize i = 0; environment != NULL && environment[i] != NULL; i++)
    aws_secret_free (environment[i]);
  g_free (environment);
}

static void
aws_config_finalize (GObject *object)
{
  AwsConfig *self = AWS_CONFIG (object);

  g_clear_pointer (&self->environment, free_environment);
  g_clear_pointer (&self->profiles, aws_profiles_unref);
  g_clear_object (&self->clock);
  g_clear_object (&self->proxies);
  g_clear_object (&self->http);
  g_free (self->profile_name);
  g_free (self->region);
  g_free (self->ca_file);
  g_free (self->ca_name);
  g_free (self->id);

  G_OBJECT_CLASS (aws_config_parent_class)->finalize (object);
}

static void
aws_config_class_init (AwsConfigClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aws_config_finalize;
}

static void
aws_config_init (AwsConfig *self)
{
}

static const char *
get_variable (AwsConfig *self, const char *name)
{
  const char *value = g_environ_getenv (self->environment, name);

  return aws_environment_is_blank (value) ? NULL : value;
}

static const char *
get_of_profile (AwsConfig *self, const char *key)
{
  return aws_profiles_get (self->profiles, self->profile_name, key);
}

/* Finds what is set first: the option, one of the variables, the profile's key. */
static void
find_setting (AwsConfig *self, const char *option_name, const char *option,
    const char *const *variables, const char *key, Setting *setting)
{
  if (!aws_environment_is_blank (option)) {
    *setting = (Setting){option, g_strdup (option_name)};
    return;
  }
  for (gsize i = 0; variables[i] != NULL; i++) {
    const char *value = get_variable (self, variables[i]);

    if (value != NULL) {
      *setting = (Setting){value, g_strdup (variables[i])};
      return;
    }
  }
  setting->value = key != NULL ? get_of_profile (self, key) : NULL;
  if (setting->value != NULL)
    setting->name = g_strdup_printf ("%s of the profile '%s'", key, self->profile_name);
}

static gboolean
choose_profile (AwsConfig *self, const char *option, GError **error)
{
  static const char *const variables[] = {"AWS_PROFILE", "AWS_DEFAULT_PROFILE", NULL};
  g_auto (Setting) setting = {NULL};

  self->profile_name = g_strdup ("default");
  find_setting (self, "profile", option, variables, NULL, &setting);
  if (setting.value == NULL)
    return TRUE;

  g_free (self->profile_name);
  self->profile_name = g_strdup (setting.value);
  self->has_explicit_profile = !aws_environment_is_blank (option);
  aws_log_debug ("Profile: '%s', from %s", setting.value, setting.name);
  if (g_str_equal (self->profile_name, "default") ||
      aws_profiles_has (self->profiles, self->profile_name))
    return TRUE;
  if (!aws_profiles_check (self->profiles, error)) {
    g_prefix_error (error, "%s is '%s': ", setting.name, setting.value);
    return FALSE;
  }
  g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
      "%s is '%s', and there is no such profile: neither [profile %s] in %s nor [%s] in %s",
      setting.name, setting.value, setting.value, aws_profiles_get_config_name (self->profiles),
      setting.value, aws_profiles_get_credentials_name (self->profiles));
  return FALSE;
}

static gboolean
choose_region (AwsConfig *self, const char *option, GError **error)
{
  static const char *const variables[] = {"AWS_REGION", "AWS_DEFAULT_REGION", NULL};
  g_auto (Setting) setting = {NULL};

  find_setting (self, "region", option, variables, "region", &setting);
  if (setting.value == NULL) {
    aws_log_info ("No region is configured");
    return TRUE;
  }
  if (aws_region_is_valid (setting.value)) {
    self->region = g_strdup (setting.value);
    aws_log_info ("Region: %s, from %s", setting.value,
        setting.value == option ? "the caller" : setting.name);
    return TRUE;
  }
  g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
      "%s is '%s', which cannot be used: a region has letters, digits and dashes, such as "
      "eu-central-1",
      setting.name, setting.value);
  return FALSE;
}

static gboolean
choose_max_attempts (AwsConfig *self, guint option, GError **error)
{
  static const char *const variables[] = {"AWS_MAX_ATTEMPTS", NULL};
  g_auto (Setting) setting = {NULL};
  guint64 number = AWS_DEFAULT_MAX_ATTEMPTS;

  if (option != 0) {
    self->max_attempts = option;
    return TRUE;
  }
  find_setting (self, NULL, NULL, variables, "max_attempts", &setting);
  if (setting.value != NULL &&
      !g_ascii_string_to_unsigned (setting.value, 10, 1, G_MAXUINT, &number, NULL)) {
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "%s is '%s', which cannot be used: it is a whole number of attempts, the first one "
        "included, and at least 1",
        setting.name, setting.value);
    return FALSE;
  }
  self->max_attempts = number;
  return TRUE;
}

/* All modes are treated as standard: adaptive is standard with a rate limit, legacy is standard
 * without a retry budget. */
static gboolean
check_retry_mode (AwsConfig *self, GError **error)
{
  static const char *const variables[] = {"AWS_RETRY_MODE", NULL};
  static const char *const modes[] = {"standard", "adaptive", "legacy"};
  g_auto (Setting) setting = {NULL};

  find_setting (self, NULL, NULL, variables, "retry_mode", &setting);
  if (setting.value == NULL)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++) {
    if (g_ascii_strcasecmp (setting.value, modes[i]) == 0)
      return TRUE;
  }
  g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
      "%s is '%s', which cannot be used: it is standard, adaptive or legacy", setting.name,
      setting.value);
  return FALSE;
}

/* As in botocore: anything but "true", in any case, means no. */
static gboolean
is_on (AwsConfig *self, gboolean option, const char *variable, const char *key)
{
  const char *value = aws_config_get (self, variable, key);

  return option || (value != NULL && g_ascii_strcasecmp (value, "true") == 0);
}

static gboolean
make_http (AwsConfig *self, const AwsConfigOptions *options, GError **error)
{
  static const char *const variables[] = {"AWS_CA_BUNDLE", NULL};
  g_auto (Setting) ca_file = {NULL};

  find_setting (self, "ca-file", options->ca_file, variables, "ca_bundle", &ca_file);
  self->ca_file = ca_file.value != NULL ? aws_environment_expand_home (ca_file.value) : NULL;
  self->ca_name = g_strdup (ca_file.name);
  if (self->ca_file != NULL)
    aws_log_debug ("CA file: '%s', from %s", self->ca_file, self->ca_name);
  self->proxies =
      aws_proxy_new (aws_environment_is_blank (options->proxy) ? NULL : options->proxy, error);
  if (self->proxies == NULL)
    return FALSE;
  self->http = aws_http_new (
      &(const AwsHttpOptions){
          .user_agent = options->user_agent,
          .connection_timeout_ms = options->connection_timeout_ms,
          .completion_timeout_ms = options->completion_timeout_ms,
          .proxies = self->proxies,
          .ca_name = ca_file.name,
          .ca_file = self->ca_file,
      },
      error);
  if (self->http == NULL)
    return FALSE;
  /* The caller's own settings are checked at once, everything else when it is needed. */
  return aws_environment_is_blank (options->ca_file) || aws_http_check_ca_file (self->http, error);
}

static gboolean
matters (const char *variable)
{
  static const char *const others[] = {"HOME=", "HTTP_PROXY=", "HTTPS_PROXY=", "ALL_PROXY=",
      "NO_PROXY=", "http_proxy=", "https_proxy=", "all_proxy=", "no_proxy="};

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++) {
    if (g_str_has_prefix (variable, others[i]))
      return TRUE;
  }
  return g_str_has_prefix (variable, "AWS_");
}

static gint
compare_strings_cb (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void
add_environment (AwsDigest *id, char **environment)
{
  g_autoptr (GPtrArray) variables = g_ptr_array_new ();

  for (gsize i = 0; environment[i] != NULL; i++) {
    if (matters (environment[i]))
      g_ptr_array_add (variables, environment[i]);
  }
  g_ptr_array_sort (variables, compare_strings_cb);
  for (guint i = 0; i < variables->len; i++)
    aws_digest_add_string (id, g_ptr_array_index (variables, i));
}

static char *
make_id (AwsConfig *self, const AwsConfigOptions *options)
{
  g_autoptr (AwsDigest) id = aws_digest_new ();

  aws_digest_add_string (id, options->profile);
  aws_digest_add_string (id, options->region);
  aws_digest_add_number (id, options->use_fips_endpoint != FALSE);
  aws_digest_add_number (id, options->use_dualstack_endpoint != FALSE);
  aws_digest_add_number (id, options->max_attempts);
  aws_digest_add_number (id, options->connection_timeout_ms);
  aws_digest_add_number (id, options->completion_timeout_ms);
  aws_digest_add_string (id, options->proxy);
  aws_digest_add_string (id, options->ca_file);
  aws_digest_add_string (id, options->user_agent);
  aws_digest_add_string (id, aws_profiles_get_digest (self->profiles));
  add_environment (id, self->environment);
  return aws_digest_finish (id);
}

AwsConfig *
aws_config_new (const AwsConfigOptions *options, GError **error)
{
  static const AwsConfigOptions none = {NULL};
  g_autoptr (AwsConfig) self = g_object_new (AWS_TYPE_CONFIG, NULL);

  if (options == NULL)
    options = &none;
  self->environment = g_get_environ ();
  self->clock = g_object_ref (options->clock != NULL ? options->clock : aws_clock_get_default ());
  self->profiles = aws_profiles_load ();
  if (!choose_profile (self, options->profile, error) ||
      !choose_region (self, options->region, error) ||
      !choose_max_attempts (self, options->max_attempts, error) ||
      !check_retry_mode (self, error) || !make_http (self, options, error))
    return NULL;

  self->use_fips_endpoint =
      is_on (self, options->use_fips_endpoint, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint");
  self->use_dualstack_endpoint = is_on (self, options->use_dualstack_endpoint,
      "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint");
  self->id = make_id (self, options);
  return g_steal_pointer (&self);
}

AwsProfiles *
aws_config_get_profiles (AwsConfig *self)
{
  return self->profiles;
}

const char *
aws_config_get_profile_name (AwsConfig *self)
{
  return self->profile_name;
}

gboolean
aws_config_has_explicit_profile (AwsConfig *self)
{
  return self->has_explicit_profile;
}

const char *
aws_config_get (AwsConfig *self, const char *variable, const char *key)
{
  const char *value = variable != NULL ? get_variable (self, variable) : NULL;

  return value != NULL || key == NULL ? value : get_of_profile (self, key);
}

const char *
aws_config_get_region (AwsConfig *self)
{
  return self->region;
}

gboolean
aws_config_get_use_fips_endpoint (AwsConfig *self)
{
  return self->use_fips_endpoint;
}

gboolean
aws_config_get_use_dualstack_endpoint (AwsConfig *self)
{
  return self->use_dualstack_endpoint;
}

guint
aws_config_get_max_attempts (AwsConfig *self)
{
  return self->max_attempts;
}

AwsClock *
aws_config_get_clock (AwsConfig *self)
{
  return self->clock;
}

const char *
aws_config_get_ca_file (AwsConfig *self)
{
  return self->ca_file;
}

const char *
aws_config_get_ca_name (AwsConfig *self)
{
  return self->ca_name;
}

GProxyResolver *
aws_config_get_proxies (AwsConfig *self)
{
  return self->proxies;
}

gboolean
aws_config_check_uri (AwsConfig *self, GUri *uri, GError **error)
{
  return aws_http_check_uri (self->http, uri, error);
}

AwsClient *
aws_config_new_client (AwsConfig *self, AwsCredentialsProvider *credentials, const char *region)
{
  AwsClient *client = aws_client_new (self->http, credentials, region);

  aws_client_set_clock (client, self->clock);
  aws_client_set_max_attempts (client, self->max_attempts);
  return client;
}

const char *
aws_config_get_id (AwsConfig *self)
{
  return self->id;
}
