/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The property iot-certificate, in the form that kvssink takes it. */
#pragma once

#include <awsiotsource.h>

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * gst_kvs_image_src_iot_read:
 * @structure: the value of the property.
 * @stream_name: the name of the stream, which is the thing's too unless iot-thing-name is there.
 * @options: (out): what it says; the strings belong to @structure and to @stream_name.
 * @error: %KVS_ERROR_INVALID, naming the field and what is accepted.
 *
 * Returns: whether @structure is complete and has nothing in it that is not understood.
 */
gboolean gst_kvs_image_src_iot_read (
    const GstStructure *structure, const char *stream_name, AwsIotOptions *options, GError **error);

G_END_DECLS
