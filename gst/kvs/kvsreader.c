/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsreader.h"

#include "kvscall.h"
#include "kvsentrystream.h"
#include "kvserror.h"
#include "kvspage.h"
#include "kvsrequest.h"
#include "kvssamplequeue.h"

#include <awsendpoint.h>

#include <string.h>

/* The most bytes of images held ahead of downstream. */
#define MAX_HELD_BYTES (32 * 1024 * 1024)

/* After this many pages without an entry, each with a token for another one, there is no hope of an
 * end. */
#define MAX_EMPTY_PAGES 64

/* The thread goes through these steps: it learns the data endpoint; it resolves the range, by the
 * service's clock as the answer to that has shown it; then, window by window, it asks for the pages of
 * a window, following NextToken. A window that gave fewer entries than it has samples is asked again
 * from the first sample that is missing; one that gave none at all has no media.
 *
 * A page that fails is asked for again by the rules of AwsAttempts, which start anew with each page
 * that is whole. One that breaks off has given what came of it, and the next request begins with the
 * first sample that is missing. A data endpoint that was not asked for by this run, or long ago, may
 * have moved: what looks like it is followed by asking for the endpoint anew, once, before it counts.
 *
 * Until the first image of the right format, images of the wrong one are not settled: should there
 * be no other in their page, the run ends in an error, because the format is at fault and not a
 * single image. Afterwards a bad image is asked for once more. Samples wait behind one that is not
 * settled. */
struct _KvsReader {
  GObject parent_instance;

  AwsClient *client;
  GUri *endpoint;
  KvsQuery *query;
  KvsRangeSpec spec;
  gint64 now_ms;
  guint64 max_samples;
  KvsStats *stats;
  KvsEndpointCache *cache;

  GThread *thread;
  GCancellable *cancellable;
  KvsSampleQueue *queue;

  GMutex lock; /* guards range and has_range */
  KvsRange range;
  gboolean has_range;

  /* The rest belongs to the thread, and to others only after it has ended. */
  KvsLocation *location;
  gboolean is_location_cached;
  gboolean is_lost; /* GetDataEndpoint has failed, whose 404 is not that of a window */
  GUri *images_uri;
  gsize image_size;
  GQueue unsettled;
  gboolean format_seen;
  GError *refusal;
};

G_DEFINE_FINAL_TYPE (KvsReader, kvs_reader, G_TYPE_OBJECT)

static void
kvs_reader_init (KvsReader *self)
{
  self->cache = kvs_endpoint_cache_get_default ();
  self->cancellable = g_cancellable_new ();
  self->queue = kvs_sample_queue_new (MAX_HELD_BYTES);
  g_mutex_init (&self->lock);
  g_queue_init (&self->unsettled);
}

static void
kvs_reader_finalize (GObject *object)
{
  KvsReader *self = KVS_READER (object);

  g_clear_object (&self->client);
  g_clear_pointer (&self->endpoint, g_uri_unref);
  g_clear_pointer (&self->location, kvs_location_unref);
  g_clear_pointer (&self->images_uri, g_uri_unref);
  g_clear_pointer (&self->query, kvs_query_free);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->queue, kvs_sample_queue_free);
  g_queue_clear_full (&self->unsettled, (GDestroyNotify)kvs_sample_free);
  g_clear_error (&self->refusal);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (kvs_reader_parent_class)->finalize (object);
}

static void
kvs_reader_class_init (KvsReaderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kvs_reader_finalize;
}

KvsReader *
kvs_reader_new (AwsClient *client, GUri *endpoint, const KvsQuery *query, const KvsRangeSpec *spec,
    gint64 now_ms, guint64 max_samples, KvsStats *stats)
{
  KvsReader *self = g_object_new (KVS_TYPE_READER, NULL);

  self->client = g_object_ref (client);
  self->endpoint = g_uri_ref (endpoint);
  self->query = kvs_query_copy (query);
  self->spec = *spec;
  self->now_ms = now_ms;
  self->max_samples = max_samples;
  self->stats = stats;
  return self;
}

void
kvs_reader_set_endpoint_cache (KvsReader *self, KvsEndpointCache *cache)
{
  self->cache = cache;
}

void
kvs_reader_set_images_endpoint (KvsReader *self, GUri *endpoint)
{
  g_clear_pointer (&self->images_uri, g_uri_unref);
  self->images_uri = aws_endpoint_with_operation (endpoint, KVS_PATH_GET_IMAGES);
}

static gboolean
resolve_range (KvsReader *self, gint64 now_ms, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->has_range = kvs_range_spec_resolve (&self->spec, now_ms, &self->range, error);
  return self->has_range;
}

