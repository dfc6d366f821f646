/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsuri.h"

#include "kvserror.h"
#include "kvsstream.h"

#include <awsendpoint.h>
#include <awsregion.h>

#include <string.h>

#define FORM KVS_URI_SCHEME "://REGION/STREAM?start-timestamp=…"

/* The parts of a URI, with what is escaped in it. */
typedef struct {
  char *scheme, *user, *host, *path, *query, *fragment;
  int port;
} Parts;

static void
parts_clear (Parts *self)
{
  g_free (self->scheme);
  g_free (self->user);
  g_free (self->host);
  g_free (self->path);
  g_free (self->query);
  g_free (self->fragment);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parts, parts_clear)

/* What has been read: names, each followed by its value. */
typedef GPtrArray Settings;

static const char *
look_up (const Settings *settings, const char *name)
{
  for (guint i = 0; i < settings->len; i += 2) {
    if (g_str_equal (settings->pdata[i], name))
      return settings->pdata[i + 1];
  }
  return NULL;
}

static void
add (Settings *settings, const char *name, const char *value)
{
  g_ptr_array_add (settings, g_strdup (name));
  g_ptr_array_add (settings, g_strdup (value));
}

static gboolean refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error)
    *error = g_error_new_valist (KVS_ERROR, KVS_ERROR_INVALID, format, args);
  va_end (args);
  return FALSE;
}

static gboolean
check_encoding (const char *text, GError **error)
{
  g_autofree char *decoded = g_uri_unescape_string (text, NULL);

  if (decoded == NULL)
    return refuse (error,
        "after each %% there have to be two hexadecimal digits other than 00; a %% itself is %%25");
  if (!g_utf8_validate (decoded, -1, NULL))
    return refuse (error, "it is not text in UTF-8");
  return TRUE;
}

/* A scheme, as a host, is the same in any case (RFC 3986, section 6.2.2.1). */
static gboolean
split (const char *text, Parts *parts, GError **error)
{
  const GUriFlags flags = G_URI_FLAGS_ENCODED | G_URI_FLAGS_NON_DNS;

  if (!g_uri_split (text, flags, &parts->scheme, &parts->user, &parts->host, &parts->port,
          &parts->path, &parts->query, &parts->fragment, NULL) ||
      parts->scheme == NULL || g_ascii_strcasecmp (parts->scheme, KVS_URI_SCHEME) != 0)
    return refuse (error, "it is not a URI of the form " FORM);
  if (parts->user)
    return refuse (error, "a user and a password do not belong into it; the form is " FORM);
  if (parts->port != -1 || parts->fragment)
    return refuse (error, "a port or a fragment does not belong into it; the form is " FORM);
  return TRUE;
}

static gboolean
read_region (const Parts *parts, Settings *settings, GError **error)
{
  g_autofree char *host = g_uri_unescape_string (parts->host ? parts->host : "", NULL);
  g_autofree char *region = g_ascii_strdown (host, -1);

  if (*region == '\0')
    return TRUE;
  if (!aws_region_is_valid (region))
    return refuse (error, "what stands between // and / is no region; the form is " FORM);
  add (settings, "aws-region", region);
  return TRUE;
}

static gboolean
read_stream (const Parts *parts, Settings *settings, GError **error)
{
  g_autofree char *path = g_uri_unescape_string (parts->path, NULL);
  const char *name = path + strspn (path, "/");

  if (*name == '\0')
    return TRUE;
  if (!kvs_stream_name_check (name, NULL))
    return refuse (error, "what stands before ? is no name of a stream; the form is " FORM);
  add (settings, "stream-name", name);
  return TRUE;
}

/* The first value of a key that occurs twice would be ignored. */
static gboolean
check_unique (char **pairs, const char *const *keys, GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (char **pair = pairs; *pair != NULL; pair++) {
    char *name = g_uri_unescape_segment (*pair, *pair + strcspn (*pair, "="), NULL);

    if (g_hash_table_add (names, name))
      continue;
    return g_strv_contains (keys, name) ? refuse (error, "%s occurs twice", name)
                                        : refuse (error, "a key occurs twice");
  }
  return TRUE;
}

