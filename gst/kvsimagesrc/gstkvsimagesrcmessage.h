/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How errors reach the application: which code of GStreamer's they have, and what details come with
 * them. */
#pragma once

#include "gstkvsimagesrcposition.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * gst_kvs_image_src_post_error:
 * @element: who posts.
 * @cause: what happened, of %AWS_ERROR or %KVS_ERROR.
 * @place: (nullable): where in the range.
 *
 * Posts an ERROR with the domain and code for @cause. Its details have the HTTP status, error code
 * and request id of the reply that caused it, the place and the next-token, those there are.
 */
void gst_kvs_image_src_post_error (
    GstElement *element, const GError *cause, const GstKvsImageSrcPlace *place);

/**
 * gst_kvs_image_src_post_refused_caps:
 * @element: who posts.
 * @caps: the caps of its images.
 * @place: where in the range.
 *
 * Posts an ERROR that says what to do when what comes behind @element does not take @caps.
 */
void gst_kvs_image_src_post_refused_caps (
    GstElement *element, GstCaps *caps, const GstKvsImageSrcPlace *place);

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

/**
 * gst_kvs_image_src_post_outage:
 * @element: who posts.
 * @cause: the failure, of %AWS_ERROR or %KVS_ERROR.
 * @place: where in the range.
 *
 * Posts a WARNING with the domain, code and details that the failure has as an error: what follows the
 * stream asks on.
 */
void gst_kvs_image_src_post_outage (
    GstElement *element, const GError *cause, const GstKvsImageSrcPlace *place);

/**
 * gst_kvs_image_src_post_recovered:
 * @element: who posts.
 * @duration: how long the outage was, in ns.
 * @attempts: how many requests have failed.
 *
 * Posts an element message `kvsimagesrc-recovered`.
 */
void gst_kvs_image_src_post_recovered (GstElement *element, GstClockTime duration, guint attempts);

G_END_DECLS
