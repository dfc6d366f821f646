/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of a stream's keys, and setters for each kind of value. */
#include "emulatorstreamspec.h"

#include "emulatorperiod.h"
#include "emulatortime.h"

#include <math.h>
#include <string.h>

#define DEFAULT_AGE_MS (3600 * 1000)
#define DEFAULT_DURATION_MS (3600 * 1000)
#define DEFAULT_FRAGMENT_MS 2000
#define MIN_FRAME_MS 40
#define MAX_FRAME_MS (20 * 1000)
#define DEFAULT_RETENTION_HOURS (24 * 365)
#define MAX_SECONDS (100.0 * 365 * 24 * 3600)

typedef struct {
  const char *name;
  gboolean (*set) (gpointer field, const char *value);
  gsize offset;
  const char *accepted;
} Key;

static gboolean
parse_seconds (const char *text, gint64 *ms)
{
  char *end;
  double seconds = g_ascii_strtod (text, &end);

  if (end == text || *end != '\0' || !isfinite (seconds) || fabs (seconds) > MAX_SECONDS)
    return FALSE;
  *ms = llround (seconds * 1000);
  return TRUE;
}

static gboolean
set_time (gpointer field, const char *value)
{
  return emulator_time_parse (value, field);
}

static gboolean
set_offset (gpointer field, const char *value)
{
  return parse_seconds (value, field);
}

static gboolean
set_seconds (gpointer field, const char *value)
{
  return parse_seconds (value, field) && *(gint64 *)field >= 0;
}

static gboolean
set_length (gpointer field, const char *value)
{
  return parse_seconds (value, field) && *(gint64 *)field > 0;
}

static gboolean
set_frame_length (gpointer field, const char *value)
{
  return parse_seconds (value, field) && *(gint64 *)field >= MIN_FRAME_MS &&
         *(gint64 *)field <= MAX_FRAME_MS;
}

static gboolean
set_number (gpointer field, const char *value)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT32, &number, NULL))
    return FALSE;
  *(guint *)field = (guint)number;
  return TRUE;
}

static gboolean
set_flag (gpointer field, const char *value)
{
  *(gboolean *)field = g_str_equal (value, "true");
  return g_str_equal (value, "true") || g_str_equal (value, "false");
}

static gboolean
set_edge (gpointer field, const char *value)
{
  *(gboolean *)field = g_str_equal (value, "fragment");
  return g_str_equal (value, "fragment") || g_str_equal (value, "frame");
}

static gboolean
add_period (gpointer field, const char *value)
{
  g_auto (GStrv) parts = g_strsplit (value, "+", 2);
  EmulatorPeriod period;
  gint64 length_ms;

  if (g_strv_length (parts) != 2 || !parse_seconds (parts[0], &period.from_ms) ||
      !parse_seconds (parts[1], &length_ms) || period.from_ms < 0 || length_ms <= 0)
    return FALSE;
  period.to_ms = period.from_ms + length_ms;
  g_array_append_val (*(GArray **)field, period);
  return TRUE;
}

#define FIELD(name) G_STRUCT_OFFSET (EmulatorStreamSpec, name)

static const Key keys[] = {
    {"start", set_time, FIELD (start_ms), "RFC 3339 with a zone, or seconds since the epoch"},
    {"duration", set_seconds, FIELD (duration_ms), "seconds"},
    {"live", set_flag, FIELD (live), "true or false"},
    {"lag", set_seconds, FIELD (lag_ms), "seconds"},
    {"jitter", set_seconds, FIELD (jitter_ms), "seconds"},
    {"edge", set_edge, FIELD (whole_fragments), "frame or fragment"},
    {"fragment", set_length, FIELD (fragment_ms), "seconds, more than 0"},
    {"gap", add_period, FIELD (gaps), "OFFSET+LENGTH, in seconds from the start"},
    {"audio-only", add_period, FIELD (audio_only), "OFFSET+LENGTH, in seconds from the start"},
    {"retention", set_number, FIELD (retention_hours), "whole hours"},
    {"producer-offset", set_offset, FIELD (producer_offset_ms), "seconds"},
    {"width", set_number, FIELD (width), "pixels"},
    {"height", set_number, FIELD (height), "pixels"},
    {"fps", set_number, FIELD (fps), "whole frames a second"},
    {"frame", set_frame_length, FIELD (frame_ms), "seconds, 0.04 to 20"},
    {"phase", set_offset, FIELD (phase_ms), "seconds"},
};

