/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcuri.h"

#include <awsforeigntext.h>

/* The settings of a URI: the region, and then the keys in the order of the canonical form, where the path has
 * the first. No secret may ever be among them: URIs are logged. */
const char *const gst_kvs_image_src_uri_properties[] = {"aws-region", "stream-name", "stream-arn",
    "start-timestamp", "end-timestamp", "sampling-interval", "align", "image-selector-type",
    "format", "jpeg-quality", "width", "height", "page-size", "max-items", "starting-token",
    "follow", NULL};

static const char *const *const keys = gst_kvs_image_src_uri_properties + 1;

/* Reading */

static void
set_defaults (GstKvsImageSrcSettings *settings)
{
  for (const char *const *name = gst_kvs_image_src_uri_properties; *name != NULL; name++) {
    GParamSpec *pspec = gst_kvs_image_src_properties_find (*name);

    gst_kvs_image_src_properties_set (settings, pspec, g_param_spec_get_default_value (pspec));
  }
}

static gboolean
read_into (GstKvsImageSrcSettings *settings, const char *uri, GError **error)
{
  g_auto (GStrv) said = kvs_uri_parse (uri, keys, error);

  if (said == NULL)
    return FALSE;
  set_defaults (settings);
  for (char **name = said; *name != NULL; name += 2) {
    if (!gst_kvs_image_src_properties_set_text (settings, name[0], name[1], error))
      return FALSE;
  }
  return kvs_settings_check_interval (&settings->kvs, error);
}

gboolean
gst_kvs_image_src_uri_read (const char *uri, GstKvsImageSrcSettings *settings, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_auto (GstKvsImageSrcSettings) read;

  gst_kvs_image_src_settings_copy (settings, &read);
  if (!read_into (&read, uri, &cause)) {
    /* URIs come from elsewhere, and it shows what a key or a value is. */
    g_autofree char *clean = aws_foreign_text_clean (cause->message, -1, NULL);

    g_set_error_literal (error, GST_URI_ERROR, GST_URI_ERROR_BAD_URI, clean);
    return FALSE;
  }
  g_clear_pointer (&read.kvs.uri_error, g_free);
  gst_kvs_image_src_settings_clear (settings);
  gst_kvs_image_src_settings_copy (&read, settings);
  return TRUE;
}

/* Writing */

static void
add_setting (GStrvBuilder *said, const GstKvsImageSrcSettings *settings, const char *name)
{
  GParamSpec *pspec = gst_kvs_image_src_properties_find (name);
  g_auto (GValue) value = G_VALUE_INIT;
  g_autofree char *text = NULL;

  g_value_init (&value, pspec->value_type);
  gst_kvs_image_src_properties_get (settings, pspec, &value);
  if (g_param_value_defaults (pspec, &value))
    return;
  text = G_VALUE_HOLDS_STRING (&value) ? g_value_dup_string (&value) : gst_value_serialize (&value);
  g_strv_builder_add_many (said, name, text, NULL);
}

/* A property may be set to what no URI can say, and no session can begin with. */
char *
gst_kvs_image_src_uri_new (const GstKvsImageSrcSettings *settings)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) said = NULL;
  g_autofree char *uri = NULL;
  g_auto (GstKvsImageSrcSettings) read;

  gst_kvs_image_src_settings_init (&read);
  for (const char *const *name = gst_kvs_image_src_uri_properties; *name != NULL; name++)
    add_setting (builder, settings, *name);
  said = g_strv_builder_end (builder);
  uri = kvs_uri_format ((const char *const *)said);
  return gst_kvs_image_src_uri_read (uri, &read, NULL) ? g_steal_pointer (&uri) : NULL;
}
