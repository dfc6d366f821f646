/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcconnecting.h"

#define CODE "open"

enum {
  STATE_BEFORE,
  STATE_CONNECTING,
  STATE_ENDED,
};

static void
post (GstElement *element, GstProgressType type, const char *text)
{
  gst_element_post_message (
      element, gst_message_new_progress (GST_OBJECT (element), type, CODE, text));
}

void
gst_kvs_image_src_connecting_begin (GstKvsImageSrcConnecting *self, GstElement *element)
{
  if (g_atomic_int_compare_and_exchange (&self->state, STATE_BEFORE, STATE_CONNECTING))
    post (element, GST_PROGRESS_TYPE_START, "Asking for the first images");
}

void
gst_kvs_image_src_connecting_end (
    GstKvsImageSrcConnecting *self, GstElement *element, GstProgressType type)
{
  static const char *const texts[] = {
      [GST_PROGRESS_TYPE_COMPLETE] = "The service has answered",
      [GST_PROGRESS_TYPE_ERROR] = "The service has not given any images",
      [GST_PROGRESS_TYPE_CANCELED] = "There was no good answer of the service yet",
  };

  if (g_atomic_int_compare_and_exchange (&self->state, STATE_CONNECTING, STATE_ENDED))
    post (element, type, texts[type]);
}
