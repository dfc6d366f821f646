/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any URI of the element: the one that it gives in return is taken, and is its own canonical form. */
#include "fuzz.h"

#include <gstkvsimagesrc.h>

#include <gst/gst.h>

static GstElement *
new_source (void)
{
  if (!gst_is_initialized ())
    gst_init (NULL, NULL);
  return gst_object_ref_sink (g_object_new (GST_TYPE_KVS_IMAGE_SRC, NULL));
}

static void
check_canonical (const char *canonical)
{
  g_autoptr (GstElement) other = new_source ();
  g_autofree char *again = NULL;
  GError *error = NULL;

  gst_uri_handler_set_uri (GST_URI_HANDLER (other), canonical, &error);
  g_assert_no_error (error);
  again = gst_uri_handler_get_uri (GST_URI_HANDLER (other));
  g_assert_cmpstr (again, ==, canonical);
}

void
fuzz_run (FuzzInput *input)
{
  g_autofree char *rest = fuzz_take_line (input);
  g_autofree char *uri = g_strconcat ("kvsimage://", rest, NULL);
  g_autoptr (GstElement) source = new_source ();
  g_autofree char *canonical = NULL;
  GError *error = NULL;
  gboolean is_good = g_utf8_validate (uri, -1, NULL) &&
                     gst_uri_handler_set_uri (GST_URI_HANDLER (source), uri, &error);

  if (error != NULL)
    fuzz_check_error (is_good, error);
  canonical = is_good ? gst_uri_handler_get_uri (GST_URI_HANDLER (source)) : NULL;
  if (canonical != NULL)
    check_canonical (canonical);
}
