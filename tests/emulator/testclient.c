/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The client, with a session of libsoup. */
#include "testclient.h"

#include <math.h>
#include <string.h>

#define TIMEOUT_S 20

static SoupSession *
make_session (void)
{
  return soup_session_new_with_options ("timeout", TIMEOUT_S, "max-conns", 64, "max-conns-per-host",
      64, "proxy-resolver", NULL, NULL);
}

static TestClient *
make_client (void)
{
  TestClient *client = g_new0 (TestClient, 1);

  client->emulator = emulator_new ();
  client->session = make_session ();
  client->signer = (TestSigner){
      .access_key = "AKIDEMULATOR",
      .secret_key = "emulator-secret-key",
      .region = "us-east-1",
      .service = "kinesisvideo",
      .date_ms = TEST_NOW,
  };
  emulator_set_time (client->emulator, TEST_NOW);
  test_client_configure (client, "stream", "camera=prepared:1000");
  return client;
}

static void
start (TestClient *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (emulator_start (self->emulator, &error));
  g_assert_no_error (error);
}

TestClient *
test_client_new (void)
{
  TestClient *client = make_client ();

  start (client);
  return client;
}

TestClient *
test_client_new_with (const char *first, ...)
{
  TestClient *client = make_client ();
  va_list options;

  va_start (options, first);
  for (const char *name = first; name != NULL; name = va_arg (options, const char *))
    test_client_configure (client, name, va_arg (options, const char *));
  va_end (options);
  start (client);
  return client;
}

void
test_client_free (TestClient *client)
{
  g_object_unref (client->session);
  g_object_unref (client->emulator);
  g_free (client);
}

void
test_client_configure (TestClient *client, const char *name, const char *value)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (emulator_configure (client->emulator, name, value, &error));
  g_assert_no_error (error);
}

static char *
make_host (GUri *uri)
{
  return g_strdup_printf ("%s:%d", g_uri_get_host (uri), g_uri_get_port (uri));
}

static void
sign (TestClient *self, SoupMessage *message, const char *method, const char *path, GBytes *body)
{
  g_autoptr (EmulatorRequest) request = emulator_request_new (method, path, NULL, body);
  g_autofree char *host = make_host (soup_message_get_uri (message));
  GHashTableIter iter;
  gpointer name, value;

  emulator_request_add_header (request, "Host", host);
  test_signer_sign (&self->signer, request);
  g_hash_table_iter_init (&iter, request->headers);
  while (g_hash_table_iter_next (&iter, &name, &value))
    soup_message_headers_replace (soup_message_get_request_headers (message), name, value);
}

static void
read_error_type (TestReply *reply)
{
  const char *type = soup_message_headers_get_one (
      soup_message_get_response_headers (reply->message), "x-amzn-ErrorType");
  g_auto (GStrv) parts = g_strsplit (type != NULL ? type : "", ":", 2);

  reply->error = g_strdup (parts[0]);
}

static void
read_json (TestReply *reply)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  gsize size;
  const char *data = g_bytes_get_data (reply->body, &size);
  JsonNode *root;

  if (size == 0 || !json_parser_load_from_data (parser, data, (gssize)size, NULL))
    return;
  root = json_parser_get_root (parser);
  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    reply->json = json_node_dup_object (root);
}

