/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GetImages. */
#pragma once

#include "emulatorcall.h"

G_BEGIN_DECLS

/**
 * emulator_images_answer:
 * @call: a call of GetImages
 * @error: return location for an #EmulatorError
 *
 * Answers with a page of images; an #EmulatorAnswerFunc. Which errors there are and what they mean
 * is in docs/emulator.md.
 *
 * Returns: (transfer full): the body of the reply
 */
GBytes *emulator_images_answer (EmulatorCall *call, GError **error);

G_END_DECLS
