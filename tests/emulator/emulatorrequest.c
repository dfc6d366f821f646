/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A request in memory. */
#include "emulatorrequest.h"

EmulatorRequest *
emulator_request_new (const char *method, const char *path, const char *query, GBytes *body)
{
  EmulatorRequest *request = g_new0 (EmulatorRequest, 1);

  request->method = g_strdup (method);
  request->path = g_strdup (path);
  request->query = g_strdup (query);
  request->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  request->body = g_bytes_ref (body);
  return request;
}

void
emulator_request_free (EmulatorRequest *request)
{
  g_free (request->method);
  g_free (request->path);
  g_free (request->query);
  g_hash_table_unref (request->headers);
  g_bytes_unref (request->body);
  g_free (request);
}

void
emulator_request_add_header (EmulatorRequest *request, const char *name, const char *value)
{
  char *key = g_ascii_strdown (name, -1);
  const char *earlier = g_hash_table_lookup (request->headers, key);
  char *joined = earlier == NULL ? g_strdup (value) : g_strconcat (earlier, ",", value, NULL);

  g_hash_table_replace (request->headers, key, joined);
}

const char *
emulator_request_get_header (const EmulatorRequest *request, const char *name)
{
  return g_hash_table_lookup (request->headers, name);
}
