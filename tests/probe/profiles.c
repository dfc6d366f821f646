/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "probe.h"
#include "probejson.h"

#include "awsprofiles.h"

static void
add_property_cb (const char *key, const char *sub_key, const char *value, gpointer object)
{
  if (sub_key != NULL)
    probe_json_set_string (json_object_get_object_member (object, key), sub_key, value);
  else if (value != NULL)
    probe_json_set_string (object, key, value);
  else
    json_object_set_object_member (object, key, json_object_new ());
}

static void
add_table (JsonObject *answer, const char *name, GHashTable *table)
{
  JsonObject *sections = json_object_new ();
  GHashTableIter iter;
  gpointer section_name, section;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, &section_name, &section)) {
    JsonObject *properties = json_object_new ();

    aws_profile_section_foreach (section, add_property_cb, properties);
    json_object_set_object_member (sections, section_name, properties);
  }
  json_object_set_object_member (answer, name, sections);
}

static JsonObject *
answer (JsonObject *question)
{
  g_autoptr (GBytes) config = probe_json_get_bytes (question, "config");
  g_autoptr (GBytes) credentials = probe_json_get_bytes (question, "credentials");
  guint line = 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsProfiles) profiles = aws_profiles_parse (config, credentials, &line, &error);
  JsonObject *object = json_object_new ();

  if (profiles == NULL) {
    json_object_set_string_member (object, "error", error->message);
    json_object_set_int_member (object, "line", line);
    return object;
  }
  add_table (object, "profiles", aws_profiles_get_tables (profiles)->profiles);
  add_table (object, "sso_sessions", aws_profiles_get_tables (profiles)->sso_sessions);
  add_table (object, "services", aws_profiles_get_tables (profiles)->services);
  return object;
}

char *
probe_profiles (GBytes *input, GError **error)
{
  return probe_json_answer (input, answer, error);
}
