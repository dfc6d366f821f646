/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A section of the shared files of AWS's tools: what it says for which key. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AwsProfileSection:
 *
 * The properties of a section. One has a value, or the sub-properties that are nested in it.
 */
typedef struct _AwsProfileSection AwsProfileSection;

/**
 * AwsProfileSectionFunc:
 * @key: a key
 * @sub_key: (nullable): a key that is nested in @key
 * @value: (nullable): its value; %NULL announces that @key is nested
 * @user_data: of the caller
 *
 * Is called for each property and each sub-property.
 */
typedef void (*AwsProfileSectionFunc) (
    const char *key, const char *sub_key, const char *value, gpointer user_data);

/**
 * aws_profile_section_new:
 *
 * Returns: (transfer full): a section without properties
 */
AwsProfileSection *aws_profile_section_new (void);

/**
 * aws_profile_section_free:
 * @self: (transfer full): a section
 *
 * Wipes all values and frees @self.
 */
void aws_profile_section_free (AwsProfileSection *self);

/**
 * aws_profile_section_set:
 * @self: a section
 * @key: a key
 * @value: (transfer full): its value
 *
 * Sets a property in place of whatever it was before.
 */
void aws_profile_section_set (AwsProfileSection *self, const char *key, char *value);

/**
 * aws_profile_section_set_nested:
 * @self: a section
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
 * @self: a section
 * @key: a key
 *
 * Returns: (transfer none) (nullable): its value; %NULL when it is not there, empty, blank or nested
 */
const char *aws_profile_section_get (AwsProfileSection *self, const char *key);

/**
 * aws_profile_section_get_nested:
 * @self: a section
 * @key: a key
 * @sub_key: a key in it
 *
 * Returns: (transfer none) (nullable): its value; %NULL when it is not there, empty or blank
 */
const char *aws_profile_section_get_nested (
    AwsProfileSection *self, const char *key, const char *sub_key);

/**
 * aws_profile_section_foreach:
 * @self: a section
 * @func: is called for each property, and right after a nested one for its sub-properties
 * @user_data: for @func
 *
 * Goes through all properties, in no certain order, those with empty values included.
 */
void aws_profile_section_foreach (
    AwsProfileSection *self, AwsProfileSectionFunc func, gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AwsProfileSection, aws_profile_section_free)

G_END_DECLS
