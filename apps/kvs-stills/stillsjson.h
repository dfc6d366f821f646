/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* JSON for programs: an object is a line. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** (transfer full): an object as one line, without a line break. */
char *stills_json_format (JsonObject *object);

/** Prints that line to stdout. */
void stills_json_print (JsonObject *object);

G_END_DECLS
