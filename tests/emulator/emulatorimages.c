/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A page of images. Samples are numbered over the whole range of a query. A page has consecutive samples,
 * and its token has the number of the next one. */
#include "emulatorimages.h"

#include "emulatorerror.h"
#include "emulatorpaging.h"
#include "emulatorquery.h"
#include "emulatortime.h"
#include "emulatorwriter.h"

#include <string.h>

/* What a page holds at most, whatever MaxResults says. */
#define PAGE_SIZE 25
/* With an entry in front and one at the end that are not its own. */
#define MAX_ENTRIES (PAGE_SIZE + 2)
/* The most characters of an ImageContent in the service model. */
#define MAX_IMAGE_CONTENT 6291456
#define NOT_AN_IMAGE "This is not an image."
#define NOT_BASE64 "*** not base64 ***"

typedef struct {
  EmulatorCall *call;
  EmulatorQuery query;
  EmulatorStream *stream;
  gint64 offset_ms; /* by how much the query's clock is ahead of the server's, which streams know */
  char *binding;
  guint n_in_range; /* how many samples the whole range has */
  guint n_samples;  /* how many of them its pages have */
  guint first;      /* the sample that the page begins with */
  gboolean after_empty_page;
} Page;

/* Checks that come before any sample is read */

static gboolean
refuse (GError **error, EmulatorError code, const char *message)
{
  g_set_error_literal (error, EMULATOR_ERROR, code, message);
  return FALSE;
}

/* @side is the end of the range that is too old: "Start" or "End". */
static gboolean
refuse_age (const Page *page, const char *side, gint64 unix_ms, GError **error)
{
  g_autofree char *time = emulator_time_format (unix_ms);

  if (page->query.producer_time)
    return refuse (error, EMULATOR_ERROR_RESOURCE_NOT_FOUND,
        "No fragments found in the stream for the images request.");
  g_set_error (error, EMULATOR_ERROR, EMULATOR_ERROR_INVALID_ARGUMENT,
      "%s timestamp %s is outside of the stream retention period.", side, time);
  return FALSE;
}

static gboolean
check_retention (const Page *page, GError **error)
{
  const EmulatorQuery *query = &page->query;
  gint64 oldest_ms =
      emulator_stream_get_oldest (page->stream, page->call->now_ms) + page->offset_ms;

  if (emulator_stream_get_retention_hours (page->stream) == 0)
    return refuse (error, EMULATOR_ERROR_NO_DATA_RETENTION,
        "The stream does not retain data: its DataRetentionInHours is 0.");
  if (query->end_ms <= oldest_ms)
    return refuse_age (page, "End", query->end_ms, error);
  if (page->call->settings->retention_check == EMULATOR_RETENTION_CHECK_START &&
      query->start_ms < oldest_ms)
    return refuse_age (page, "Start", query->start_ms, error);
  return TRUE;
}

static gboolean
check_quota (const Page *page, GError **error)
{
  EmulatorCall *call = page->call;

  if (call->settings->quota == EMULATOR_QUOTA_OFF)
    return TRUE;
  return emulator_quota_take_images (
      call->shared->quota, call->stream, page->query.max_results, call->now_ms, error);
}

static gboolean
open_token (Page *page, GError **error)
{
  EmulatorToken token;

  page->binding = emulator_query_describe (&page->query);
  if (!emulator_paging_open (page->call, page->query.next_token, page->binding, &token, error))
    return FALSE;
  if (token.next >= page->n_samples)
    return emulator_paging_refuse (error);
  page->first = token.next;
  page->after_empty_page = token.page_empty;
  return TRUE;
}

static void
count_samples (Page *page)
{
  guint cap = page->call->settings->range_cap;

  page->n_in_range = emulator_query_count (&page->query, page->call->settings);
  page->n_samples = cap == 0 ? page->n_in_range : MIN (page->n_in_range, cap);
}

static gboolean
open_page (Page *page, EmulatorCall *call, GError **error)
{
  page->call = call;
  if (!emulator_query_parse (call->parameters, call->settings, &page->query, error))
    return FALSE;
  page->stream =
      emulator_call_find_stream (call, page->query.stream_name, page->query.stream_arn, error);
  if (page->stream == NULL)
    return FALSE;
  if (page->query.producer_time)
    page->offset_ms = emulator_stream_get_producer_offset (page->stream);
  count_samples (page);
  return check_quota (page, error) && check_retention (page, error) && open_token (page, error);
}

/* What goes on the page */

static gboolean
has_fragment (const Page *page)
{
  gboolean whole = page->call->settings->first_image == EMULATOR_FIRST_IMAGE_DROP;

  return emulator_stream_has_fragment (page->stream, page->query.start_ms - page->offset_ms,
      page->query.end_ms - page->offset_ms, whole, page->call->settings->seed, page->call->now_ms);
}

