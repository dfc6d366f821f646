/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Most of the rules are documented only by the tests that AWS's SDKs share. If those have no case, this
 * follows the Java and the Rust SDK where they agree. */
#include "awsprofileparser.h"

#include "awsenvironment.h"
#include "awserror.h"
#include "awssecret.h"

#include <string.h>

typedef struct {
  char *value;        /* NULL where it is nested */
  GHashTable *nested; /* sub-key → value, NULL where it is not nested */
} Property;

struct _AwsProfileSection {
  GHashTable *properties; /* key → Property */
};

static void
property_free (gpointer data)
{
  Property *self = data;

  aws_secret_free (self->value);
  g_clear_pointer (&self->nested, g_hash_table_unref);
  g_free (self);
}

static void
value_free (gpointer value)
{
  aws_secret_free (value);
}

AwsProfileSection *
aws_profile_section_new (void)
{
  AwsProfileSection *self = g_new0 (AwsProfileSection, 1);

  self->properties = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, property_free);
  return self;
}

void
aws_profile_section_free (AwsProfileSection *self)
{
  g_hash_table_unref (self->properties);
  g_free (self);
}

void
aws_profile_section_set (AwsProfileSection *self, const char *key, char *value)
{
  Property *property = g_new0 (Property, 1);

  property->value = value;
  g_hash_table_replace (self->properties, g_strdup (key), property);
}

void
aws_profile_section_set_nested (
    AwsProfileSection *self, const char *key, const char *sub_key, char *value)
{
  Property *property = g_hash_table_lookup (self->properties, key);

  g_return_if_fail (property != NULL);

  g_clear_pointer (&property->value, aws_secret_free);
  if (property->nested == NULL)
    property->nested = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, value_free);
  if (sub_key != NULL)
    g_hash_table_replace (property->nested, g_strdup (sub_key), value);
}

static const char *
skip_blank (const char *value)
{
  return aws_environment_is_blank (value) ? NULL : value;
}

const char *
aws_profile_section_get (AwsProfileSection *self, const char *key)
{
  Property *property = g_hash_table_lookup (self->properties, key);

  return property != NULL ? skip_blank (property->value) : NULL;
}

const char *
aws_profile_section_get_nested (AwsProfileSection *self, const char *key, const char *sub_key)
{
  Property *property = g_hash_table_lookup (self->properties, key);

  if (property == NULL || property->nested == NULL)
    return NULL;
  return skip_blank (g_hash_table_lookup (property->nested, sub_key));
}

static void
visit_nested (GHashTable *nested, const char *key, AwsProfileSectionFunc func, gpointer user_data)
{
  GHashTableIter iter;
  gpointer sub_key, value;

  g_hash_table_iter_init (&iter, nested);
  while (g_hash_table_iter_next (&iter, &sub_key, &value))
    func (key, sub_key, value, user_data);
}

void
aws_profile_section_foreach (
    AwsProfileSection *self, AwsProfileSectionFunc func, gpointer user_data)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->properties);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    const Property *property = value;

    func (key, NULL, property->value, user_data);
    if (property->nested != NULL)
      visit_nested (property->nested, key, func, user_data);
  }
}

/* A part of the text. */
typedef struct {
  const char *start;
  gsize length;
} Slice;

/* Goes through the lines. Before the first section header there must be no property. A header opens a
 * section that is kept, or one that is ignored (section is NULL), whose lines only have to be
 * well-formed. A property is open from its own line to the next one's or the next header; indented
 * lines belong to it.
 *
 * If the property has a value, its lines are only noted, and become one string when it is closed:
 * a string that grows leaves copies of a secret behind. If its value is empty, each indented line is
 * a sub-property by itself. */
typedef struct {
  AwsProfileFile file;
  const AwsProfileTables *tables;
  AwsProfileSection *bare_default; /* [default] of the config file, until it is known to count */
  gboolean has_prefixed_default;

  gboolean in_section;
  AwsProfileSection *section; /* NULL if it is ignored */
  gboolean in_property;
  char *key;     /* NULL if the open property is ignored */
  GArray *lines; /* of Slice: the value of the open property; none if it was empty */
} Parser;

static void
parser_clear (Parser *self)
{
  g_clear_pointer (&self->bare_default, aws_profile_section_free);
  g_clear_pointer (&self->lines, g_array_unref);
  g_clear_pointer (&self->key, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parser, parser_clear)

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\t';
}

