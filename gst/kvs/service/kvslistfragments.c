/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvslistfragments.h"

#include "kvscall.h"
#include "kvserror.h"
#include "kvsrequest.h"
#include "kvstimestamp.h"

#include <awsendpoint.h>
#include <awslog.h>

/* How much of a body is read at a time. */
#define READ_SIZE 16384

/* The most fragments a second that a producer may send (Kinesis Video Streams quotas, PutMedia). */
#define MAX_FRAGMENTS_PER_SECOND 5

/* The parameters of the requests, which are the same for all pages, and the fragments so far. */
typedef struct {
  AwsClient *client;
  KvsPacer *pacer;
  GUri *uri;
  const KvsQuery *query;
  gint64 start_ms;
  gint64 end_ms;
  guint max_results;
  KvsStats *stats;
  GCancellable *cancellable;

  guint n_pages;
  GArray *fragments;  /* of KvsFragment */
  GHashTable *tokens; /* the fragments so far */
} Fetch;

/* Adds the host, the status and the request id of the reply to an error of the parser. */
static GError *
make_error (AwsReply *reply, const GError *cause)
{
  AwsError code = g_error_matches (cause, KVS_ERROR, KVS_ERROR_CUT_OFF) ? AWS_ERROR_CUT_OFF
                                                                        : AWS_ERROR_BAD_REPLY;

  return aws_reply_new_error (
      reply, code, "gave a reply to ListFragments that cannot be used: %s", cause->message);
}

static KvsFragmentPage *
read_page (const Fetch *self, AwsReply *reply, GError **error)
{
  g_autoptr (KvsFragmentPage) page = kvs_fragment_page_new (self->query->selector);
  g_autoptr (GError) cause = NULL;
  gboolean is_good = TRUE;
  gssize n = 1;

  while (is_good && n > 0) {
    char buffer[READ_SIZE];

    n = aws_reply_read (reply, buffer, sizeof buffer, self->cancellable, error);
    if (n < 0)
      return NULL;
    kvs_stats_add (self->stats, KVS_STATS_BYTES_RECEIVED, (guint64)n);
    is_good = n > 0 ? kvs_fragment_page_feed (page, buffer, (gsize)n, &cause)
                    : kvs_fragment_page_end (page, &cause);
    aws_reply_catch_up (reply);
  }
  if (is_good)
    return g_steal_pointer (&page);
  g_propagate_error (error, make_error (reply, cause));
  return NULL;
}

static void
log_page (const Fetch *self, KvsFragmentPage *page, AwsReply *reply, gint64 sent_us)
{
  const char *request_id = aws_reply_get_request_id (reply);
  guint n_fragments;

  kvs_fragment_page_get_fragments (page, &n_fragments);
  aws_log_debug ("ListFragments page %u: %u fragments%s, %" G_GINT64_FORMAT " ms, request %s",
      self->n_pages, n_fragments,
      kvs_fragment_page_get_next_token (page) != NULL ? " and a NextToken" : "",
      (g_get_monotonic_time () - sent_us) / 1000, request_id != NULL ? request_id : "without id");
}

static KvsFragmentPage *
ask_once (const Fetch *self, const char *next_token, AwsAttempts *attempts, GError **error)
{
  g_autoptr (GBytes) body = kvs_request_new_list_fragments (
      self->query, self->start_ms, self->end_ms, self->max_results, next_token);
  g_autoptr (AwsReply) reply = NULL;
  KvsFragmentPage *page;
  gint64 sent_us;

  if (!kvs_pacer_wait_for_list (self->pacer, self->max_results, self->cancellable, error))
    return NULL;
  aws_log_debug ("ListFragments page %u, attempt %u: %" G_GINT64_FORMAT " ms to %" G_GINT64_FORMAT
                 " ms, %u at most",
      self->n_pages, aws_attempts_get_number (attempts), self->start_ms, self->end_ms,
      self->max_results);
  sent_us = g_get_monotonic_time ();
  reply = kvs_call_send (
      self->client, self->uri, body, attempts, self->stats, self->cancellable, error);
  if (reply == NULL)
    return NULL;
  page = read_page (self, reply, error);
  if (page != NULL)
    log_page (self, page, reply, sent_us);
  return page;
}

