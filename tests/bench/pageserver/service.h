/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is the same for all connections: the stills, and the log. */
#pragma once

#include "connection.h"
#include "still.h"

#include <stdio.h>

G_BEGIN_DECLS

typedef struct {
  Still *jpeg; /* NULL if there are none of that format */
  Still *png;
  gboolean has_frame_times;
  char *url;
  FILE *log; /* a line of JSON for each request */
} Service;

/**
 * service_serve:
 * @connection: (transfer full): a new connection.
 *
 * Answers requests until the client closes the connection. Can be called by several threads.
 */
void service_serve (const Service *self, Connection *connection, guint id);

G_END_DECLS