static void
set_unknown_key (GError **error, const char *name)
{
  g_autoptr (GString) names = g_string_new (keys[0].name);

  for (gsize i = 1; i < G_N_ELEMENTS (keys); i++)
    g_string_append_printf (names, ", %s", keys[i].name);
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
      "A stream has no key '%s'; it has %s", name, names->str);
}

static gboolean
set_key (EmulatorStreamSpec *self, const char *text, GError **error)
{
  g_auto (GStrv) sides = g_strsplit (text, "=", 2);

  for (gsize i = 0; i < G_N_ELEMENTS (keys) && sides[0] != NULL; i++) {
    const Key *key = &keys[i];

    if (!g_str_equal (sides[0], key->name))
      continue;
    if (sides[1] != NULL && key->set (G_STRUCT_MEMBER_P (self, key->offset), sides[1]))
      return TRUE;
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "A stream's %s is %s, not '%s'",
        key->name, key->accepted, sides[1] != NULL ? sides[1] : "");
    return FALSE;
  }
  set_unknown_key (error, sides[0] != NULL ? sides[0] : "");
  return FALSE;
}

static int
compare_periods (gconstpointer a, gconstpointer b)
{
  const EmulatorPeriod *left = a, *right = b;

  return (left->from_ms > right->from_ms) - (left->from_ms < right->from_ms);
}

static void
make_absolute (GArray *periods, gint64 start_ms)
{
  for (guint i = 0; i < periods->len; i++) {
    EmulatorPeriod *period = &g_array_index (periods, EmulatorPeriod, i);

    period->from_ms += start_ms;
    period->to_ms += start_ms;
  }
}

static void
initialize (EmulatorStreamSpec *self, gint64 now_ms)
{
  *self = (EmulatorStreamSpec){
      .start_ms = now_ms - DEFAULT_AGE_MS,
      .duration_ms = DEFAULT_DURATION_MS,
      .retention_hours = DEFAULT_RETENTION_HOURS,
      .gaps = g_array_new (FALSE, FALSE, sizeof (EmulatorPeriod)),
      .audio_only = g_array_new (FALSE, FALSE, sizeof (EmulatorPeriod)),
  };
}

/* The least whole number of frames, where they have a length of their own, that is long enough. */
static gint64
choose_fragment_length (gint64 frame_ms)
{
  if (frame_ms == 0)
    return DEFAULT_FRAGMENT_MS;
  return (DEFAULT_FRAGMENT_MS + frame_ms - 1) / frame_ms * frame_ms;
}

static gboolean
settle_lengths (EmulatorStreamSpec *self, GError **error)
{
  if (self->frame_ms != 0 && self->fps != 0) {
    g_set_error_literal (
        error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "A stream has frame or fps, not both");
    return FALSE;
  }
  if (self->fragment_ms == 0)
    self->fragment_ms = choose_fragment_length (self->frame_ms);
  if (self->fragment_ms < self->frame_ms) {
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "A stream's fragment is at least as long as its frame");
    return FALSE;
  }
  return TRUE;
}

static gboolean
is_name (const char *name)
{
  return strlen (name) <= 256 && g_regex_match_simple ("^[a-zA-Z0-9_.-]+$", name, 0, 0);
}

static gboolean
read_source (EmulatorStreamSpec *self, const char *source, const char *text, GError **error)
{
  g_auto (GStrv) sides = g_strsplit (source != NULL ? source : "", "=", 2);

  if (g_strv_length (sides) != 2 || !is_name (sides[0]) || *sides[1] == '\0') {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "A stream is NAME=SOURCE[,key=value...], its name 1 to 256 of the characters "
        "a-z A-Z 0-9 _ . -, not '%s'",
        text);
    return FALSE;
  }
  self->name = g_strdup (sides[0]);
  self->source = g_strdup (sides[1]);
  return TRUE;
}

gboolean
emulator_stream_spec_parse (
    EmulatorStreamSpec *spec, const char *text, gint64 now_ms, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);

  initialize (spec, now_ms);
  if (!read_source (spec, parts[0], text, error))
    return FALSE;
  for (char **part = parts + 1; *part != NULL; part++) {
    if (!set_key (spec, *part, error))
      return FALSE;
  }
  make_absolute (spec->gaps, spec->start_ms);
  make_absolute (spec->audio_only, spec->start_ms);
  g_array_sort (spec->gaps, compare_periods);
  return settle_lengths (spec, error);
}

void
emulator_stream_spec_clear (EmulatorStreamSpec *spec)
{
  g_free (spec->name);
  g_free (spec->source);
  g_array_unref (spec->gaps);
  g_array_unref (spec->audio_only);
}
