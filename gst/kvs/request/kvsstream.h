/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The name and the ARN of a stream. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** The longest StreamName (service model). */
#define KVS_MAX_STREAM_NAME 256
/** The longest StreamARN (service model). */
#define KVS_MAX_STREAM_ARN 1024

/**
 * kvs_stream_name_check:
 * @name: the name of a stream.
 * @error: %KVS_ERROR_INVALID, with what is accepted.
 *
 * Returns: whether @name matches the service model's `[a-zA-Z0-9_.-]+`, 1 to 256 characters.
 */
gboolean kvs_stream_name_check (const char *name, GError **error);

/**
 * kvs_stream_arn_check:
 * @arn: the ARN of a stream.
 * @error: %KVS_ERROR_INVALID, with what is accepted.
 *
 * Returns: whether @arn matches the service model's
 * `arn:[a-z\d-]+:kinesisvideo:[a-z0-9-]+:[0-9]+:[a-z]+/[a-zA-Z0-9_.-]+/[0-9]+`, 1 to 1024
 * characters, and is a stream's.
 */
gboolean kvs_stream_arn_check (const char *arn, GError **error);

/**
 * kvs_stream_arn_get_region:
 * @arn: an ARN that passed kvs_stream_arn_check().
 *
 * Returns: (transfer full): the region in it.
 */
char *kvs_stream_arn_get_region (const char *arn);

/**
 * kvs_stream_arn_get_name:
 * @arn: an ARN that passed kvs_stream_arn_check().
 *
 * Returns: (transfer full): the stream's name in it.
 */
char *kvs_stream_arn_get_name (const char *arn);

G_END_DECLS
