/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stillserror.h"

GQuark
stills_error_quark (void)
{
  return g_quark_from_static_string ("stills-error-quark");
}

gboolean
stills_error_refuse (GError **error, const char *text)
{
  g_set_error_literal (error, STILLS_ERROR, STILLS_EXIT_USAGE, text);
  return FALSE;
}

/* NoDataRetentionException has the code of a connection that does not come about, but stays. */
static StillsExit
get_exit_of_resource (gint code, const char *aws_code)
{
  if (g_strcmp0 (aws_code, "NoDataRetentionException") == 0)
    return STILLS_EXIT_NOT_FOUND;
  switch (code) {
    case GST_RESOURCE_ERROR_SETTINGS:
      return STILLS_EXIT_USAGE;
    case GST_RESOURCE_ERROR_NOT_AUTHORIZED:
      return STILLS_EXIT_NOT_AUTHORIZED;
    case GST_RESOURCE_ERROR_NOT_FOUND:
      return aws_code ? STILLS_EXIT_NOT_FOUND : STILLS_EXIT_AGAIN;
    default:
      return STILLS_EXIT_AGAIN;
  }
}

GError *
stills_error_from_message (GstMessage *message)
{
  g_autoptr (GError) cause = NULL;
  const GstStructure *details = NULL;
  const char *aws_code = NULL;
  StillsExit code = STILLS_EXIT_AGAIN;

  gst_message_parse_error (message, &cause, NULL);
  gst_message_parse_error_details (message, &details);
  if (details)
    aws_code = gst_structure_get_string (details, "aws-error-code");
  if (cause->domain == GST_RESOURCE_ERROR)
    code = get_exit_of_resource (cause->code, aws_code);
  return g_error_new_literal (STILLS_ERROR, (gint)code, cause->message);
}

StillsExit
stills_error_get_exit (const GError *error)
{
  if (error == NULL)
    return STILLS_EXIT_COMPLETE;
  return error->domain == STILLS_ERROR ? (StillsExit)error->code : STILLS_EXIT_USAGE;
}

StillsExit
stills_exit_join (StillsExit a, StillsExit b)
{
  static const StillsExit order[] = {STILLS_EXIT_USAGE, STILLS_EXIT_NOT_AUTHORIZED,
      STILLS_EXIT_NOT_FOUND, STILLS_EXIT_OUTPUT, STILLS_EXIT_AGAIN};

  for (guint i = 0; i < G_N_ELEMENTS (order); i++) {
    if (a == order[i] || b == order[i])
      return order[i];
  }
  return STILLS_EXIT_COMPLETE;
}