TestReply *
test_client_send (
    TestClient *client, const char *method, const char *path, const char *body, gboolean is_signed)
{
  g_autofree char *url = g_strconcat (emulator_get_url (client->emulator), path, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  TestReply *reply = g_new0 (TestReply, 1);

  reply->message = soup_message_new (method, url);
  soup_message_set_flags (reply->message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_set_request_body_from_bytes (reply->message, "application/json", bytes);
  if (is_signed)
    sign (client, reply->message, method, path, bytes);
  reply->body = soup_session_send_and_read (client->session, reply->message, NULL, &reply->failure);
  reply->status = soup_message_get_status (reply->message);
  read_error_type (reply);
  if (reply->body != NULL)
    read_json (reply);
  return reply;
}

void
test_reply_free (TestReply *reply)
{
  g_free (reply->error);
  g_object_unref (reply->message);
  g_clear_pointer (&reply->body, g_bytes_unref);
  g_clear_pointer (&reply->json, json_object_unref);
  g_clear_error (&reply->failure);
  g_free (reply);
}

static JsonObject *
parse_members (const char *members)
{
  g_autofree char *text = g_strconcat ("{", members, "}", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = json_from_string (text, &error);

  g_assert_no_error (error);
  return json_node_dup_object (node);
}

static JsonObject *
make_query (void)
{
  JsonObject *query = json_object_new ();

  json_object_set_string_member (query, "StreamName", "camera");
  json_object_set_string_member (query, "ImageSelectorType", "SERVER_TIMESTAMP");
  json_object_set_int_member (query, "StartTimestamp", TEST_START / 1000);
  json_object_set_int_member (query, "EndTimestamp", TEST_START / 1000 + 30);
  json_object_set_int_member (query, "SamplingInterval", 3000);
  json_object_set_string_member (query, "Format", "JPEG");
  return query;
}

static void
apply_change_cb (JsonObject *changes, const char *name, JsonNode *value, gpointer query)
{
  json_object_remove_member (query, name);
  if (!JSON_NODE_HOLDS_NULL (value))
    json_object_set_member (query, name, json_node_copy (value));
}

TestReply *
test_client_get_images (TestClient *client, const char *changes)
{
  g_autoptr (JsonObject) query = make_query ();
  g_autoptr (JsonObject) changed = parse_members (changes != NULL ? changes : "");
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), query);
  g_autofree char *body = NULL;

  json_object_foreach_member (changed, apply_change_cb, query);
  body = json_to_string (node, FALSE);
  return test_client_send (client, "POST", "/getImages", body, TRUE);
}

void
test_reply_assert_error (TestReply *reply, guint status, const char *error, const char *message)
{
  g_assert_no_error (reply->failure);
  g_assert_nonnull (reply->json);
  g_assert_cmpstr (json_object_get_string_member (reply->json, "Message"), ==, message);
  g_assert_cmpstr (reply->error, ==, error);
  g_assert_cmpuint (reply->status, ==, status);
}

static JsonObject *
get_entry (TestReply *reply, guint i)
{
  return json_array_get_object_element (json_object_get_array_member (reply->json, "Images"), i);
}

static char
describe_entry (JsonObject *entry)
{
  const char *error = json_object_get_string_member_with_default (entry, "Error", NULL);

  if (error == NULL)
    return 'i';
  if (g_str_equal (error, "NO_MEDIA"))
    return 'n';
  g_assert_cmpstr (error, ==, "MEDIA_ERROR");
  return 'e';
}

char *
test_reply_describe (TestReply *reply)
{
  GString *letters = g_string_new (NULL);

  g_assert_no_error (reply->failure);
  g_assert_cmpuint (reply->status, ==, SOUP_STATUS_OK);
  g_assert_nonnull (reply->json);
  for (guint i = 0;
       i < json_array_get_length (json_object_get_array_member (reply->json, "Images")); i++)
    g_string_append_c (letters, describe_entry (get_entry (reply, i)));
  return g_string_free (letters, FALSE);
}

const char *
test_reply_get_token (TestReply *reply)
{
  return json_object_get_string_member_with_default (reply->json, "NextToken", NULL);
}

gint64
test_reply_get_time (TestReply *reply, guint i)
{
  return llround (json_object_get_double_member (get_entry (reply, i), "TimeStamp") * 1000);
}

GBytes *
test_reply_get_image (TestReply *reply, guint i)
{
  gsize size;
  guchar *data =
      g_base64_decode (json_object_get_string_member (get_entry (reply, i), "ImageContent"), &size);

  return g_bytes_new_take (data, size);
}
