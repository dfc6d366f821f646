/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One pipeline of a soak: a range or the live edge, with seeks, pauses and restarts at random, each sample checked. */
#pragma once

#include "soakservice.h"

G_BEGIN_DECLS

/**
 * SoakCounts:
 * What was done, and what was right.
 */
typedef struct {
  guint64 pipelines;
  guint64 ends; /* pipelines that came to EOS, with all samples of the last segment */
  guint64 stills;
  guint64 gaps;
  guint64 seeks;
  guint64 pauses;
  guint64 restarts;
  guint64 requests;
  guint64 retries;
  guint64 throttles;
} SoakCounts;

/**
 * soak_counts_add:
 * @counts: what to add.
 */
void soak_counts_add (SoakCounts *self, const SoakCounts *counts);

/**
 * soak_pull:
 * @service: what to pull from.
 * @seed: of all that is random.
 * @cut_us: when the pipeline is stopped wherever it is, by the monotonic clock.
 * @counts: what to count in.
 *
 * Makes a pipeline, plays it, and disposes of it.
 *
 * Returns: (transfer full) (nullable): the first thing that was wrong.
 */
char *soak_pull (SoakService *service, guint32 seed, gint64 cut_us, SoakCounts *counts);

G_END_DECLS
