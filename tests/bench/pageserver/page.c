/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "page.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

/* At most so many images are in a reply (API reference, GetImages). */
#define MAX_PAGE_SIZE 25
#define DEFAULT_INTERVAL_MS 3000

/* The times of frames of an NTSC camera, which keep off any grid of whole ms. */
#define FRAMES 30
#define FRAMES_MS 1001
#define FIRST_FRAME_MS 7

/* Ten digits for a number of a sample, so that all tokens have one length. */
#define TOKEN_FORMAT "%010u"

#define BEGIN "{\"Images\":["
#define BEFORE_STILL "{\"Error\":null,\"ImageContent\":\""
#define AFTER_STILL_FORMAT "\",\"TimeStamp\":%" G_GINT64_FORMAT ".%012" G_GINT64_FORMAT "E9}"
#define END_FORMAT "],\"NextToken\":\"" TOKEN_FORMAT "\"}"
#define END_LAST "],\"NextToken\":null}"
/* Of 1 s in the notation of AFTER_STILL_FORMAT, in ms. */
#define TIME_UNIT_MS 1000000000000

static gint64
get_time_ms (JsonObject *request, const char *name)
{
  return llround (json_object_get_double_member_with_default (request, name, 0) * 1000);
}

static guint
get_first (JsonObject *request)
{
  const char *token = json_object_get_string_member_with_default (request, "NextToken", NULL);

  return token == NULL ? 0 : (guint)g_ascii_strtoull (token, NULL, 10);
}

static void
read_samples (Page *page, JsonObject *request)
{
  gint64 end_ms = get_time_ms (request, "EndTimestamp");
  gint64 page_size = json_object_get_int_member_with_default (request, "MaxResults", MAX_PAGE_SIZE);
  guint n_samples;

  page->start_ms = get_time_ms (request, "StartTimestamp");
  page->interval_ms =
      json_object_get_int_member_with_default (request, "SamplingInterval", DEFAULT_INTERVAL_MS);
  n_samples = (guint)((end_ms - page->start_ms + page->interval_ms - 1) / page->interval_ms);
  page->first = MIN (get_first (request), n_samples);
  page->end = MIN (page->first + (guint)CLAMP (page_size, 1, MAX_PAGE_SIZE), n_samples);
  page->is_last = page->end == n_samples;
}

gboolean
page_read (Page *page, const char *body, const Still *jpeg, const Still *png)
{
  g_autoptr (JsonNode) root = json_from_string (body, NULL);
  JsonObject *request;
  const char *format;

  *page = (Page){0};
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return FALSE;
  request = json_node_get_object (root);
  format = json_object_get_string_member_with_default (request, "Format", "JPEG");
  page->still = g_str_equal (format, "PNG") ? png : jpeg;
  page->stream =
      g_strdup (json_object_get_string_member_with_default (request, "StreamName", "unnamed"));
  read_samples (page, request);
  return page->still != NULL && page->end > page->first;
}

void
page_clear (Page *page)
{
  g_clear_pointer (&page->stream, g_free);
}

/* The last frame up to a sample. */
static gint64
find_frame_ms (gint64 sample_ms)
{
  gint64 frame = (sample_ms - FIRST_FRAME_MS) * FRAMES / FRAMES_MS;

  return frame * FRAMES_MS / FRAMES + FIRST_FRAME_MS;
}

static void
write_text (StillFunc write, gpointer data, const char *text)
{
  write (data, text, strlen (text));
}

static char *
make_after_still (gint64 time_ms)
{
  return g_strdup_printf (AFTER_STILL_FORMAT, time_ms / TIME_UNIT_MS, time_ms % TIME_UNIT_MS);
}

static void
write_entry (const Page *page, guint sample, StillFunc write, gpointer data)
{
  gint64 sample_ms = page->start_ms + sample * page->interval_ms;
  g_autofree char *after =
      make_after_still (page->has_frame_times ? find_frame_ms (sample_ms) : sample_ms);

  write_text (write, data, sample == page->first ? BEFORE_STILL : "," BEFORE_STILL);
  still_write (page->still, page->stream, sample_ms, write, data);
  write_text (write, data, after);
}

static char *
make_end (const Page *page)
{
  return page->is_last ? g_strdup (END_LAST) : g_strdup_printf (END_FORMAT, page->end);
}

gsize
page_get_length (const Page *page)
{
  g_autofree char *after = make_after_still (page->start_ms);
  g_autofree char *end = make_end (page);
  gsize n = page->end - page->first;

  return strlen (BEGIN) + n - 1 + strlen (end) +
         n * (strlen (BEFORE_STILL) + still_get_text_length (page->still) + strlen (after));
}

void
page_write (const Page *page, StillFunc write, gpointer data)
{
  g_autofree char *end = make_end (page);

  write_text (write, data, BEGIN);
  for (guint sample = page->first; sample < page->end; sample++)
    write_entry (page, sample, write, data);
  write_text (write, data, end);
}
