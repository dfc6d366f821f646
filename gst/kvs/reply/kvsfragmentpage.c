/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsfragmentpage.h"

#include "kvserror.h"
#include "kvslistreply.h"
#include "kvsrequest.h"

/* The longest text of a time or length that is kept; a longer one is no number. */
#define MAX_TEXT 64

/* What the value that is arriving belongs to. */
typedef enum {
  MEMBER_OTHER,
  MEMBER_TIME,
  MEMBER_LENGTH,
} Member;

struct _KvsFragmentPage {
  KvsListReply *list;
  const char *time_member;
  guint n_entries;
  GArray *fragments; /* of KvsFragment */

  gboolean has_time; /* of the entry that is arriving, as are these */
  KvsFragment entry;

  Member member;
  GString *text;
};

static void
take_value (KvsFragmentPage *self, const char *text)
{
  if (self->member == MEMBER_TIME)
    self->has_time = kvs_list_reply_read_time (text, &self->entry.start_ms);
  else if (self->member == MEMBER_LENGTH &&
           !kvs_list_reply_read_ms (text, 1, &self->entry.length_ms))
    self->entry.length_ms = KVS_FRAGMENT_UNKNOWN_LENGTH;
}

static gboolean
begin_entry_cb (gpointer user_data, GError **error)
{
  KvsFragmentPage *self = user_data;

  if (self->n_entries++ == KVS_MAX_FRAGMENTS_PER_PAGE)
    return kvs_list_reply_fail (error, "it holds more fragments than a page may have");
  self->has_time = FALSE;
  self->entry.length_ms = KVS_FRAGMENT_UNKNOWN_LENGTH;
  return TRUE;
}

static gboolean
member_cb (
    gpointer user_data, const char *key, AwsJsonType type, const char *number, GError **error)
{
  KvsFragmentPage *self = user_data;

  self->member = MEMBER_OTHER;
  g_string_truncate (self->text, 0);
  if (g_str_equal (key, self->time_member))
    self->member = MEMBER_TIME;
  else if (g_str_equal (key, "FragmentLengthInMilliseconds"))
    self->member = MEMBER_LENGTH;
  /* A value that is no number replaces an earlier one, too. */
  take_value (self, type == AWS_JSON_NUMBER ? number : "");
  return TRUE;
}

static gboolean
string_cb (gpointer user_data, const char *text, gsize length, GError **error)
{
  KvsFragmentPage *self = user_data;

  if (self->member != MEMBER_OTHER && self->text->len <= MAX_TEXT)
    g_string_append_len (self->text, text, (gssize)MIN (length, MAX_TEXT + 1));
  return TRUE;
}

static gboolean
end_string_cb (gpointer user_data, GError **error)
{
  KvsFragmentPage *self = user_data;

  take_value (self, self->text->len <= MAX_TEXT ? self->text->str : "");
  return TRUE;
}

static void
end_entry_cb (gpointer user_data)
{
  KvsFragmentPage *self = user_data;

  if (self->has_time)
    g_array_append_val (self->fragments, self->entry);
}

static const KvsListReplyHandler handler = {"Fragments",
    "it holds a NextToken that is longer than any that is documented", NULL, begin_entry_cb,
    member_cb, string_cb, end_string_cb, end_entry_cb};

KvsFragmentPage *
kvs_fragment_page_new (KvsImageSelector selector)
{
  KvsFragmentPage *self = g_new0 (KvsFragmentPage, 1);

  self->list = kvs_list_reply_new (&handler, self);
  self->time_member =
      selector == KVS_IMAGE_SELECTOR_PRODUCER_TIMESTAMP ? "ProducerTimestamp" : "ServerTimestamp";
  self->fragments = g_array_new (FALSE, FALSE, sizeof (KvsFragment));
  self->text = g_string_new (NULL);
  return self;
}

void
kvs_fragment_page_free (KvsFragmentPage *self)
{
  kvs_list_reply_free (self->list);
  g_array_unref (self->fragments);
  g_string_free (self->text, TRUE);
  g_free (self);
}

gboolean
kvs_fragment_page_feed (KvsFragmentPage *self, const char *text, gsize length, GError **error)
{
  return kvs_list_reply_feed (self->list, text, length, error);
}

gboolean
kvs_fragment_page_end (KvsFragmentPage *self, GError **error)
{
  if (!kvs_list_reply_end (self->list, error))
    return FALSE;
  if (!kvs_list_reply_has_list (self->list))
    return kvs_list_reply_fail (error, "it has no Fragments; is the endpoint the stream's own?");
  if (self->n_entries > 0 && self->fragments->len == 0) {
    g_set_error (error, KVS_ERROR, KVS_ERROR_BAD_REPLY, "none of its fragments has a usable %s",
        self->time_member);
    return FALSE;
  }
  return TRUE;
}

const KvsFragment *
kvs_fragment_page_get_fragments (KvsFragmentPage *self, guint *n_fragments)
{
  *n_fragments = self->fragments->len;
  return (const KvsFragment *)(gconstpointer)self->fragments->data;
}

const char *
kvs_fragment_page_get_next_token (KvsFragmentPage *self)
{
  return kvs_list_reply_get_next_token (self->list);
}
