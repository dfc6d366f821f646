/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stillspage.h"

#include "stillsname.h"
#include "stillsprogress.h"

/* The size of the drawing of a time line, which is stretched to the width of the page. */
#define LINE_WIDTH 1000
#define LINE_HEIGHT 34
#define N_TICKS 5

/* A table of more gaps than that shows the longest. */
#define MAX_GAPS 24

#define DAY_MS G_GINT64_CONSTANT (86400000)

static const char style[] =
    ":root{--paper:#f6f7f9;--card:#fff;--ink:#1b2330;--soft:#667085;--line:#e2e6ec;--still:#2f9e6e;"
    "--NO_MEDIA:#d5dae1;--MEDIA_ERROR:#e8a33d;--BAD_IMAGE:#d9534f}\n"
    "@media(prefers-color-scheme:dark){:root{--paper:#12161c;--card:#1b212a;--ink:#e6eaf0;--soft:#98a2b3;"
    "--line:#2c3440;--still:#3fb984;--NO_MEDIA:#3a434f}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0;padding:32px 24px;background:var(--paper);color:var(--ink);"
    "font:15px/1.45 system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif}\n"
    "main{max-width:1180px;margin:0 auto}\n"
    "h1{font-size:26px;margin:0 0 2px}h2{font-size:19px;margin:0}\n"
    "p{margin:0;color:var(--soft)}\n"
    "section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:20px 22px;"
    "margin-top:22px}\n"
    "dl{display:flex;flex-wrap:wrap;gap:6px 34px;margin:14px 0 0}\n"
    "dt{font-size:12px;color:var(--soft)}dd{margin:0;font-size:20px;font-variant-numeric:tabular-nums}\n"
    "section dd{font-size:17px}\n"
    ".line{width:100%;height:34px;display:block;margin-top:16px;border-radius:5px;background:var(--line)}\n"
    ".ticks{display:flex;justify-content:space-between;font-size:12px;color:var(--soft);margin-top:4px;"
    "font-variant-numeric:tabular-nums}\n"
    ".still{fill:var(--still)}.NO_MEDIA{fill:var(--NO_MEDIA)}.MEDIA_ERROR{fill:var(--MEDIA_ERROR)}"
    ".BAD_IMAGE{fill:var(--BAD_IMAGE)}\n"
    ".sheet{display:grid;grid-template-columns:repeat(auto-fill,minmax(126px,1fr));gap:10px;"
    "margin-top:18px}\n"
    "figure{margin:0}img{width:100%;display:block;border-radius:5px;background:var(--line)}\n"
    "figcaption{font-size:12px;color:var(--soft);margin-top:3px;font-variant-numeric:tabular-nums}\n"
    "table{border-collapse:collapse;margin-top:16px;font-size:14px;font-variant-numeric:tabular-nums}\n"
    "th{text-align:left;font-weight:500;color:var(--soft);font-size:12px}\n"
    "th,td{padding:3px 22px 3px 0;border-bottom:1px solid var(--line)}td.n,th.n{text-align:right}\n"
    ".key{display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:6px}\n"
    ".legend{display:flex;gap:18px;font-size:12px;color:var(--soft);margin-top:18px}\n"
    "footer{color:var(--soft);font-size:12px;margin-top:22px}\n";

static void
append_text (GString *page, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_string_append (page, escaped);
}

#define DATE_AND_TIME "%Y-%m-%d %H:%M:%S"

/* A time to the second, or with its ms where it has some. */
static char *
format_time (gint64 ms, const char *format)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (ms / 1000);
  g_autofree char *text = g_date_time_format (time, format);

  return ms % 1000 ? g_strdup_printf ("%s.%03d", text, (gint)(ms % 1000)) : g_steal_pointer (&text);
}

