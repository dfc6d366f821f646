/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awssts.h"

#include "awscredentialsource.h"
#include "awsresolver.h"
#include "awssecret.h"
#include "awsservice.h"
#include "awsstsdocument.h"

#include <string.h>

#define API_VERSION "2011-06-15"

/* With milliseconds since the epoch. */
#define DEFAULT_SESSION_NAME "kvsimagesrc-%" G_GINT64_FORMAT
#define US_PER_MS 1000

/* Many times what a reply has. */
#define MAX_REPLY_SIZE (64 * 1024)

/* A field of a form, left out where it has no value. */
typedef struct {
  const char *name;
  const char *value;
} Field;

AwsStsRole *
aws_sts_role_copy (const AwsStsRole *role, AwsClock *clock)
{
  AwsStsRole *copy = g_new0 (AwsStsRole, 1);

  copy->role_arn = g_strdup (role->role_arn);
  copy->session_name =
      role->session_name != NULL
          ? g_strdup (role->session_name)
          : g_strdup_printf (DEFAULT_SESSION_NAME, aws_clock_get_real_time (clock) / US_PER_MS);
  copy->external_id = g_strdup (role->external_id);
  copy->duration_s = role->duration_s;
  return copy;
}

void
aws_sts_role_free (AwsStsRole *self)
{
  g_free ((char *)self->role_arn);
  g_free ((char *)self->session_name);
  g_free ((char *)self->external_id);
  g_free (self);
}

gboolean
aws_sts_connect (
    AwsSts *self, AwsConfig *config, AwsCredentialsProvider *credentials, GError **error)
{
  g_autoptr (AwsEndpoint) endpoint = NULL;

  if (self->client != NULL)
    return TRUE;
  endpoint = aws_resolver_resolve (config, AWS_SERVICE_STS, NULL, NULL, error);
  if (endpoint == NULL)
    return FALSE;
  if (credentials != NULL && endpoint->signing_region == NULL) {
    if (!aws_profiles_check (aws_config_get_profiles (config), error))
      return FALSE;
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "there is no region to sign for; set aws-region, AWS_REGION or the region of the profile "
        "“%s”",
        aws_config_get_profile_name (config));
    return FALSE;
  }

  self->client = aws_config_new_client (config, credentials, endpoint->signing_region);
  aws_client_set_call_timeout (self->client, AWS_CREDENTIAL_SOURCE_CALL_TIMEOUT_MS);
  self->endpoint = g_uri_ref (endpoint->uri);
  return TRUE;
}

void
aws_sts_clear (AwsSts *self)
{
  g_clear_object (&self->client);
  g_clear_pointer (&self->endpoint, g_uri_unref);
}

static gboolean
check_role_arn (const char *role_arn, GError **error)
{
  gboolean is_arn = g_str_has_prefix (role_arn, "arn:");

  for (const char *c = role_arn; *c != '\0' && is_arn; c++)
    is_arn = g_ascii_isgraph (*c);
  if (!is_arn)
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "The role '%s' is not an ARN, such as arn:aws:iam::123456789012:role/name", role_arn);
  return is_arn;
}

static gboolean
check_session_name (const char *name, GError **error)
{
  if (g_regex_match_simple ("^[A-Za-z0-9_+=,.@-]{2,64}$", name, G_REGEX_DOLLAR_ENDONLY, 0))
    return TRUE;
  g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
      "The role's session name '%s' cannot be used: it has 2 to 64 letters, digits and _+=,.@-",
      name);
  return FALSE;
}

static gboolean
check_duration (guint duration_s, GError **error)
{
  if (duration_s == 0 || (duration_s >= AWS_STS_MIN_DURATION && duration_s <= AWS_STS_MAX_DURATION))
    return TRUE;
  g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
      "Invalid role session duration %u s: must be %d to %d s", duration_s, AWS_STS_MIN_DURATION,
      AWS_STS_MAX_DURATION);
  return FALSE;
}

static gboolean
check_role (const AwsStsRole *role, GError **error)
{
  return check_role_arn (role->role_arn, error) && check_session_name (role->session_name, error) &&
         check_duration (role->duration_s, error);
}

