/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A reply, independent of any connection. */
#pragma once

#include "emulatorerror.h"

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  guint status;
  const char *content_type;
  GBytes *body;
  char *error;      /* the name of an error reply; NULL when it is none */
  char *request_id; /* NULL when the reply is none of the service's */
  char *date;
  gboolean closes; /* whether the connection ends after it */
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
 * emulator_reply_new_error:
 * @protocol: the protocol of the operation
 * @rejection: an #EmulatorError
 * @now_ms: the time
 *
 * Returns: (transfer full): an error reply as services of that protocol write it
 */
EmulatorReply *emulator_reply_new_error (
    EmulatorProtocol protocol, const GError *rejection, gint64 now_ms);

/**
 * emulator_reply_new_named_error:
 * @protocol: the protocol of the operation
 * @status: the HTTP status
 * @name: the name of the error reply
 * @message: its text
 * @now_ms: the time
 *
 * Returns: (transfer full): an error reply of any name and status
 */
EmulatorReply *emulator_reply_new_named_error (
    EmulatorProtocol protocol, guint status, const char *name, const char *message, gint64 now_ms);

/**
 * emulator_reply_free:
 * @reply: (transfer full): a reply
 */
void emulator_reply_free (EmulatorReply *reply);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EmulatorReply, emulator_reply_free)

G_END_DECLS
