/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The contents of an output, by its indexes: for each stream the samples in the order of time, and their
 * sums. */
#pragma once

#include "stillsentry.h"
#include "stillsstate.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * StillsGap:
 * @from_ms: the time of its first sample, in ms since the epoch.
 * @until_ms: the end of its last one.
 * @n_samples: how many it has.
 * @reason: the reason that all of them have.
 *
 * Samples without a still that follow each other.
 */
typedef struct {
  gint64 from_ms;
  gint64 until_ms;
  guint64 n_samples;
  char *reason;
} StillsGap;

/**
 * StillsSurveyStream:
 * @name: the name of the stream.
 * @folder: where its files are.
 * @entries: (element-type StillsEntry): its samples.
 * @totals: what they add up to.
 * @gaps: (element-type StillsGap): the gaps.
 * @interval_ms: the distance of its samples; 0 if it has only one.
 */
typedef struct {
  char *name;
  char *folder;
  GArray *entries;
  StillsTotals totals;
  GArray *gaps;
  gint64 interval_ms;
} StillsSurveyStream;

/**
 * StillsSurvey:
 * @streams: (element-type StillsSurveyStream): all streams, by name.
 * @totals: what they add up to.
 * @from_ms: the time of the first sample of all.
 * @until_ms: the end of the last one.
 */
typedef struct {
  GPtrArray *streams;
  StillsTotals totals;
  gint64 from_ms;
  gint64 until_ms;
} StillsSurvey;

/**
 * stills_survey_read:
 * @folder: the folder of an output, complete or not.
 * @error: %STILLS_EXIT_NOT_FOUND if no stream in it has a sample.
 *
 * Returns: (transfer full) (nullable): what is in it.
 */
StillsSurvey *stills_survey_read (const char *folder, GError **error);
void stills_survey_free (StillsSurvey *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StillsSurvey, stills_survey_free)

/** (transfer full) (nullable): the image of a still, from its file or its shard. */
GBytes *stills_survey_load (const StillsSurveyStream *stream, const StillsEntry *entry);

G_END_DECLS
