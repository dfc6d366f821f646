/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signs what it is told to, so that signatures can be compared with those of other programs: each
 * line of the input is a request as a JSON object, each line of the output its signature. */
#include "awssigner.h"

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>
#include <stdio.h>
#include <string.h>

/* Takes a URL apart without changing what is between its delimiters. */
static GUri *
split_url (const char *url)
{
  g_autoptr (GUri) origin = NULL;
  const char *authority = strstr (url, "://") + 3;
  const char *path = authority + strcspn (authority, "/?");
  const char *query = strchr (path, '?');
  g_autofree char *before_path = g_strndup (url, path - url);
  g_autofree char *raw_path = g_strndup (path, strcspn (path, "?"));

  origin = g_uri_parse (before_path, SOUP_HTTP_URI_FLAGS, NULL);
  return g_uri_build (SOUP_HTTP_URI_FLAGS, g_uri_get_scheme (origin), NULL, g_uri_get_host (origin),
      g_uri_get_port (origin), raw_path, query != NULL ? query + 1 : NULL, NULL);
}

static AwsHeader *
read_headers (JsonArray *array)
{
  AwsHeader *headers = g_new (AwsHeader, json_array_get_length (array));

  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonArray *pair = json_array_get_array_element (array, i);

    headers[i].name = json_array_get_string_element (pair, 0);
    headers[i].value = json_array_get_string_element (pair, 1);
  }
  return headers;
}

static AwsSignature *
sign (JsonObject *input)
{
  g_autoptr (AwsCredentials) credentials =
      aws_credentials_new (json_object_get_string_member (input, "access_key"),
          json_object_get_string_member (input, "secret_key"),
          json_object_get_string_member_with_default (input, "session_token", NULL), NULL);
  const AwsSigner signer = {credentials, json_object_get_string_member (input, "region"),
      json_object_get_string_member (input, "service")};
  g_autoptr (GUri) uri = split_url (json_object_get_string_member (input, "url"));
  JsonArray *header_array = json_object_get_array_member (input, "headers");
  g_autofree AwsHeader *headers = read_headers (header_array);
  gsize body_size;
  guchar *body = g_base64_decode (json_object_get_string_member (input, "body"), &body_size);
  g_autoptr (GBytes) body_bytes = g_bytes_new_take (body, body_size);
  const AwsSignerRequest request = {
      .method = json_object_get_string_member (input, "method"),
      .uri = uri,
      .headers = headers,
      .n_headers = json_array_get_length (header_array),
      .body = body_bytes,
  };

  return aws_signer_sign (&signer, &request, json_object_get_int_member (input, "time"), NULL);
}

static void
print_signature (const AwsSignature *signature)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *line = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "canonical_request");
  json_builder_add_string_value (builder, signature->canonical_request);
  json_builder_set_member_name (builder, "authorization");
  json_builder_add_string_value (builder, signature->authorization);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  line = json_to_string (root, FALSE);
  puts (line);
}

int
main (void)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *line = NULL;
  size_t size = 0;

  while (getline (&line, &size, stdin) > 0) {
    g_autoptr (AwsSignature) signature = NULL;

    if (!json_parser_load_from_data (parser, line, -1, NULL))
      return 1;
    signature = sign (json_node_get_object (json_parser_get_root (parser)));
    print_signature (signature);
  }
  return 0;
}