/* Learns where GetImages is answered. */
static gboolean
locate (KvsReader *self, GError **error)
{
  KvsLocation *location = kvs_endpoint_cache_get (self->cache, self->client, self->endpoint,
      self->query, &self->is_location_cached, self->stats, self->cancellable, error);

  self->is_lost = location == NULL;
  if (self->is_lost) {
    if (error && g_error_matches (*error, AWS_ERROR, AWS_ERROR_NOT_FOUND))
      g_prefix_error (error, "no such stream in this region; check its name and the region: ");
    return FALSE;
  }
  g_clear_pointer (&self->location, kvs_location_unref);
  self->location = location;
  g_clear_pointer (&self->images_uri, g_uri_unref);
  self->images_uri = aws_endpoint_with_operation (location->uri, KVS_PATH_GET_IMAGES);
  return TRUE;
}

/* Whether @failure may only mean that the data endpoint is not the stream's any more. */
static gboolean
is_out_of_date (KvsReader *self, const GError *failure)
{
  AwsClock *clock = aws_client_get_clock (self->client);

  if (self->location == NULL)
    return FALSE;
  if (!self->is_location_cached && kvs_location_is_fresh (self->location, clock))
    return FALSE;
  return g_error_matches (failure, AWS_ERROR, AWS_ERROR_HOST_NOT_FOUND) ||
         g_error_matches (failure, AWS_ERROR, AWS_ERROR_CONNECT) ||
         g_error_matches (failure, AWS_ERROR, AWS_ERROR_NOT_FOUND) ||
         g_strcmp0 (aws_error_get_code (failure), "NotAuthorizedException") == 0;
}

/* Whether to ask GetImages again after @failure: at once where the data endpoint was out of date, else
 * after a while where that is worth it. */
static gboolean
again (KvsReader *self, AwsAttempts *attempts, const GError *failure, GError **error)
{
  if (!is_out_of_date (self, failure))
    return kvs_call_again (attempts, failure, self->stats, self->cancellable, error);
  kvs_endpoint_cache_forget (
      self->cache, self->client, self->endpoint, self->query, self->location);
  if (!locate (self, error))
    return FALSE;
  self->is_location_cached = FALSE;
  kvs_stats_add (self->stats, KVS_STATS_RETRIES, 1);
  return TRUE;
}

/* Whether the service says that there is nothing in a window, and not that something is wrong. */
static gboolean
is_refusal (KvsReader *self, const GError *error)
{
  g_autofree char *message = NULL;

  if (self->is_lost)
    return FALSE;
  if (g_error_matches (error, AWS_ERROR, AWS_ERROR_NOT_FOUND))
    return TRUE;
  if (g_strcmp0 (aws_error_get_code (error), "InvalidArgumentException") != 0)
    return FALSE;
  message = g_ascii_strdown (error->message, -1);
  return strstr (message, "retention") != NULL;
}

static gboolean
deliver (KvsReader *self, KvsSample *sample, GError **error)
{
  if (kvs_sample_queue_push (self->queue, sample))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "stopped");
  return FALSE;
}

static KvsSampleKind
get_kind (const KvsEntry *entry)
{
  if (g_strcmp0 (entry->error, "NO_MEDIA") == 0)
    return KVS_SAMPLE_NO_MEDIA;
  if (entry->error)
    return KVS_SAMPLE_MEDIA_ERROR;
  return entry->has_image ? KVS_SAMPLE_STILL : KVS_SAMPLE_NO_MEDIA;
}

static KvsSample *
make_sample (KvsReader *self, guint64 number, KvsEntry *entry)
{
  KvsSample *sample = kvs_sample_new (number, get_kind (entry));

  sample->has_time = entry->has_time;
  sample->time_ms = entry->time_ms;
  if (sample->kind != KVS_SAMPLE_STILL)
    return sample;

  sample->image = g_steal_pointer (&entry->image);
  kvs_stats_add (self->stats, KVS_STATS_IMAGE_BYTES, kvs_sample_get_size (sample));
  if (sample->image && kvs_image_read_header (sample->image, self->query->format, &sample->info)) {
    self->image_size = g_bytes_get_size (sample->image) * 9 / 8;
    return sample;
  }
  sample->kind = KVS_SAMPLE_BAD_IMAGE;
  g_clear_pointer (&sample->image, g_bytes_unref);
  kvs_stats_add (self->stats, KVS_STATS_IMAGES_WASTED, 1);
  return sample;
}

/* Asks for a page of @window, once. */
static KvsEntryStream *
ask (KvsReader *self, const KvsWindow *window, const char *token, AwsAttempts *attempts,
    GError **error)
{
  g_autoptr (GBytes) body = kvs_request_new_get_images (self->query, &self->range, window, token);
  g_autoptr (AwsReply) reply = kvs_call_send (
      self->client, self->images_uri, body, attempts, self->stats, self->cancellable, error);

  return reply ? kvs_entry_stream_new (reply, self->image_size, self->stats) : NULL;
}