/* The service looks for fragments that begin within the range: one that began before it is not
 * found, and its media is not there (boto3 issue 3712). */
static EmulatorMedia
find_media (const Page *page, gint64 server_ms)
{
  gint64 start_ms = page->query.start_ms - page->offset_ms;
  EmulatorMedia media = emulator_stream_get_media (page->stream, server_ms,
      emulator_settings_get_frame_choice (page->call->settings), page->call->settings->seed,
      page->call->now_ms);

  if (media != EMULATOR_MEDIA_NONE &&
      page->call->settings->first_image == EMULATOR_FIRST_IMAGE_DROP &&
      emulator_stream_get_fragment_start (page->stream, server_ms) < start_ms)
    return EMULATOR_MEDIA_NONE;
  return media;
}

static EmulatorFormat
choose_format (const Page *page)
{
  if (page->call->fault->image != EMULATOR_IMAGE_FAULT_FORMAT)
    return page->query.format;
  return page->query.format == EMULATOR_FORMAT_JPEG ? EMULATOR_FORMAT_PNG : EMULATOR_FORMAT_JPEG;
}

/* The image at @server_ms, as changed by a fault. */
static GBytes *
make_image (const Page *page, gint64 server_ms, GError **error)
{
  const EmulatorQuery *query = &page->query;
  EmulatorImageFault fault = page->call->fault->image;
  g_autoptr (GBytes) image = NULL;

  if (fault == EMULATOR_IMAGE_FAULT_GARBAGE)
    return g_bytes_new_static (NOT_AN_IMAGE, strlen (NOT_AN_IMAGE));
  image = emulator_stream_render (page->stream, server_ms,
      emulator_settings_get_frame_choice (page->call->settings), choose_format (page),
      query->quality, query->width, query->height, error);
  if (image != NULL && fault == EMULATOR_IMAGE_FAULT_TRUNCATED)
    return g_bytes_new_from_bytes (image, 0, g_bytes_get_size (image) / 2);
  return g_steal_pointer (&image);
}

static void
write_gap (const Page *page, EmulatorWriter *writer, const char *reason, gint64 unix_ms)
{
  page->call->n_gaps++;
  emulator_writer_add_string (writer, "Error", reason);
  emulator_writer_add_string (writer, "ImageContent", NULL);
  emulator_writer_add_time (writer, "TimeStamp", unix_ms);
}

static void
write_image (const Page *page, EmulatorWriter *writer, GBytes *image, gint64 unix_ms)
{
  page->call->n_images++;
  emulator_writer_add_string (writer, "Error", NULL);
  if (page->call->fault->image == EMULATOR_IMAGE_FAULT_BASE64)
    emulator_writer_add_string (writer, "ImageContent", NOT_BASE64);
  else
    emulator_writer_add_base64 (writer, "ImageContent", image);
  emulator_writer_add_time (writer, "TimeStamp", unix_ms);
}

static gint64
choose_timestamp (const Page *page, gint64 server_ms)
{
  return emulator_settings_get_timestamp (page->call->settings, page->stream, server_ms) +
         page->offset_ms;
}

static gboolean
write_sample (const Page *page, EmulatorWriter *writer, int sample, GError **error)
{
  gint64 unix_ms = emulator_query_get_time (&page->query, sample);
  gint64 server_ms = unix_ms - page->offset_ms;
  EmulatorMedia media = find_media (page, server_ms);
  g_autoptr (GBytes) image = NULL;

  if (media == EMULATOR_MEDIA_NONE) {
    write_gap (page, writer, "NO_MEDIA", unix_ms);
    return TRUE;
  }
  if (media == EMULATOR_MEDIA_PICTURE) {
    image = make_image (page, server_ms, error);
    if (image == NULL)
      return FALSE;
  }
  if (image == NULL || g_bytes_get_size (image) > MAX_IMAGE_CONTENT / 4 * 3)
    write_gap (page, writer, "MEDIA_ERROR", unix_ms);
  else
    write_image (page, writer, image, choose_timestamp (page, server_ms));
  return TRUE;
}

/* Lists the samples of a page in the order of their time: its @n own ones, and what comes on top of
 * them. The number of the samples. */
