/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The time line of a stream. Gaps divide it into stretches of media. A stretch consists of fragments of one
 * length, the first of which begins with the stretch. A live stream becomes visible in portions, each with a
 * random delay: fragments with `edge=fragment`, else seconds. */
#include "emulatorstream.h"

#include "emulatorstreamspec.h"

#define MS_PER_HOUR (3600 * (gint64)1000)
#define MS_PER_SECOND 1000

struct _EmulatorStream {
  EmulatorStreamSpec spec;
  EmulatorVideo *video;
  GArray *stretches; /* EmulatorPeriod: what the gaps leave, in order */
};

/* Building the time line */

static void
add_stretch (EmulatorStream *self, gint64 from_ms, gint64 to_ms)
{
  const EmulatorPeriod stretch = {from_ms, to_ms};

  if (from_ms < to_ms)
    g_array_append_val (self->stretches, stretch);
}

static void
lay_out (EmulatorStream *self)
{
  gint64 end_ms = self->spec.live ? G_MAXINT64 : self->spec.start_ms + self->spec.duration_ms;
  gint64 from_ms = self->spec.start_ms;

  for (guint i = 0; i < self->spec.gaps->len; i++) {
    const EmulatorPeriod *gap = &g_array_index (self->spec.gaps, EmulatorPeriod, i);

    add_stretch (self, from_ms, MIN (gap->from_ms, end_ms));
    from_ms = MAX (from_ms, gap->to_ms);
  }
  add_stretch (self, from_ms, end_ms);
}

static gboolean
open_video (EmulatorStream *self, GError **error)
{
  self->video = emulator_video_new (
      self->spec.source, self->spec.width, self->spec.height, self->spec.fps, error);
  if (self->video == NULL)
    return FALSE;
  if (self->spec.frame_ms != 0)
    emulator_video_set_frame_length (self->video, (guint)self->spec.frame_ms);
  return TRUE;
}

EmulatorStream *
emulator_stream_new (const char *spec, gint64 now_ms, GError **error)
{
  g_autoptr (EmulatorStream) self = g_atomic_rc_box_new0 (EmulatorStream);

  self->stretches = g_array_new (FALSE, FALSE, sizeof (EmulatorPeriod));
  if (!emulator_stream_spec_parse (&self->spec, spec, now_ms, error) || !open_video (self, error))
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

  emulator_stream_spec_clear (&self->spec);
  g_clear_object (&self->video);
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
  return stream->spec.name;
}

gint64
emulator_stream_get_start (EmulatorStream *stream)
{
  return stream->spec.start_ms;
}

guint
emulator_stream_get_retention_hours (EmulatorStream *stream)
{
  return stream->spec.retention_hours;
}

gint64
emulator_stream_get_producer_offset (EmulatorStream *stream)
{
  return stream->spec.producer_offset_ms;
}

/* The media at a time */

gint64
emulator_stream_get_oldest (EmulatorStream *stream, gint64 now_ms)
{
  return now_ms - stream->spec.retention_hours * MS_PER_HOUR;
}

static gint64
floor_to_fragment (EmulatorStream *self, const EmulatorPeriod *stretch, gint64 unix_ms)
{
  return emulator_period_get_part (stretch, self->spec.fragment_ms, unix_ms).from_ms;
}

/* Frames */

static gint64
to_media_time (EmulatorStream *self, gint64 unix_ms)
{
  return unix_ms - self->spec.start_ms - self->spec.phase_ms;
}

/* When the media before @unix_ms that has no picture ends, at the latest. */
static gint64
get_picture_start (EmulatorStream *self, gint64 unix_ms)
{
  gint64 start_ms = G_MININT64;

  for (guint i = 0; i < self->spec.audio_only->len; i++) {
    const EmulatorPeriod *period = &g_array_index (self->spec.audio_only, EmulatorPeriod, i);

    if (period->to_ms <= unix_ms)
      start_ms = MAX (start_ms, period->to_ms);
  }
  return start_ms;
}

/* When the pictures that @unix_ms of @stretch is among end. */
static gint64
get_picture_end (EmulatorStream *self, const EmulatorPeriod *stretch, gint64 unix_ms)
{
  gint64 end_ms = stretch->to_ms;

  for (guint i = 0; i < self->spec.audio_only->len; i++) {
    const EmulatorPeriod *period = &g_array_index (self->spec.audio_only, EmulatorPeriod, i);

    if (period->from_ms > unix_ms)
      end_ms = MIN (end_ms, period->from_ms);
  }
  return end_ms;
}

/* A fragment begins with a frame, whatever the frame rate, and so does the picture after media without
 * one. */
static gint64
get_frame_before (EmulatorStream *self, const EmulatorPeriod *stretch, gint64 unix_ms)
{
  gint64 media_ms = to_media_time (self, unix_ms);
  gint64 frame_ms = unix_ms - (media_ms - emulator_video_get_frame_time (self->video, media_ms));

  frame_ms = MAX (frame_ms, floor_to_fragment (self, stretch, unix_ms));
  return MAX (frame_ms, get_picture_start (self, unix_ms));
}

