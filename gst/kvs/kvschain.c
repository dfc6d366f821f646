/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvschain.h"

#include "kvsplacer.h"

/* After this many pages without an entry, each with a token for another one, there is no hope of an
 * end. */
#define MAX_EMPTY_PAGES 64

/* Whoever sends a page may give up when it is left alone for longer than this. */
#define PATIENCE_US G_USEC_PER_SEC

/* A page is asked for when there is no stream of entries, and read to its end entry by entry. When it is
 * complete, its token decides whether the chain ends, leads nowhere, or goes on with the next page. */
struct _KvsChain {
  KvsImageCall *call;
  KvsImageService *service;
  KvsWindow window;
  guint max_results;
  gsize image_size;
  KvsChainHoldFunc hold_func; /* NULL is for room without end */
  gpointer hold_data;

  KvsPlacer *placer;
  gsize n_held;            /* bytes that hold_func was told of */
  KvsEntryStream *entries; /* of the page that is arriving */
  gboolean is_complete;    /* the page is, and its entries are not all popped yet */
  char *token;             /* of the page that is next */
  GHashTable *tokens;      /* all that were given */
  guint n_entries;         /* in all */
  guint n_entries_before;  /* the page that is arriving */
  guint n_empty_pages;     /* in a row */
  gint64 returned_us;      /* when the last step was taken, by the monotonic clock */
  gint64 left_alone_us;    /* for how long the page that is arriving was not read in all */
};

KvsChain *
kvs_chain_new (KvsImageService *service, const KvsWindow *window, guint max_results,
    const char *next_token, gsize image_size)
{
  KvsChain *self = g_new0 (KvsChain, 1);

  self->service = service;
  self->call = kvs_image_call_new (service);
  self->window = *window;
  self->max_results = max_results;
  self->image_size = image_size;
  self->placer = kvs_placer_new (window);
  self->token = g_strdup (next_token);
  self->returned_us = kvs_image_call_get_time (self->call);
  self->tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (next_token != NULL) {
    kvs_placer_find_start (self->placer);
    g_hash_table_add (self->tokens, g_strdup (next_token));
  }
  return self;
}

void
kvs_chain_set_hold_func (KvsChain *self, KvsChainHoldFunc func, gpointer user_data)
{
  self->hold_func = func;
  self->hold_data = user_data;
}

void
kvs_chain_free (KvsChain *self)
{
  kvs_image_call_free (self->call);
  kvs_placer_free (self->placer);
  g_clear_pointer (&self->entries, kvs_entry_stream_free);
  g_free (self->token);
  g_hash_table_unref (self->tokens);
  g_free (self);
}

/* Whether the failure is one of the token, without which the service may well answer. */
static gboolean
is_of_token (KvsChain *self, const GError *failure)
{
  return self->token != NULL && (g_error_matches (failure, AWS_ERROR, AWS_ERROR_INVALID_REQUEST) ||
                                    kvs_image_call_is_refusal (self->call, failure));
}

/* Whether a page that has come in part broke off because nobody has read it meanwhile: that is nobody's
 * failure, and counts for no attempt. */
static gboolean
was_given_up (KvsChain *self, const GError *failure)
{
  return self->n_entries > self->n_entries_before && self->left_alone_us > PATIENCE_US &&
         aws_error_get_class (failure) == AWS_ERROR_CLASS_TRANSIENT;
}

/* After @failure either the page is to be asked for once more, which is %KVS_CHAIN_PAGE, or the chain
 * ends. What has come of a page is not asked for again with its token: that might not be taken
 * twice. */
static KvsChainStep
recover (KvsChain *self, const GError *failure, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) final = NULL;

  g_clear_pointer (&self->entries, kvs_entry_stream_free);
  if (was_given_up (self, failure)) {
    g_propagate_error (error, g_error_copy (failure));
    return KVS_CHAIN_BROKEN;
  }
  if (kvs_image_call_again (self->call, failure, cancellable, &final)) {
    if (self->n_entries == self->n_entries_before)
      return KVS_CHAIN_PAGE;
    g_propagate_error (error, g_error_copy (failure));
    return KVS_CHAIN_BROKEN;
  }
  g_propagate_error (error, g_error_copy (final));
  if (is_of_token (self, final))
    return KVS_CHAIN_BROKEN;
  if (!kvs_image_call_is_refusal (self->call, final))
    return KVS_CHAIN_FAILED;
  kvs_image_call_accept_refusal (self->call);
  return KVS_CHAIN_REFUSED;
}

