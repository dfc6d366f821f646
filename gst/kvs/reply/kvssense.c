/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvssense.h"

gboolean
kvs_sense_is_exact (KvsSense self)
{
  return self.meaning == KVS_MEANING_SAMPLE_TIME && self.cut_ms == 0;
}

gint64
kvs_sense_get_time (KvsSense self, const KvsWindow *window, gint64 index)
{
  return kvs_window_get_time (window, index) - self.cut_ms;
}

static gint64
divide_down (gint64 a, gint64 b)
{
  return a / b - (a % b < 0 ? 1 : 0);
}

gint64
kvs_sense_find_index_up_to (KvsSense self, const KvsWindow *window, gint64 time_ms)
{
  return divide_down (time_ms - kvs_sense_get_time (self, window, 0), window->interval_ms);
}

gint64
kvs_sense_find_index_from (KvsSense self, const KvsWindow *window, gint64 time_ms)
{
  return -divide_down (kvs_sense_get_time (self, window, 0) - time_ms, window->interval_ms);
}

gint64
kvs_sense_find_last_index (KvsSense self, const KvsWindow *window, gint64 frame_ms)
{
  gint64 half_ms = self.meaning == KVS_MEANING_NEAREST_FRAME ? window->interval_ms / 2 : 0;

  return kvs_sense_find_index_up_to (self, window, frame_ms + half_ms);
}

/* Whether @frame_ms can be what is shown at @time_ms, where the next frame is less than @reach_ms before it if media
 * ends. */
static gboolean
may_be_shown (KvsMeaning meaning, gint64 reach_ms, gint64 time_ms, gint64 frame_ms)
{
  switch (meaning) {
    case KVS_MEANING_SAMPLE_TIME:
      return frame_ms == time_ms;
    case KVS_MEANING_LAST_FRAME:
      return frame_ms <= time_ms;
    case KVS_MEANING_NEXT_FRAME:
      return frame_ms > time_ms - reach_ms;
    case KVS_MEANING_NEAREST_FRAME:
    case KVS_MEANING_NONE:
    default:
      return TRUE;
  }
}

/* Whether one frame can be what is shown at @first_ms, and another one at @second_ms. */
static gboolean
are_shown (KvsMeaning meaning, gboolean are_apart, gint64 first_ms, gint64 first_frame_ms,
    gint64 second_ms, gint64 second_frame_ms)
{
  switch (meaning) {
    case KVS_MEANING_LAST_FRAME:
      return second_frame_ms > first_ms;
    case KVS_MEANING_NEAREST_FRAME:
      return are_apart ||
             (ABS (first_frame_ms - first_ms) <= ABS (second_frame_ms - first_ms) &&
                 ABS (second_frame_ms - second_ms) <= ABS (first_frame_ms - second_ms));
    case KVS_MEANING_NEXT_FRAME:
      return first_frame_ms < second_ms && (are_apart || first_frame_ms >= first_ms);
    case KVS_MEANING_SAMPLE_TIME:
    case KVS_MEANING_NONE:
    default:
      return first_frame_ms < second_frame_ms;
  }
}

gboolean
kvs_sense_fits (KvsSense self, const KvsWindow *window, gint64 spacing_ms, KvsIndexedImage before,
    KvsIndexedImage image)
{
  gint64 time_ms = kvs_sense_get_time (self, window, image.index);

  /* What lies behind the request may be further behind. */
  if (image.index >= window->count && self.meaning != KVS_MEANING_SAMPLE_TIME)
    time_ms = MAX (time_ms, image.time_ms);
  return may_be_shown (
             self.meaning, MAX (window->interval_ms, spacing_ms), time_ms, image.time_ms) &&
         (before.index == KVS_NO_INDEX || before.time_ms == image.time_ms ||
             are_shown (self.meaning, before.index + 1 < image.index,
                 kvs_sense_get_time (self, window, before.index), before.time_ms, time_ms,
                 image.time_ms));
}
