/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A cell of a fault matrix: a reader pulls from an emulator, and there is one fault at one point of the pull, once, three
 * times or without end; each sample is held against what the emulator says is there. */
#pragma once

#include "faultpoint.h"

G_BEGIN_DECLS

/** FaultTimes: how often a fault comes. At the live edge, "without end" is for two minutes. */
typedef enum {
  FAULT_ONCE,
  FAULT_THREE_TIMES,
  FAULT_FOR_EVER,
} FaultTimes;

#define FAULT_N_TIMES (FAULT_FOR_EVER + 1)

/**
 * FaultOutcome:
 * @n_faults: how many requests the fault was made for.
 * @n_samples: how many samples came, in order.
 * @n_bad: how many came as %KVS_SAMPLE_BAD_IMAGE.
 * @n_missing: how many came as %KVS_SAMPLE_NO_MEDIA although there is media.
 * @n_cut: how many came with an image that is only the beginning of what there is.
 * @wrong: (nullable): what was wrong with the first sample that was none of these.
 * @error: (nullable): what the reader has ended with.
 * @error_us: how long after the first fault that was, by the reader's clock.
 */
typedef struct {
  guint n_faults;
  guint n_samples;
  guint n_bad;
  guint n_missing;
  guint n_cut;
  char *wrong;
  GError *error;
  gint64 error_us;
} FaultOutcome;

void fault_outcome_clear (FaultOutcome *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FaultOutcome, fault_outcome_clear)

/**
 * FaultMaker:
 * @prepare: starts the emulator of a run that is configured, and sets its client.
 * @make: called before a request that the fault is for. Returns (transfer none) (nullable) what to send it with, in place
 * of what the client has.
 * @unmake: called before each other request.
 *
 * What makes a fault.
 */
typedef struct {
  void (*prepare) (EmulatedRun *run, gpointer user_data);
  AwsHttp *(*make) (EmulatedRun *run, gpointer user_data);
  void (*unmake) (EmulatedRun *run, gpointer user_data);
} FaultMaker;

/**
 * fault_cell_run:
 * @maker: what makes the fault.
 * @user_data: for @maker.
 * @point: where it happens.
 * @times: how often.
 * @outcome: (out): how it ends.
 */
void fault_cell_run (const FaultMaker *maker, gpointer user_data, FaultPoint point,
    FaultTimes times, FaultOutcome *outcome);

/**
 * fault_cell_run_effect:
 * @effect: what an emulator's rule has as EFFECT.
 * @point: where it happens.
 * @times: how often.
 * @outcome: (out): how it ends.
 *
 * As fault_cell_run(), with a fault of the emulator.
 */
void fault_cell_run_effect (
    const char *effect, FaultPoint point, FaultTimes times, FaultOutcome *outcome);

G_END_DECLS
