/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sends a reply completely, slowly, in part, or not at all. */
#pragma once

#include "emulatorfault.h"
#include "emulatorreply.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct _EmulatorDelivery EmulatorDelivery;

/**
 * emulator_delivery_new:
 * @context: the context of the server, in whose thread all of this is used
 *
 * Returns: (transfer full): a delivery with nothing to deliver
 */
EmulatorDelivery *emulator_delivery_new (GMainContext *context);

/**
 * emulator_delivery_free:
 * @delivery: (transfer full): a delivery
 *
 * Cancels what is being sent, which takes some turns of the context, and drops all connections that
 * are held open.
 */
void emulator_delivery_free (EmulatorDelivery *delivery);

/**
 * emulator_delivery_send:
 * @message: a paused message
 * @reply: what to send
 * @fault: what goes wrong on the way; its latency is not waited for here
 * @chunked: whether the body is sent in chunks, instead of with its length
 *
 * Sends a reply, or as much of it as @fault lets through. A client that is gone is no error.
 */
void emulator_delivery_send (EmulatorDelivery *delivery, SoupServerMessage *message,
    const EmulatorReply *reply, const EmulatorFault *fault, gboolean chunked);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EmulatorDelivery, emulator_delivery_free)

G_END_DECLS
