/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The time line of a stream. Gaps cut it into stretches of media; each stretch is a run of fragments
 * of one length that begins with the stretch. A live stream becomes visible in portions, which are its
 * fragments or, where it need not wait for the end of one, seconds: chance has a delay for each. */
#include "emulatorstream.h"

#include "emulatortime.h"

#include <math.h>
#include <string.h>

#define DEFAULT_AGE_MS (3600 * 1000)
#define DEFAULT_DURATION_MS (3600 * 1000)
#define DEFAULT_FRAGMENT_MS 2000
#define DEFAULT_RETENTION_HOURS (24 * 365)
#define MAX_SECONDS (100.0 * 365 * 24 * 3600)
#define MS_PER_HOUR (3600 * (gint64)1000)
#define MS_PER_SECOND 1000

/* From @from_ms to before @to_ms; relative to the stream's start while its options are read, since
 * the epoch afterwards. */
typedef struct {
  gint64 from_ms;
  gint64 to_ms;
} Span;

struct _EmulatorStream {
  char *name;
  EmulatorVideo *video;
  gint64 start_ms;
  gint64 duration_ms;
  gboolean live;
  gint64 lag_ms;            /* live: how far behind now the media ends, at least */
  gint64 jitter_ms;         /* live: how much later a portion may come */
  gboolean whole_fragments; /* live: whether a fragment is there only once it is complete */
  gint64 fragment_ms;
  guint retention_hours;
  gint64 producer_offset_ms;
  guint width, height, fps;
  GArray *gaps;       /* Span, sorted */
  GArray *audio_only; /* Span */
  GArray *stretches;  /* Span: what the gaps leave, in order */
};

/* Options */

typedef struct {
  const char *key;
  gboolean (*set) (EmulatorStream *stream, gpointer field, const char *value);
  gsize offset;
  const char *accepted;
} StreamOption;

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
set_time (EmulatorStream *stream, gpointer field, const char *value)
{
  return emulator_time_parse (value, field);
}

static gboolean
set_offset (EmulatorStream *stream, gpointer field, const char *value)
{
  return parse_seconds (value, field);
}

static gboolean
set_seconds (EmulatorStream *stream, gpointer field, const char *value)
{
  return parse_seconds (value, field) && *(gint64 *)field >= 0;
}

static gboolean
set_length (EmulatorStream *stream, gpointer field, const char *value)
{
  return parse_seconds (value, field) && *(gint64 *)field > 0;
}

static gboolean
set_number (EmulatorStream *stream, gpointer field, const char *value)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT32, &number, NULL))
    return FALSE;
  *(guint *)field = (guint)number;
  return TRUE;
}

static gboolean
set_flag (EmulatorStream *stream, gpointer field, const char *value)
{
  *(gboolean *)field = g_str_equal (value, "true");
  return g_str_equal (value, "true") || g_str_equal (value, "false");
}

static gboolean
set_edge (EmulatorStream *stream, gpointer field, const char *value)
{
  *(gboolean *)field = g_str_equal (value, "fragment");
  return g_str_equal (value, "fragment") || g_str_equal (value, "frame");
}

static gboolean
add_span (EmulatorStream *stream, gpointer field, const char *value)
{
  g_auto (GStrv) parts = g_strsplit (value, "+", 2);
  Span span;
  gint64 length_ms;

  if (g_strv_length (parts) != 2 || !parse_seconds (parts[0], &span.from_ms) ||
      !parse_seconds (parts[1], &length_ms) || span.from_ms < 0 || length_ms <= 0)
    return FALSE;
  span.to_ms = span.from_ms + length_ms;
  g_array_append_val (*(GArray **)field, span);
  return TRUE;
}

#define FIELD(name) G_STRUCT_OFFSET (EmulatorStream, name)

static const StreamOption options[] = {
    {"start", set_time, FIELD (start_ms), "RFC 3339 with a zone, or seconds since the epoch"},
    {"duration", set_length, FIELD (duration_ms), "seconds, more than 0"},
    {"live", set_flag, FIELD (live), "true or false"},
    {"lag", set_seconds, FIELD (lag_ms), "seconds"},
    {"jitter", set_seconds, FIELD (jitter_ms), "seconds"},
    {"edge", set_edge, FIELD (whole_fragments), "frame or fragment"},
    {"fragment", set_length, FIELD (fragment_ms), "seconds, more than 0"},
    {"gap", add_span, FIELD (gaps), "OFFSET+LENGTH, in seconds from the start"},
    {"audio-only", add_span, FIELD (audio_only), "OFFSET+LENGTH, in seconds from the start"},
    {"retention", set_number, FIELD (retention_hours), "whole hours"},
    {"producer-offset", set_offset, FIELD (producer_offset_ms), "seconds"},
    {"width", set_number, FIELD (width), "pixels"},
    {"height", set_number, FIELD (height), "pixels"},
    {"fps", set_number, FIELD (fps), "whole frames a second"},
};

