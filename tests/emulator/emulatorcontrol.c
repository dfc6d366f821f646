/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GetDataEndpoint and DescribeStream of the kinesisvideo model of 2017-09-30. */
#include "emulatorcontrol.h"

#include "emulatormember.h"
#include "emulatormodel.h"
#include "emulatorwriter.h"

#define ACCOUNT "123456789012"
#define CHOICES(...) ((const char *const[]){__VA_ARGS__, NULL})

static const EmulatorMember data_endpoint_members[] = {
    EMULATOR_STREAM_MEMBERS,
    {.name = "APIName",
        .type = EMULATOR_MEMBER_STRING,
        .required = TRUE,
        .values = CHOICES ("PUT_MEDIA", "GET_MEDIA", "LIST_FRAGMENTS",
            "GET_MEDIA_FOR_FRAGMENT_LIST", "GET_HLS_STREAMING_SESSION_URL",
            "GET_DASH_STREAMING_SESSION_URL", "GET_CLIP", "GET_IMAGES")},
};

static const EmulatorMember describe_stream_members[] = {EMULATOR_STREAM_MEMBERS};

/* Checks the request and finds its stream, unless the stream's rate is exceeded. */
static EmulatorStream *
open_stream (EmulatorCall *call, const EmulatorMember *members, gsize n, GError **error)
{
  EmulatorStream *stream;

  if (!emulator_members_check (members, n, call->parameters, error))
    return NULL;
  stream =
      emulator_call_find_stream (call, emulator_member_get_string (call->parameters, "StreamName"),
          emulator_member_get_string (call->parameters, "StreamARN"), error);
  if (stream != NULL && call->settings->quota == EMULATOR_QUOTA_ON &&
      !emulator_quota_take_call (
          call->shared->quota, call->stream, call->operation, call->now_ms, error))
    return NULL;
  return stream;
}

GBytes *
emulator_control_answer_data_endpoint (EmulatorCall *call, GError **error)
{
  const char *scheme = call->settings->tls_certificate != NULL ? "https" : "http";
  g_autofree char *url = NULL;
  EmulatorWriter writer;

  if (open_stream (call, data_endpoint_members, G_N_ELEMENTS (data_endpoint_members), error) ==
      NULL)
    return NULL;
  url = g_strconcat (scheme, "://", emulator_request_get_header (call->request, "host"), NULL);
  emulator_writer_init (&writer, call->settings);
  emulator_writer_add_string (&writer, "DataEndpoint", url);
  return emulator_writer_finish (&writer);
}

static char *
make_arn (EmulatorCall *call, EmulatorStream *stream)
{
  return g_strdup_printf ("arn:aws:kinesisvideo:%s:" ACCOUNT ":stream/%s/%" G_GINT64_FORMAT,
      call->settings->region, emulator_stream_get_name (stream),
      emulator_stream_get_start (stream));
}

GBytes *
emulator_control_answer_describe_stream (EmulatorCall *call, GError **error)
{
  EmulatorStream *stream =
      open_stream (call, describe_stream_members, G_N_ELEMENTS (describe_stream_members), error);
  g_autofree char *arn = NULL;
  EmulatorWriter writer;

  if (stream == NULL)
    return NULL;
  arn = make_arn (call, stream);
  emulator_writer_init (&writer, call->settings);
  emulator_writer_begin_object (&writer, "StreamInfo");
  emulator_writer_add_time (&writer, "CreationTime", emulator_stream_get_start (stream));
  emulator_writer_add_integer (
      &writer, "DataRetentionInHours", emulator_stream_get_retention_hours (stream));
  emulator_writer_add_string (&writer, "DeviceName", NULL);
  emulator_writer_add_string (&writer, "IngestionConfiguration", NULL);
  emulator_writer_add_string (&writer, "KmsKeyId", NULL);
  emulator_writer_add_string (&writer, "MediaType", "video/h264");
  emulator_writer_add_string (&writer, "Status", "ACTIVE");
  emulator_writer_add_string (&writer, "StreamARN", arn);
  emulator_writer_add_string (&writer, "StreamName", emulator_stream_get_name (stream));
  emulator_writer_add_string (&writer, "Version", "1");
  emulator_writer_end_object (&writer);
  return emulator_writer_finish (&writer);
}
