/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsimagepage.h"

#include "kvsbase64.h"
#include "kvserror.h"
#include "kvslistreply.h"
#include "kvstimestamp.h"

#include <string.h>

/* How much of a body that is not a GetImages reply an error message quotes. */
#define MAX_SHOWN_BYTES 80
#define MAX_SHOWN_MEMBERS 8

/* The longest text of an Error or TimeStamp; the longest that is documented is MEDIA_ERROR. */
#define MAX_TEXT 256
#define LONG_TEXT "it holds a text that is longer than any that is documented"

/* What the string that is arriving belongs to. */
typedef enum {
  MEMBER_OTHER,
  MEMBER_TIME_STAMP,
  MEMBER_ERROR,
  MEMBER_IMAGE_CONTENT,
} Member;

struct _KvsImagePage {
  KvsListReply *list;
  KvsEntry *entry;
  GQueue entries;

  Member member;
  GString *text;
  KvsBase64 image;
  gsize image_size;      /* that is expected, in memory */
  gsize image_size_seen; /* the largest so far */

  GString *beginning;
  GString *members;
  guint n_members;
};

static gboolean
set_time (KvsImagePage *self, const char *text, GError **error)
{
  if (!kvs_list_reply_read_time (text, &self->entry->time_ms))
    return kvs_list_reply_fail (
        error, "its TimeStamp is neither a number of seconds since the epoch nor RFC 3339");
  self->entry->has_time = TRUE;
  return TRUE;
}

static void
reply_member_cb (gpointer user_data, const char *key)
{
  KvsImagePage *self = user_data;

  if (self->n_members++ >= MAX_SHOWN_MEMBERS)
    return;
  g_string_append_printf (self->members, "%s\"%s\"", self->members->len ? ", " : "", key);
}

static gboolean
begin_entry_cb (gpointer user_data, GError **error)
{
  KvsImagePage *self = user_data;

  self->entry = g_new0 (KvsEntry, 1);
  return TRUE;
}

static gboolean
member_cb (
    gpointer user_data, const char *key, AwsJsonType type, const char *number, GError **error)
{
  KvsImagePage *self = user_data;

  self->member = MEMBER_OTHER;
  g_string_truncate (self->text, 0);
  if (g_str_equal (key, "ImageContent")) {
    self->member = MEMBER_IMAGE_CONTENT;
    self->entry->has_image = FALSE;
    g_clear_pointer (&self->entry->image, g_bytes_unref);
    kvs_base64_restart (&self->image);
    return kvs_list_reply_expect (key, type, AWS_JSON_STRING, error);
  }
  if (g_str_equal (key, "Error")) {
    self->member = MEMBER_ERROR;
    g_clear_pointer (&self->entry->error, g_free);
    return kvs_list_reply_expect (key, type, AWS_JSON_STRING, error);
  }
  if (g_str_equal (key, "TimeStamp")) {
    self->member = MEMBER_TIME_STAMP;
    self->entry->has_time = FALSE;
    if (type == AWS_JSON_NUMBER)
      return set_time (self, number, error);
    return kvs_list_reply_expect (key, type, AWS_JSON_STRING, error);
  }
  return TRUE;
}

static void
begin_image (KvsImagePage *self)
{
  if (!self->entry->has_image)
    kvs_base64_reserve (&self->image, self->image_size);
  self->entry->has_image = TRUE;
}

/* Takes base64, in which no character has a meaning to JSON. */
static gboolean
verbatim_cb (gpointer user_data, const char *text, gsize length)
{
  KvsImagePage *self = user_data;

  if (self->member != MEMBER_IMAGE_CONTENT ||
      kvs_base64_get_size (&self->image) + length > KVS_IMAGE_PAGE_MAX_IMAGE_BYTES)
    return FALSE;
  begin_image (self);
  return kvs_base64_try_feed (&self->image, text, length);
}

static gboolean
add_image (KvsImagePage *self, const char *text, gsize length, GError **error)
{
  begin_image (self);
  kvs_base64_feed (&self->image, text, length);
  if (kvs_base64_get_size (&self->image) > KVS_IMAGE_PAGE_MAX_IMAGE_BYTES)
    return kvs_list_reply_fail (
        error, "it holds an image that is larger than any the service gives");
  return TRUE;
}

static void
end_image (KvsImagePage *self)
{
  if (!self->entry->has_image)
    return;
  self->entry->image = kvs_base64_end (&self->image, &self->entry->image_memory);
  self->image_size = MAX (self->image_size_seen, self->entry->image_memory);
  self->image_size_seen = self->image_size;
}

