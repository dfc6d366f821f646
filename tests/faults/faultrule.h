/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a cell of the fault matrix has to end, by the public contract of the element and what a fault says. It knows nothing
 * of how the reader comes to it. */
#pragma once

#include "faultcell.h"

G_BEGIN_DECLS

/**
 * FaultEnd:
 * @FAULT_END_EXACT: all samples come, each as it is in the stream.
 * @FAULT_END_GAPS: likewise, but for the samples of which the service says that there is no media: a
 * ResourceNotFoundException, or an InvalidArgumentException that no parameter has caused.
 * @FAULT_END_BAD_IMAGES: likewise, but for those whose image is none of the format twice.
 * @FAULT_END_AS_SENT: likewise, but the images are broken off, as they come: the element does not decode them.
 * @FAULT_END_ERROR: there is an error.
 */
typedef enum {
  FAULT_END_EXACT,
  FAULT_END_GAPS,
  FAULT_END_BAD_IMAGES,
  FAULT_END_AS_SENT,
  FAULT_END_ERROR,
} FaultEnd;

/**
 * FaultExpectation:
 * @end: how it ends.
 * @error: for %FAULT_END_ERROR, the code of the element's ERROR message.
 */
typedef struct {
  FaultEnd end;
  const char *error;
} FaultExpectation;

/**
 * fault_rule_find:
 * @effect: what an emulator's rule has as EFFECT.
 * @expectation: (out): how the cell has to end.
 *
 * Returns: whether that is known of @effect.
 */
gboolean fault_rule_find (
    const char *effect, FaultPoint point, FaultTimes times, FaultExpectation *expectation);

/**
 * fault_rule_explain_absence:
 * Returns: (nullable): why there cannot be such a fault at @point, so that nothing is wrong there.
 */
const char *fault_rule_explain_absence (const char *effect, FaultPoint point);

/**
 * fault_expectation_get_name:
 * Returns: what stands for it in the table.
 */
const char *fault_expectation_get_name (const FaultExpectation *self);

/**
 * fault_expectation_join_names:
 * @names: (array fixed-size=3): what stands for each of #FaultTimes.
 *
 * Returns: (transfer full): a cell of the table: one of them if they are all the same.
 */
char *fault_expectation_join_names (const char *const *names);

/** How often, in words: "1", "3" or "all". */
const char *fault_times_get_name (FaultTimes self);

/**
 * fault_expectation_check:
 * @outcome: how a cell has ended.
 *
 * Returns: (transfer full) (nullable): what is wrong.
 */
char *fault_expectation_check (const FaultExpectation *self, const FaultOutcome *outcome);

/**
 * fault_rule_get_error_name:
 * @error: an error of a reader.
 *
 * Returns: the code of the ERROR message that the contract has for it.
 */
const char *fault_rule_get_error_name (const GError *error);

G_END_DECLS
