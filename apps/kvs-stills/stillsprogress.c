/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stillsprogress.h"

#include <string.h>

#define MAX_BAR 30
#define MIN_BAR 5

static gdouble
get_rate (const StillsProgress *self, guint64 n)
{
  return self->seconds > 0 ? (gdouble)n / self->seconds : 0;
}

gdouble
stills_progress_get_seconds_left (const StillsProgress *self)
{
  gdouble rate = get_rate (self, self->new_samples);

  if (self->expected == 0 || rate <= 0)
    return -1;
  return (gdouble)(self->expected - MIN (self->samples, self->expected)) / rate;
}

/* As 42 s, 3:05 min or 12:00 h. */
static char *
format_duration (gdouble seconds)
{
  guint64 s = (guint64)(seconds + 0.5);

  if (s < 60)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " s", s);
  if (s < 3600)
    return g_strdup_printf ("%" G_GUINT64_FORMAT ":%02u min", s / 60, (guint)(s % 60));
  return g_strdup_printf ("%" G_GUINT64_FORMAT ":%02u h", s / 3600, (guint)(s / 60 % 60));
}

static guint
get_percent (const StillsProgress *self)
{
  return self->expected ? (guint)(MIN (self->samples, self->expected) * 100 / self->expected) : 0;
}

static char *
format_numbers (const StillsProgress *self)
{
  gdouble left = stills_progress_get_seconds_left (self);
  GString *text = g_string_new (NULL);

  if (self->expected)
    g_string_append_printf (text, "%u %%  %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT,
        get_percent (self), self->samples, self->expected);
  else
    g_string_append_printf (text, "%" G_GUINT64_FORMAT " samples", self->samples);
  g_string_append_printf (text, "  %.1f stills/s  %.2f MB/s  %" G_GUINT64_FORMAT " gap%s",
      get_rate (self, self->new_stills), get_rate (self, self->new_bytes) / 1e6, self->gaps,
      self->gaps == 1 ? "" : "s");
  if (left >= 0) {
    g_autofree char *duration = format_duration (left);

    g_string_append_printf (text, "  %s left", duration);
  }
  return g_string_free (text, FALSE);
}

static void
append_bar (GString *text, const StillsProgress *self, guint width)
{
  guint full = get_percent (self) * width / 100;

  g_string_append_c (text, '[');
  for (guint i = 0; i < width; i++)
    g_string_append_c (text, i < full ? '#' : ' ');
  g_string_append (text, "]  ");
}

char *
stills_progress_format_line (const StillsProgress *self, guint columns)
{
  g_autofree char *numbers = format_numbers (self);
  GString *text = g_string_new (NULL);
  guint free_columns = columns > strlen (numbers) + 4 ? columns - (guint)strlen (numbers) - 4 : 0;

  if (columns > 0 && self->expected && free_columns >= MIN_BAR)
    append_bar (text, self, MIN (free_columns, MAX_BAR));
  g_string_append (text, numbers);
  if (columns > 0 && text->len > columns)
    g_string_truncate (text, columns);
  return g_string_free (text, FALSE);
}

static void
add_fraction (JsonObject *object, const char *name, gdouble number)
{
  json_object_set_double_member (object, name, (gdouble)(gint64)(number * 1000 + 0.5) / 1000);
}

JsonObject *
stills_progress_describe (const StillsProgress *self, const char *event)
{
  JsonObject *object = json_object_new ();
  gdouble left = stills_progress_get_seconds_left (self);

  json_object_set_string_member (object, "event", event);
  json_object_set_int_member (object, "streams", self->streams);
  json_object_set_int_member (object, "streams-complete", self->streams_complete);
  json_object_set_int_member (object, "samples", (gint64)self->samples);
  if (self->expected)
    json_object_set_int_member (object, "expected", (gint64)self->expected);
  json_object_set_int_member (object, "stills", (gint64)self->stills);
  json_object_set_int_member (object, "gaps", (gint64)self->gaps);
  json_object_set_int_member (object, "bytes", (gint64)self->bytes);
  add_fraction (object, "seconds", self->seconds);
  add_fraction (object, "stills-per-second", get_rate (self, self->new_stills));
  add_fraction (object, "bytes-per-second", get_rate (self, self->new_bytes));
  if (left >= 0)
    add_fraction (object, "seconds-left", left);
  return object;
}

/* GLib puts a no-break space before the unit, which becomes a question mark where the locale has none. */
char *
stills_progress_format_bytes (guint64 bytes)
{
  g_autofree char *text = g_format_size (bytes);
  g_auto (GStrv) words = g_strsplit (text, "\u00a0", 2);

  return g_strjoinv (" ", words);
}