static void
set_unknown_key (GError **error, const char *key)
{
  g_autoptr (GString) keys = g_string_new (options[0].key);

  for (gsize i = 1; i < G_N_ELEMENTS (options); i++)
    g_string_append_printf (keys, ", %s", options[i].key);
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
      "A stream has no key '%s'; it has %s", key, keys->str);
}

static gboolean
set_option (EmulatorStream *self, const char *text, GError **error)
{
  g_auto (GStrv) sides = g_strsplit (text, "=", 2);

  for (gsize i = 0; i < G_N_ELEMENTS (options) && sides[0] != NULL; i++) {
    const StreamOption *option = &options[i];

    if (!g_str_equal (sides[0], option->key))
      continue;
    if (sides[1] != NULL && option->set (self, G_STRUCT_MEMBER_P (self, option->offset), sides[1]))
      return TRUE;
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "A stream's %s is %s, not '%s'",
        option->key, option->accepted, sides[1] != NULL ? sides[1] : "");
    return FALSE;
  }
  set_unknown_key (error, sides[0] != NULL ? sides[0] : "");
  return FALSE;
}

/* Building the time line */

static int
compare_spans (gconstpointer a, gconstpointer b)
{
  const Span *left = a, *right = b;

  return (left->from_ms > right->from_ms) - (left->from_ms < right->from_ms);
}

static void
make_absolute (GArray *spans, gint64 start_ms)
{
  for (guint i = 0; i < spans->len; i++) {
    Span *span = &g_array_index (spans, Span, i);

    span->from_ms += start_ms;
    span->to_ms += start_ms;
  }
}

static void
add_stretch (EmulatorStream *self, gint64 from_ms, gint64 to_ms)
{
  const Span stretch = {from_ms, to_ms};

  if (from_ms < to_ms)
    g_array_append_val (self->stretches, stretch);
}

static void
lay_out (EmulatorStream *self)
{
  gint64 end_ms = self->live ? G_MAXINT64 : self->start_ms + self->duration_ms;
  gint64 from_ms = self->start_ms;

  make_absolute (self->gaps, self->start_ms);
  make_absolute (self->audio_only, self->start_ms);
  g_array_sort (self->gaps, compare_spans);
  for (guint i = 0; i < self->gaps->len; i++) {
    const Span *gap = &g_array_index (self->gaps, Span, i);

    add_stretch (self, from_ms, MIN (gap->from_ms, end_ms));
    from_ms = MAX (from_ms, gap->to_ms);
  }
  add_stretch (self, from_ms, end_ms);
}

static EmulatorStream *
allocate (gint64 now_ms)
{
  EmulatorStream *self = g_atomic_rc_box_new0 (EmulatorStream);

  self->start_ms = now_ms - DEFAULT_AGE_MS;
  self->duration_ms = DEFAULT_DURATION_MS;
  self->fragment_ms = DEFAULT_FRAGMENT_MS;
  self->retention_hours = DEFAULT_RETENTION_HOURS;
  self->gaps = g_array_new (FALSE, FALSE, sizeof (Span));
  self->audio_only = g_array_new (FALSE, FALSE, sizeof (Span));
  self->stretches = g_array_new (FALSE, FALSE, sizeof (Span));
  return self;
}

static gboolean
is_name (const char *name)
{
  return strlen (name) <= 256 && g_regex_match_simple ("^[a-zA-Z0-9_.-]+$", name, 0, 0);
}

EmulatorStream *
emulator_stream_new (const char *spec, gint64 now_ms, GError **error)
{
  g_autoptr (EmulatorStream) self = allocate (now_ms);
  g_auto (GStrv) parts = g_strsplit (spec, ",", -1);
  g_auto (GStrv) sides = g_strsplit (parts[0] != NULL ? parts[0] : "", "=", 2);

  if (g_strv_length (sides) != 2 || !is_name (sides[0]) || *sides[1] == '\0') {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "A stream is NAME=SOURCE[,key=value...], its name 1 to 256 of the characters "
        "a-z A-Z 0-9 _ . -, not '%s'",
        spec);
    return NULL;
  }
  self->name = g_strdup (sides[0]);
  for (char **part = parts + 1; *part != NULL; part++) {
    if (!set_option (self, *part, error))
      return NULL;
  }
  self->video = emulator_video_new (sides[1], self->width, self->height, self->fps, error);
  if (self->video == NULL)
    return NULL;
  lay_out (self);
  return g_steal_pointer (&self);
}