/* A form of @fields, in memory that is large enough from the start and is wiped: if it grew, it would leave
 * copies of a token behind. */
static GBytes *
make_form (const Field *fields, gsize n_fields)
{
  gsize size = 0;
  GString *form;

  for (gsize i = 0; i < n_fields; i++)
    size +=
        strlen (fields[i].name) + 2 + (fields[i].value != NULL ? 3 * strlen (fields[i].value) : 0);
  form = g_string_sized_new (size);

  for (gsize i = 0; i < n_fields; i++) {
    if (fields[i].value == NULL)
      continue;
    if (form->len > 0)
      g_string_append_c (form, '&');
    g_string_append (form, fields[i].name);
    g_string_append_c (form, '=');
    g_string_append_uri_escaped (form, fields[i].value, NULL, FALSE);
  }
  size = form->len;
  return aws_secret_bytes_new_take (g_string_free (form, FALSE), size);
}

static gpointer
read_credentials (AwsReply *reply, GCancellable *cancellable, gpointer user_data, GError **error)
{
  g_autoptr (GBytes) body = aws_reply_read_secret (reply, MAX_REPLY_SIZE, cancellable, error);
  g_autoptr (GError) cause = NULL;
  AwsCredentials *credentials;
  gsize size;
  const char *text;

  if (body == NULL)
    return NULL;
  text = g_bytes_get_data (body, &size);
  credentials = aws_sts_document_read (text, size, &cause);
  if (credentials == NULL)
    g_propagate_error (error, aws_reply_new_error (reply, AWS_ERROR_BAD_REPLY,
                                  "gave no credentials: %s", cause->message));
  return credentials;
}

static AwsCredentials *
call (const AwsSts *self, const Field *fields, gsize n_fields, const char *secret,
    GCancellable *cancellable, GError **error)
{
  const char *const secrets[] = {secret, NULL};
  g_autoptr (GBytes) form = make_form (fields, n_fields);
  const AwsRequest request = {.method = "POST",
      .uri = self->endpoint,
      .service = aws_service_get_signing_name (AWS_SERVICE_STS),
      .content_type = "application/x-www-form-urlencoded; charset=utf-8",
      .body = form,
      .secrets = secrets,
      .purpose = AWS_REQUEST_FOR_CREDENTIALS};

  return aws_client_call (self->client, &request, read_credentials, NULL, cancellable, error);
}

/* The value of the field, if set; @text must live as long. */
static const char *
format_duration (guint duration_s, char *text, gsize size)
{
  if (duration_s == 0)
    return NULL;
  g_snprintf (text, size, "%u", duration_s);
  return text;
}

AwsCredentials *
aws_sts_assume_role (
    const AwsSts *self, const AwsStsRole *role, GCancellable *cancellable, GError **error)
{
  char duration[16];
  const Field fields[] = {
      {"Action", "AssumeRole"},
      {"Version", API_VERSION},
      {"RoleArn", role->role_arn},
      {"RoleSessionName", role->session_name},
      {"DurationSeconds", format_duration (role->duration_s, duration, sizeof duration)},
      {"ExternalId", role->external_id},
  };

  if (!check_role (role, error))
    return NULL;
  return call (self, fields, G_N_ELEMENTS (fields), NULL, cancellable, error);
}

AwsCredentials *
aws_sts_assume_role_with_web_identity (const AwsSts *self, const AwsStsRole *role,
    const char *token, GCancellable *cancellable, GError **error)
{
  char duration[16];
  const Field fields[] = {
      {"Action", "AssumeRoleWithWebIdentity"},
      {"Version", API_VERSION},
      {"RoleArn", role->role_arn},
      {"RoleSessionName", role->session_name},
      {"DurationSeconds", format_duration (role->duration_s, duration, sizeof duration)},
      {"WebIdentityToken", token},
  };

  if (!check_role (role, error))
    return NULL;
  return call (self, fields, G_N_ELEMENTS (fields), token, cancellable, error);
}
