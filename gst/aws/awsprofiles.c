/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsprofiles.h"

#include "awsdigest.h"
#include "awsenvironment.h"
#include "awshome.h"
#include "awsnotice.h"
#include "awsprofileparser.h"
#include "awssecretfile.h"

#include <errno.h>
#include <glib/gstdio.h>

/* More than any such file needs, and little enough to read whatever is named by mistake. */
#define MAX_FILE_SIZE (1024 * 1024)

struct _AwsProfiles {
  AwsProfileTables tables;
  char *config_name;
  char *credentials_name;
  char *digest;
};

/* One of the two files. */
typedef struct {
  AwsProfileFile file;
  const char *variable;
  const char *default_path;
} Place;

static const Place config_place = {AWS_PROFILE_FILE_CONFIG, "AWS_CONFIG_FILE", "~/.aws/config"};
static const Place credentials_place = {
    AWS_PROFILE_FILE_CREDENTIALS, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"};

static void
section_free (gpointer section)
{
  aws_profile_section_free (section);
}

static GHashTable *
make_table (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, section_free);
}

static AwsProfiles *
make_profiles (const char *config_name, const char *credentials_name)
{
  AwsProfiles *self = g_atomic_rc_box_new0 (AwsProfiles);

  self->tables.profiles = make_table ();
  self->tables.sso_sessions = make_table ();
  self->tables.services = make_table ();
  self->config_name = g_strdup (config_name);
  self->credentials_name = g_strdup (credentials_name);
  return self;
}

static void
aws_profiles_clear (gpointer data)
{
  AwsProfiles *self = data;

  g_hash_table_unref (self->tables.profiles);
  g_hash_table_unref (self->tables.sso_sessions);
  g_hash_table_unref (self->tables.services);
  g_free (self->config_name);
  g_free (self->credentials_name);
  g_free (self->digest);
}

AwsProfiles *
aws_profiles_ref (AwsProfiles *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
aws_profiles_unref (AwsProfiles *self)
{
  g_atomic_rc_box_release_full (self, aws_profiles_clear);
}

static void
add_to_digest (AwsDigest *digest, GBytes *text)
{
  gsize size = 0;
  gconstpointer data = text != NULL ? g_bytes_get_data (text, &size) : NULL;

  aws_digest_add (digest, data, size);
}

static char *
make_digest (GBytes *config, GBytes *credentials)
{
  g_autoptr (AwsDigest) digest = aws_digest_new ();

  add_to_digest (digest, config);
  add_to_digest (digest, credentials);
  return aws_digest_finish (digest);
}

static AwsProfiles *
parse (const char *config_name, GBytes *config, const char *credentials_name, GBytes *credentials,
    guint *line, GError **error)
{
  g_autoptr (AwsProfiles) self = make_profiles (config_name, credentials_name);

  if (config != NULL && !aws_profile_parser_parse (AWS_PROFILE_FILE_CONFIG, config_name, config,
                            &self->tables, line, error))
    return NULL;
  if (credentials != NULL && !aws_profile_parser_parse (AWS_PROFILE_FILE_CREDENTIALS,
                                 credentials_name, credentials, &self->tables, line, error))
    return NULL;

  self->digest = make_digest (config, credentials);
  return g_steal_pointer (&self);
}

AwsProfiles *
aws_profiles_parse (GBytes *config, GBytes *credentials, guint *line, GError **error)
{
  return parse ("the config file", config, "the credentials file", credentials, line, error);
}

static char *
find_path (const Place *place)
{
  const char *path = aws_environment_get (place->variable);

  return aws_home_expand (path != NULL ? path : place->default_path);
}

/* Not there is something else than not to be seen, which has to be an error. */
static gboolean
is_missing (const char *path)
{
  GStatBuf status;

  return g_stat (path, &status) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

static gboolean
read_file (const Place *place, const char *path, GBytes **text, GError **error)
{
  gboolean others_may_read = FALSE;

  /* The usual way to say that there is none. */
  if (g_str_equal (path, "/dev/null"))
    return TRUE;
  if (is_missing (path)) {
    if (aws_environment_get (place->variable) != NULL)
      aws_notice ("%s, which %s names, does not exist: going on without it", path, place->variable);
    return TRUE;
  }

  *text = aws_secret_file_read (path, MAX_FILE_SIZE, &others_may_read, error);
  if (*text != NULL && others_may_read && place->file == AWS_PROFILE_FILE_CREDENTIALS)
    aws_notice_readable (path);
  return *text != NULL;
}

AwsProfiles *
aws_profiles_load (GError **error)
{
  g_autofree char *config_path = find_path (&config_place);
  g_autofree char *credentials_path = find_path (&credentials_place);
  g_autoptr (GBytes) config = NULL;
  g_autoptr (GBytes) credentials = NULL;

  if (!read_file (&config_place, config_path, &config, error) ||
      !read_file (&credentials_place, credentials_path, &credentials, error))
    return NULL;
  return parse (config_path, config, credentials_path, credentials, NULL, error);
}

const char *
aws_profiles_get_config_name (AwsProfiles *self)
{
  return self->config_name;
}

const char *
aws_profiles_get_credentials_name (AwsProfiles *self)
{
  return self->credentials_name;
}

const char *
aws_profiles_get_digest (AwsProfiles *self)
{
  return self->digest;
}

static const char *
get (GHashTable *table, const char *name, const char *key)
{
  AwsProfileSection *section = g_hash_table_lookup (table, name);

  return section != NULL ? aws_profile_section_get (section, key) : NULL;
}

gboolean
aws_profiles_has (AwsProfiles *self, const char *profile)
{
  return g_hash_table_contains (self->tables.profiles, profile);
}

const char *
aws_profiles_get (AwsProfiles *self, const char *profile, const char *key)
{
  return get (self->tables.profiles, profile, key);
}

gboolean
aws_profiles_has_sso_session (AwsProfiles *self, const char *name)
{
  return g_hash_table_contains (self->tables.sso_sessions, name);
}

const char *
aws_profiles_get_of_sso_session (AwsProfiles *self, const char *name, const char *key)
{
  return get (self->tables.sso_sessions, name, key);
}

gboolean
aws_profiles_has_services (AwsProfiles *self, const char *name)
{
  return g_hash_table_contains (self->tables.services, name);
}

const char *
aws_profiles_get_of_services (
    AwsProfiles *self, const char *name, const char *service, const char *key)
{
  AwsProfileSection *section = g_hash_table_lookup (self->tables.services, name);

  return section != NULL ? aws_profile_section_get_nested (section, service, key) : NULL;
}

const AwsProfileTables *
aws_profiles_get_tables (AwsProfiles *self)
{
  return &self->tables;
}