static gboolean
read_pair (const char *pair, const char *const *keys, Settings *settings, GError **error)
{
  const char *equals = strchr (pair, '=');
  g_autofree char *name = g_uri_unescape_segment (pair, equals, NULL);
  g_autofree char *value = equals ? g_uri_unescape_string (equals + 1, NULL) : NULL;

  if (!g_strv_contains (keys, name)) {
    g_autofree char *accepted = g_strjoinv (", ", (char **)keys);

    return refuse (error, "a URI cannot say “%s”; it can say %s", name, accepted);
  }
  if (g_str_equal (name, "stream-name") && look_up (settings, name))
    return refuse (error, "it names two streams, one of them as stream-name");
  if (value == NULL || *value == '\0')
    return refuse (error, "%s has no value", name);
  if (g_str_equal (name, "stream-name") && !kvs_stream_name_check (value, NULL))
    return refuse (error, "stream-name is no name of a stream");
  add (settings, name, value);
  return TRUE;
}

static gboolean
read_query (const Parts *parts, const char *const *keys, Settings *settings, GError **error)
{
  g_auto (GStrv) pairs = g_strsplit (parts->query ? parts->query : "", "&", -1);

  if (!check_unique (pairs, keys, error))
    return FALSE;
  for (char **pair = pairs; *pair != NULL; pair++) {
    if (!read_pair (*pair, keys, settings, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_stream (const Settings *settings, GError **error)
{
  gboolean has_name = look_up (settings, "stream-name") != NULL;
  gboolean has_arn = look_up (settings, "stream-arn") != NULL;

  if (has_name && has_arn)
    return refuse (error, "it names two streams, one of them as stream-arn");
  return has_name || has_arn || refuse (error, "it names no stream; the form is " FORM);
}

GStrv
kvs_uri_parse (const char *text, const char *const *keys, GError **error)
{
  g_autoptr (GPtrArray) settings = g_ptr_array_new_with_free_func (g_free);
  g_auto (Parts) parts = {NULL};

  if (!check_encoding (text, error) || !split (text, &parts, error) ||
      !read_region (&parts, settings, error) || !read_stream (&parts, settings, error) ||
      !read_query (&parts, keys, settings, error) || !check_stream (settings, error))
    return NULL;
  g_ptr_array_add (settings, NULL);
  return (GStrv)g_ptr_array_free (g_steal_pointer (&settings), FALSE);
}

char *
kvs_uri_format (const char *const *settings)
{
  g_autofree char *region = NULL;
  g_autofree char *stream = NULL;
  g_autoptr (GString) query = g_string_new (NULL);

  for (const char *const *name = settings; *name != NULL; name += 2) {
    g_autofree char *value = g_uri_escape_string (name[1], ":/", FALSE);

    if (g_str_equal (*name, "aws-region"))
      region = g_steal_pointer (&value);
    else if (g_str_equal (*name, "stream-name"))
      stream = g_steal_pointer (&value);
    else
      g_string_append_printf (query, "%c%s=%s", query->len > 0 ? '&' : '?', *name, value);
  }
  return g_strdup_printf (
      KVS_URI_SCHEME "://%s/%s%s", region ? region : "", stream ? stream : "", query->str);
}

/* A secret may have been put in front of an @, or behind a key. Where an @ comes late, it cannot be told
 * which of the two it belongs to. */
char *
kvs_uri_make_public (const char *text)
{
  const char *query = text + strcspn (text, "?#");
  g_autofree char *front = g_strndup (text, (gsize)(query - text));
  g_autofree char *shown = aws_endpoint_hide_user (front);

  if (strchr (query, '@'))
    return g_strdup ("…");
  return g_strconcat (shown, *query ? "?…" : "", NULL);
}
