/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A request as it came over the wire, without decoding: the input of the signature check. It is independent
 * of the server, so that tests can make one by hand. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  char *method;
  char *path;          /* as sent, percent-encoding and all */
  char *query;         /* as sent, without "?"; NULL when there is none */
  GHashTable *headers; /* lower-case name to value; repeated ones joined by commas */
  GBytes *body;
} EmulatorRequest;

/**
 * emulator_request_new:
 * @method: such as "POST"
 * @path: the path as sent
 * @query: (nullable): the query as sent
 * @body: the body
 *
 * Returns: (transfer full): a request without headers
 */
EmulatorRequest *emulator_request_new (
    const char *method, const char *path, const char *query, GBytes *body);

/**
 * emulator_request_free:
 * @request: (transfer full): a request
 */
void emulator_request_free (EmulatorRequest *request);

/**
 * emulator_request_add_header:
 * @name: a name, in any case
 * @value: a value; added, after a comma, to the one that is there
 */
void emulator_request_add_header (EmulatorRequest *request, const char *name, const char *value);

/**
 * emulator_request_get_header:
 * @name: a name in lower case
 *
 * Returns: (nullable): its value
 */
const char *emulator_request_get_header (const EmulatorRequest *request, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EmulatorRequest, emulator_request_free)

G_END_DECLS
