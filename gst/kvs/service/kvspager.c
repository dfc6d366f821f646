/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvspager.h"

#include "kvsmatcher.h"

#include <awslog.h>

/* After this many pages in a row without an entry for a further sample, each with a NextToken, the
 * request has no end. */
#define MAX_IDLE_PAGES 64

/* An image up to this size, which is what is read at a time, is admitted when it has arrived. */
#define SMALL_IMAGE (64 * 1024)

#define OVER_BUDGET "the images of a page are over budget"

/* The service, or a proxy, may give up on a page that is not read for longer than this. */
#define PATIENCE_US G_USEC_PER_SEC

/* A page is asked for when there is no stream of entries, and read to its end entry by entry. When it is
 * complete, its token decides whether the request ends, has made no progress, or goes on with the next
 * page. */
struct _KvsPager {
  KvsImageCall *call;
  KvsWindow window;
  guint max_results;
  gsize image_size;

  KvsMatcher *matcher;
  KvsEntryStream *entries; /* of the page that is arriving */
  gboolean is_complete;    /* the page is, and its entries are not all popped yet */
  gboolean is_cut_short;   /* the rest of the page is over budget */
  char *token;             /* of the next page */
  GHashTable *tokens;      /* all tokens so far, as digests */
  guint n_pages;
  guint n_entries;        /* in all */
  guint n_entries_before; /* the page that is arriving */
  guint next_before;      /* the index behind the last one that had an entry before that page */
  guint n_idle_pages;     /* in a row, without progress */
  gint64 returned_us;     /* when the last step was taken, by the monotonic clock */
  gint64 unread_us;       /* for how long the page that is arriving was not read in all */
};

static char *
make_digest (const char *token)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, token, -1);
}

/* Stores a token. Returns whether it is a new one. */
static gboolean
add_token (KvsPager *self, const char *token)
{
  return g_hash_table_add (self->tokens, make_digest (token));
}

KvsPager *
kvs_pager_new (KvsImageService *service, const KvsWindow *window, guint max_results,
    const char *next_token, KvsImageCallKind kind, gsize image_size)
{
  KvsPager *self = g_new0 (KvsPager, 1);

  self->call = kvs_image_call_new (service, kind);
  self->window = *window;
  self->max_results = max_results;
  self->image_size = image_size;
  self->matcher = kvs_matcher_new (window, max_results);
  self->token = g_strdup (next_token);
  self->returned_us = kvs_image_call_get_time (self->call);
  self->tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (next_token != NULL) {
    add_token (self, next_token);
    kvs_matcher_find_start (self->matcher);
  }
  return self;
}

void
kvs_pager_free (KvsPager *self)
{
  kvs_image_call_free (self->call);
  kvs_matcher_free (self->matcher);
  g_clear_pointer (&self->entries, kvs_entry_stream_free);
  g_free (self->token);
  g_hash_table_unref (self->tokens);
  g_free (self);
}

/* Whether no entry of the page has arrived yet. */
static gboolean
has_nothing_of_page (KvsPager *self)
{
  return self->n_entries == self->n_entries_before;
}

/* Whether a page broke off after it was not read for a while: that is no failure of the service. */
static gboolean
was_given_up (KvsPager *self, const GError *failure)
{
  return !has_nothing_of_page (self) && self->unread_us > PATIENCE_US &&
         aws_error_get_class (failure) == AWS_ERROR_CLASS_TRANSIENT;
}

/* The rest of a page that broke off is not requested with its token: the service may not accept it
 * twice. */