static gboolean
string_cb (gpointer user_data, const char *text, gsize length, GError **error)
{
  KvsImagePage *self = user_data;

  if (self->member == MEMBER_OTHER)
    return TRUE;
  if (self->member == MEMBER_IMAGE_CONTENT)
    return add_image (self, text, length, error);
  if (self->text->len + length > MAX_TEXT)
    return kvs_list_reply_fail (error, LONG_TEXT);
  g_string_append_len (self->text, text, (gssize)length);
  return TRUE;
}

static gboolean
end_string_cb (gpointer user_data, GError **error)
{
  KvsImagePage *self = user_data;
  gboolean empty = self->text->len == 0;

  switch (self->member) {
    case MEMBER_ERROR:
      self->entry->error = empty ? NULL : g_strdup (self->text->str);
      return TRUE;
    case MEMBER_TIME_STAMP:
      return empty || set_time (self, self->text->str, error);
    case MEMBER_IMAGE_CONTENT:
      end_image (self);
      return TRUE;
    default:
      return TRUE;
  }
}

static void
end_entry_cb (gpointer user_data)
{
  KvsImagePage *self = user_data;

  g_queue_push_tail (&self->entries, g_steal_pointer (&self->entry));
}

static const KvsListReplyHandler handler = {"Images", LONG_TEXT, reply_member_cb, begin_entry_cb,
    member_cb, string_cb, end_string_cb, end_entry_cb, verbatim_cb};

KvsImagePage *
kvs_image_page_new (gsize image_size)
{
  KvsImagePage *self = g_new0 (KvsImagePage, 1);

  self->list = kvs_list_reply_new (&handler, self);
  self->image_size = image_size;
  self->text = g_string_new (NULL);
  self->beginning = g_string_new (NULL);
  self->members = g_string_new (NULL);
  g_queue_init (&self->entries);
  return self;
}

void
kvs_image_page_free (KvsImagePage *self)
{
  kvs_list_reply_free (self->list);
  g_clear_pointer (&self->entry, kvs_entry_free);
  g_queue_clear_full (&self->entries, (GDestroyNotify)kvs_entry_free);
  g_string_free (self->text, TRUE);
  g_string_free (self->beginning, TRUE);
  g_string_free (self->members, TRUE);
  kvs_base64_clear (&self->image);
  g_free (self);
}

static char *
make_printable (const GString *text)
{
  g_autofree char *valid = g_utf8_make_valid (text->str, (gssize)text->len);

  return g_strescape (valid, "\"");
}

/* Adds the beginning of the body, which shows a person what the server has sent. */
static void
add_head (KvsImagePage *self, GError **error)
{
  g_autofree char *shown = make_printable (self->beginning);

  g_prefix_error (error, "not a GetImages reply, which begins with '%s': ", shown);
}

gboolean
kvs_image_page_feed (KvsImagePage *self, const char *text, gsize length, GError **error)
{
  gsize shown = MIN (length, MAX_SHOWN_BYTES - self->beginning->len);

  g_string_append_len (self->beginning, text, (gssize)shown);
  if (kvs_list_reply_feed (self->list, text, length, error))
    return TRUE;
  add_head (self, error);
  return FALSE;
}

gsize
kvs_image_page_get_unfinished_memory (KvsImagePage *self)
{
  return kvs_base64_get_memory (&self->image);
}

KvsEntry *
kvs_image_page_pop (KvsImagePage *self)
{
  return g_queue_pop_head (&self->entries);
}

gboolean
kvs_image_page_end (KvsImagePage *self, GError **error)
{
  if (self->beginning->len == 0) {
    g_set_error (error, KVS_ERROR, KVS_ERROR_CUT_OFF, "the reply is empty");
    return FALSE;
  }
  if (!kvs_list_reply_end (self->list, error)) {
    add_head (self, error);
    return FALSE;
  }
  if (!kvs_list_reply_has_list (self->list)) {
    g_autofree char *members = make_printable (self->members);

    g_set_error (error, KVS_ERROR, KVS_ERROR_BAD_REPLY,
        "not a GetImages reply: it has no Images, but %s; is the endpoint the stream's own?",
        *members ? members : "nothing");
    return FALSE;
  }
  return TRUE;
}

const char *
kvs_image_page_get_next_token (KvsImagePage *self)
{
  return kvs_list_reply_get_next_token (self->list);
}
