/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcopening.h"

#define CODE "open"

enum {
  STATE_BEFORE,
  STATE_OPENING,
  STATE_ENDED,
};

static void
post (GstElement *element, GstProgressType type, const char *text)
{
  gst_element_post_message (
      element, gst_message_new_progress (GST_OBJECT (element), type, CODE, text));
}

void
gst_kvs_image_src_opening_begin (GstKvsImageSrcOpening *self, GstElement *element)
{
  if (g_atomic_int_compare_and_exchange (&self->state, STATE_BEFORE, STATE_OPENING))
    post (element, GST_PROGRESS_TYPE_START, "Asking for the first images");
}

static const char *
get_text (GstProgressType type)
{
  switch (type) {
    case GST_PROGRESS_TYPE_COMPLETE:
      return "The service has answered";
    case GST_PROGRESS_TYPE_ERROR:
      return "The service has not given any images";
    default:
      return "There was no good answer of the service yet";
  }
}

void
gst_kvs_image_src_opening_end (
    GstKvsImageSrcOpening *self, GstElement *element, GstProgressType type)
{
  if (g_atomic_int_compare_and_exchange (&self->state, STATE_OPENING, STATE_ENDED))
    post (element, type, get_text (type));
}