/* Asks for the next page, or reads the next entry of the one that is arriving. Returns
 * %KVS_CHAIN_PAGE where all is well. */
static KvsChainStep
advance (KvsChain *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) failure = NULL;
  KvsEntry *entry = NULL;

  if (self->entries == NULL) {
    self->n_entries_before = self->n_entries;
    self->left_alone_us = 0;
    self->entries = kvs_image_call_send (self->call, &self->window, self->max_results, self->token,
        self->image_size, cancellable, &failure);
    return self->entries != NULL ? KVS_CHAIN_PAGE : recover (self, failure, cancellable, error);
  }
  if (!kvs_entry_stream_next (self->entries, cancellable, &entry, &failure))
    return recover (self, failure, cancellable, error);
  if (entry != NULL) {
    if (self->n_entries == self->n_entries_before)
      kvs_image_call_begin_reply (self->call);
    self->n_entries++;
    kvs_placer_push (self->placer, entry);
  } else {
    self->is_complete = TRUE;
    kvs_image_call_succeed (self->call);
    kvs_placer_end_page (self->placer, kvs_entry_stream_get_next_token (self->entries) == NULL);
  }
  return KVS_CHAIN_PAGE;
}

static KvsChainStep
break_off (const char *cause, GError **error)
{
  g_set_error_literal (error, AWS_ERROR, AWS_ERROR_BAD_REPLY, cause);
  return KVS_CHAIN_BROKEN;
}

/* What follows a page, all entries of which were popped. */
static KvsChainStep
end_page (KvsChain *self, GError **error)
{
  gboolean is_empty = self->n_entries == self->n_entries_before;

  g_free (self->token);
  self->token = g_strdup (kvs_entry_stream_get_next_token (self->entries));
  g_clear_pointer (&self->entries, kvs_entry_stream_free);
  self->is_complete = FALSE;
  self->n_empty_pages = is_empty ? self->n_empty_pages + 1 : 0;
  if (self->token == NULL || kvs_placer_get_next (self->placer) == self->window.count)
    return KVS_CHAIN_END;
  if (kvs_placer_is_lost (self->placer))
    return break_off (
        "the service gives a page that does not tell which moments the next one is for", error);
  if (!g_hash_table_add (self->tokens, g_strdup (self->token)) ||
      self->n_empty_pages == MAX_EMPTY_PAGES)
    return break_off (
        "the service gives page after page that leads no further, each with a NextToken for "
        "another one",
        error);
  return KVS_CHAIN_PAGE;
}

/* Whether there is room for what waits for the end of the page, which is not read meanwhile. */
static gboolean
can_hold (KvsChain *self)
{
  gsize n_held = self->n_held;
  gint64 begin_us;
  gboolean has_room;

  self->n_held = kvs_placer_get_bytes (self->placer);
  if (self->hold_func == NULL || self->n_held <= n_held)
    return TRUE;
  begin_us = kvs_image_call_get_time (self->call);
  has_room = self->hold_func (self->n_held, self->hold_data);
  self->left_alone_us += kvs_image_call_get_time (self->call) - begin_us;
  return has_room;
}

static KvsChainStep
take_step (KvsChain *self, GCancellable *cancellable, gint *place, KvsEntry **entry, GError **error)
{
  KvsChainStep step;

  do {
    *entry = kvs_placer_pop (self->placer, place);
    if (*entry != NULL)
      return KVS_CHAIN_ENTRY;
    if (self->is_complete)
      return end_page (self, error);
    if (!can_hold (self))
      return break_off ("there is no room for the images of a page", error);
    step = advance (self, cancellable, error);
  } while (step == KVS_CHAIN_PAGE);
  return step;
}

KvsChainStep
kvs_chain_next (
    KvsChain *self, GCancellable *cancellable, gint *place, KvsEntry **entry, GError **error)
{
  KvsChainStep step;

  self->left_alone_us += kvs_image_call_get_time (self->call) - self->returned_us;
  step = take_step (self, cancellable, place, entry, error);
  self->returned_us = kvs_image_call_get_time (self->call);
  return step;
}

gsize
kvs_chain_get_bytes (KvsChain *self)
{
  return kvs_placer_get_bytes (self->placer);
}

guint
kvs_chain_count_entries (KvsChain *self)
{
  return self->n_entries;
}

gboolean
kvs_chain_is_cut (KvsChain *self)
{
  return kvs_placer_is_cut (self->placer);
}