/* Asks for the first entry of @window; there may be none. */
static gboolean
ask_for_one (KvsReader *self, const KvsWindow *window, KvsEntry **entry, GError **error)
{
  g_autoptr (AwsAttempts) attempts = aws_client_new_attempts (self->client);
  g_autoptr (GError) failure = NULL;

  do {
    g_autoptr (KvsEntryStream) entries = NULL;

    g_clear_error (&failure);
    entries = ask (self, window, NULL, attempts, &failure);
    if (entries && kvs_entry_stream_next (entries, self->cancellable, entry, &failure)) {
      aws_attempts_succeed (attempts);
      return TRUE;
    }
  } while (again (self, attempts, failure, error));
  return FALSE;
}

/* Asks once more for what was a bad image, and leaves it at that when the answer is no better. */
static gboolean
ask_again (KvsReader *self, KvsSample **sample, GError **error)
{
  KvsWindow window = {(*sample)->number, 1};
  g_autoptr (GError) cause = NULL;
  g_autoptr (KvsEntry) entry = NULL;
  g_autoptr (KvsSample) better = NULL;

  if (!ask_for_one (self, &window, &entry, &cause)) {
    if (is_refusal (self, cause))
      return TRUE;
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  if (entry == NULL)
    return TRUE;
  better = make_sample (self, window.first, entry);
  if (better->kind == KVS_SAMPLE_STILL) {
    kvs_sample_free (*sample);
    *sample = g_steal_pointer (&better);
  }
  return TRUE;
}

/* Delivers what waited for the first image of the right format. */
static gboolean
settle (KvsReader *self, GError **error)
{
  KvsSample *sample;

  while ((sample = g_queue_pop_head (&self->unsettled))) {
    if (sample->kind == KVS_SAMPLE_BAD_IMAGE && !ask_again (self, &sample, error)) {
      kvs_sample_free (sample);
      return FALSE;
    }
    if (!deliver (self, sample, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
add_sample (KvsReader *self, KvsSample *sample, GError **error)
{
  if (sample->kind == KVS_SAMPLE_STILL)
    self->format_seen = TRUE;
  if (sample->kind != KVS_SAMPLE_BAD_IMAGE && self->unsettled.length == 0)
    return deliver (self, sample, error);
  g_queue_push_tail (&self->unsettled, sample);
  return self->format_seen ? settle (self, error) : TRUE;
}

/* Takes the entries of @page whose samples are known; @taken counts those of @window. */
static gboolean
take_entries (KvsReader *self, const KvsWindow *window, KvsPage *page, guint *taken, GError **error)
{
  KvsEntry *next;

  while ((next = kvs_page_pop (page))) {
    g_autoptr (KvsEntry) entry = next;

    if (*taken == window->count) {
      kvs_stats_add (self->stats, KVS_STATS_IMAGES_WASTED, entry->has_image ? 1 : 0);
      continue;
    }
    if (!add_sample (self, make_sample (self, window->first + (*taken)++, entry), error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
end_page (KvsReader *self, GError **error)
{
  if (self->unsettled.length == 0)
    return TRUE;
  g_set_error (error, KVS_ERROR, KVS_ERROR_WRONG_FORMAT,
      "the service gives images, but none on the first page with any is a %s",
      self->query->format == KVS_IMAGE_FORMAT_JPEG ? "JPEG" : "PNG");
  return FALSE;
}

/* Asks once for the page that *@token leads to, and leaves the token of the next one there. */
static gboolean
try_page (KvsReader *self, const KvsWindow *window, AwsAttempts *attempts, char **token,
    guint *taken, GError **error)
{
  g_autoptr (KvsEntryStream) entries = ask (self, window, *token, attempts, error);
  g_autoptr (KvsPage) page = kvs_page_new (
      kvs_range_get_time (&self->range, window->first + *taken), self->range.interval_ms);
  KvsEntry *entry;

  if (entries == NULL)
    return FALSE;
  do {
    if (!kvs_entry_stream_next (entries, self->cancellable, &entry, error))
      return FALSE;
    if (entry)
      kvs_page_push (page, entry);
    else
      kvs_page_end (page);
    if (!take_entries (self, window, page, taken, error))
      return FALSE;
  } while (entry);

  g_free (*token);
  *token = g_strdup (kvs_entry_stream_get_next_token (entries));
  return end_page (self, error);
}

/* Reads the page that *@token leads to. If it breaks off, and so no token can tell where the rest of it
 * is, there is none then. */
static gboolean
read_page (KvsReader *self, const KvsWindow *window, AwsAttempts *attempts, char **token,
    guint *taken, GError **error)
{
  g_autoptr (GError) failure = NULL;
  guint before = *taken;

  do {
    g_clear_error (&failure);
    if (try_page (self, window, attempts, token, taken, &failure)) {
      aws_attempts_succeed (attempts);
      return TRUE;
    }
    if (!again (self, attempts, failure, error))
      return FALSE;
  } while (*taken == before);
  g_clear_pointer (token, g_free);
  return TRUE;
}

/* Reads @window from page to page, until there are no more tokens or one comes back. */
static gboolean
read_chain (
    KvsReader *self, const KvsWindow *window, AwsAttempts *attempts, guint *taken, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *token = NULL;
  g_autofree char *host = NULL;
  guint empty_pages = 0;

  *taken = 0;
  do {
    guint before = *taken;

    if (!read_page (self, window, attempts, &token, taken, error))
      return FALSE;
    empty_pages = *taken == before ? empty_pages + 1 : 0;
    if (token == NULL || *taken == window->count)
      return TRUE;
  } while (g_hash_table_add (seen, g_strdup (token)) && empty_pages < MAX_EMPTY_PAGES);

  if (*taken > 0)
    return TRUE;
  host = aws_endpoint_get_authority (self->images_uri);
  g_set_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY,
      "%s gives page after page without any image, each with a NextToken for another one", host);
  return FALSE;
}

static gboolean
fill_with_no_media (KvsReader *self, const KvsWindow *window, GError **error)
{
  for (guint i = 0; i < window->count; i++) {
    KvsSample *sample = kvs_sample_new (window->first + i, KVS_SAMPLE_NO_MEDIA);

    if (!add_sample (self, sample, error))
      return FALSE;
  }
  return TRUE;
}

/* Reads all of @window. A page may be short for no good reason, so what is missing is asked for
 * until there is nothing. */
static gboolean
read_window (KvsReader *self, KvsWindow window, GError **error)
{
  g_autoptr (AwsAttempts) attempts = aws_client_new_attempts (self->client);

  while (window.count > 0) {
    g_autoptr (GError) cause = NULL;
    guint taken;

    if (!read_chain (self, &window, attempts, &taken, &cause)) {
      if (!is_refusal (self, cause)) {
        g_propagate_error (error, g_steal_pointer (&cause));
        return FALSE;
      }
      if (self->refusal == NULL)
        self->refusal = g_steal_pointer (&cause);
    }
    if (taken == 0)
      return fill_with_no_media (self, &window, error);
    window.first += taken;
    window.count -= taken;
  }
  return TRUE;
}

static gboolean
run (KvsReader *self, GError **error)
{
  guint64 n_samples, next = 0;
  gint64 clock_offset_ms;

  if (self->images_uri == NULL && !locate (self, error))
    return FALSE;
  clock_offset_ms = self->location ? self->location->clock_offset_ms : 0;
  if (!resolve_range (self, self->now_ms + clock_offset_ms, error))
    return FALSE;
  n_samples = kvs_range_get_n_samples (&self->range);
  if (self->max_samples > 0)
    n_samples = MIN (n_samples, self->max_samples);
  while (next < n_samples) {
    KvsWindow window = kvs_range_get_window (&self->range, next);

    window.count = (guint)MIN (window.count, n_samples - next);
    if (!read_window (self, window, error))
      return FALSE;
    next += window.count;
  }
  return TRUE;
}

static gpointer
thread_main (gpointer user_data)
{
  KvsReader *self = user_data;
  GError *error = NULL;

  run (self, &error);
  kvs_sample_queue_finish (self->queue, error);
  return NULL;
}

void
kvs_reader_start (KvsReader *self)
{
  self->thread = g_thread_new ("kvs-reader", thread_main, self);
}

void
kvs_reader_stop (KvsReader *self)
{
  g_cancellable_cancel (self->cancellable);
  kvs_sample_queue_close (self->queue);
  g_clear_pointer (&self->thread, g_thread_join);
}

void
kvs_reader_set_flushing (KvsReader *self, gboolean flushing)
{
  kvs_sample_queue_set_flushing (self->queue, flushing);
}

KvsSample *
kvs_reader_pull (KvsReader *self, GError **error)
{
  return kvs_sample_queue_pop (self->queue, error);
}

gboolean
kvs_reader_get_range (KvsReader *self, KvsRange *range)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  *range = self->range;
  return self->has_range;
}

gsize
kvs_reader_get_held_bytes (KvsReader *self)
{
  return kvs_sample_queue_get_bytes (self->queue);
}

const GError *
kvs_reader_get_refusal (KvsReader *self)
{
  return self->format_seen ? NULL : self->refusal;
}
