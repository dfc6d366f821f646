/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "connection.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define OUT_SIZE (64 * 1024)
#define IN_SIZE 4096
/* Far more than a client sends. */
#define MAX_REQUEST_LENGTH (64 * 1024)

struct _Connection {
  int fd;
  SSL *ssl;    /* NULL without TLS */
  GString *in; /* what came and is not yet read */
  char out[OUT_SIZE];
  gsize n_out;
  gboolean is_broken;
};

void
http_request_clear (HttpRequest *request)
{
  g_clear_pointer (&request->path, g_free);
  g_clear_pointer (&request->body, g_free);
}

Connection *
connection_new (int fd, SSL_CTX *context)
{
  Connection *self = g_new0 (Connection, 1);

  self->fd = fd;
  self->in = g_string_new (NULL);
  if (context == NULL)
    return self;
  self->ssl = SSL_new (context);
  SSL_set_fd (self->ssl, fd);
  self->is_broken = SSL_accept (self->ssl) != 1;
  return self;
}

void
connection_free (Connection *self)
{
  g_clear_pointer (&self->ssl, SSL_free);
  close (self->fd);
  g_string_free (self->in, TRUE);
  g_free (self);
}

static gssize
receive (Connection *self, char *bytes, gsize length)
{
  gssize n;

  if (self->ssl != NULL)
    return SSL_read (self->ssl, bytes, (int)length);
  do
    n = recv (self->fd, bytes, length, 0);
  while (n < 0 && errno == EINTR);
  return n;
}

static gssize
transmit (Connection *self, const char *bytes, gsize length)
{
  gssize n;

  if (self->ssl != NULL)
    return SSL_write (self->ssl, bytes, (int)length);
  do
    n = send (self->fd, bytes, length, MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  return n;
}

static gboolean
receive_more (Connection *self)
{
  char bytes[IN_SIZE];
  gssize n;

  if (self->is_broken || self->in->len > MAX_REQUEST_LENGTH)
    return FALSE;
  n = receive (self, bytes, sizeof bytes);
  if (n <= 0)
    return FALSE;
  g_string_append_len (self->in, bytes, n);
  return TRUE;
}

/* Returns how long the body is, or -1 if the headers do not say so. */
static gint64
find_body_length (const char *headers)
{
  g_auto (GStrv) lines = g_strsplit (headers, "\r\n", -1);

  for (char **line = lines; *line != NULL; line++) {
    if (g_ascii_strncasecmp (*line, "content-length:", 15) == 0)
      return g_ascii_strtoll (*line + 15, NULL, 10);
  }
  return -1;
}

static gboolean
read_headers (Connection *self, char **headers)
{
  const char *end;

  while ((end = strstr (self->in->str, "\r\n\r\n")) == NULL) {
    if (!receive_more (self))
      return FALSE;
  }
  *headers = g_strndup (self->in->str, end - self->in->str);
  g_string_erase (self->in, 0, end + 4 - self->in->str);
  return TRUE;
}

static gboolean
read_body (Connection *self, gsize length, char **body)
{
  while (self->in->len < length) {
    if (!receive_more (self))
      return FALSE;
  }
  *body = g_strndup (self->in->str, length);
  g_string_erase (self->in, 0, (gssize)length);
  return TRUE;
}

/* "POST /getImages HTTP/1.1". */
static char *
read_path (const char *headers)
{
  g_auto (GStrv) words = g_strsplit (headers, " ", 3);

  return g_strdup (g_strv_length (words) == 3 ? words[1] : "");
}

gboolean
connection_read_request (Connection *self, HttpRequest *request)
{
  g_autofree char *headers = NULL;
  gint64 length;

  *request = (HttpRequest){0};
  if (!read_headers (self, &headers))
    return FALSE;
  request->path = read_path (headers);
  length = find_body_length (headers);
  return length >= 0 && read_body (self, (gsize)length, &request->body);
}

gboolean
connection_flush (Connection *self)
{
  gsize offset = 0;

  while (!self->is_broken && offset < self->n_out) {
    gssize n = transmit (self, self->out + offset, self->n_out - offset);

    if (n <= 0)
      self->is_broken = TRUE;
    else
      offset += (gsize)n;
  }
  self->n_out = 0;
  return !self->is_broken;
}

void
connection_write (Connection *self, const char *text, gsize length)
{
  while (length > 0 && !self->is_broken) {
    gsize n = MIN (length, OUT_SIZE - self->n_out);

    memcpy (self->out + self->n_out, text, n);
    self->n_out += n;
    text += n;
    length -= n;
    if (self->n_out == OUT_SIZE)
      connection_flush (self);
  }
}
