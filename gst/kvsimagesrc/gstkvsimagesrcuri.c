/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcuri.h"

#include "gstkvsimagesrcproperties.h"

#include <awsregion.h>
#include <kvsstream.h>

#include <string.h>

#define FORM GST_KVS_IMAGE_SRC_URI_PROTOCOL "://REGION/STREAM?start-timestamp=…"

/* What a URI can say besides the region, in the order of the canonical form, where the path says the
 * first. Nothing that is secret may ever be among it: URIs are logged. */
static const char *const keys[] = {"stream-name", "stream-arn", "start-timestamp", "end-timestamp",
    "sampling-interval", "align", "image-selector-type", "format", "jpeg-quality", "width",
    "height", "page-size", "max-items", "starting-token", "follow", NULL};

static gboolean
refuse (GError **error, const char *text)
{
  g_set_error_literal (error, GST_URI_ERROR, GST_URI_ERROR_BAD_URI, text);
  return FALSE;
}

static gboolean
is_key (const char *name)
{
  return g_strv_contains (keys, name);
}

static gboolean
set_text (GstKvsImageSrcSettings *settings, GObjectClass *klass, const char *name, const char *text,
    GError **error)
{
  GParamSpec *pspec = g_object_class_find_property (klass, name);
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, pspec->value_type);
  if (text == NULL || *text == '\0') {
    g_set_error (error, GST_URI_ERROR, GST_URI_ERROR_BAD_URI, "%s has no value", name);
    return FALSE;
  }
  /* Text is taken as it is; GStreamer would look for quotes and types in it. */
  if (G_VALUE_HOLDS_STRING (&value)) {
    g_value_set_string (&value, text);
  } else if (!gst_value_deserialize (&value, text) || g_param_value_validate (pspec, &value)) {
    g_set_error (error, GST_URI_ERROR, GST_URI_ERROR_BAD_URI,
        "%s is '%s', which cannot be used; see gst-inspect-1.0 kvsimagesrc", name, text);
    return FALSE;
  }
  gst_kvs_image_src_properties_set (settings, pspec->param_id, &value);
  return TRUE;
}

static void
set_default (GstKvsImageSrcSettings *settings, GObjectClass *klass, const char *name)
{
  GParamSpec *pspec = g_object_class_find_property (klass, name);

  gst_kvs_image_src_properties_set (
      settings, pspec->param_id, g_param_spec_get_default_value (pspec));
}

static void
set_defaults (GstKvsImageSrcSettings *settings, GObjectClass *klass)
{
  set_default (settings, klass, "aws-region");
  for (gsize i = 0; keys[i] != NULL; i++)
    set_default (settings, klass, keys[i]);
}

/* A key is named in the message, but not its value, which may be a secret that was put there by
 * mistake. */
