/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvslistreply.h"

#include "kvserror.h"
#include "kvstimestamp.h"

#include <awserror.h>

#include <math.h>

/* What the string that is arriving belongs to. */
typedef enum {
  STRING_IGNORED,
  STRING_NEXT_TOKEN,
  STRING_MEMBER,
} String;

/* Depth is the number of open objects and arrays. The reply itself is at depth 1, its list at 2,
 * and the entries at 3; what is open anywhere else is counted in skipped until it closes, and
 * nothing inside of it is looked at. */
struct _KvsListReply {
  AwsJsonParser *json;
  const KvsListReplyHandler *handler;
  gpointer user_data;

  guint depth;
  guint skipped;
  gboolean has_list;
  String string;
  GString *next_token;
};

gboolean
kvs_list_reply_fail (GError **error, const char *what)
{
  g_set_error_literal (error, KVS_ERROR, KVS_ERROR_BAD_REPLY, what);
  return FALSE;
}

gboolean
kvs_list_reply_expect (const char *member, AwsJsonType type, AwsJsonType wanted, GError **error)
{
  if (type == wanted || type == AWS_JSON_NULL)
    return TRUE;
  g_set_error (
      error, KVS_ERROR, KVS_ERROR_BAD_REPLY, "its %s is not of the documented type", member);
  return FALSE;
}

gboolean
kvs_list_reply_read_ms (const char *number, double factor, gint64 *ms)
{
  double value = aws_json_is_number (number) ? round (g_ascii_strtod (number, NULL) * factor) : -1;

  if (value < 0 || value > (double)KVS_TIMESTAMP_MAX_MS)
    return FALSE;
  *ms = (gint64)value;
  return TRUE;
}

gboolean
kvs_list_reply_read_time (const char *text, gint64 *ms)
{
  KvsTimestamp timestamp;

  if (kvs_list_reply_read_ms (text, 1000, ms))
    return TRUE;
  if (!g_ascii_isdigit (*text) || !kvs_timestamp_parse (text, &timestamp, NULL))
    return FALSE;
  *ms = timestamp.ms;
  return TRUE;
}

static gboolean
take_reply_member (KvsListReply *self, const char *key, AwsJsonType type, GError **error)
{
  if (self->handler->reply_member)
    self->handler->reply_member (self->user_data, key);
  if (g_str_equal (key, "NextToken")) {
    self->string = STRING_NEXT_TOKEN;
    g_string_truncate (self->next_token, 0);
    return kvs_list_reply_expect (key, type, AWS_JSON_STRING, error);
  }
  if (g_str_equal (key, self->handler->list)) {
    self->has_list = TRUE;
    return kvs_list_reply_expect (key, type, AWS_JSON_ARRAY, error);
  }
  return TRUE;
}

static gboolean
begin_entry (KvsListReply *self, AwsJsonType type, GError **error)
{
  if (type == AWS_JSON_OBJECT)
    return self->handler->begin_entry (self->user_data, error);
  g_set_error (error, KVS_ERROR, KVS_ERROR_BAD_REPLY, "its %s hold something that is not an object",
      self->handler->list);
  return FALSE;
}

/* Processes a value at a place of the reply that matters. */
static gboolean
take_value (
    KvsListReply *self, const char *key, AwsJsonType type, const char *number, GError **error)
{
  self->string = STRING_IGNORED;
  if (self->skipped > 0)
    return TRUE;
  if (self->depth == 0)
    return type == AWS_JSON_OBJECT || kvs_list_reply_fail (error, "it is not a JSON object");
  if (self->depth == 1)
    return take_reply_member (self, key, type, error);
  if (self->depth == 2)
    return begin_entry (self, type, error);
  self->string = STRING_MEMBER;
  return self->handler->member (self->user_data, key, type, number, error);
}

/* Whether the members of the container that has just begun matter. */
static gboolean
is_of_interest (KvsListReply *self, const char *key)
{
  if (self->skipped > 0)
    return FALSE;
  if (self->depth == 1)
    return g_str_equal (key, self->handler->list);
  return self->depth < 3;
}

static gboolean
value_cb (gpointer user_data, const char *key, AwsJsonType type, const char *number, GError **error)
{
  KvsListReply *self = user_data;

  if (!take_value (self, key, type, number, error))
    return FALSE;
  if (type != AWS_JSON_OBJECT && type != AWS_JSON_ARRAY)
    return TRUE;
  if (is_of_interest (self, key))
    self->depth++;
  else
    self->skipped++;
  return TRUE;
}

/* Passes on the pieces of an image as they are, and so looks for those first. */
static gboolean
string_cb (gpointer user_data, const char *text, gsize length, GError **error)
{
  KvsListReply *self = user_data;

  if (self->string == STRING_MEMBER)
    return self->handler->string (self->user_data, text, length, error);
  if (self->string == STRING_IGNORED)
    return TRUE;
  if (self->next_token->len + length > KVS_LIST_REPLY_MAX_NEXT_TOKEN)
    return kvs_list_reply_fail (error, self->handler->long_token);
  g_string_append_len (self->next_token, text, (gssize)length);
  return TRUE;
}

static gboolean
verbatim_cb (gpointer user_data, const char *text, gsize length)
{
  KvsListReply *self = user_data;

  return self->string == STRING_MEMBER && self->handler->verbatim != NULL &&
         self->handler->verbatim (self->user_data, text, length);
}

static gboolean
end_cb (gpointer user_data, AwsJsonType type, GError **error)
{
  KvsListReply *self = user_data;

  if (type == AWS_JSON_STRING)
    return self->string != STRING_MEMBER || self->handler->end_string (self->user_data, error);
  if (self->skipped > 0) {
    self->skipped--;
    return TRUE;
  }
  if (self->depth == 3)
    self->handler->end_entry (self->user_data);
  self->depth--;
  return TRUE;
}

static const AwsJsonHandler json_handler = {value_cb, string_cb, end_cb, verbatim_cb};

KvsListReply *
kvs_list_reply_new (const KvsListReplyHandler *handler, gpointer user_data)
{
  KvsListReply *self = g_new0 (KvsListReply, 1);

  self->json = aws_json_parser_new (&json_handler, self);
  self->handler = handler;
  self->user_data = user_data;
  self->next_token = g_string_new (NULL);
  return self;
}

void
kvs_list_reply_free (KvsListReply *self)
{
  aws_json_parser_free (self->json);
  g_string_free (self->next_token, TRUE);
  g_free (self);
}

/* Reports an error of the parser, which belongs to another library. */
static gboolean
refuse (const GError *cause, GError **error)
{
  if (cause->domain == AWS_ERROR)
    g_set_error_literal (error, KVS_ERROR,
        cause->code == AWS_ERROR_CUT_OFF ? KVS_ERROR_CUT_OFF : KVS_ERROR_BAD_REPLY, cause->message);
  else
    g_propagate_error (error, g_error_copy (cause));
  return FALSE;
}

gboolean
kvs_list_reply_feed (KvsListReply *self, const char *text, gsize length, GError **error)
{
  g_autoptr (GError) cause = NULL;

  return aws_json_parser_feed (self->json, text, length, &cause) || refuse (cause, error);
}

gboolean
kvs_list_reply_end (KvsListReply *self, GError **error)
{
  g_autoptr (GError) cause = NULL;

  return aws_json_parser_end (self->json, &cause) || refuse (cause, error);
}

gboolean
kvs_list_reply_has_list (KvsListReply *self)
{
  return self->has_list;
}

const char *
kvs_list_reply_get_next_token (KvsListReply *self)
{
  return self->next_token->len > 0 ? self->next_token->str : NULL;
}
