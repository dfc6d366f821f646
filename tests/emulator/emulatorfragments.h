/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ListFragments. */
#pragma once

#include "emulatorcall.h"

G_BEGIN_DECLS

/**
 * emulator_fragments_answer:
 * @call: a call of ListFragments
 * @error: return location for an #EmulatorError
 *
 * Answers with a page of the fragments that begin within a range; an #EmulatorAnswerFunc.
 *
 * Returns: (transfer full): the body of the reply
 */
GBytes *emulator_fragments_answer (EmulatorCall *call, GError **error);

G_END_DECLS
