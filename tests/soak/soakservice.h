/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The service of a soak: kvs-emulator as a process of its own, so that its memory is not measured, with faults that
 * change each time that it is started again. */
#pragma once

#include <emulator.h>

G_BEGIN_DECLS

/** What the streams are called: a recording, and a camera that is live. */
#define SOAK_RECORDING "recording"
#define SOAK_CAMERA "camera"

typedef struct _SoakService SoakService;

/**
 * soak_service_new:
 * @program: the path of kvs-emulator.
 * @now_ms: the time of day, in ms since the epoch; the recording has ended by then, and the camera is running.
 * @seed: of all that is random.
 * @error: why the program does not run.
 *
 * Returns: (transfer full) (nullable): a service that runs, without faults.
 */
SoakService *soak_service_new (const char *program, gint64 now_ms, guint32 seed, GError **error);

/**
 * soak_service_free:
 * @self: (transfer full): a service, which ends.
 */
void soak_service_free (SoakService *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SoakService, soak_service_free)

/**
 * soak_service_restart:
 * @down_ms: how long there is no service at its address.
 *
 * Ends the process, and starts another one at the same address: with other faults, other interpretations, and without
 * the tokens and temporary credentials of the earlier one.
 *
 * Returns: whether it runs again.
 */
gboolean soak_service_restart (SoakService *self, guint down_ms, GError **error);

const char *soak_service_get_url (SoakService *self);

/** When the recording and the camera begin, in ms since the epoch. */
gint64 soak_service_get_start (SoakService *self);

/** How long the recording is, in ms. */
gint64 soak_service_get_duration (SoakService *self);

/** How many rules for faults there have been. */
guint soak_service_count_faults (SoakService *self);

/**
 * soak_service_get_truth:
 * Returns: (transfer none): an emulator that serves nothing and has the same streams, to ask what is there.
 */
Emulator *soak_service_get_truth (SoakService *self);

G_END_DECLS
