/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* JSON for programs: an object is a line. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** (transfer full): an object as one line, without a line break. */
char *stills_json_format (JsonObject *object);

/** Sets a member to the name of a file. JSON is UTF-8 (RFC 8259, section 8.1), and a name may be anything. */
void stills_json_set_path (JsonObject *object, const char *name, const char *path);

/** Prints that line to stdout. */
void stills_json_print (JsonObject *object);

G_END_DECLS
