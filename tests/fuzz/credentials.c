/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any text as the JSON of a source of credentials, in each of the forms that there are. */
#include "fuzz.h"

#include <awscredentialsdocument.h>

#include <string.h>

static const AwsCredentialsDocument documents[] = {
    {"AccessKeyId", "SecretAccessKey", "Token", "Expiration", TRUE, TRUE, FALSE},
    {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", FALSE, FALSE, FALSE},
    {"accessKeyId", "secretAccessKey", "sessionToken", "expiration", TRUE, TRUE, TRUE},
};

/* They are headers' values. */
static void
check_value (const char *value)
{
  if (value == NULL)
    return;
  g_assert_cmpuint (strlen (value), >, 0);
  for (const char *c = value; *c != '\0'; c++)
    g_assert_false (g_ascii_iscntrl (*c));
}

static void
check_document (const AwsCredentialsDocument *document, JsonObject *object)
{
  GError *error = NULL;
  g_autoptr (AwsCredentials) credentials = aws_credentials_document_read (document, object, &error);

  fuzz_check_secret_error (credentials != NULL, error);
  if (credentials == NULL)
    return;
  check_value (aws_credentials_get_access_key (credentials));
  check_value (aws_credentials_get_secret_key (credentials));
  check_value (aws_credentials_get_session_token (credentials));
}

void
fuzz_run (FuzzInput *input)
{
  g_autoptr (GBytes) rest = fuzz_take_rest (input);
  gsize length;
  const char *text = g_bytes_get_data (rest, &length);
  g_autoptr (JsonObject) object = aws_json_parse_object (text, length);

  for (guint i = 0; object != NULL && i < G_N_ELEMENTS (documents); i++)
    check_document (&documents[i], object);
}
