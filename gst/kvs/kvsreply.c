/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsreply.h"

#include "kvsbase64.h"
#include "kvserror.h"
#include "kvsjson.h"
#include "kvstimestamp.h"

#include <math.h>
#include <string.h>

/* How much of a body that is no GetImages reply an error message shows. */
#define MAX_SHOWN_BYTES 80
#define MAX_SHOWN_MEMBERS 8

/* The longest text of an Error or TimeStamp; the longest that is documented is MEDIA_ERROR. */
#define MAX_TEXT 256

/* What the string that is arriving belongs to. */
typedef enum {
  MEMBER_OTHER,
  MEMBER_NEXT_TOKEN,
  MEMBER_TIME_STAMP,
  MEMBER_ERROR,
  MEMBER_IMAGE_CONTENT,
} Member;

/* Depth is the number of open objects and arrays. The reply itself is at depth 1, its Images at 2,
 * and their entries at 3; what is open anywhere else is counted in skipped until it closes, and
 * nothing inside of it is looked at. */
struct _KvsReply {
  KvsJson *json;
  guint depth;
  guint skipped;

  gboolean has_images;
  gboolean in_images;
  KvsEntry *entry;
  GQueue entries;
  char *next_token;

  Member member;
  GString *text;
  KvsBase64 image;
  gsize image_size;

  GString *head;
  GString *members;
  guint n_members;
};

static gboolean
fail (GError **error, const char *what)
{
  g_set_error_literal (error, KVS_ERROR, KVS_ERROR_BAD_REPLY, what);
  return FALSE;
}

/* Accepts a null, and in place of a wrong type says which member has it. */
static gboolean
expect (const char *member, KvsJsonType type, KvsJsonType wanted, GError **error)
{
  if (type == wanted || type == KVS_JSON_NULL)
    return TRUE;
  g_set_error (
      error, KVS_ERROR, KVS_ERROR_BAD_REPLY, "its %s is not of the documented type", member);
  return FALSE;
}

/* Rounds to the nearest millisecond: the double next to 1705489836.421 lies just below it. */
static gboolean
set_time (KvsReply *self, const char *number, GError **error)
{
  gdouble ms = round (g_ascii_strtod (number, NULL) * 1000);

  if (!kvs_json_is_number (number) || ms < 0 || ms > (gdouble)KVS_TIMESTAMP_MAX_MS)
    return fail (error, "its TimeStamp is not a number of seconds since the epoch");
  self->entry->has_time = TRUE;
  self->entry->time_ms = (gint64)ms;
  return TRUE;
}

static void
note_member (KvsReply *self, const char *key)
{
  if (self->n_members++ >= MAX_SHOWN_MEMBERS)
    return;
  g_string_append_printf (self->members, "%s\"%s\"", self->members->len ? ", " : "", key);
}

static gboolean
take_reply_member (KvsReply *self, const char *key, KvsJsonType type, GError **error)
{
  note_member (self, key);
  if (g_str_equal (key, "NextToken")) {
    self->member = MEMBER_NEXT_TOKEN;
    g_clear_pointer (&self->next_token, g_free);
    return expect (key, type, KVS_JSON_STRING, error);
  }
  if (g_str_equal (key, "Images")) {
    self->has_images = TRUE;
    self->in_images = type == KVS_JSON_ARRAY;
    return expect (key, type, KVS_JSON_ARRAY, error);
  }
  return TRUE;
}

static gboolean
take_entry_member (
    KvsReply *self, const char *key, KvsJsonType type, const char *number, GError **error)
{
  if (g_str_equal (key, "ImageContent")) {
    self->member = MEMBER_IMAGE_CONTENT;
    self->entry->has_image = FALSE;
    g_clear_pointer (&self->entry->image, g_bytes_unref);
    kvs_base64_clear (&self->image);
    return expect (key, type, KVS_JSON_STRING, error);
  }
  if (g_str_equal (key, "Error")) {
    self->member = MEMBER_ERROR;
    g_clear_pointer (&self->entry->error, g_free);
    return expect (key, type, KVS_JSON_STRING, error);
  }
  if (g_str_equal (key, "TimeStamp")) {
    self->member = MEMBER_TIME_STAMP;
    self->entry->has_time = FALSE;
    if (type == KVS_JSON_NUMBER)
      return set_time (self, number, error);
    return expect (key, type, KVS_JSON_STRING, error);
  }
  return TRUE;
}

static gboolean
begin_entry (KvsReply *self, KvsJsonType type, GError **error)
{
  if (type != KVS_JSON_OBJECT)
    return fail (error, "its Images hold something that is not an object");
  self->entry = g_new0 (KvsEntry, 1);
  return TRUE;
}

/* Looks at a value where the reply has one of interest. */
static gboolean
take_value (KvsReply *self, const char *key, KvsJsonType type, const char *number, GError **error)
{
  self->member = MEMBER_OTHER;
  g_string_truncate (self->text, 0);
  if (self->skipped > 0)
    return TRUE;
  if (self->depth == 0)
    return type == KVS_JSON_OBJECT ? TRUE : fail (error, "it is not a JSON object");
  if (self->depth == 1)
    return take_reply_member (self, key, type, error);
  if (self->depth == 2)
    return begin_entry (self, type, error);
  return take_entry_member (self, key, type, number, error);
}