static KvsPagerStep
handle_failure (KvsPager *self, const GError *failure, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) final = NULL;
  gboolean is_rejection;

  g_clear_pointer (&self->entries, kvs_entry_stream_free);
  if (was_given_up (self, failure)) {
    g_propagate_error (error, g_error_copy (failure));
    return KVS_PAGER_BROKEN;
  }
  if (kvs_image_call_again (self->call, failure, cancellable, &final)) {
    if (has_nothing_of_page (self))
      return KVS_PAGER_PAGE;
    g_propagate_error (error, g_error_copy (failure));
    return KVS_PAGER_BROKEN;
  }
  g_propagate_error (error, g_error_copy (final));
  is_rejection = kvs_image_call_is_rejection (self->call, final);
  if (is_rejection)
    kvs_image_call_accept_rejection (self->call);
  if (self->token != NULL &&
      (is_rejection || g_error_matches (final, AWS_ERROR, AWS_ERROR_INVALID_REQUEST)))
    return KVS_PAGER_BROKEN;
  return is_rejection ? KVS_PAGER_REJECTED : KVS_PAGER_FAILED;
}

static KvsPagerStep
send_request (KvsPager *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) failure = NULL;

  self->n_entries_before = self->n_entries;
  self->unread_us = 0;
  self->entries = kvs_image_call_send (self->call, &self->window, self->max_results, self->token,
      self->n_pages, self->image_size, cancellable, &failure);
  if (self->entries == NULL)
    return handle_failure (self, failure, cancellable, error);
  kvs_entry_stream_set_limit (self->entries, MAX (self->image_size, SMALL_IMAGE));
  return KVS_PAGER_PAGE;
}

/* Whether an image may be kept that takes so many bytes. While that is decided the page is not read. */
static gboolean
is_admitted (
    KvsPager *self, gsize bytes, gboolean has_arrived, KvsPagerAdmitFunc admit, gpointer user_data)
{
  gint64 begin_us;
  gboolean is_admitted;

  if (admit == NULL)
    return TRUE;
  begin_us = kvs_image_call_get_time (self->call);
  is_admitted = admit (bytes, kvs_matcher_count_held (self->matcher) + 1, has_arrived, user_data);
  self->unread_us += kvs_image_call_get_time (self->call) - begin_us;
  return is_admitted;
}

static KvsPagerStep
break_off (KvsPagerStep step, const char *cause, GError **error)
{
  g_set_error_literal (error, AWS_ERROR, AWS_ERROR_BAD_REPLY, cause);
  return step;
}

/* Called when an image is not admitted. The page is dropped, because its samples can be requested in another
 * way; but the first page of another client's token ends before the image, and counts as complete. */
static KvsPagerStep
handle_over_budget (KvsPager *self, GError **error)
{
  if (!kvs_matcher_is_adrift (self->matcher))
    return break_off (KVS_PAGER_OVER_BUDGET, OVER_BUDGET, error);
  self->is_complete = self->is_cut_short = TRUE;
  kvs_matcher_end_page (self->matcher, FALSE);
  return KVS_PAGER_PAGE;
}

/* Whether the page that has arrived has a further page. */
static gboolean
has_new_token (KvsPager *self)
{
  const char *token = kvs_entry_stream_get_next_token (self->entries);
  g_autofree char *digest = token != NULL ? make_digest (token) : NULL;

  return digest != NULL && !g_hash_table_contains (self->tokens, digest);
}

/* An image that is arriving is larger than it may be yet. */
static KvsPagerStep
handle_excess (
    KvsPager *self, gsize bytes, KvsPagerAdmitFunc admit, gpointer user_data, GError **error)
{
  if (!is_admitted (self, bytes, FALSE, admit, user_data))
    return handle_over_budget (self, error);
  kvs_entry_stream_set_limit (self->entries, bytes);
  return KVS_PAGER_PAGE;
}

static KvsPagerStep
complete_page (KvsPager *self)
{
  self->is_complete = TRUE;
  self->n_pages++;
  kvs_image_call_succeed (self->call, self->n_entries - self->n_entries_before);
  kvs_matcher_end_page (self->matcher, !has_new_token (self));
  return KVS_PAGER_PAGE;
}

