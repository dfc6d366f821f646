/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The enumerations of the element's properties. */
#pragma once

#include <kvsquery.h>

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_KVS_IMAGE_SRC_FORMAT (gst_kvs_image_src_format_get_type ())
#define GST_TYPE_KVS_IMAGE_SRC_SELECTOR (gst_kvs_image_src_selector_get_type ())

/**
 * gst_kvs_image_src_format_get_type:
 *
 * Returns: the type of the `format` property, with the values of #KvsImageFormat.
 */
GType gst_kvs_image_src_format_get_type (void);

/**
 * gst_kvs_image_src_selector_get_type:
 *
 * Returns: the type of the `image-selector-type` property, with the values of #KvsImageSelector.
 */
GType gst_kvs_image_src_selector_get_type (void);

G_END_DECLS
