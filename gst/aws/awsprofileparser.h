/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The format of the shared files of AWS's tools. It looks like an INI file and is not one: GKeyFile
 * and the parsers of other libraries read it differently in most of the corners. */
#pragma once

#include "awsprofilesection.h"

#include <glib.h>

G_BEGIN_DECLS

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
 * What files are read into.
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
 *   After an empty value it is a sub-property, `KEY = VALUE` in itself.
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
