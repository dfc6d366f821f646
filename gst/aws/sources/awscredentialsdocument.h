/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Credentials as servers and programs write them: four members of a JSON object, under names that
 * differ from one to the next. */
#pragma once

#include "awscredentials.h"
#include "awsjson.h"

G_BEGIN_DECLS

/**
 * AwsCredentialsDocument:
 * @access_key: the name of the member with the access key
 * @secret_key: the name of the member with the secret key
 * @session_token: the name of the member with the session token
 * @expiration: the name of the member with the expiration
 * @needs_session_token: whether credentials without a session token are an error, because all that
 *     come from there are temporary
 * @needs_expiration: whether there has to be an expiration; otherwise credentials without one never
 *     expire
 * @expiration_in_ms: whether the expiration is a number of milliseconds since the epoch, and not a
 *     text of ISO 8601
 *
 * What the members are called, and which of them there are. A member that is `null` or an empty
 * string counts as missing.
 */
typedef struct {
  const char *access_key;
  const char *secret_key;
  const char *session_token;
  const char *expiration;
  gboolean needs_session_token;
  gboolean needs_expiration;
  gboolean expiration_in_ms;
} AwsCredentialsDocument;

/**
 * aws_credentials_document_read:
 * @self: the names of the members
 * @object: the object
 * @error: %AWS_ERROR_BAD_REPLY with what is wrong, as a sentence without its subject's name and full
 *     stop ("SecretAccessKey is missing"), and never with a value
 *
 * Makes credentials of @object. Their expiration is not checked.
 *
 * Returns: (transfer full) (nullable): the credentials
 */
AwsCredentials *aws_credentials_document_read (
    const AwsCredentialsDocument *self, JsonObject *object, GError **error);

/**
 * aws_credentials_document_parse_expiration:
 * @text: a date and time of ISO 8601, with or without fractions of a second, and with `Z` or an offset
 * @expiration_us: (out): the time, in microseconds since the epoch
 *
 * Returns: whether @text is one
 */
gboolean aws_credentials_document_parse_expiration (const char *text, gint64 *expiration_us);

G_END_DECLS