static gboolean
read_query (GstUri *uri, GObjectClass *klass, GstKvsImageSrcSettings *settings, GError **error)
{
  g_autoptr (GHashTable) query = gst_uri_get_query_table (uri);
  GHashTableIter iter;
  gpointer name, text;

  if (query == NULL)
    return TRUE;
  g_hash_table_iter_init (&iter, query);
  while (g_hash_table_iter_next (&iter, &name, &text)) {
    if (!is_key (name)) {
      g_autofree char *accepted = g_strjoinv (", ", (char **)keys);

      g_set_error (error, GST_URI_ERROR, GST_URI_ERROR_BAD_URI,
          "a URI cannot say “%s”; it can say %s", (const char *)name, accepted);
      return FALSE;
    }
    if (settings->stream_name && g_str_equal (name, "stream-name"))
      return refuse (error, "it names two streams, one of them as stream-name");
    if (!set_text (settings, klass, name, text, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_form (GstUri *uri, GError **error)
{
  if (uri == NULL || g_strcmp0 (gst_uri_get_scheme (uri), GST_KVS_IMAGE_SRC_URI_PROTOCOL) != 0)
    return refuse (error, "it is not a URI of the form " FORM);
  if (gst_uri_get_userinfo (uri))
    return refuse (error, "a user and a password do not belong into it; the form is " FORM);
  if (gst_uri_get_port (uri) != GST_URI_NO_PORT || gst_uri_get_fragment (uri))
    return refuse (error, "a port or a fragment does not belong into it; the form is " FORM);
  return TRUE;
}

static gboolean
read_region (GstUri *uri, GObjectClass *klass, GstKvsImageSrcSettings *settings, GError **error)
{
  const char *region = gst_uri_get_host (uri);

  if (region == NULL || *region == '\0')
    return TRUE;
  if (!aws_region_is_valid (region))
    return refuse (error, "what stands between // and / is no region; the form is " FORM);
  return set_text (settings, klass, "aws-region", region, error);
}

static gboolean
read_stream (GstUri *uri, GObjectClass *klass, GstKvsImageSrcSettings *settings, GError **error)
{
  g_autofree char *path = gst_uri_get_path (uri);
  const char *name = path ? path + strspn (path, "/") : "";

  if (*name == '\0')
    return TRUE;
  if (!kvs_stream_name_check (name, NULL))
    return refuse (error, "what stands before ? is no name of a stream; the form is " FORM);
  return set_text (settings, klass, "stream-name", name, error);
}

static gboolean
check_stream (const GstKvsImageSrcSettings *settings, GError **error)
{
  if (!settings->stream_name && !settings->stream_arn)
    return refuse (error, "it names no stream; the form is " FORM);
  if (settings->stream_name && settings->stream_arn)
    return refuse (error, "it names two streams, one of them as stream-arn");
  return TRUE;
}

gboolean
gst_kvs_image_src_uri_read (
    const char *uri, GObjectClass *klass, GstKvsImageSrcSettings *settings, GError **error)
{
  g_autoptr (GstUri) parsed = gst_uri_from_string (uri);
  g_auto (GstKvsImageSrcSettings) read;

  gst_kvs_image_src_settings_copy (settings, &read);
  set_defaults (&read, klass);
  if (!check_form (parsed, error) || !read_region (parsed, klass, &read, error) ||
      !read_stream (parsed, klass, &read, error) || !read_query (parsed, klass, &read, error) ||
      !check_stream (&read, error))
    return FALSE;
  gst_kvs_image_src_settings_clear (settings);
  gst_kvs_image_src_settings_copy (&read, settings);
  return TRUE;
}

static char *
get_text (const GValue *value)
{
  return G_VALUE_HOLDS_STRING (value) ? g_value_dup_string (value) : gst_value_serialize (value);
}

static void
append_key (
    GString *uri, const GstKvsImageSrcSettings *settings, GObjectClass *klass, const char *name)
{
  GParamSpec *pspec = g_object_class_find_property (klass, name);
  g_auto (GValue) value = G_VALUE_INIT;
  g_autofree char *text = NULL;
  g_autofree char *escaped = NULL;

  g_value_init (&value, pspec->value_type);
  gst_kvs_image_src_properties_get (settings, pspec->param_id, &value);
  if (g_param_value_defaults (pspec, &value))
    return;
  text = get_text (&value);
  escaped = g_uri_escape_string (text, ":/", FALSE);
  g_string_append_printf (uri, "%c%s=%s", strchr (uri->str, '?') ? '&' : '?', name, escaped);
}

char *
gst_kvs_image_src_uri_new (const GstKvsImageSrcSettings *settings, GObjectClass *klass)
{
  GString *uri;

  if (!settings->stream_name && !settings->stream_arn)
    return NULL;
  uri = g_string_new (GST_KVS_IMAGE_SRC_URI_PROTOCOL "://");
  g_string_append_uri_escaped (uri, settings->aws_region ? settings->aws_region : "", NULL, FALSE);
  g_string_append_c (uri, '/');
  g_string_append_uri_escaped (
      uri, settings->stream_name ? settings->stream_name : "", NULL, FALSE);
  for (gsize i = 1; keys[i] != NULL; i++)
    append_key (uri, settings, klass, keys[i]);
  return g_string_free (uri, FALSE);
}