/* Searches for the first time at which a later frame is shown, which is there when the next fragment begins
 * unless the pictures end before. */
static gint64
get_frame_after (EmulatorStream *self, const EmulatorPeriod *stretch, gint64 unix_ms)
{
  gint64 shown_ms = get_frame_before (self, stretch, unix_ms);
  gint64 end_ms = get_picture_end (self, stretch, unix_ms);
  gint64 same_ms = unix_ms;
  gint64 next_ms =
      MIN (floor_to_fragment (self, stretch, unix_ms) + self->spec.fragment_ms, end_ms);

  if (shown_ms == unix_ms)
    return unix_ms;
  while (next_ms - same_ms > 1) {
    gint64 middle_ms = same_ms + (next_ms - same_ms) / 2;

    if (get_frame_before (self, stretch, middle_ms) > shown_ms)
      next_ms = middle_ms;
    else
      same_ms = middle_ms;
  }
  return next_ms < end_ms ? next_ms : shown_ms;
}

static gint64
get_frame (
    EmulatorStream *self, const EmulatorPeriod *stretch, gint64 unix_ms, EmulatorFrameChoice choice)
{
  gint64 before_ms, after_ms;

  switch (choice) {
    case EMULATOR_FRAME_AFTER:
      return get_frame_after (self, stretch, unix_ms);
    case EMULATOR_FRAME_NEAREST:
      before_ms = get_frame_before (self, stretch, unix_ms);
      after_ms = get_frame_after (self, stretch, unix_ms);
      return after_ms - unix_ms < unix_ms - before_ms ? after_ms : before_ms;
    case EMULATOR_FRAME_BEFORE:
    default:
      return get_frame_before (self, stretch, unix_ms);
  }
}

gint64
emulator_stream_get_frame_time (EmulatorStream *stream, gint64 unix_ms, EmulatorFrameChoice choice)
{
  const EmulatorPeriod *stretch = emulator_periods_find (stream->stretches, unix_ms);

  g_return_val_if_fail (stretch != NULL, unix_ms);

  return get_frame (stream, stretch, unix_ms, choice);
}

/* The frame carries the time of the camera's clock. */
GBytes *
emulator_stream_render (EmulatorStream *stream, gint64 unix_ms, EmulatorFrameChoice choice,
    EmulatorFormat format, guint quality, guint width, guint height, GError **error)
{
  gint64 frame_ms = emulator_stream_get_frame_time (stream, unix_ms, choice);
  gint64 media_ms = emulator_video_get_frame_time (stream->video, to_media_time (stream, frame_ms));

  return emulator_video_render (stream->video, media_ms, frame_ms + stream->spec.producer_offset_ms,
      format, quality, width, height, error);
}

/* When media becomes visible */

/* The portion of @stretch that holds @unix_ms. */
static EmulatorPeriod
get_portion (EmulatorStream *self, const EmulatorPeriod *stretch, gint64 unix_ms)
{
  gint64 length_ms = self->spec.whole_fragments ? self->spec.fragment_ms : MS_PER_SECOND;

  return emulator_period_get_part (stretch, length_ms, unix_ms);
}

/* Goes back to the portion before @portion, which may lie in the stretch before @stretch. */
static gboolean
step_back (EmulatorStream *self, const EmulatorPeriod **stretch, EmulatorPeriod *portion)
{
  gint64 last_ms = portion->from_ms - 1;

  if (portion->from_ms == (*stretch)->from_ms) {
    if (*stretch == (const EmulatorPeriod *)(gpointer)self->stretches->data)
      return FALSE;
    (*stretch)--;
    last_ms = (*stretch)->to_ms - 1;
  }
  *portion = get_portion (self, *stretch, last_ms);
  return TRUE;
}

static gint64
get_delay (EmulatorStream *self, const EmulatorPeriod *portion, guint32 seed)
{
  gint64 offset_ms = portion->from_ms - self->spec.start_ms;
  const guint32 seeds[] = {
      seed, g_str_hash (self->spec.name), (guint32)offset_ms, (guint32)(offset_ms >> 32)};
  g_autoptr (GRand) chance = NULL;

  if (self->spec.jitter_ms == 0)
    return 0;
  chance = g_rand_new_with_seed_array (seeds, G_N_ELEMENTS (seeds));
  return (gint64)(g_rand_double (chance) * (double)(self->spec.jitter_ms + 1));
}

/* When the media of @stretch at @unix_ms becomes visible: never after that of a later time. */
static gint64
get_available (EmulatorStream *self, const EmulatorPeriod *stretch, gint64 unix_ms, guint32 seed)
{
  EmulatorPeriod portion = get_portion (self, stretch, unix_ms);
  gint64 complete_ms = self->spec.whole_fragments ? portion.to_ms : unix_ms + 1;
  gint64 available_ms = complete_ms + get_delay (self, &portion, seed);

  while (step_back (self, &stretch, &portion) && portion.to_ms + self->spec.jitter_ms > complete_ms)
    available_ms = MAX (available_ms, portion.to_ms + get_delay (self, &portion, seed));
  return available_ms + self->spec.lag_ms;
}

