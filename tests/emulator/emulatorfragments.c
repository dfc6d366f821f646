/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A page of fragments. All pages of a list show the fragments that existed at the request for its first
 * page, in the same order, which is not that of time. */
#include "emulatorfragments.h"

#include "emulatorfragmentquery.h"
#include "emulatorpaging.h"
#include "emulatorwriter.h"

/* 1 Mbit/s. */
#define BYTES_PER_MS 125
/* Numbers are of this many digits; what they mean is not known, but that later ones are greater. */
#define NUMBER_PREFIX "91343852333181"
#define NUMBER_DIGITS 33

typedef struct {
  EmulatorCall *call;
  EmulatorFragmentQuery query;
  EmulatorStream *stream;
  gint64 offset_ms; /* by how much the query's clock is ahead of the server's, which streams know */
  char *binding;
  EmulatorToken here; /* the token of the page */
  gint64 first;       /* the stream's fragment that the list begins with */
  gint64 n;           /* how many fragments the list has */
  gint64 offset;      /* where in the list of all, and in which steps, the order goes on */
  gint64 step;
} Page;

/* The order */

static gint64
get_common_divisor (gint64 a, gint64 b)
{
  while (b != 0) {
    gint64 rest = a % b;

    a = b;
    b = rest;
  }
  return a;
}

/* Steps of more than half of the list and less than all of it, taken around its end: so that of three or
 * more entries some are always out of order. The list and a step have no common divisor, so that they
 * come to each place once. */
static void
shuffle (Page *page)
{
  const guint32 seeds[] = {
      page->call->settings->seed, g_str_hash (page->binding), (guint32)page->n};
  g_autoptr (GRand) chance = g_rand_new_with_seed_array (seeds, G_N_ELEMENTS (seeds));
  gint32 n = (gint32)MIN (page->n, G_MAXINT32);

  page->offset = g_rand_int_range (chance, 0, n);
  page->step = n / 2 + 1 + g_rand_int_range (chance, 0, MAX (n / 4, 1));
  while (get_common_divisor (page->step, page->n) != 1)
    page->step++;
}

static void
arrange (Page *page)
{
  page->step = 1;
  if (page->n > 1 && page->call->settings->fragment_order == EMULATOR_FRAGMENT_ORDER_SHUFFLED)
    shuffle (page);
}

static EmulatorPeriod
get_entry (const Page *page, gint64 i)
{
  return emulator_stream_get_fragment (
      page->stream, page->first + (page->offset + i * page->step) % page->n);
}

/* The page */

static gboolean
check_quota (const Page *page, GError **error)
{
  EmulatorCall *call = page->call;

  if (call->settings->quota == EMULATOR_QUOTA_OFF)
    return TRUE;
  return emulator_quota_take_fragments (
      call->shared->quota, call->stream, page->query.max_results, call->now_ms, error);
}

static gboolean
open_token (Page *page, GError **error)
{
  page->binding = emulator_fragment_query_describe (&page->query);
  if (!emulator_paging_open (page->call, page->query.next_token, page->binding, &page->here, error))
    return FALSE;
  if (page->query.next_token == NULL)
    page->here.as_of_ms = page->call->now_ms;
  return TRUE;
}

static gboolean
open_page (Page *page, EmulatorCall *call, GError **error)
{
  page->call = call;
  if (!emulator_fragment_query_parse (call->parameters, &page->query, error))
    return FALSE;
  page->stream =
      emulator_call_find_stream (call, page->query.stream_name, page->query.stream_arn, error);
  if (page->stream == NULL || !check_quota (page, error) || !open_token (page, error))
    return FALSE;
  if (page->query.producer_time)
    page->offset_ms = emulator_stream_get_producer_offset (page->stream);
  page->n = emulator_stream_find_fragments (page->stream, page->query.start_ms - page->offset_ms,
      page->query.end_ms - page->offset_ms, call->settings->seed, page->here.as_of_ms,
      &page->first);
  arrange (page);
  return page->query.next_token == NULL || page->here.next < page->n ||
         emulator_paging_refuse (error);
}

static void
write_fragment (const Page *page, EmulatorWriter *writer, const EmulatorPeriod *fragment)
{
  gint64 length_ms = fragment->to_ms - fragment->from_ms;
  g_autofree char *number =
      g_strdup_printf (NUMBER_PREFIX "%0*" G_GINT64_FORMAT, NUMBER_DIGITS, fragment->from_ms);

  emulator_writer_begin_object (writer, NULL);
  emulator_writer_add_integer (writer, "FragmentLengthInMilliseconds", length_ms);
  emulator_writer_add_string (writer, "FragmentNumber", number);
  emulator_writer_add_integer (writer, "FragmentSizeInBytes", length_ms * BYTES_PER_MS);
  emulator_writer_add_time (writer, "ProducerTimestamp",
      fragment->from_ms + emulator_stream_get_producer_offset (page->stream));
  emulator_writer_add_time (writer, "ServerTimestamp", fragment->from_ms);
  emulator_writer_end_object (writer);
}

/* The token of a page that ends before the entry @end of the list. */
static char *
make_token (const Page *page, gint64 end)
{
  const EmulatorToken next = {.as_of_ms = page->here.as_of_ms, .next = (guint32)end};

  return emulator_paging_make (
      page->call, page->query.next_token, page->binding, &page->here, end < page->n ? &next : NULL);
}

static GBytes *
write_page (const Page *page)
{
  gint64 end = MIN (page->here.next + (gint64)page->query.max_results, page->n);
  g_autofree char *token = make_token (page, end);
  EmulatorWriter writer;

  emulator_writer_init (&writer, page->call->settings);
  emulator_writer_begin_list (&writer, "Fragments");
  for (gint64 i = page->here.next; i < end; i++) {
    EmulatorPeriod fragment = get_entry (page, i);

    write_fragment (page, &writer, &fragment);
    page->call->n_fragments++;
  }
  emulator_writer_end_list (&writer);
  emulator_writer_add_string (&writer, "NextToken", token);
  return emulator_writer_finish (&writer);
}

GBytes *
emulator_fragments_answer (EmulatorCall *call, GError **error)
{
  Page page = {0};
  GBytes *body = NULL;

  if (open_page (&page, call, error))
    body = write_page (&page);
  g_free (page.binding);
  return body;
}
