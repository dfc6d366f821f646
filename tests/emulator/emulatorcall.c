/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What all operations need from a call. */
#include "emulatorcall.h"

#include "emulatorerror.h"

static gboolean
check_one_given (const char *stream_name, const char *stream_arn, GError **error)
{
  const char *wrong = NULL;

  if (stream_name == NULL && stream_arn == NULL)
    wrong = "Either StreamName or StreamARN must be specified.";
  else if (stream_name != NULL && stream_arn != NULL)
    wrong = "StreamName and StreamARN must not be specified together.";
  if (wrong == NULL)
    return TRUE;
  g_set_error_literal (error, EMULATOR_ERROR, EMULATOR_ERROR_INVALID_ARGUMENT, wrong);
  return FALSE;
}

/* The name in arn:aws:kinesisvideo:REGION:ACCOUNT:stream/NAME/CREATED; NULL for another region. */
static char *
get_name_in_arn (const char *arn, const char *region)
{
  g_auto (GStrv) fields = g_strsplit (arn, ":", 6);
  g_auto (GStrv) resource = g_strsplit (fields[5], "/", 3);

  if (!g_str_equal (fields[3], region) || !g_str_equal (resource[0], "stream"))
    return NULL;
  return g_strdup (resource[1]);
}

EmulatorStream *
emulator_call_find_stream (
    EmulatorCall *call, const char *stream_name, const char *stream_arn, GError **error)
{
  EmulatorStream *stream = NULL;

  if (!check_one_given (stream_name, stream_arn, error))
    return NULL;
  call->stream = stream_name != NULL ? g_strdup (stream_name)
                                     : get_name_in_arn (stream_arn, call->settings->region);
  if (call->stream != NULL)
    stream = emulator_settings_find_stream (call->settings, call->stream);
  if (stream == NULL)
    g_set_error_literal (error, EMULATOR_ERROR, EMULATOR_ERROR_RESOURCE_NOT_FOUND,
        "The requested stream is not found or not active.");
  return stream;
}

void
emulator_call_free (EmulatorCall *call)
{
  emulator_settings_unref (call->settings);
  emulator_request_free (call->request);
  emulator_fault_free (call->fault);
  g_clear_pointer (&call->parameters, json_object_unref);
  g_free (call->stream);
  g_free (call);
}
