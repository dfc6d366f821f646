/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each connection has a thread; they take the answers from one list, in the order of the
 * requests, but for answers that are for a certain one. */
#include "testservice.h"

#include "rawserver.h"
#include "testcall.h"

#include <awsendpoint.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

/* The beginning of a reply is sent at once. The rest is sent after the release; if @is_cut, the connection is
 * closed instead. */
typedef struct {
  char *begin;
  char *end;
  char *match; /* text in the body of the request that it is for; NULL is any request */
  gboolean is_held;
  gboolean is_cut;
} Answer;

struct _TestService {
  RawServer *server;
  char *host;

  GMutex lock; /* guards what follows */
  GCond changed;
  GQueue answers;
  TestServiceFunc func;
  GPtrArray *requests;
  gboolean is_holding;
  gboolean is_released;
};

static void
answer_free (Answer *answer)
{
  g_free (answer->begin);
  g_free (answer->end);
  g_free (answer->match);
  g_free (answer);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Answer, answer_free)

/* "POST /path HTTP/1.1 … body" becomes "/path body". */
static char *
summarise (const char *request)
{
  const char *path = strchr (request, ' ') + 1;
  const char *body = strstr (request, "\r\n\r\n") + 4;

  return g_strdup_printf ("%.*s %s", (int)strcspn (path, " "), path, body);
}

/* The headers and the first @length bytes of @body, with a Content-Length of the whole. */
static char *
make_begin (const char *status, const char *headers, const char *body, gsize length)
{
  return g_strdup_printf ("HTTP/1.1 %s\r\n%sContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n%.*s",
      status, headers, strlen (body), (int)length, body);
}

static Answer *
make_answer (char *begin, const char *end)
{
  Answer *answer = g_new0 (Answer, 1);

  answer->begin = begin;
  answer->end = g_strdup (end);
  return answer;
}

static Answer *
ask_func (TestServiceFunc func, const char *request)
{
  g_autofree char *body = func (strchr (request, ' ') + 1);

  return make_answer (make_begin ("200 OK", "", body, 0), body);
}

static Answer *
take_answer (TestService *self, const char *text)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  char *request = summarise (text);

  g_ptr_array_add (self->requests, request);
  for (GList *l = self->answers.head; l != NULL; l = l->next) {
    Answer *answer = l->data;

    if (answer->match == NULL || strstr (request, answer->match) != NULL) {
      g_queue_delete_link (&self->answers, l);
      return answer;
    }
  }
  return self->func != NULL ? ask_func (self->func, request) : NULL;
}

static void
hold (TestService *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->is_holding = TRUE;
  g_cond_broadcast (&self->changed);
  while (!self->is_released)
    g_cond_wait (&self->changed, &self->lock);
}

/* Answers requests until the client hangs up, an answer ends the connection, or there is none. */
static void
serve (RawConnection *connection, gpointer user_data)
{
  TestService *self = user_data;
  char *next;

  /* Without it, the second part of an answer would wait for the client to acknowledge the first. */
  g_socket_set_option (connection->socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  while ((next = raw_connection_read_request (connection))) {
    g_autofree char *request = next;
    g_autoptr (Answer) answer = take_answer (self, request);

    if (answer == NULL)
      return;
    raw_connection_write (connection, answer->begin);
    if (answer->is_held)
      hold (self);
    if (answer->is_cut)
      return;
    raw_connection_write (connection, answer->end);
  }
}

TestService *
test_service_new (void)
{
  TestService *self = g_new0 (TestService, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  g_queue_init (&self->answers);
  self->requests = g_ptr_array_new_with_free_func (g_free);
  self->server = raw_server_new (serve, self, NULL);
  self->host = g_strdup_printf ("127.0.0.1:%u", raw_server_get_port (self->server));
  return self;
}

void
test_service_free (TestService *self)
{
  test_service_release (self);
  raw_server_free (self->server);
  g_queue_clear_full (&self->answers, (GDestroyNotify)answer_free);
  g_ptr_array_unref (self->requests);
  g_free (self->host);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static Answer *
add_answer (TestService *self, char *begin, const char *end)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  Answer *answer = make_answer (begin, end);

  g_queue_push_tail (&self->answers, answer);
  return answer;
}

void
test_service_add (TestService *self, const char *status, const char *headers, const char *body)
{
  add_answer (self, make_begin (status, headers, body, 0), body);
}

void
test_service_add_endpoint (TestService *self, const char *headers)
{
  g_autofree char *body = g_strdup_printf ("{\"DataEndpoint\":\"http://%s\"}", self->host);

  test_service_add (self, "200 OK", headers, body);
}

void
test_service_add_silence (TestService *self)
{
  Answer *answer = add_answer (self, g_strdup (""), "");

  answer->is_held = TRUE;
  answer->is_cut = TRUE;
}

void
test_service_add_held (TestService *self, const char *body, gsize length)
{
  Answer *answer = add_answer (self, make_begin ("200 OK", "", body, length), body + length);

  answer->is_held = TRUE;
}

void
test_service_add_cut (TestService *self, const char *body, gsize length, gboolean chunked)
{
  static const char headers[] = "x-amzn-RequestId: cut-1\r\n";
  char *begin = chunked ? g_strdup_printf ("HTTP/1.1 200 OK\r\n%sTransfer-Encoding: "
                                           "chunked\r\n\r\n%" G_GSIZE_MODIFIER "x\r\n%.*s\r\n",
                              headers, length, (int)length, body)
                        : make_begin ("200 OK", headers, body, length);
  Answer *answer = add_answer (self, begin, "");

  answer->is_cut = TRUE;
}

void
test_service_match (TestService *self, const char *text)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  Answer *answer = g_queue_peek_tail (&self->answers);

  answer->match = g_strdup (text);
}

void
test_service_set_func (TestService *self, TestServiceFunc func)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->func = func;
}

void
test_service_release (TestService *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->is_released = TRUE;
  g_cond_broadcast (&self->changed);
}

void
test_service_wait_until_held (TestService *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  while (!self->is_holding)
    g_cond_wait (&self->changed, &self->lock);
}

guint
test_service_count_answers (TestService *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->answers.length;
}

guint
test_service_count_requests (TestService *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->requests->len;
}

char *
test_service_get_request (TestService *self, guint number)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  g_assert_cmpuint (number, <, self->requests->len);
  return g_strdup (g_ptr_array_index (self->requests, number));
}

const char *
test_service_get_host (TestService *self)
{
  return self->host;
}

GUri *
test_service_get_uri (TestService *self)
{
  g_autofree char *url = g_strdup_printf ("http://%s", self->host);

  return aws_endpoint_parse (url, TRUE, NULL);
}

AwsReply *
test_service_call (TestService *self)
{
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (GUri) uri = test_service_get_uri (self);
  g_autoptr (GError) error = NULL;
  AwsReply *reply = test_call (client, uri, NULL, &error);

  g_assert_no_error (error);
  return reply;
}
