/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Posts errors: GStreamer's domain and code for each, and the details. */
#pragma once

#include <kvsposition.h>

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * gst_kvs_image_src_post_error:
 * @element: who posts.
 * @cause: what happened, of %AWS_ERROR or %KVS_ERROR.
 * @next: (nullable): the next sample to push.
 *
 * Posts an ERROR with the domain and code for @cause. Its details have the HTTP status, error code
 * and request id of the reply that caused it, the next sample and the next-token, those there are. As with all
 * functions here, the message has the location of the caller.
 */
#define gst_kvs_image_src_post_error(element, cause, next)                                         \
  gst_kvs_image_src_post_cause_at (                                                                \
      element, GST_MESSAGE_ERROR, "", cause, next, __FILE__, GST_FUNCTION, __LINE__)

/**
 * gst_kvs_image_src_post_outage:
 * @element: who posts.
 * @cause: the failure, of %AWS_ERROR or %KVS_ERROR.
 * @next: the next sample to push.
 *
 * Posts a WARNING with the domain, code and details that the failure has as an error: with follow, requests go on.
 */
#define gst_kvs_image_src_post_outage(element, cause, next)                                        \
  gst_kvs_image_src_post_cause_at (element, GST_MESSAGE_WARNING,                                   \
      "The service cannot be reached; requests go on: ", cause, next, __FILE__, GST_FUNCTION,      \
      __LINE__)

/**
 * gst_kvs_image_src_post_warning:
 * @element: who posts.
 * @domain: the domain of the warning.
 * @code: its code.
 * @text: what it says.
 * @cause: (nullable): what is behind it, for the details.
 * @next: (nullable): the next sample to push.
 *
 * Posts a WARNING with the same details as an error.
 */
#define gst_kvs_image_src_post_warning(element, domain, code, text, cause, next)                   \
  gst_kvs_image_src_post_text_at (element, GST_MESSAGE_WARNING, domain, code, text, cause, next,   \
      __FILE__, GST_FUNCTION, __LINE__)

/**
 * gst_kvs_image_src_post_stream_error:
 * @element: who posts.
 * @code: a code of %GST_STREAM_ERROR.
 * @text: what it says.
 * @next: (nullable): the next sample to push.
 *
 * Posts an ERROR about what downstream does.
 */
#define gst_kvs_image_src_post_stream_error(element, code, text, next)                             \
  gst_kvs_image_src_post_text_at (element, GST_MESSAGE_ERROR, GST_STREAM_ERROR, code, text, NULL,  \
      next, __FILE__, GST_FUNCTION, __LINE__)

void gst_kvs_image_src_post_text_at (GstElement *element, GstMessageType type, GQuark domain,
    gint code, const char *text, const GError *cause, const KvsNextSample *next, const char *file,
    const char *func, gint line);
void gst_kvs_image_src_post_cause_at (GstElement *element, GstMessageType type, const char *prefix,
    const GError *cause, const KvsNextSample *next, const char *file, const char *func, gint line);

/**
 * gst_kvs_image_src_post_recovered:
 * @element: who posts.
 * @duration: how long the outage was, in ns.
 * @attempts: how many requests have failed.
 *
 * Posts an element message `kvsimagesrc-recovered`.
 */
void gst_kvs_image_src_post_recovered (GstElement *element, GstClockTime duration, guint attempts);

/**
 * gst_kvs_image_src_post_thread_status:
 * @element: who posts.
 * @type: %GST_STREAM_STATUS_TYPE_ENTER or %GST_STREAM_STATUS_TYPE_LEAVE.
 *
 * Posts that the calling thread, which is none of a #GstTask, begins or ends to work for @element.
 */
void gst_kvs_image_src_post_thread_status (GstElement *element, GstStreamStatusType type);

G_END_DECLS