static char *
format_length (gint64 ms)
{
  gint64 s = ms / 1000;

  if (ms % 1000)
    return g_strdup_printf ("%.1f s", (gdouble)ms / 1000);
  if (s < 60)
    return g_strdup_printf ("%" G_GINT64_FORMAT " s", s);
  if (s < 3600)
    return g_strdup_printf ("%" G_GINT64_FORMAT " min %" G_GINT64_FORMAT " s", s / 60, s % 60);
  return g_strdup_printf ("%" G_GINT64_FORMAT " h %" G_GINT64_FORMAT " min", s / 3600, s / 60 % 60);
}

/* How times are written where lines are short: with the day if there are several. */
static const char *
get_short_format (const StillsSurvey *survey)
{
  return survey->from_ms / DAY_MS == (survey->until_ms - 1) / DAY_MS ? "%H:%M:%S"
                                                                     : "%m-%d %H:%M:%S";
}

static void
append_number (GString *page, const char *name, guint64 number)
{
  g_string_append_printf (page,
      "<div><dt>%s</dt><dd data-field=\"%s\">%" G_GUINT64_FORMAT "</dd></div>\n", name, name,
      number);
}

static void
append_totals (GString *page, const StillsTotals *totals)
{
  g_autofree char *size = stills_progress_format_bytes (totals->bytes);

  append_number (page, "samples", totals->samples);
  append_number (page, "stills", totals->stills);
  append_number (page, "gaps", totals->gaps);
  g_string_append_printf (page,
      "<div><dt>size</dt><dd data-field=\"bytes\" data-value=\"%" G_GUINT64_FORMAT
      "\">%s</dd></div>\n",
      totals->bytes, size);
}