static gboolean
is_comment_sign (char c)
{
  return c == '#' || c == ';';
}

static Slice
trim (Slice slice)
{
  while (slice.length > 0 && is_space (slice.start[0])) {
    slice.start++;
    slice.length--;
  }
  while (slice.length > 0 && is_space (slice.start[slice.length - 1]))
    slice.length--;
  return slice;
}

static gboolean
split (Slice slice, gsize at, Slice *before, Slice *after)
{
  *before = trim ((Slice){slice.start, at});
  *after = trim ((Slice){slice.start + at + 1, slice.length - at - 1});
  return TRUE;
}

static gboolean
split_at_equals_sign (Slice slice, Slice *before, Slice *after)
{
  const char *sign = memchr (slice.start, '=', slice.length);

  return sign != NULL && split (slice, sign - slice.start, before, after);
}

static gboolean
split_at_space (Slice slice, Slice *before, Slice *after)
{
  for (gsize i = 0; i < slice.length; i++) {
    if (is_space (slice.start[i]))
      return split (slice, i, before, after);
  }
  return FALSE;
}

static gboolean
equals (Slice slice, const char *text)
{
  return slice.length == strlen (text) && memcmp (slice.start, text, slice.length) == 0;
}

static gboolean
is_name (Slice slice)
{
  for (gsize i = 0; i < slice.length; i++) {
    if (!g_ascii_isalnum (slice.start[i]) && strchr ("_-/.%@:+", slice.start[i]) == NULL)
      return FALSE;
  }
  return slice.length > 0;
}

static Slice
cut_comment (Slice slice, gboolean only_after_space)
{
  for (gsize i = 0; i < slice.length; i++) {
    if (is_comment_sign (slice.start[i]) &&
        (!only_after_space || (i > 0 && is_space (slice.start[i - 1])))) {
      slice.length = i;
      break;
    }
  }
  return trim (slice);
}

static char *
join (const Slice *lines, guint n_lines)
{
  gsize size = n_lines;
  char *text, *end;

  for (guint i = 0; i < n_lines; i++)
    size += lines[i].length;

  end = text = g_malloc (size);
  for (guint i = 0; i < n_lines; i++) {
    memcpy (end, lines[i].start, lines[i].length);
    end += lines[i].length;
    *end++ = '\n';
  }
  end[-1] = '\0';
  return text;
}

static void
close_property (Parser *self)
{
  if (self->key != NULL && self->lines->len > 0)
    aws_profile_section_set (
        self->section, self->key, join ((Slice *)(void *)self->lines->data, self->lines->len));
  g_clear_pointer (&self->key, g_free);
  g_array_set_size (self->lines, 0);
  self->in_property = FALSE;
}

static AwsProfileSection *
open_in_table (GHashTable *table, Slice name)
{
  g_autofree char *key = g_strndup (name.start, name.length);
  AwsProfileSection *section = g_hash_table_lookup (table, key);

  if (section == NULL) {
    section = aws_profile_section_new ();
    g_hash_table_insert (table, g_steal_pointer (&key), section);
  }
  return section;
}

/* Gives NULL for a section that is to be ignored. */
static AwsProfileSection *
open_section (Parser *self, Slice title)
{
  Slice prefix, name;

  if (self->file == AWS_PROFILE_FILE_CREDENTIALS)
    return is_name (title) ? open_in_table (self->tables->profiles, title) : NULL;

  if (equals (title, "default")) {
    if (self->bare_default == NULL)
      self->bare_default = aws_profile_section_new ();
    return self->bare_default;
  }
  if (!split_at_space (title, &prefix, &name) || !is_name (name))
    return NULL;
  if (equals (prefix, "profile")) {
    self->has_prefixed_default |= equals (name, "default");
    return open_in_table (self->tables->profiles, name);
  }
  if (equals (prefix, "sso-session"))
    return open_in_table (self->tables->sso_sessions, name);
  if (equals (prefix, "services"))
    return open_in_table (self->tables->services, name);
  return NULL;
}

