/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reports to the application, by PROGRESS messages with the code "open", whether the first request succeeds. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstKvsImageSrcConnecting:
 *
 * The time of connecting, from the first request to the first good reply. All zeros is one that has not begun. May be
 * used from any thread.
 */
typedef struct {
  /*< private >*/
  gint state;
} GstKvsImageSrcConnecting;

/**
 * gst_kvs_image_src_connecting_begin:
 * @self: whether the element connects.
 * @element: who posts.
 *
 * Posts START, unless it has begun before.
 */
void gst_kvs_image_src_connecting_begin (GstKvsImageSrcConnecting *self, GstElement *element);

/**
 * gst_kvs_image_src_connecting_end:
 * @self: whether the element connects.
 * @element: who posts.
 * @type: %GST_PROGRESS_TYPE_COMPLETE, %GST_PROGRESS_TYPE_ERROR or %GST_PROGRESS_TYPE_CANCELED.
 *
 * Posts how it has ended, if it has begun and not ended before.
 */
void gst_kvs_image_src_connecting_end (
    GstKvsImageSrcConnecting *self, GstElement *element, GstProgressType type);

G_END_DECLS
