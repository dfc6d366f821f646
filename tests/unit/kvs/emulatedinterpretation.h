/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The behaviours of the service that are not documented. The emulator has an option for each. */
#pragma once

#include "emulatedrun.h"

G_BEGIN_DECLS

#define EMULATED_INTERPRETATION_MAX_LEVELS 6

/**
 * EmulatedInterpretation:
 * @name: the name of an option of the emulator.
 * @levels: its values, and %NULL behind them.
 */
typedef struct {
  const char *name;
  const char *levels[EMULATED_INTERPRETATION_MAX_LEVELS + 1];
} EmulatedInterpretation;

#define EMULATED_N_INTERPRETATIONS 16

/** All of them. */
extern const EmulatedInterpretation emulated_interpretations[EMULATED_N_INTERPRETATIONS];

/**
 * emulated_interpretation_count_levels:
 * @self: an interpretation.
 *
 * Returns: how many values it has.
 */
guint emulated_interpretation_count_levels (const EmulatedInterpretation *self);

/**
 * emulated_interpretation_configure_random:
 * @run: a run.
 * @chance: random numbers.
 *
 * Sets each interpretation to one of its values.
 *
 * Returns: (transfer full): which, to be printed.
 */
char *emulated_interpretation_configure_random (EmulatedRun *run, GRand *chance);

G_END_DECLS
