/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What goes back to the client, before anything is known of connections. */
#pragma once

#include "emulatorerror.h"

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  guint status;
  const char *content_type;
  GBytes *body;
  char *error; /* the name of a refusal; NULL when it is none */
  char *request_id;
  char *date;
} EmulatorReply;

/**
 * emulator_reply_new:
 * @protocol: the protocol of the operation
 * @body: the body
 * @now_ms: the time
 *
 * Returns: (transfer full): a reply with status 200 and a new request id
 */
EmulatorReply *emulator_reply_new (EmulatorProtocol protocol, GBytes *body, gint64 now_ms);

/**
 * emulator_reply_new_refusal:
 * @protocol: the protocol of the operation
 * @refusal: an #EmulatorError
 * @now_ms: the time
 *
 * Returns: (transfer full): a refusal as services of that protocol write it
 */
EmulatorReply *emulator_reply_new_refusal (
    EmulatorProtocol protocol, const GError *refusal, gint64 now_ms);

/**
 * emulator_reply_new_named_refusal:
 * @protocol: the protocol of the operation
 * @status: the HTTP status
 * @name: the name of the refusal
 * @message: its text
 * @now_ms: the time
 *
 * Returns: (transfer full): a refusal of any name and status
 */
EmulatorReply *emulator_reply_new_named_refusal (
    EmulatorProtocol protocol, guint status, const char *name, const char *message, gint64 now_ms);

/**
 * emulator_reply_free:
 * @reply: (transfer full): a reply
 */
void emulator_reply_free (EmulatorReply *reply);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EmulatorReply, emulator_reply_free)

G_END_DECLS
