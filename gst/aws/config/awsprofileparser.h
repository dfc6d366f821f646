/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The format of the shared files of AWS's tools. It looks like an INI file, but GKeyFile and the parsers of
 * other libraries read it differently in most corner cases. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AwsProfileSection:
 * The properties of a section. One has a value, or the sub-properties that are nested in it.
 */
typedef struct _AwsProfileSection AwsProfileSection;

/**
 * AwsProfileSectionFunc:
 * @sub_key: (nullable): a key that is nested in @key
 * @value: (nullable): its value; %NULL announces that @key is nested
 * @user_data: of the caller
 *
 * Is called for each property and each sub-property.
 */
typedef void (*AwsProfileSectionFunc) (
    const char *key, const char *sub_key, const char *value, gpointer user_data);

AwsProfileSection *aws_profile_section_new (void);

/**
 * aws_profile_section_free:
 * Wipes all values and frees @self.
 */
void aws_profile_section_free (AwsProfileSection *self);

/**
 * aws_profile_section_set:
 * @value: (transfer full): its value
 *
 * Sets a property in place of whatever it was before.
 */
void aws_profile_section_set (AwsProfileSection *self, const char *key, char *value);

/**
 * aws_profile_section_set_nested:
 * @key: a key that has been set
 * @sub_key: (nullable): a key in it; %NULL only makes @key nested
 * @value: (transfer full) (nullable): the value of @sub_key
 *
 * Sets a sub-property. A value that @key had is forgotten.
 */
void aws_profile_section_set_nested (
    AwsProfileSection *self, const char *key, const char *sub_key, char *value);

/**
 * aws_profile_section_get:
 * Returns: (transfer none) (nullable): its value; %NULL when it is not there, empty, blank or nested
 */
const char *aws_profile_section_get (AwsProfileSection *self, const char *key);

/**
 * aws_profile_section_get_nested:
 * @sub_key: a key in it
 *
 * Returns: (transfer none) (nullable): its value; %NULL when it is not there, empty or blank
 */
const char *aws_profile_section_get_nested (
    AwsProfileSection *self, const char *key, const char *sub_key);

/**
 * aws_profile_section_foreach:
 * @func: is called for each property, and right after a nested one for its sub-properties
 *
 * Goes through all properties, in no certain order, those with empty values included.
 */
void aws_profile_section_foreach (
    AwsProfileSection *self, AwsProfileSectionFunc func, gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AwsProfileSection, aws_profile_section_free)

/**
 * AwsProfileFile:
 * @AWS_PROFILE_FILE_CONFIG: the config file, with sections such as `[default]`, `[profile NAME]`,
 *     `[sso-session NAME]` and `[services NAME]`
 * @AWS_PROFILE_FILE_CREDENTIALS: the credentials file, whose sections are all profiles: `[NAME]`
 *
 * Which of the two files a text is of.
 */
typedef enum {
  AWS_PROFILE_FILE_CONFIG,
  AWS_PROFILE_FILE_CREDENTIALS,
} AwsProfileFile;

/**
 * AwsProfileTables:
 * @profiles: (element-type utf8 AwsProfileSection): the profiles by their names
 * @sso_sessions: (element-type utf8 AwsProfileSection): likewise the SSO sessions
 * @services: (element-type utf8 AwsProfileSection): likewise the services
 *
 * The sections that were read.
 */
typedef struct {
  GHashTable *profiles;
  GHashTable *sso_sessions;
  GHashTable *services;
} AwsProfileTables;

/**
 * aws_profile_parser_parse:
 * @file: which file @text is of
 * @name: what the file is called in messages
 * @text: the whole text
 * @tables: where the sections go. A property that is there already is replaced, so the config file
 *     has to come before the credentials file, which wins
 * @line: (out) (optional): the number of the line that is wrong, from 1; set with @error only
 * @error: %AWS_ERROR_SETTINGS with @name, the number of the line and what is wrong with it, and never
 *     with its text
 *
 * Reads a file by the rules that all of AWS's SDKs share:
 *
 * - Lines end with LF or CR LF. White space is space and tab. Blank lines, and those with `#` or `;` in
 *   their first column, mean nothing.
 * - A section begins with `[NAME]`, with white space around the name and a comment behind the bracket.
 *   The sections of one name are one. `[profile default]` of the config file replaces `[default]`
 *   wholly, wherever they are. A section with a name that means nothing is ignored, as long as its
 *   lines are well-formed.
 * - A property is `KEY = VALUE`, the key in any case; of several the last one counts. A comment in it
 *   begins with `#` or `;` after white space. There are no quotes, no escapes and no variables.
 * - An indented line continues the value before it, with a line feed in between and without comments.
 *   After an empty value it is a sub-property, which also has the form `KEY = VALUE`.
 * - Names of sections and keys are of letters, digits and `_-/.%@:+`. A property of another name is
 *   ignored.
 *
 * Where the rules are silent, a UTF-8 byte order mark at the start is skipped, and NUL and whatever
 * is not UTF-8 are errors.
 *
 * Returns: whether the text is well-formed; if not, @tables hold some of it
 */
gboolean aws_profile_parser_parse (AwsProfileFile file, const char *name, GBytes *text,
    const AwsProfileTables *tables, guint *line, GError **error);

G_END_DECLS
