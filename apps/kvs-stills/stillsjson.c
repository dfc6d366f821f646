/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stillsjson.h"

#include "stillsprint.h"

char *
stills_json_format (JsonObject *object)
{
  g_autoptr (JsonNode) root = json_node_init_object (json_node_alloc (), object);

  return json_to_string (root, FALSE);
}

void
stills_json_set_path (JsonObject *object, const char *name, const char *path)
{
  g_autofree char *text = g_filename_display_name (path);

  json_object_set_string_member (object, name, text);
}

void
stills_json_print (JsonObject *object)
{
  g_autofree char *line = stills_json_format (object);

  stills_print ("%s\n", line);
}