/* Asks for a page by the usual rules of retrying. */
static KvsFragmentPage *
ask (const Fetch *self, const char *next_token, GError **error)
{
  g_autoptr (AwsAttempts) attempts = aws_client_new_attempts (self->client);
  g_autoptr (GError) failure = NULL;

  do {
    KvsFragmentPage *page;

    g_clear_error (&failure);
    page = ask_once (self, next_token, attempts, &failure);
    if (page != NULL) {
      aws_attempts_succeed (attempts);
      return page;
    }
    aws_log_debug ("ListFragments page %u failed: %s", self->n_pages, failure->message);
    if (aws_error_get_class (failure) == AWS_ERROR_CLASS_THROTTLING)
      kvs_pacer_throttled (self->pacer);
  } while (kvs_call_again (attempts, failure, self->stats, self->cancellable, error));
  return NULL;
}

/* Asks for the page that @next_token is for, and takes its fragments. Puts the token of the next one, or
 * %NULL after the last, in *@next_token. */
static gboolean
take_page (Fetch *self, const char **next_token, GError **error)
{
  g_autoptr (KvsFragmentPage) page = NULL;
  const KvsFragment *fragments;
  const char *token;
  guint n_fragments;

  self->n_pages++;
  page = ask (self, *next_token, error);
  if (page == NULL)
    return FALSE;
  fragments = kvs_fragment_page_get_fragments (page, &n_fragments);
  if (n_fragments > 0)
    g_array_append_vals (self->fragments, fragments, n_fragments);
  token = kvs_fragment_page_get_next_token (page);
  *next_token = NULL;
  if (token == NULL)
    return TRUE;
  if (!g_hash_table_add (self->tokens, g_strdup (token))) {
    g_set_error (error, KVS_ERROR, KVS_ERROR_BAD_REPLY,
        "pagination of ListFragments made no progress: page %u has the NextToken of an earlier one",
        self->n_pages);
    return FALSE;
  }
  *next_token = g_hash_table_lookup (self->tokens, token);
  return TRUE;
}

static gboolean
take_all (Fetch *self, guint max_pages, GError **error)
{
  const char *next_token = NULL;

  do {
    if (self->n_pages == max_pages) {
      g_set_error (error, KVS_ERROR, KVS_ERROR_TOO_MANY,
          "there are more fragments than %u pages of ListFragments hold", max_pages);
      return FALSE;
    }
    if (!take_page (self, &next_token, error))
      return FALSE;
  } while (next_token != NULL);
  return TRUE;
}

/* A request is paid for by its MaxResults, so it asks for no more fragments than there can be. */
static guint
get_max_results (gint64 start_ms, gint64 end_ms)
{
  gint64 most = ((end_ms - start_ms) / 1000 + 1) * MAX_FRAGMENTS_PER_SECOND;

  return (guint)MIN (most, KVS_MAX_FRAGMENTS_PER_PAGE);
}

KvsFragmentList *
kvs_list_fragments (AwsClient *client, KvsPacer *pacer, GUri *data_endpoint, const KvsQuery *query,
    gint64 from_ms, gint64 until_ms, guint max_pages, KvsStats *stats, GCancellable *cancellable,
    GError **error)
{
  gint64 start_ms = MAX (from_ms - KVS_MAX_FRAGMENT_MS, 0);
  g_autoptr (GUri) uri = aws_endpoint_with_operation (data_endpoint, KVS_PATH_LIST_FRAGMENTS);
  g_autoptr (GArray) fragments = g_array_new (FALSE, FALSE, sizeof (KvsFragment));
  g_autoptr (GHashTable) tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Fetch fetch = {.client = client,
      .pacer = pacer,
      .uri = uri,
      .query = query,
      .start_ms = start_ms - start_ms % 1000,
      .end_ms = (until_ms + 999) / 1000 * 1000,
      .stats = stats,
      .cancellable = cancellable,
      .fragments = fragments,
      .tokens = tokens};
  KvsFragmentList *list;

  fetch.max_results = get_max_results (fetch.start_ms, fetch.end_ms);
  if (!take_all (&fetch, max_pages, error))
    return NULL;
  list = kvs_fragment_list_new (
      from_ms, until_ms, (const KvsFragment *)(gconstpointer)fragments->data, fragments->len);
  aws_log_debug ("ListFragments found %u fragments from %" G_GINT64_FORMAT
                 " ms to %" G_GINT64_FORMAT " ms, the longest of %" G_GINT64_FORMAT " ms",
      fragments->len, from_ms, until_ms, kvs_fragment_list_get_longest_ms (list));
  return list;
}
