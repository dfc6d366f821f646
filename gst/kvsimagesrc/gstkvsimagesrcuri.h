/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What to pull, as a URI: kvsimage://REGION/STREAM?start-timestamp=…&sampling-interval=… */
#pragma once

#include "gstkvsimagesrcsettings.h"

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_KVS_IMAGE_SRC_URI_PROTOCOL "kvsimage"

/**
 * gst_kvs_image_src_uri_read:
 * @uri: a URI of the protocol.
 * @klass: the class of the element, whose properties the keys are.
 * @settings: (inout): settings; all that a URI can say is set anew, to the default where @uri does
 * not say it, and nothing else is touched. Unchanged after an error.
 * @error: %GST_URI_ERROR_BAD_URI, naming the part or the key that is wrong and what is accepted.
 *
 * Returns: whether @uri is good.
 */
gboolean gst_kvs_image_src_uri_read (
    const char *uri, GObjectClass *klass, GstKvsImageSrcSettings *settings, GError **error);

/**
 * gst_kvs_image_src_uri_new:
 * @settings: settings.
 * @klass: the class of the element.
 *
 * Writes the canonical form: the keys in one order, and only those that differ from the default. It
 * holds no secret. Two elements that pull the same have the same URI.
 *
 * Returns: (transfer full) (nullable): the URI, or %NULL as long as no stream is set.
 */
char *gst_kvs_image_src_uri_new (const GstKvsImageSrcSettings *settings, GObjectClass *klass);

G_END_DECLS