static void
append_head (GString *page, const char *title)
{
  g_string_append (page, "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
                         "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
  append_text (page, title);
  g_string_append_printf (page, "</title>\n<style>\n%s</style>\n<main>\n<h1>", style);
  append_text (page, title);
  g_string_append (page, "</h1>\n");
}

static void
append_range (GString *page, const StillsSurvey *survey)
{
  g_autofree char *from = format_time (survey->from_ms, DATE_AND_TIME);
  g_autofree char *until = format_time (survey->until_ms, DATE_AND_TIME);
  g_autofree char *length = format_length (survey->until_ms - survey->from_ms);

  g_string_append_printf (
      page, "<p>%s to %s UTC, %s</p>\n<dl id=\"totals\">\n", from, until, length);
  append_number (page, "streams", survey->streams->len);
  append_totals (page, &survey->totals);
  g_string_append (page,
      "</dl>\n<div class=\"legend\">\n"
      "<span><span class=\"key\" style=\"background:var(--still)\"></span>stills</span>\n");
  g_string_append (page,
      "<span><span class=\"key\" style=\"background:var(--NO_MEDIA)\"></span>no media</span>\n"
      "<span><span class=\"key\" style=\"background:var(--MEDIA_ERROR)\"></span>media without an "
      "image</span>\n"
      "<span><span class=\"key\" style=\"background:var(--BAD_IMAGE)\"></span>damaged "
      "image</span>\n</div>\n");
}

/* Decimals have a point in any language. */
static void
append_bar (GString *page, const StillsSurvey *survey, gint64 from_ms, gint64 until_ms,
    const char *class, const char *title)
{
  gdouble scale = (gdouble)LINE_WIDTH / (gdouble)MAX (survey->until_ms - survey->from_ms, 1);
  char x[G_ASCII_DTOSTR_BUF_SIZE], width[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (x, sizeof x, "%.3f", (gdouble)(from_ms - survey->from_ms) * scale);
  g_ascii_formatd (width, sizeof width, "%.3f", (gdouble)(until_ms - from_ms) * scale);
  g_string_append_printf (page,
      "<rect class=\"%s\" x=\"%s\" y=\"0\" width=\"%s\" height=\"%d\"><title>", class, x, width,
      LINE_HEIGHT);
  append_text (page, title);
  g_string_append (page, "</title></rect>\n");
}

static char *
describe_gap (const StillsGap *gap)
{
  g_autofree char *from = format_time (gap->from_ms, DATE_AND_TIME);
  g_autofree char *length = format_length (gap->until_ms - gap->from_ms);

  return g_strdup_printf ("%s from %s on, %s", gap->reason, from, length);
}

static void
append_ticks (GString *page, const StillsSurvey *survey)
{
  gint64 length_ms = survey->until_ms - survey->from_ms;

  g_string_append (page, "<div class=\"ticks\">");
  for (guint i = 0; i <= N_TICKS; i++) {
    gint64 ms = survey->from_ms + length_ms * i / N_TICKS;
    g_autofree char *time =
        format_time (ms - (length_ms >= N_TICKS * 1000 ? ms % 1000 : 0), get_short_format (survey));

    g_string_append_printf (page, "<span>%s</span>", time);
  }
  g_string_append (page, "</div>\n");
}

/* Where a stream has samples it is green, and its gaps lie on that. Where it has none, there is neither. */
static void
append_line (GString *page, const StillsSurvey *survey, const StillsSurveyStream *stream)
{
  const StillsEntry *entries = (const StillsEntry *)(void *)stream->entries->data;
  gint64 interval_ms = MAX (stream->interval_ms, 1);
  guint first = 0;

  g_string_append_printf (page,
      "<svg class=\"line\" viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" role=\"img\">\n",
      LINE_WIDTH, LINE_HEIGHT);
  for (guint i = 1; i <= stream->entries->len; i++) {
    if (i < stream->entries->len && entries[i].time_ms == entries[i - 1].time_ms + interval_ms)
      continue;
    append_bar (page, survey, entries[first].time_ms, entries[i - 1].time_ms + interval_ms, "still",
        "stills");
    first = i;
  }
  for (guint i = 0; i < stream->gaps->len; i++) {
    const StillsGap *gap = &g_array_index (stream->gaps, StillsGap, i);
    g_autofree char *title = describe_gap (gap);

    append_bar (page, survey, gap->from_ms, gap->until_ms, gap->reason, title);
  }
  g_string_append (page, "</svg>\n");
  append_ticks (page, survey);
}

static gint
compare_lengths (gconstpointer a, gconstpointer b)
{
  const StillsGap *first = *(const StillsGap *const *)a, *second = *(const StillsGap *const *)b;

  return first->n_samples == second->n_samples
             ? (first->from_ms > second->from_ms) - (first->from_ms < second->from_ms)
             : (first->n_samples < second->n_samples) - (first->n_samples > second->n_samples);
}

static gint
compare_starts (gconstpointer a, gconstpointer b)
{
  const StillsGap *first = *(const StillsGap *const *)a, *second = *(const StillsGap *const *)b;

  return (first->from_ms > second->from_ms) - (first->from_ms < second->from_ms);
}

/* The longest gaps, in the order of time. */
static GPtrArray *
choose_gaps (const StillsSurveyStream *stream)
{
  GPtrArray *gaps = g_ptr_array_new ();

  for (guint i = 0; i < stream->gaps->len; i++)
    g_ptr_array_add (gaps, &g_array_index (stream->gaps, StillsGap, i));
  g_ptr_array_sort (gaps, compare_lengths);
  g_ptr_array_set_size (gaps, (gint)MIN (gaps->len, MAX_GAPS));
  g_ptr_array_sort (gaps, compare_starts);
  return gaps;
}

static void
append_gap (GString *page, const StillsGap *gap)
{
  g_autofree char *from = format_time (gap->from_ms, DATE_AND_TIME);
  g_autofree char *length = format_length (gap->until_ms - gap->from_ms);

  g_string_append_printf (page,
      "<tr><td>%s</td><td class=\"n\">%s</td><td class=\"n\" data-field=\"gap-samples\">%" G_GUINT64_FORMAT
      "</td><td><span class=\"key\" style=\"background:var(--%s)\"></span>%s</td></tr>\n",
      from, length, gap->n_samples, gap->reason, gap->reason);
}

static void
append_gaps (GString *page, const StillsSurveyStream *stream)
{
  g_autoptr (GPtrArray) gaps = choose_gaps (stream);

  if (gaps->len == 0)
    return;
  g_string_append (page, "<table>\n<tr><th>gap from (UTC)</th><th class=\"n\">length</th><th "
                         "class=\"n\">samples</th><th>reason</th></tr>\n");
  for (guint i = 0; i < gaps->len; i++)
    append_gap (page, g_ptr_array_index (gaps, i));
  g_string_append (page, "</table>\n");
  if (gaps->len < stream->gaps->len)
    g_string_append_printf (page,
        "<p>The longest %u of <span data-field=\"gap-count\">%u</span> gaps.</p>\n", gaps->len,
        stream->gaps->len);
}

static void
append_picture (
    GString *page, const StillsSurvey *survey, const StillsEntry *entry, const char *url)
{
  g_autofree char *time = format_time (entry->time_ms, get_short_format (survey));
  g_autofree char *iso = stills_name_time (entry->time_ms);

  g_string_append_printf (page,
      "<figure><img src=\"%s\" alt=\"\" width=\"%u\" height=\"%u\" style=\"height:auto\"><figcaption "
      "data-time=\"%s\">%s</figcaption></figure>\n",
      url, entry->width, entry->height, iso, time);
}

/* The stills that are shown, spread evenly over all there are. */
static GPtrArray *
choose_stills (const StillsSurveyStream *stream, guint n_pictures)
{
  guint64 n_stills = stream->totals.stills, n = MIN (n_stills, n_pictures), number = 0;
  GPtrArray *chosen = g_ptr_array_new ();

  for (guint i = 0; i < stream->entries->len && chosen->len < n; i++) {
    StillsEntry *entry = &g_array_index (stream->entries, StillsEntry, i);

    if (entry->reason)
      continue;
    if (number++ == chosen->len * n_stills / n)
      g_ptr_array_add (chosen, entry);
  }
  return chosen;
}

static void
append_sheet (GString *page, const StillsSurvey *survey, const StillsSurveyStream *stream,
    guint n_pictures, StillsPictureFunc picture_func, gpointer user_data)
{
  g_autoptr (GPtrArray) stills = choose_stills (stream, n_pictures);

  g_string_append (page, "<div class=\"sheet\">\n");
  for (guint i = 0; i < stills->len; i++) {
    const StillsEntry *entry = g_ptr_array_index (stills, i);
    g_autofree char *url = picture_func (stream, entry, user_data);

    if (url)
      append_picture (page, survey, entry, url);
  }
  g_string_append (page, "</div>\n");
}

static void
append_stream (GString *page, const StillsSurvey *survey, const StillsSurveyStream *stream)
{
  g_autofree char *interval = format_length (stream->interval_ms);

  g_string_append (page, "<section data-stream=\"");
  append_text (page, stream->name);
  g_string_append (page, "\">\n<h2>");
  append_text (page, stream->name);
  g_string_append (page, "</h2>\n<dl>\n");
  append_totals (page, &stream->totals);
  if (stream->interval_ms)
    g_string_append_printf (page,
        "<div><dt>interval</dt><dd data-field=\"interval\" data-value=\"%" G_GINT64_FORMAT
        "\">%s</dd></div>\n",
        stream->interval_ms, interval);
  g_string_append (page, "</dl>\n");
  append_line (page, survey, stream);
  append_gaps (page, stream);
}

char *
stills_page_write (const StillsSurvey *survey, const char *title, guint n_pictures,
    StillsPictureFunc picture_func, gpointer user_data)
{
  GString *page = g_string_new (NULL);

  append_head (page, title);
  append_range (page, survey);
  for (guint i = 0; i < survey->streams->len; i++) {
    const StillsSurveyStream *stream = g_ptr_array_index (survey->streams, i);

    append_stream (page, survey, stream);
    append_sheet (page, survey, stream, n_pictures, picture_func, user_data);
    g_string_append (page, "</section>\n");
  }
  g_string_append (
      page, "<footer>kvs-stills report. All times are UTC.</footer>\n</main>\n</html>\n");
  return g_string_free (page, FALSE);
}
