/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsprofilesection.h"

#include "awsenvironment.h"
#include "awssecret.h"

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
