/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcmessage.h"

#include <awserror.h>
#include <kvserror.h>

GST_DEBUG_CATEGORY_EXTERN (gst_kvs_image_src_debug);

static gint
get_resource_code (AwsError code)
{
  switch (code) {
    case AWS_ERROR_SETTINGS:
    case AWS_ERROR_INVALID_REQUEST:
      return GST_RESOURCE_ERROR_SETTINGS;
    case AWS_ERROR_NO_CREDENTIALS:
    case AWS_ERROR_NOT_AUTHORIZED:
      return GST_RESOURCE_ERROR_NOT_AUTHORIZED;
    case AWS_ERROR_NOT_FOUND:
    case AWS_ERROR_HOST_NOT_FOUND:
      return GST_RESOURCE_ERROR_NOT_FOUND;
    case AWS_ERROR_THROTTLED:
      return GST_RESOURCE_ERROR_BUSY;
    case AWS_ERROR_CONNECT:
    case AWS_ERROR_TLS:
    case AWS_ERROR_REDIRECT:
      return GST_RESOURCE_ERROR_OPEN_READ;
    case AWS_ERROR_SERVER:
    case AWS_ERROR_TIMEOUT:
    case AWS_ERROR_CUT_OFF:
    case AWS_ERROR_BAD_REPLY:
      return GST_RESOURCE_ERROR_READ;
  }
  return GST_RESOURCE_ERROR_FAILED;
}

static void
get_code (const GError *cause, GQuark *domain, gint *code)
{
  *domain = GST_RESOURCE_ERROR;
  if (g_error_matches (cause, KVS_ERROR, KVS_ERROR_WRONG_FORMAT)) {
    *domain = GST_STREAM_ERROR;
    *code = GST_STREAM_ERROR_DECODE;
  } else if (g_error_matches (cause, KVS_ERROR, KVS_ERROR_INVALID)) {
    *code = GST_RESOURCE_ERROR_SETTINGS;
  } else if (g_strcmp0 (aws_error_get_code (cause), "NoDataRetentionException") == 0) {
    *code = GST_RESOURCE_ERROR_OPEN_READ;
  } else if (cause->domain == AWS_ERROR) {
    *code = get_resource_code ((AwsError)cause->code);
  } else {
    *code = GST_RESOURCE_ERROR_READ;
  }
}

static GstStructure *
make_details (const GError *cause, const KvsNextSample *next)
{
  GstStructure *details = gst_structure_new_empty ("details");
  guint status = aws_error_get_http_status (cause);
  const char *code = aws_error_get_code (cause);
  const char *request_id = aws_error_get_request_id (cause);

  if (status)
    gst_structure_set (details, "http-status-code", G_TYPE_UINT, status, NULL);
  if (code)
    gst_structure_set (details, "aws-error-code", G_TYPE_STRING, code, NULL);
  if (request_id)
    gst_structure_set (details, "aws-request-id", G_TYPE_STRING, request_id, NULL);
  if (next && next->is_known)
    gst_structure_set (details, "offset", G_TYPE_UINT64, next->offset, "unix-time", G_TYPE_UINT64,
        next->unix_time, NULL);
  if (next && next->next_token)
    gst_structure_set (details, "next-token", G_TYPE_STRING, next->next_token, NULL);
  return details;
}

static char *
describe_next_sample (const KvsNextSample *next)
{
  return next && next->is_known ? g_strdup_printf ("at sample %" G_GUINT64_FORMAT, next->offset)
                                : NULL;
}

/* The text is for people; the debug string adds where in the range it happened. */
void
gst_kvs_image_src_post_text_at (GstElement *element, GstMessageType type, GQuark domain, gint code,
    const char *text, const GError *cause, const KvsNextSample *next, const char *file,
    const char *func, gint line)
{
  GstStructure *details = make_details (cause, next);
  char *debug = describe_next_sample (next);

#ifndef GST_DISABLE_GST_DEBUG
  if (G_UNLIKELY (GST_LEVEL_WARNING <= _gst_debug_min))
    gst_debug_log (gst_kvs_image_src_debug, GST_LEVEL_WARNING, file, func, line, G_OBJECT (element),
        "%s", text);
#endif
  gst_element_message_full_with_details (
      element, type, domain, code, g_strdup (text), debug, file, func, line, details);
}

void
gst_kvs_image_src_post_cause_at (GstElement *element, GstMessageType type, const char *prefix,
    const GError *cause, const KvsNextSample *next, const char *file, const char *func, gint line)
{
  g_autofree char *text = g_strconcat (prefix, cause->message, NULL);
  GQuark domain;
  gint code;

  get_code (cause, &domain, &code);
  gst_kvs_image_src_post_text_at (element, type, domain, code, text, cause, next, file, func, line);
}

void
gst_kvs_image_src_post_recovered (GstElement *element, GstClockTime duration, guint attempts)
{
  GstStructure *structure = gst_structure_new ("kvsimagesrc-recovered", "duration", G_TYPE_UINT64,
      duration, "attempts", G_TYPE_UINT, attempts, NULL);

  gst_element_post_message (element, gst_message_new_element (GST_OBJECT (element), structure));
}

void
gst_kvs_image_src_post_thread_status (GstElement *element, GstStreamStatusType type)
{
  GstMessage *message = gst_message_new_stream_status (GST_OBJECT (element), type, element);
  g_auto (GValue) thread = G_VALUE_INIT;

  g_value_init (&thread, GST_TYPE_G_THREAD);
  g_value_set_boxed (&thread, g_thread_self ());
  gst_message_set_stream_status_object (message, &thread);
  gst_element_post_message (element, message);
}
