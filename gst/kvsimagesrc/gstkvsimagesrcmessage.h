/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How errors reach the application: which code of GStreamer's they have, and what details come with
 * them. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstKvsImageSrcPlace:
 * @is_known: whether the range is known, and with it where a run is.
 * @offset: the number of the sample that the message is about.
 * @unix_time: the time of that sample, in ns since the epoch.
 */
typedef struct {
  gboolean is_known;
  guint64 offset;
  guint64 unix_time;
} GstKvsImageSrcPlace;

/**
 * gst_kvs_image_src_post_error:
 * @element: who posts.
 * @cause: what happened, of %AWS_ERROR or %KVS_ERROR.
 * @place: (nullable): where in the range.
 *
 * Posts an ERROR with the domain and code for @cause. Its details have the HTTP status, error code
 * and request id of the reply that caused it, and the place, those there are.
 */
void gst_kvs_image_src_post_error (
    GstElement *element, const GError *cause, const GstKvsImageSrcPlace *place);

/**
 * gst_kvs_image_src_post_warning:
 * @element: who posts.
 * @domain: the domain of the warning.
 * @code: its code.
 * @text: what it says.
 * @cause: (nullable): what is behind it, for the details.
 * @place: (nullable): where in the range.
 *
 * Posts a WARNING with the same details as an error.
 */
void gst_kvs_image_src_post_warning (GstElement *element, GQuark domain, gint code,
    const char *text, const GError *cause, const GstKvsImageSrcPlace *place);

G_END_DECLS
