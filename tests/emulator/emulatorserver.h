/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The socket, the thread that serves it, and the threads that answer. */
#pragma once

#include "emulatorservice.h"

G_BEGIN_DECLS

typedef struct _EmulatorServer EmulatorServer;

/**
 * emulator_server_start:
 * @service: what answers; must outlive the server
 * @error: return location for a #GError
 *
 * Listens as the settings of @service say and serves from now on.
 *
 * Returns: (transfer full): the server; %NULL with the error of the socket or the certificate
 */
EmulatorServer *emulator_server_start (EmulatorService *service, GError **error);

/**
 * emulator_server_stop:
 * @server: (transfer full): a server
 *
 * Drops all connections and ends all threads. Waits for answers that are being made, but for no
 * client.
 */
void emulator_server_stop (EmulatorServer *server);

/**
 * emulator_server_get_url:
 *
 * Returns: its address, as "http://127.0.0.1:41234"
 */
const char *emulator_server_get_url (EmulatorServer *server);

G_END_DECLS