static guint
list_samples (const Page *page, guint n, int *samples)
{
  const EmulatorSettings *settings = page->call->settings;
  guint n_listed = 0;

  if (n == 0)
    return 0;
  if (page->first == 0 && settings->outside & EMULATOR_OUTSIDE_BEFORE)
    samples[n_listed++] = -1;
  if (page->first > 0 && settings->seam == EMULATOR_SEAM_REPEAT)
    samples[n_listed++] = (int)page->first - 1;
  for (guint i = 0; i < n; i++)
    samples[n_listed++] = (int)(page->first + i);
  if (page->first + n == page->n_samples && settings->outside & EMULATOR_OUTSIDE_AFTER)
    samples[n_listed++] = (int)page->n_in_range;
  return n_listed;
}

/* Sorts the samples of a page in the order in which they are written. */
static void
arrange (const Page *page, int *samples, guint n)
{
  const guint32 seeds[] = {page->call->settings->seed, page->first};
  g_autoptr (GRand) chance = g_rand_new_with_seed_array (seeds, G_N_ELEMENTS (seeds));

  if (page->call->settings->page_order == EMULATOR_ORDER_ASCENDING)
    return;
  for (guint i = 0; i + 1 < n; i++) {
    gboolean shuffled = page->call->settings->page_order == EMULATOR_ORDER_SHUFFLED;
    guint other = shuffled ? (guint)g_rand_int_range (chance, i, n) : n - 1;
    int sample = samples[other];

    memmove (&samples[i + 1], &samples[i], (other - i) * sizeof *samples);
    samples[i] = sample;
  }
}

static gboolean
write_samples (const Page *page, EmulatorWriter *writer, guint n, GError **error)
{
  int samples[MAX_ENTRIES];
  guint n_listed = list_samples (page, n, samples);

  arrange (page, samples, n_listed);
  for (guint i = 0; i < n_listed; i++) {
    emulator_writer_begin_object (writer, NULL);
    if (!write_sample (page, writer, samples[i], error))
      return FALSE;
    emulator_writer_end_object (writer);
  }
  return TRUE;
}

static gboolean
is_empty (const Page *page)
{
  switch (page->call->settings->empty_page) {
    case EMULATOR_EMPTY_PAGE_FIRST:
      return page->query.next_token == NULL;
    case EMULATOR_EMPTY_PAGE_EVERY:
      return !page->after_empty_page;
    case EMULATOR_EMPTY_PAGE_NEVER:
    default:
      return FALSE;
  }
}

/* The token of a page of @n samples. */
static char *
make_token (const Page *page, guint n)
{
  const EmulatorToken here = {.next = page->first, .page_empty = page->after_empty_page};
  const EmulatorToken next = {.next = page->first + n, .page_empty = n == 0};
  gboolean is_last = next.next >= page->n_samples;

  return emulator_paging_make (
      page->call, page->query.next_token, page->binding, &here, is_last ? NULL : &next);
}

/* Writes @n samples from the page's first one on, entries outside of the range, and a token if there are
 * more. */
static GBytes *
write_page (const Page *page, guint n, GError **error)
{
  g_autofree char *token = make_token (page, n);
  g_autoptr (GBytes) body = NULL;
  EmulatorWriter writer;
  gboolean written;

  emulator_writer_init (&writer, page->call->settings);
  emulator_writer_begin_list (&writer, "Images");
  written = write_samples (page, &writer, n, error);
  emulator_writer_end_list (&writer);
  emulator_writer_add_string (&writer, "NextToken", token);
  body = emulator_writer_finish (&writer);
  return written ? g_steal_pointer (&body) : NULL;
}

static GBytes *
answer_empty_range (Page *page, GError **error)
{
  switch (page->call->settings->empty_range) {
    case EMULATOR_EMPTY_RANGE_404:
      refuse (error, EMULATOR_ERROR_RESOURCE_NOT_FOUND,
          "No fragments found in the stream for the images request.");
      return NULL;
    case EMULATOR_EMPTY_RANGE_400:
      refuse (
          error, EMULATOR_ERROR_INVALID_ARGUMENT, "No media was found for the requested range.");
      return NULL;
    case EMULATOR_EMPTY_RANGE_ENTRIES:
    case EMULATOR_EMPTY_RANGE_LIST:
    default:
      page->first = page->n_samples;
      return write_page (page, 0, error);
  }
}

GBytes *
emulator_images_answer (EmulatorCall *call, GError **error)
{
  Page page = {0};
  GBytes *body = NULL;

  if (open_page (&page, call, error)) {
    guint n = MIN (page.query.max_results, MIN (PAGE_SIZE, page.n_samples - page.first));

    if (call->settings->empty_range != EMULATOR_EMPTY_RANGE_ENTRIES && !has_fragment (&page))
      body = answer_empty_range (&page, error);
    else
      body = write_page (&page, is_empty (&page) ? 0 : n, error);
  }
  g_free (page.binding);
  return body;
}
