/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stillsjson.h"

char *
stills_json_format (JsonObject *object)
{
  g_autoptr (JsonNode) root = json_node_init_object (json_node_alloc (), object);

  return json_to_string (root, FALSE);
}

void
stills_json_print (JsonObject *object)
{
  g_autofree char *line = stills_json_format (object);

  g_print ("%s\n", line);
}
