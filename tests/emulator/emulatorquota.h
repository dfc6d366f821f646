/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The published limits of a stream and of an account (developer guide, "Amazon Kinesis Video Streams
 * service quotas"), as rates over one second. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _EmulatorQuota EmulatorQuota;

/**
 * emulator_quota_new:
 *
 * Returns: (transfer full): a quota that nothing has been taken of; any thread may use it
 */
EmulatorQuota *emulator_quota_new (void);

/**
 * emulator_quota_free:
 * @quota: (transfer full): a quota
 */
void emulator_quota_free (EmulatorQuota *quota);

/**
 * emulator_quota_take_images:
 * @stream: the name of a stream
 * @n_images: the most images that the call asks for
 * @now_ms: the time
 * @error: return location for an #EmulatorError
 *
 * Takes what a GetImages call costs: 400 + @n_images of the 10,000 fragment-metadata points, and
 * @n_images of the 500 fragment-media points that a stream has each second.
 *
 * Returns: %FALSE with EMULATOR_ERROR_CLIENT_LIMIT_EXCEEDED
 */
gboolean emulator_quota_take_images (
    EmulatorQuota *quota, const char *stream, guint n_images, gint64 now_ms, GError **error);

/**
 * emulator_quota_take_fragments:
 * @stream: the name of a stream
 * @n_fragments: the most fragments that the call asks for
 * @now_ms: the time
 * @error: return location for an #EmulatorError
 *
 * Takes what a ListFragments call costs: @n_fragments of the fragment-metadata points.
 *
 * Returns: %FALSE with EMULATOR_ERROR_CLIENT_LIMIT_EXCEEDED
 */
gboolean emulator_quota_take_fragments (
    EmulatorQuota *quota, const char *stream, guint n_fragments, gint64 now_ms, GError **error);

/**
 * emulator_quota_take_call:
 * @stream: the name of a stream
 * @operation: GetDataEndpoint or DescribeStream
 * @now_ms: the time
 * @error: return location for an #EmulatorError
 *
 * Takes one of the 5 calls that a stream has each second for each of these operations, and one of the
 * 300 that an account has.
 *
 * Returns: %FALSE with EMULATOR_ERROR_CLIENT_LIMIT_EXCEEDED
 */
gboolean emulator_quota_take_call (
    EmulatorQuota *quota, const char *stream, const char *operation, gint64 now_ms, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EmulatorQuota, emulator_quota_free)

G_END_DECLS