EmulatorStream *
emulator_stream_ref (EmulatorStream *stream)
{
  return g_atomic_rc_box_acquire (stream);
}

static void
emulator_stream_clear (gpointer data)
{
  EmulatorStream *self = data;

  g_free (self->name);
  g_clear_object (&self->video);
  g_array_unref (self->gaps);
  g_array_unref (self->audio_only);
  g_array_unref (self->stretches);
}

void
emulator_stream_unref (EmulatorStream *stream)
{
  g_atomic_rc_box_release_full (stream, emulator_stream_clear);
}

const char *
emulator_stream_get_name (EmulatorStream *stream)
{
  return stream->name;
}

gint64
emulator_stream_get_start (EmulatorStream *stream)
{
  return stream->start_ms;
}

guint
emulator_stream_get_retention_hours (EmulatorStream *stream)
{
  return stream->retention_hours;
}

gint64
emulator_stream_get_producer_offset (EmulatorStream *stream)
{
  return stream->producer_offset_ms;
}

/* What is where */

gint64
emulator_stream_get_oldest (EmulatorStream *stream, gint64 now_ms)
{
  return now_ms - stream->retention_hours * MS_PER_HOUR;
}

static const Span *
find_span (GArray *spans, gint64 unix_ms)
{
  for (guint i = 0; i < spans->len; i++) {
    const Span *span = &g_array_index (spans, Span, i);

    if (span->from_ms <= unix_ms && unix_ms < span->to_ms)
      return span;
  }
  return NULL;
}

static gint64
floor_to_fragment (EmulatorStream *self, const Span *stretch, gint64 unix_ms)
{
  return unix_ms - (unix_ms - stretch->from_ms) % self->fragment_ms;
}

/* When what becomes visible */

/* The portion of @stretch that holds @unix_ms. */
static Span
get_portion (EmulatorStream *self, const Span *stretch, gint64 unix_ms)
{
  gint64 length_ms = self->whole_fragments ? self->fragment_ms : MS_PER_SECOND;
  gint64 from_ms = unix_ms - (unix_ms - stretch->from_ms) % length_ms;

  return (Span){from_ms, MIN (from_ms + length_ms, stretch->to_ms)};
}

/* Goes back to the portion before @portion, which may lie in the stretch before @stretch. */
static gboolean
step_back (EmulatorStream *self, const Span **stretch, Span *portion)
{
  gint64 last_ms = portion->from_ms - 1;

  if (portion->from_ms == (*stretch)->from_ms) {
    if (*stretch == (const Span *)(gpointer)self->stretches->data)
      return FALSE;
    (*stretch)--;
    last_ms = (*stretch)->to_ms - 1;
  }
  *portion = get_portion (self, *stretch, last_ms);
  return TRUE;
}

static gint64
get_delay (EmulatorStream *self, const Span *portion, guint32 seed)
{
  gint64 offset_ms = portion->from_ms - self->start_ms;
  const guint32 seeds[] = {
      seed, g_str_hash (self->name), (guint32)offset_ms, (guint32)(offset_ms >> 32)};
  g_autoptr (GRand) chance = NULL;

  if (self->jitter_ms == 0)
    return 0;
  chance = g_rand_new_with_seed_array (seeds, G_N_ELEMENTS (seeds));
  return (gint64)(g_rand_double (chance) * (double)(self->jitter_ms + 1));
}

/* When the moment @unix_ms of @stretch becomes visible: a portion is not overtaken by later ones. */
static gint64
get_available (EmulatorStream *self, const Span *stretch, gint64 unix_ms, guint32 seed)
{
  Span portion = get_portion (self, stretch, unix_ms);
  gint64 complete_ms = self->whole_fragments ? portion.to_ms : unix_ms + 1;
  gint64 available_ms = complete_ms + get_delay (self, &portion, seed);

  while (step_back (self, &stretch, &portion) && portion.to_ms + self->jitter_ms > complete_ms)
    available_ms = MAX (available_ms, portion.to_ms + get_delay (self, &portion, seed));
  return available_ms + self->lag_ms;
}

