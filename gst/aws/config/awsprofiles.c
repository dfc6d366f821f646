/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsprofiles.h"

#include "awsdigest.h"
#include "awsenvironment.h"
#include "awslog.h"
#include "awsprofileparser.h"
#include "awssecretfile.h"

#include <errno.h>
#include <glib/gstdio.h>

/* More than any such file needs, and small enough to read any file that is named by mistake. */
#define MAX_FILE_SIZE (1024 * 1024)

struct _AwsProfiles {
  AwsProfileTables tables;
  char *config_name;
  char *credentials_name;
  char *digest;
  GError *failure;    /* of the first file that cannot be used, or NULL */
  gboolean is_hidden; /* failure is of a folder that belongs to another user */
};

/* One of the two files, and the result of reading it. */
typedef struct {
  char *path;
  GBytes *text;       /* NULL if there is none */
  GError *failure;    /* NULL if there is none, or it can be used */
  gboolean is_hidden; /* whether it exists cannot be seen */
} Content;

static void
content_clear (Content *self)
{
  g_free (self->path);
  g_clear_pointer (&self->text, g_bytes_unref);
  g_clear_error (&self->failure);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Content, content_clear)

/* One of the two files. */
typedef struct {
  AwsProfileFile file;
  const char *variable;
  const char *default_path;
} Location;

static const Location config_place = {AWS_PROFILE_FILE_CONFIG, "AWS_CONFIG_FILE", "~/.aws/config"};
static const Location credentials_place = {
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
  g_clear_error (&self->failure);
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

static void
add_advice (GError *failure, const Location *location)
{
  g_autofree char *message = failure->message;

  failure->message =
      g_strdup_printf ("%s; make it readable, or set %s to another file or to /dev/null", message,
          location->variable);
}

static void
read_text (const Location *location, Content *content)
{
  gboolean others_may_read = FALSE;

  content->text =
      aws_secret_file_read (content->path, MAX_FILE_SIZE, &others_may_read, &content->failure);
  if (content->text == NULL)
    add_advice (content->failure, location);
  else if (others_may_read && location->file == AWS_PROFILE_FILE_CREDENTIALS)
    aws_log_message_readable (content->path);
}

static void
read_file (const Location *location, Content *content)
{
  const char *path = aws_environment_get (location->variable);
  GStatBuf status;
  int stat_errno;

  content->path = aws_environment_expand_home (path != NULL ? path : location->default_path);
  /* The usual way to name no file. */
  if (g_str_equal (content->path, "/dev/null"))
    return;
  stat_errno = g_stat (content->path, &status) != 0 ? errno : 0;
  if (stat_errno != ENOENT && stat_errno != ENOTDIR) {
    /* Without a variable that names it, a file below the home of another user is not configuration of
     * this one. */
    content->is_hidden = stat_errno == EACCES && path == NULL;
    read_text (location, content);
  } else if (path != NULL) {
    aws_log_message_once ("%s, which %s names, does not exist: going on without it", content->path,
        location->variable);
  }
}

/* Drops the text of a file that is not well-formed. */
static void
check_text (const Location *location, Content *content)
{
  gboolean is_config = location->file == AWS_PROFILE_FILE_CONFIG;
  g_autoptr (AwsProfiles) alone = NULL;

  if (content->text == NULL)
    return;
  alone = parse (content->path, is_config ? content->text : NULL, content->path,
      is_config ? NULL : content->text, NULL, &content->failure);
  if (alone == NULL)
    g_clear_pointer (&content->text, g_bytes_unref);
}

static void
load_file (const Location *location, Content *content)
{
  read_file (location, content);
  check_text (location, content);
  if (content->failure != NULL)
    aws_log_debug ("Not used unless it is needed: %s", content->failure->message);
  else
    aws_log_debug ("%s %s", content->text != NULL ? "Read" : "There is no", content->path);
  if (content->failure != NULL && !content->is_hidden)
    aws_log_message_once (
        "Going on without a file unless it is needed: %s", content->failure->message);
}

static void
add_failure_to_digest (AwsProfiles *self)
{
  g_autofree char *of_texts = g_steal_pointer (&self->digest);
  g_autoptr (AwsDigest) digest = aws_digest_new ();

  aws_digest_add_string (digest, of_texts);
  aws_digest_add_string (digest, self->failure->message);
  self->digest = aws_digest_finish (digest);
}

AwsProfiles *
aws_profiles_load (void)
{
  g_auto (Content) config = {NULL};
  g_auto (Content) credentials = {NULL};
  AwsProfiles *self;

  load_file (&config_place, &config);
  load_file (&credentials_place, &credentials);
  self = parse (config.path, config.text, credentials.path, credentials.text, NULL, NULL);
  self->is_hidden = (config.failure == NULL || config.is_hidden) &&
                    (credentials.failure == NULL || credentials.is_hidden);
  if (config.failure != NULL && (!config.is_hidden || self->is_hidden))
    self->failure = g_steal_pointer (&config.failure);
  else
    self->failure = g_steal_pointer (&credentials.failure);
  if (self->failure != NULL)
    add_failure_to_digest (self);
  return self;
}

gboolean
aws_profiles_check (AwsProfiles *self, GError **error)
{
  if (self->failure == NULL)
    return TRUE;
  g_propagate_error (error, g_error_copy (self->failure));
  return FALSE;
}

gboolean
aws_profiles_are_hidden (AwsProfiles *self)
{
  return self->failure != NULL && self->is_hidden;
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