/* Whether a container that was just looked at is one whose inside matters. */
static gboolean
is_of_interest (KvsReply *self)
{
  if (self->skipped > 0)
    return FALSE;
  return self->depth == 0 || (self->depth == 1 && self->in_images) || self->depth == 2;
}

static gboolean
value_cb (gpointer user_data, const char *key, KvsJsonType type, const char *number, GError **error)
{
  KvsReply *self = user_data;

  if (!take_value (self, key, type, number, error))
    return FALSE;
  if (type != KVS_JSON_OBJECT && type != KVS_JSON_ARRAY)
    return TRUE;
  if (is_of_interest (self))
    self->depth++;
  else
    self->skipped++;
  return TRUE;
}

static gboolean
add_image (KvsReply *self, const char *text, gsize length, GError **error)
{
  if (!self->entry->has_image)
    kvs_base64_reserve (&self->image, self->image_size);
  self->entry->has_image = TRUE;
  kvs_base64_feed (&self->image, text, length);
  if (kvs_base64_get_size (&self->image) > KVS_REPLY_MAX_IMAGE_BYTES)
    return fail (error, "it holds an image that is larger than any the service gives");
  return TRUE;
}

static gboolean
string_cb (gpointer user_data, const char *text, gsize length, GError **error)
{
  KvsReply *self = user_data;
  gsize limit = self->member == MEMBER_NEXT_TOKEN ? KVS_REPLY_MAX_NEXT_TOKEN : MAX_TEXT;

  if (self->member == MEMBER_OTHER)
    return TRUE;
  if (self->member == MEMBER_IMAGE_CONTENT)
    return add_image (self, text, length, error);
  if (self->text->len + length > limit)
    return fail (error, "it holds a text that is longer than any that is documented");
  g_string_append_len (self->text, text, length);
  return TRUE;
}

static gboolean
end_string (KvsReply *self, GError **error)
{
  gboolean empty = self->text->len == 0;

  switch (self->member) {
    case MEMBER_NEXT_TOKEN:
      self->next_token = empty ? NULL : g_strdup (self->text->str);
      return TRUE;
    case MEMBER_ERROR:
      self->entry->error = empty ? NULL : g_strdup (self->text->str);
      return TRUE;
    case MEMBER_TIME_STAMP:
      return empty || set_time (self, self->text->str, error);
    case MEMBER_IMAGE_CONTENT:
      if (self->entry->has_image)
        self->entry->image = kvs_base64_end (&self->image);
      return TRUE;
    default:
      return TRUE;
  }
}

static gboolean
end_cb (gpointer user_data, KvsJsonType type, GError **error)
{
  KvsReply *self = user_data;

  if (type == KVS_JSON_STRING)
    return end_string (self, error);
  if (self->skipped > 0) {
    self->skipped--;
    return TRUE;
  }
  if (self->depth == 3)
    g_queue_push_tail (&self->entries, g_steal_pointer (&self->entry));
  if (self->depth == 2)
    self->in_images = FALSE;
  self->depth--;
  return TRUE;
}

static const KvsJsonHandler handler = {value_cb, string_cb, end_cb};

KvsReply *
kvs_reply_new (gsize image_size)
{
  KvsReply *self = g_new0 (KvsReply, 1);

  self->json = kvs_json_new (&handler, self);
  self->image_size = image_size;
  self->text = g_string_new (NULL);
  self->head = g_string_new (NULL);
  self->members = g_string_new (NULL);
  g_queue_init (&self->entries);
  return self;
}

void
kvs_reply_free (KvsReply *self)
{
  kvs_json_free (self->json);
  g_clear_pointer (&self->entry, kvs_entry_free);
  g_queue_clear_full (&self->entries, (GDestroyNotify)kvs_entry_free);
  g_free (self->next_token);
  g_string_free (self->text, TRUE);
  g_string_free (self->head, TRUE);
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

/* Adds the beginning of the body, which is what tells a person what came. */
static void
add_head (KvsReply *self, GError **error)
{
  g_autofree char *shown = make_printable (self->head);

  g_prefix_error (error, "not a GetImages reply, which begins with '%s': ", shown);
}

gboolean
kvs_reply_feed (KvsReply *self, const char *text, gsize length, GError **error)
{
  gsize shown = MIN (length, MAX_SHOWN_BYTES - self->head->len);

  g_string_append_len (self->head, text, (gssize)shown);
  if (kvs_json_feed (self->json, text, length, error))
    return TRUE;
  add_head (self, error);
  return FALSE;
}

KvsEntry *
kvs_reply_pop (KvsReply *self)
{
  return g_queue_pop_head (&self->entries);
}

gboolean
kvs_reply_end (KvsReply *self, GError **error)
{
  if (self->head->len == 0) {
    g_set_error (error, KVS_ERROR, KVS_ERROR_CUT_OFF, "the reply is empty");
    return FALSE;
  }
  if (!kvs_json_end (self->json, error)) {
    add_head (self, error);
    return FALSE;
  }
  if (!self->has_images) {
    g_autofree char *members = make_printable (self->members);

    g_set_error (error, KVS_ERROR, KVS_ERROR_BAD_REPLY,
        "not a GetImages reply: it has no Images, but %s; is the endpoint the stream's own?",
        *members ? members : "nothing");
    return FALSE;
  }
  return TRUE;
}

const char *
kvs_reply_get_next_token (KvsReply *self)
{
  return self->next_token;
}
