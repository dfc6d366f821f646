/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The service itself, without a socket: requests in, replies out. */
#pragma once

#include "emulatorcall.h"
#include "emulatorlog.h"
#include "emulatorreply.h"
#include "emulatortime.h"

G_BEGIN_DECLS

typedef struct _EmulatorService EmulatorService;

/**
 * emulator_service_new:
 * @clock: the clock to live by; must outlive the service
 * @log: where to note requests; must outlive the service
 *
 * Returns: (transfer full): a service with default settings; any thread may use it
 */
EmulatorService *emulator_service_new (EmulatorClock *clock, EmulatorLog *log);

/**
 * emulator_service_free:
 * @service: (transfer full): a service without calls
 */
void emulator_service_free (EmulatorService *service);

/**
 * emulator_service_configure:
 * @name: the name of an option
 * @value: its value
 * @error: return location for a #GError
 *
 * Changes the settings for calls that begin from now on.
 *
 * Returns: %FALSE with an error of emulator_settings_set()
 */
gboolean emulator_service_configure (
    EmulatorService *service, const char *name, const char *value, GError **error);

/**
 * emulator_service_get_settings:
 *
 * Returns: (transfer full): the settings as they are now
 */
EmulatorSettings *emulator_service_get_settings (EmulatorService *service);

/**
 * emulator_service_begin:
 * @request: (transfer full): a request
 *
 * Begins a call: faults count calls in the order in which this is called.
 *
 * Returns: (transfer full): the call, for emulator_service_end()
 */
EmulatorCall *emulator_service_begin (EmulatorService *service, EmulatorRequest *request);

/**
 * emulator_service_answer:
 * @call: a call of this service
 *
 * Decides the reply to a call and notes it in the log. May take its time, and is best called on a
 * thread of its own.
 *
 * Returns: (transfer full): the reply
 */
EmulatorReply *emulator_service_answer (EmulatorService *service, EmulatorCall *call);

/**
 * emulator_service_end:
 * @call: (transfer full): a call of this service, answered or not
 */
void emulator_service_end (EmulatorService *service, EmulatorCall *call);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EmulatorService, emulator_service_free)

G_END_DECLS
