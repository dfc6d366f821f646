/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The shared files of AWS's tools, `~/.aws/config` and `~/.aws/credentials`, as one set of named
 * profiles. */
#pragma once

#include "awsprofileparser.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * AwsProfiles:
 * An immutable, ref-counted set of profiles, SSO sessions and services. May be used from any thread.
 */
typedef struct _AwsProfiles AwsProfiles;

/**
 * aws_profiles_parse:
 * @config: (nullable): the text of the config file
 * @credentials: (nullable): the text of the credentials file
 * @line: (out) (optional): the number of the line that is wrong, from 1
 * @error: %AWS_ERROR_SETTINGS, which names the line and the mistake, but never shows the line's text
 *
 * Reads both texts by the rules that all of AWS's SDKs share, and merges them: profile by profile, the
 * credentials file wins for each key.
 *
 * Returns: (transfer full) (nullable): the merged profiles
 */
AwsProfiles *aws_profiles_parse (GBytes *config, GBytes *credentials, guint *line, GError **error);

/**
 * aws_profiles_load:
 * Reads `AWS_CONFIG_FILE`, else `~/.aws/config`, and `AWS_SHARED_CREDENTIALS_FILE`, else
 * `~/.aws/credentials`; `~` is `HOME`, else the home of the user. A file that does not exist is empty,
 * with a message in the log if a variable names it. There is also a message if others can read the
 * credentials file. Each message is logged once in a process.
 *
 * A file that cannot be read, is no regular file, is larger than 1 MiB or is malformed is left out:
 * a caller that needs what might be in it calls aws_profiles_check().
 *
 * Returns: (transfer full): the merged profiles
 */
AwsProfiles *aws_profiles_load (void);

/**
 * aws_profiles_check:
 * @error: %AWS_ERROR_SETTINGS with the name of the file, the line, and what is wrong and what to do
 *
 * To be called if something is needed that @self does not have, and before credentials are taken from it.
 *
 * Returns: whether both files are in @self, as far as they exist
 */
gboolean aws_profiles_check (AwsProfiles *self, GError **error);

/**
 * aws_profiles_are_hidden:
 * Returns: whether aws_profiles_check() fails only because the folder of the files belongs to another
 *     user, so that it cannot be seen whether they exist, and no variable names them
 */
gboolean aws_profiles_are_hidden (AwsProfiles *self);

AwsProfiles *aws_profiles_ref (AwsProfiles *self);

/**
 * aws_profiles_unref:
 * Drops a reference. The last one wipes the memory.
 */
void aws_profiles_unref (AwsProfiles *self);

/**
 * aws_profiles_has:
 * Returns: whether there is such a profile, also an empty one
 */
gboolean aws_profiles_has (AwsProfiles *self, const char *profile);

/**
 * aws_profiles_get:
 * @key: a key, in lower case
 *
 * Returns: (nullable) (transfer none): its value; %NULL when it is not there, empty or blank
 */
const char *aws_profiles_get (AwsProfiles *self, const char *profile, const char *key);

gboolean aws_profiles_has_sso_session (AwsProfiles *self, const char *name);

/**
 * aws_profiles_get_of_sso_session:
 * @name: the name of a section `[sso-session NAME]`
 * @key: a key, in lower case
 *
 * Returns: (nullable) (transfer none): its value; %NULL when it is not there, empty or blank
 */
const char *aws_profiles_get_of_sso_session (AwsProfiles *self, const char *name, const char *key);

gboolean aws_profiles_has_services (AwsProfiles *self, const char *name);

/**
 * aws_profiles_get_of_services:
 * @name: the name of a section `[services NAME]`
 * @service: a key of it whose value is nested, such as `kinesis_video`
 * @key: a key of the nested value, such as `endpoint_url`
 *
 * Returns: (nullable) (transfer none): its value; %NULL when it is not there, empty or blank
 */
const char *aws_profiles_get_of_services (
    AwsProfiles *self, const char *name, const char *service, const char *key);

/**
 * aws_profiles_get_config_name:
 * Returns: (transfer none): the name of the config file for messages, whether it exists or not
 */
const char *aws_profiles_get_config_name (AwsProfiles *self);

/**
 * aws_profiles_get_credentials_name:
 * Returns: (transfer none): the name of the credentials file for messages, whether it exists or not
 */
const char *aws_profiles_get_credentials_name (AwsProfiles *self);

/**
 * aws_profiles_get_digest:
 * Returns: (transfer none): a SHA-256 of both files, which reveals nothing of them
 */
const char *aws_profiles_get_digest (AwsProfiles *self);

/**
 * aws_profiles_get_tables:
 * Returns: (transfer none): all sections, which must not be changed
 */
const AwsProfileTables *aws_profiles_get_tables (AwsProfiles *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AwsProfiles, aws_profiles_unref)

G_END_DECLS