/* The time of @stretch up to which media must be there for what is shown at @unix_ms. */
static gint64
get_needed (
    EmulatorStream *self, const EmulatorPeriod *stretch, gint64 unix_ms, EmulatorFrameChoice choice)
{
  if (emulator_periods_find (self->spec.audio_only, unix_ms) != NULL)
    return unix_ms;
  return MAX (unix_ms, get_frame (self, stretch, unix_ms, choice));
}

gint64
emulator_stream_get_available (
    EmulatorStream *stream, gint64 unix_ms, EmulatorFrameChoice choice, guint32 seed)
{
  const EmulatorPeriod *stretch = emulator_periods_find (stream->stretches, unix_ms);

  if (!stream->spec.live || stretch == NULL)
    return -1;
  return get_available (stream, stretch, get_needed (stream, stretch, unix_ms, choice), seed);
}

/* All of a recording exists at once. */
static gboolean
is_available (EmulatorStream *self, const EmulatorPeriod *stretch, gint64 unix_ms, guint32 seed,
    gint64 now_ms)
{
  return !self->spec.live || get_available (self, stretch, unix_ms, seed) <= now_ms;
}

EmulatorMedia
emulator_stream_get_media (
    EmulatorStream *stream, gint64 unix_ms, EmulatorFrameChoice choice, guint32 seed, gint64 now_ms)
{
  const EmulatorPeriod *stretch = emulator_periods_find (stream->stretches, unix_ms);

  if (stretch == NULL || unix_ms < emulator_stream_get_oldest (stream, now_ms) ||
      !is_available (stream, stretch, get_needed (stream, stretch, unix_ms, choice), seed, now_ms))
    return EMULATOR_MEDIA_NONE;
  if (emulator_periods_find (stream->spec.audio_only, unix_ms) != NULL)
    return EMULATOR_MEDIA_ERROR;
  return EMULATOR_MEDIA_PICTURE;
}

gint64
emulator_stream_get_fragment_start (EmulatorStream *stream, gint64 unix_ms)
{
  const EmulatorPeriod *stretch = emulator_periods_find (stream->stretches, unix_ms);

  g_return_val_if_fail (stretch != NULL, unix_ms);

  return floor_to_fragment (stream, stretch, unix_ms);
}

/* The first time of @stretch at or after @from_ms at which a fragment begins. */
static gint64
get_first_fragment (EmulatorStream *self, const EmulatorPeriod *stretch, gint64 from_ms)
{
  gint64 floor_ms;

  if (from_ms <= stretch->from_ms)
    return stretch->from_ms;
  floor_ms = floor_to_fragment (self, stretch, from_ms);
  return floor_ms == from_ms ? from_ms : floor_ms + self->spec.fragment_ms;
}

/* Whether fragment @n is there up to its end. */
static gboolean
is_complete (EmulatorStream *self, gint64 n, guint32 seed, gint64 now_ms)
{
  EmulatorPeriod fragment = emulator_periods_get_part (self->stretches, self->spec.fragment_ms, n);
  const EmulatorPeriod *stretch = emulator_periods_find (self->stretches, fragment.from_ms);

  return is_available (self, stretch, fragment.to_ms - 1, seed, now_ms);
}

/* How many of the fragments from @first to before @end are complete: none is before an earlier one. */
static gint64
count_complete (EmulatorStream *self, gint64 first, gint64 end, guint32 seed, gint64 now_ms)
{
  gint64 complete = first;

  while (complete < end) {
    gint64 middle = complete + (end - complete) / 2;

    if (is_complete (self, middle, seed, now_ms))
      complete = middle + 1;
    else
      end = middle;
  }
  return complete - first;
}

gint64
emulator_stream_find_fragments (EmulatorStream *stream, gint64 from_ms, gint64 to_ms, guint32 seed,
    gint64 now_ms, gint64 *first)
{
  gint64 end =
      emulator_periods_count_parts (stream->stretches, stream->spec.fragment_ms, to_ms + 1);

  from_ms = MAX (from_ms, emulator_stream_get_oldest (stream, now_ms));
  *first = emulator_periods_count_parts (stream->stretches, stream->spec.fragment_ms, from_ms);
  return count_complete (stream, *first, end, seed, now_ms);
}

EmulatorPeriod
emulator_stream_get_fragment (EmulatorStream *stream, gint64 n)
{
  return emulator_periods_get_part (stream->stretches, stream->spec.fragment_ms, n);
}

gboolean
emulator_stream_has_fragment (EmulatorStream *stream, gint64 from_ms, gint64 to_ms, gboolean whole,
    guint32 seed, gint64 now_ms)
{
  from_ms = MAX (from_ms, emulator_stream_get_oldest (stream, now_ms));
  for (guint i = 0; i < stream->stretches->len; i++) {
    const EmulatorPeriod *stretch = &g_array_index (stream->stretches, EmulatorPeriod, i);
    gint64 first_ms =
        whole ? get_first_fragment (stream, stretch, from_ms) : MAX (from_ms, stretch->from_ms);

    if (first_ms < MIN (to_ms, stretch->to_ms) &&
        is_available (stream, stretch, first_ms, seed, now_ms))
      return TRUE;
  }
  return FALSE;
}
