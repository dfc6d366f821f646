/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcmessage.h"

#include <awserror.h>
#include <kvserror.h>

GST_DEBUG_CATEGORY_EXTERN (gst_kvs_image_src_debug);
#define GST_CAT_DEFAULT gst_kvs_image_src_debug

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
make_details (const GError *cause, const GstKvsImageSrcPlace *place)
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
  if (place && place->is_known)
    gst_structure_set (details, "offset", G_TYPE_UINT64, place->offset, "unix-time", G_TYPE_UINT64,
        place->unix_time, NULL);
  if (place && place->next_token)
    gst_structure_set (details, "next-token", G_TYPE_STRING, place->next_token, NULL);
  return details;
}

static char *
describe_place (const GstKvsImageSrcPlace *place)
{
  return place && place->is_known ? g_strdup_printf ("at sample %" G_GUINT64_FORMAT, place->offset)
                                  : NULL;
}

/* The text is for people; the debug string adds where in the range it happened. */
static void
post (GstElement *element, GstMessageType type, GQuark domain, gint code, const char *text,
    const GError *cause, const GstKvsImageSrcPlace *place)
{
  GstStructure *details = make_details (cause, place);
  char *debug = describe_place (place);

  gst_element_message_full_with_details (
      element, type, domain, code, g_strdup (text), debug, __FILE__, G_STRFUNC, __LINE__, details);
}

void
gst_kvs_image_src_post_error (
    GstElement *element, const GError *cause, const GstKvsImageSrcPlace *place)
{
  GQuark domain;
  gint code;

  get_code (cause, &domain, &code);
  post (element, GST_MESSAGE_ERROR, domain, code, cause->message, cause, place);
}

void
gst_kvs_image_src_post_refused_caps (
    GstElement *element, GstCaps *caps, const GstKvsImageSrcPlace *place)
{
  GstStructure *structure = gst_caps_get_structure (caps, 0);
  g_autofree char *text = g_strdup_printf (
      "What comes behind kvsimagesrc does not take these images, which are %s; set "
      "format to what it takes, or decode them first.",
      gst_structure_get_name (structure));

  GST_WARNING_OBJECT (element, "the caps %" GST_PTR_FORMAT " are refused", caps);
  post (element, GST_MESSAGE_ERROR, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT, text, NULL, place);
}

void
gst_kvs_image_src_post_warning (GstElement *element, GQuark domain, gint code, const char *text,
    const GError *cause, const GstKvsImageSrcPlace *place)
{
  post (element, GST_MESSAGE_WARNING, domain, code, text, cause, place);
}

void
gst_kvs_image_src_post_outage (
    GstElement *element, const GError *cause, const GstKvsImageSrcPlace *place)
{
  g_autofree char *text =
      g_strdup_printf ("The service is out of reach, and is asked on: %s", cause->message);
  GQuark domain;
  gint code;

  get_code (cause, &domain, &code);
  post (element, GST_MESSAGE_WARNING, domain, code, text, cause, place);
}

void
gst_kvs_image_src_post_recovered (GstElement *element, GstClockTime duration, guint attempts)
{
  GstStructure *structure = gst_structure_new ("kvsimagesrc-recovered", "duration", G_TYPE_UINT64,
      duration, "attempts", G_TYPE_UINT, attempts, NULL);

  gst_element_post_message (element, gst_message_new_element (GST_OBJECT (element), structure));
}
