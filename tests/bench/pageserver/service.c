/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service.h"

#include "page.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define INVALID "{\"message\":\"The request cannot be read.\"}"
#define HEADERS_FORMAT                                                                             \
  "HTTP/1.1 %s\r\nDate: %s\r\nContent-Type: application/json\r\n"                                  \
  "Content-Length: %" G_GSIZE_FORMAT "\r\nx-amzn-RequestId: prepared\r\n\r\n"

typedef struct {
  const Service *service;
  Connection *connection;
  guint id;
} Exchange;

/* What a request was, as a line of JSON. stdio locks the file for each. */
static void
note (const Exchange *exchange, const HttpRequest *request, guint n_images, gsize length)
{
  g_autoptr (JsonNode) body = json_node_init_string (json_node_alloc (), request->body);
  g_autofree char *text = json_to_string (body, FALSE);

  if (exchange->service->log == NULL)
    return;
  fprintf (exchange->service->log,
      "{\"path\":\"%s\",\"body\":%s,\"connection\":%u,\"images\":%u,\"bytes\":%" G_GSIZE_FORMAT
      "}\n",
      request->path, text, exchange->id, n_images, length);
  fflush (exchange->service->log);
}

static void
write_cb (gpointer connection, const char *text, gsize length)
{
  connection_write (connection, text, length);
}

static void
write_headers (Connection *connection, const char *status, gsize length)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *date = g_date_time_format (now, "%a, %d %b %Y %H:%M:%S GMT");
  g_autofree char *headers = g_strdup_printf (HEADERS_FORMAT, status, date, length);

  connection_write (connection, headers, strlen (headers));
}

static void
answer_text (
    const Exchange *exchange, const HttpRequest *request, const char *status, const char *text)
{
  note (exchange, request, 0, strlen (text));
  write_headers (exchange->connection, status, strlen (text));
  connection_write (exchange->connection, text, strlen (text));
}

static void
answer_get_data_endpoint (const Exchange *exchange, const HttpRequest *request)
{
  g_autofree char *text = g_strdup_printf ("{\"DataEndpoint\":\"%s\"}", exchange->service->url);

  answer_text (exchange, request, "200 OK", text);
}

static void
answer_get_images (const Exchange *exchange, const HttpRequest *request)
{
  const Service *service = exchange->service;
  g_auto (Page) page = {0};
  gsize length;

  if (!page_read (&page, request->body, service->jpeg, service->png)) {
    answer_text (exchange, request, "400 Bad Request", INVALID);
    return;
  }
  page.has_frame_times = service->has_frame_times;
  length = page_get_length (&page);
  note (exchange, request, page.end - page.first, length);
  write_headers (exchange->connection, "200 OK", length);
  page_write (&page, write_cb, exchange->connection);
}

static void
answer (const Exchange *exchange, const HttpRequest *request)
{
  if (g_str_equal (request->path, "/getImages"))
    answer_get_images (exchange, request);
  else if (g_str_equal (request->path, "/getDataEndpoint"))
    answer_get_data_endpoint (exchange, request);
  else
    answer_text (exchange, request, "404 Not Found", INVALID);
}

void
service_serve (const Service *self, Connection *connection, guint id)
{
  G_GNUC_UNUSED g_autoptr (Connection) owned = connection;
  const Exchange exchange = {self, connection, id};
  gboolean is_open = TRUE;

  while (is_open) {
    g_auto (HttpRequest) request = {0};

    is_open = connection_read_request (connection, &request);
    if (is_open) {
      answer (&exchange, &request);
      is_open = connection_flush (connection);
    }
  }
}