static KvsPagerStep
read_entry (KvsPager *self, KvsPagerAdmitFunc admit, gpointer user_data, GCancellable *cancellable,
    GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (KvsEntry) entry = NULL;
  gsize excess;

  if (!kvs_entry_stream_next (self->entries, cancellable, &entry, &failure))
    return handle_failure (self, failure, cancellable, error);
  if (entry == NULL) {
    excess = kvs_entry_stream_get_excess (self->entries);
    return excess > 0 ? handle_excess (self, excess, admit, user_data, error)
                      : complete_page (self);
  }
  if (has_nothing_of_page (self))
    kvs_image_call_begin_reply (self->call);
  if (kvs_matcher_is_full (self->matcher))
    return break_off (
        KVS_PAGER_BROKEN, "the service returned a page with more entries than requested", error);
  if (entry->image != NULL &&
      !is_admitted (self, kvs_entry_get_memory (entry), TRUE, admit, user_data))
    return handle_over_budget (self, error);
  self->n_entries++;
  aws_log_trace ("entry: TimeStamp %" G_GINT64_FORMAT ".%03d, %s", entry->time_ms / 1000,
      (int)(entry->time_ms % 1000), entry->has_image ? "image" : kvs_entry_describe_gap (entry));
  kvs_matcher_push (self->matcher, g_steal_pointer (&entry));
  return KVS_PAGER_PAGE;
}

/* Decides how to go on after a page, all entries of which were popped. */
static KvsPagerStep
end_page (KvsPager *self, GError **error)
{
  guint next = kvs_matcher_get_next (self->matcher);

  self->n_idle_pages = next > self->next_before ? 0 : self->n_idle_pages + 1;
  self->next_before = next;
  g_free (self->token);
  self->token = g_strdup (kvs_entry_stream_get_next_token (self->entries));
  g_clear_pointer (&self->entries, kvs_entry_stream_free);
  self->is_complete = FALSE;
  if (next == self->window.count)
    return KVS_PAGER_END;
  if (self->is_cut_short)
    return break_off (KVS_PAGER_OVER_BUDGET, OVER_BUDGET, error);
  if (kvs_matcher_is_unreadable (self->matcher)) {
    aws_log_debug ("page %u does not show which samples its entries are for", self->n_pages);
    return break_off (KVS_PAGER_BROKEN,
        "the service returned a page that does not show which samples its entries are for", error);
  }
  if (self->token == NULL)
    return KVS_PAGER_END;
  if (!add_token (self, self->token) || self->n_idle_pages == MAX_IDLE_PAGES)
    return break_off (
        KVS_PAGER_BROKEN, "pagination made no progress: repeated or empty pages", error);
  return KVS_PAGER_PAGE;
}

static KvsPagerStep
take_step (KvsPager *self, KvsPagerAdmitFunc admit, gpointer user_data, GCancellable *cancellable,
    gint *window_index, KvsEntry **entry, GError **error)
{
  KvsPagerStep step;

  do {
    *entry = kvs_matcher_pop (self->matcher, window_index);
    if (*entry != NULL)
      return KVS_PAGER_ENTRY;
    if (self->is_complete)
      return end_page (self, error);
    step = self->entries == NULL ? send_request (self, cancellable, error)
                                 : read_entry (self, admit, user_data, cancellable, error);
  } while (step == KVS_PAGER_PAGE);
  return step;
}

KvsPagerStep
kvs_pager_next (KvsPager *self, KvsPagerAdmitFunc admit, gpointer user_data,
    GCancellable *cancellable, gint *window_index, KvsEntry **entry, GError **error)
{
  KvsPagerStep step;

  self->unread_us += kvs_image_call_get_time (self->call) - self->returned_us;
  step = take_step (self, admit, user_data, cancellable, window_index, entry, error);
  self->returned_us = kvs_image_call_get_time (self->call);
  return step;
}

guint
kvs_pager_count_entries (KvsPager *self)
{
  return self->n_entries;
}

gboolean
kvs_pager_is_cut (KvsPager *self)
{
  return kvs_matcher_is_cut (self->matcher);
}