/* This function and the following ones return the error of the line, or NULL. */
static const char *
read_header (Parser *self, Slice line)
{
  Slice header = cut_comment (line, FALSE);

  if (header.start[header.length - 1] != ']')
    return "the header of a section must be '[name]', with nothing but a comment behind it";

  close_property (self);
  self->in_section = TRUE;
  self->section = open_section (self, trim ((Slice){header.start + 1, header.length - 2}));
  return NULL;
}

static const char *
read_property (Parser *self, Slice line)
{
  Slice key, value;

  if (!self->in_section)
    return "a property stands before the first section, such as [default]";
  if (!split_at_equals_sign (cut_comment (line, TRUE), &key, &value))
    return "a property must be 'name = value'";
  if (key.length == 0)
    return "a property has no name before its '='";

  close_property (self);
  self->in_property = TRUE;
  if (self->section != NULL && is_name (key))
    self->key = g_ascii_strdown (key.start, (gssize)key.length);
  if (value.length > 0)
    g_array_append_val (self->lines, value);
  else if (self->key != NULL)
    aws_profile_section_set (self->section, self->key, g_strdup (""));
  return NULL;
}

static const char *
read_sub_property (Parser *self, Slice line)
{
  g_autofree char *name = NULL;
  Slice key, value;

  if (!split_at_equals_sign (line, &key, &value))
    return "below a property without a value, an indented line must be 'name = value'";
  if (key.length == 0)
    return "a sub-property has no name before its '='";
  if (self->key == NULL)
    return NULL;

  if (is_name (key))
    name = g_strndup (key.start, key.length);
  aws_profile_section_set_nested (
      self->section, self->key, name, name != NULL ? g_strndup (value.start, value.length) : NULL);
  return NULL;
}

static const char *
read_indented (Parser *self, Slice line)
{
  if (!self->in_property)
    return "an indented line continues a property, and there is none before it in this section";
  if (self->lines->len == 0)
    return read_sub_property (self, line);
  g_array_append_val (self->lines, line);
  return NULL;
}

static const char *
read_line (Parser *self, Slice line)
{
  Slice trimmed = trim (line);

  if (memchr (line.start, '\0', line.length) != NULL)
    return "it holds a NUL character: is it the right file?";
  if (!g_utf8_validate_len (line.start, line.length, NULL))
    return "it is not UTF-8";

  if (trimmed.length == 0 || is_comment_sign (line.start[0]))
    return NULL;
  if (line.start[0] == '[')
    return read_header (self, trimmed);
  if (is_space (line.start[0]))
    return read_indented (self, trimmed);
  return read_property (self, trimmed);
}

/* Takes the next line off the rest of the text. */
static Slice
next_line (Slice *rest)
{
  const char *end = memchr (rest->start, '\n', rest->length);
  Slice line = {rest->start, end != NULL ? (gsize)(end - rest->start) : rest->length};
  gsize taken = end != NULL ? line.length + 1 : line.length;

  rest->start += taken;
  rest->length -= taken;
  if (line.length > 0 && line.start[line.length - 1] == '\r')
    line.length--;
  return line;
}

static Slice
skip_byte_order_mark (Slice text)
{
  static const char mark[] = {'\xef', '\xbb', '\xbf'};

  if (text.length >= sizeof (mark) && memcmp (text.start, mark, sizeof (mark)) == 0)
    return (Slice){text.start + sizeof (mark), text.length - sizeof (mark)};
  return text;
}

static void
finish (Parser *self)
{
  close_property (self);
  if (self->bare_default != NULL && !self->has_prefixed_default)
    g_hash_table_replace (
        self->tables->profiles, g_strdup ("default"), g_steal_pointer (&self->bare_default));
}

gboolean
aws_profile_parser_parse (AwsProfileFile file, const char *name, GBytes *text,
    const AwsProfileTables *tables, guint *line, GError **error)
{
  g_auto (Parser) parser = {
      .file = file, .tables = tables, .lines = g_array_new (FALSE, FALSE, sizeof (Slice))};
  Slice rest;
  guint number = 0;

  rest.start = g_bytes_get_data (text, &rest.length);
  rest = skip_byte_order_mark (rest);
  while (rest.length > 0) {
    const char *problem = read_line (&parser, next_line (&rest));

    number++;
    if (problem != NULL) {
      if (line != NULL)
        *line = number;
      g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS, "%s, line %u: %s", name, number, problem);
      return FALSE;
    }
  }

  finish (&parser);
  return TRUE;
}