gint64
emulator_stream_get_available (EmulatorStream *stream, gint64 unix_ms, guint32 seed)
{
  const Span *stretch = find_span (stream->stretches, unix_ms);

  return stream->live && stretch != NULL ? get_available (stream, stretch, unix_ms, seed) : -1;
}

/* A recording is there as a whole. */
static gboolean
is_available (
    EmulatorStream *self, const Span *stretch, gint64 unix_ms, guint32 seed, gint64 now_ms)
{
  return !self->live || get_available (self, stretch, unix_ms, seed) <= now_ms;
}

EmulatorMedia
emulator_stream_get_media (EmulatorStream *stream, gint64 unix_ms, guint32 seed, gint64 now_ms)
{
  const Span *stretch = find_span (stream->stretches, unix_ms);

  if (stretch == NULL || unix_ms < emulator_stream_get_oldest (stream, now_ms) ||
      !is_available (stream, stretch, unix_ms, seed, now_ms))
    return EMULATOR_MEDIA_NONE;
  if (find_span (stream->audio_only, unix_ms) != NULL)
    return EMULATOR_MEDIA_ERROR;
  return EMULATOR_MEDIA_PICTURE;
}

gint64
emulator_stream_get_fragment_start (EmulatorStream *stream, gint64 unix_ms)
{
  const Span *stretch = find_span (stream->stretches, unix_ms);

  g_return_val_if_fail (stretch != NULL, unix_ms);

  return floor_to_fragment (stream, stretch, unix_ms);
}

/* The first moment of @stretch at or after @from_ms at which a fragment begins. */
static gint64
get_first_fragment (EmulatorStream *self, const Span *stretch, gint64 from_ms)
{
  gint64 floor_ms;

  if (from_ms <= stretch->from_ms)
    return stretch->from_ms;
  floor_ms = floor_to_fragment (self, stretch, from_ms);
  return floor_ms == from_ms ? from_ms : floor_ms + self->fragment_ms;
}

gboolean
emulator_stream_has_fragment (EmulatorStream *stream, gint64 from_ms, gint64 to_ms, gboolean whole,
    guint32 seed, gint64 now_ms)
{
  from_ms = MAX (from_ms, emulator_stream_get_oldest (stream, now_ms));
  for (guint i = 0; i < stream->stretches->len; i++) {
    const Span *stretch = &g_array_index (stream->stretches, Span, i);
    gint64 first_ms =
        whole ? get_first_fragment (stream, stretch, from_ms) : MAX (from_ms, stretch->from_ms);

    if (first_ms < MIN (to_ms, stretch->to_ms) &&
        is_available (stream, stretch, first_ms, seed, now_ms))
      return TRUE;
  }
  return FALSE;
}

/* Pictures */

/* When the media before @unix_ms that has no picture ends, at the latest. */
static gint64
get_picture_start (EmulatorStream *self, gint64 unix_ms)
{
  gint64 start_ms = G_MININT64;

  for (guint i = 0; i < self->audio_only->len; i++) {
    const Span *span = &g_array_index (self->audio_only, Span, i);

    if (span->to_ms <= unix_ms)
      start_ms = MAX (start_ms, span->to_ms);
  }
  return start_ms;
}

/* A fragment begins with a frame, whatever the frame rate, and so does the picture after media without
 * one. */
gint64
emulator_stream_get_frame_time (EmulatorStream *stream, gint64 unix_ms)
{
  const Span *stretch = find_span (stream->stretches, unix_ms);
  gint64 frame_ms =
      stream->start_ms + emulator_video_get_frame_time (stream->video, unix_ms - stream->start_ms);

  if (stretch == NULL)
    return frame_ms;
  frame_ms = MAX (frame_ms, floor_to_fragment (stream, stretch, unix_ms));
  return MAX (frame_ms, get_picture_start (stream, unix_ms));
}

/* The frame carries the time of the camera's clock. */
GBytes *
emulator_stream_render (EmulatorStream *stream, gint64 unix_ms, EmulatorFormat format,
    guint quality, guint width, guint height, GError **error)
{
  gint64 media_ms = emulator_video_get_frame_time (stream->video, unix_ms - stream->start_ms);
  gint64 frame_ms = emulator_stream_get_frame_time (stream, unix_ms);

  return emulator_video_render (stream->video, media_ms, frame_ms + stream->producer_offset_ms,
      format, quality, width, height, error);
}
