/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A reply that did not come from a network. */
#pragma once

#include "fuzz.h"

#include <awsreply.h>

G_BEGIN_DECLS

/**
 * fuzz_reply_new:
 * @headers: (nullable): lines `NAME:VALUE`.
 * @body: (nullable): the body.
 *
 * Returns: (transfer full): the reply to a request with the secret %FUZZ_SECRET.
 */
AwsReply *fuzz_reply_new (const char *headers, GBytes *body);

G_END_DECLS
