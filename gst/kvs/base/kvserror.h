/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Errors of settings and replies of Kinesis Video Streams, beyond those of any AWS call (AwsError). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * KvsError:
 * @KVS_ERROR_INVALID: a value that a user gave is malformed, out of range or contradicts another
 * one.
 * @KVS_ERROR_BAD_REPLY: a reply is not what the operation is documented to answer.
 * @KVS_ERROR_CUT_OFF: a reply ended in the middle.
 * @KVS_ERROR_WRONG_FORMAT: no image of a page is of the format that was asked for.
 * @KVS_ERROR_TOO_MANY: a range has more fragments than the caller allows.
 */
typedef enum {
  KVS_ERROR_INVALID,
  KVS_ERROR_BAD_REPLY,
  KVS_ERROR_CUT_OFF,
  KVS_ERROR_WRONG_FORMAT,
  KVS_ERROR_TOO_MANY,
} KvsError;

#define KVS_ERROR (kvs_error_quark ())

GQuark kvs_error_quark (void);

G_END_DECLS
