/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who asks, and how to get there. */
#pragma once

#include "gstkvsimagesrcsettings.h"

#include <awsclient.h>

G_BEGIN_DECLS

/**
 * GstKvsImageSrcAccess:
 * @client: who asks.
 * @endpoint: where GetDataEndpoint is answered.
 * @images_endpoint: (nullable): where GetImages is answered, if the user has configured it; else
 *     GetDataEndpoint says.
 *
 * The way to the service.
 */
typedef struct {
  AwsClient *client;
  GUri *endpoint;
  GUri *images_endpoint;
} GstKvsImageSrcAccess;

/**
 * gst_kvs_image_src_access_init:
 * @self: (out): the way to the service.
 * @settings: settings that make a query.
 * @error: %KVS_ERROR_INVALID, naming the property, or an error of %AWS_ERROR about what the
 * environment and the shared files say.
 *
 * Finds out who asks, in which region and where: by the properties first, then by AWS's usual
 * rules. Nothing is sent, and credentials are not looked for yet.
 *
 * Returns: whether the settings give a way to the service; if so, @self is to be cleared.
 */
gboolean gst_kvs_image_src_access_init (
    GstKvsImageSrcAccess *self, const GstKvsImageSrcSettings *settings, GError **error);

/**
 * gst_kvs_image_src_access_clear:
 * @self: the way to the service, or all zeros.
 */
void gst_kvs_image_src_access_clear (GstKvsImageSrcAccess *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstKvsImageSrcAccess, gst_kvs_image_src_access_clear)

G_END_DECLS
