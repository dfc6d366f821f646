/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "probe.h"
#include "probejson.h"

#include "awssigner.h"

#include <gio/gio.h>
#include <libsoup/soup.h>
#include <string.h>

static gboolean
refuse (GError **error, const char *what)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, what);
  return FALSE;
}

/* Takes a URL apart without changing what is between its delimiters. */
static GUri *
split_url (const char *url, GError **error)
{
  const char *authority = strstr (url, "://");
  const char *path = authority != NULL ? authority + 3 + strcspn (authority + 3, "/?#") : url;
  g_autofree char *origin_text = g_strndup (url, path - url);
  g_autofree char *raw_path = g_strndup (path, strcspn (path, "?#"));
  const char *query = path + strlen (raw_path);
  g_autofree char *raw_query =
      *query == '?' ? g_strndup (query + 1, strcspn (query + 1, "#")) : NULL;
  g_autoptr (GUri) origin = g_uri_parse (origin_text, SOUP_HTTP_URI_FLAGS, NULL);

  if (origin == NULL || g_uri_get_host (origin) == NULL) {
    refuse (error, "The url is not an absolute one");
    return NULL;
  }
  return g_uri_build (SOUP_HTTP_URI_FLAGS, g_uri_get_scheme (origin), NULL, g_uri_get_host (origin),
      g_uri_get_port (origin), raw_path, raw_query, NULL);
}

static gboolean
read_header (JsonNode *node, AwsHeader *header)
{
  JsonArray *pair = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (pair == NULL || json_array_get_length (pair) != 2)
    return FALSE;
  header->name = json_array_get_string_element (pair, 0);
  header->value = json_array_get_string_element (pair, 1);
  return header->name != NULL && header->value != NULL;
}

static gboolean
read_headers (JsonObject *question, GArray *headers, GError **error)
{
  JsonNode *node = json_object_get_member (question, "headers");
  JsonArray *array = NULL;

  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    array = json_node_get_array (node);
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    AwsHeader header;

    if (!read_header (json_array_get_element (array, i), &header))
      return refuse (error, "The headers are not pairs of a name and a value");
    if (strstr (header.value, PROBE_JSON_NUL) != NULL)
      return refuse (error, "The value of a header holds a NUL");
    g_array_append_val (headers, header);
  }
  return TRUE;
}

static gboolean
read_time (JsonObject *question, gint64 *time, GError **error)
{
  const char *text = aws_json_get_string (question, "timestamp");
  g_autoptr (GDateTime) date_time = text != NULL ? g_date_time_new_from_iso8601 (text, NULL) : NULL;

  if (date_time == NULL)
    return refuse (error, "The timestamp is not like 20150830T123600Z");
  *time = g_date_time_to_unix (date_time);
  return TRUE;
}

static const char *
get_text (JsonObject *question, const char *name)
{
  const char *text = aws_json_get_string (question, name);

  return text != NULL ? text : "";
}

static AwsSignature *
sign (JsonObject *question, GError **error)
{
  g_autoptr (GArray) headers = g_array_new (FALSE, FALSE, sizeof (AwsHeader));
  g_autoptr (GUri) uri = split_url (get_text (question, "url"), error);
  g_autoptr (GBytes) body = probe_json_get_bytes (question, "body");
  const char *token = get_text (question, "session_token");
  g_autoptr (AwsCredentials) credentials = aws_credentials_new (get_text (question, "access_key"),
      get_text (question, "secret_key"), *token != '\0' ? token : NULL, uri != NULL ? error : NULL);
  const AwsSigner signer = {
      credentials, get_text (question, "region"), get_text (question, "service")};
  AwsSignerRequest request = {
      .method = get_text (question, "method"),
      .uri = uri,
      .body = body,
      .keep_path = !json_object_get_boolean_member_with_default (question, "normalize_path", TRUE),
      .sign_body_header =
          json_object_get_boolean_member_with_default (question, "sign_body_header", FALSE),
      .omit_session_token =
          json_object_get_boolean_member_with_default (question, "omit_session_token", FALSE),
  };
  gint64 time;

  if (uri == NULL || credentials == NULL || !read_time (question, &time, error) ||
      !read_headers (question, headers, error))
    return NULL;
  request.headers = (const AwsHeader *)(gpointer)headers->data;
  request.n_headers = headers->len;
  return aws_signer_sign (&signer, &request, time, error);
}

static JsonObject *
answer (JsonObject *question)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsSignature) signature = sign (question, &error);
  JsonObject *object = json_object_new ();

  if (signature == NULL) {
    json_object_set_string_member (object, "error", error->message);
    return object;
  }
  json_object_set_string_member (object, "canonical_request", signature->canonical_request);
  json_object_set_string_member (object, "string_to_sign", signature->string_to_sign);
  json_object_set_string_member (object, "authorization", signature->authorization);
  json_object_set_string_member (object, "signed_headers", signature->signed_headers);
  return object;
}

char *
probe_sign (GBytes *input, GError **error)
{
  return probe_json_answer (input, answer, error);
}
