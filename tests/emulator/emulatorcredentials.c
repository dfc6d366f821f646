/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Credentials and their wire forms. The STS limits are those of its service model of 2011-06-15. */
#include "emulatorcredentials.h"

#include "emulatorerror.h"
#include "emulatortime.h"
#include "emulatorwriter.h"

#include <libsoup/soup.h>
#include <string.h>

#define ROLE_ARN "arn:aws:iam::123456789012:role/emulator"
#define ROLE_ARN_PATTERN "^arn:[a-z-]+:iam::[0-9]{12}:role/[\\w+=,.@/-]+$"
#define SESSION_NAME_PATTERN "^[\\w+=,.@-]{2,64}$"
#define MIN_DURATION 900
#define MAX_DURATION 43200

static GBytes *
refuse (GError **error, EmulatorError code, const char *message)
{
  g_set_error_literal (error, EMULATOR_ERROR, code, message);
  return NULL;
}

static EmulatorIdentity *
issue (EmulatorCall *call, gint64 lifetime_s)
{
  return emulator_identities_issue (call->shared->identities, call->now_ms + lifetime_s * 1000);
}

/* Containers */

GBytes *
emulator_credentials_answer_container (EmulatorCall *call, GError **error)
{
  const char *authorization = emulator_request_get_header (call->request, "authorization");
  g_autoptr (EmulatorIdentity) identity = NULL;
  g_autofree char *expiration = NULL;
  EmulatorWriter writer;

  if (call->settings->container_token != NULL &&
      g_strcmp0 (call->settings->container_token, authorization) != 0)
    return refuse (error, EMULATOR_ERROR_ACCESS_DENIED, "The Authorization token is not accepted.");

  identity = issue (call, call->settings->credential_lifetime);
  expiration = emulator_time_format_seconds (identity->expires_ms);
  emulator_writer_init (&writer, call->settings);
  emulator_writer_add_string (&writer, "AccessKeyId", identity->access_key);
  emulator_writer_add_string (&writer, "Expiration", expiration);
  emulator_writer_add_string (&writer, "RoleArn", ROLE_ARN);
  emulator_writer_add_string (&writer, "SecretAccessKey", identity->secret_key);
  emulator_writer_add_string (&writer, "Token", identity->session_token);
  return emulator_writer_finish (&writer);
}

/* STS */

static gboolean
check_parameter (GHashTable *form, const char *name, const char *pattern, GError **error)
{
  const char *value = g_hash_table_lookup (form, name);

  if (value != NULL && g_regex_match_simple (pattern, value, G_REGEX_DOLLAR_ENDONLY, 0))
    return TRUE;
  g_set_error (error, EMULATOR_ERROR, EMULATOR_ERROR_INVALID_ARGUMENT,
      "1 validation error detected: Value at '%c%s' failed to satisfy constraint: %s",
      g_ascii_tolower (name[0]), name + 1,
      value == NULL ? "Member must not be null" : "Member must satisfy its pattern");
  return FALSE;
}

static gboolean
read_duration (EmulatorCall *call, GHashTable *form, gint64 *lifetime_s, GError **error)
{
  const char *text = g_hash_table_lookup (form, "DurationSeconds");

  *lifetime_s = call->settings->credential_lifetime;
  if (text == NULL ||
      g_ascii_string_to_signed (text, 10, MIN_DURATION, MAX_DURATION, lifetime_s, NULL))
    return TRUE;
  g_set_error (error, EMULATOR_ERROR, EMULATOR_ERROR_INVALID_ARGUMENT,
      "1 validation error detected: Value '%s' at 'durationSeconds' failed to satisfy constraint: "
      "Member must have value between %d and %d",
      text, MIN_DURATION, MAX_DURATION);
  return FALSE;
}

static GBytes *
make_sts_reply (EmulatorCall *call, GHashTable *form, gint64 lifetime_s)
{
  g_autoptr (EmulatorIdentity) identity = issue (call, lifetime_s);
  g_autofree char *expiration = emulator_time_format_seconds (identity->expires_ms);
  char *xml = g_markup_printf_escaped (
      "<%sResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n"
      "  <%sResult>\n"
      "    <AssumedRoleUser>\n"
      "      <AssumedRoleId>AROAEMULATOR:%s</AssumedRoleId>\n"
      "      <Arn>%s/%s</Arn>\n"
      "    </AssumedRoleUser>\n"
      "    <Credentials>\n"
      "      <AccessKeyId>%s</AccessKeyId>\n"
      "      <SecretAccessKey>%s</SecretAccessKey>\n"
      "      <SessionToken>%s</SessionToken>\n"
      "      <Expiration>%s</Expiration>\n"
      "    </Credentials>\n"
      "  </%sResult>\n"
      "</%sResponse>\n",
      call->operation, call->operation, (const char *)g_hash_table_lookup (form, "RoleSessionName"),
      (const char *)g_hash_table_lookup (form, "RoleArn"),
      (const char *)g_hash_table_lookup (form, "RoleSessionName"), identity->access_key,
      identity->secret_key, identity->session_token, expiration, call->operation, call->operation);

  return g_bytes_new_take (xml, strlen (xml));
}

/* Checks the parameters that both operations have, and answers. */
static GBytes *
assume_role (EmulatorCall *call, GHashTable *form, GError **error)
{
  gint64 lifetime_s;

  if (!check_parameter (form, "RoleArn", ROLE_ARN_PATTERN, error) ||
      !check_parameter (form, "RoleSessionName", SESSION_NAME_PATTERN, error) ||
      !read_duration (call, form, &lifetime_s, error))
    return NULL;
  return make_sts_reply (call, form, lifetime_s);
}

static GHashTable *
decode_form (EmulatorCall *call)
{
  gsize size;
  const char *data = g_bytes_get_data (call->request->body, &size);
  g_autofree char *text = g_strndup (data, size);

  return soup_form_decode (text);
}

GBytes *
emulator_credentials_answer_assume_role (EmulatorCall *call, GError **error)
{
  g_autoptr (GHashTable) form = decode_form (call);
  const char *external_id = g_hash_table_lookup (form, "ExternalId");

  if (call->settings->external_id != NULL &&
      g_strcmp0 (call->settings->external_id, external_id) != 0) {
    g_set_error (error, EMULATOR_ERROR, EMULATOR_ERROR_ACCESS_DENIED,
        "User: arn:aws:iam::123456789012:user/emulator is not authorized to perform: "
        "sts:AssumeRole on resource: %s",
        (const char *)g_hash_table_lookup (form, "RoleArn"));
    return NULL;
  }
  return assume_role (call, form, error);
}

GBytes *
emulator_credentials_answer_web_identity (EmulatorCall *call, GError **error)
{
  g_autoptr (GHashTable) form = decode_form (call);
  const char *token = g_hash_table_lookup (form, "WebIdentityToken");

  if (!check_parameter (form, "WebIdentityToken", ".{4,20000}", error))
    return NULL;
  if (call->settings->web_identity_token != NULL &&
      !g_str_equal (call->settings->web_identity_token, token))
    return refuse (error, EMULATOR_ERROR_INVALID_IDENTITY_TOKEN,
        "The web identity token that was passed is not valid.");
  return assume_role (call, form, error);
}
