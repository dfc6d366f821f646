/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Counts the points that were spent; this number falls over time, and is 0 for a full bucket. */
#include "emulatorbucket.h"

gboolean
emulator_bucket_take (EmulatorBucket *bucket, double points, gint64 now_ms)
{
  double passed_s = MAX (now_ms - bucket->then_ms, 0) / 1000.0;
  double spent = MAX (bucket->spent - passed_s * bucket->rate, 0);

  bucket->then_ms = now_ms;
  bucket->spent = spent;
  if (spent + points > MAX (bucket->rate, 1))
    return FALSE;
  bucket->spent += points;
  return TRUE;
}
