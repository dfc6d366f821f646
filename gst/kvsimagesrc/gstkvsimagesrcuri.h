/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parameters of a pull as a URI: kvsimage://REGION/STREAM?start-timestamp=…&sampling-interval=… */
#pragma once

#include "gstkvsimagesrcproperties.h"

#include <kvsuri.h>

G_BEGIN_DECLS

/** The names of the properties that a URI sets, and %NULL. */
extern const char *const gst_kvs_image_src_uri_properties[];

/**
 * gst_kvs_image_src_uri_read:
 * @uri: a URI of the protocol.
 * @settings: (inout): settings; all that a URI can say is set anew, to the default where @uri does
 * not say it, an earlier URI that could not be used is forgotten, and nothing else is touched. Unchanged
 * after an error.
 * @error: %GST_URI_ERROR_BAD_URI, naming the part or the key that is wrong and what is accepted.
 *
 * Returns: whether @uri is good.
 */
gboolean gst_kvs_image_src_uri_read (
    const char *uri, GstKvsImageSrcSettings *settings, GError **error);

/**
 * gst_kvs_image_src_uri_new:
 * @settings: settings.
 *
 * Writes the canonical form: the keys in one order, and only those that differ from the default. It
 * holds no secret. Two elements that pull the same have the same URI.
 *
 * Returns: (transfer full) (nullable): the URI; %NULL as long as no stream is set, or the settings are such that
 * gst_kvs_image_src_uri_read() would refuse the URI.
 */
char *gst_kvs_image_src_uri_new (const GstKvsImageSrcSettings *settings);

G_END_DECLS
