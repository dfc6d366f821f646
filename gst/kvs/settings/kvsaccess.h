/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The credentials of a session, and its endpoints. */
#pragma once

#include "kvssettings.h"

#include <awsclient.h>
#include <awsiotsource.h>

G_BEGIN_DECLS

/**
 * KvsAccess:
 * @client: the client, which has the credentials.
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
} KvsAccess;

/**
 * kvs_access_init:
 * @self: (out): the way to the service.
 * @settings: settings that make a query.
 * @iot: (nullable): a device that asks; without a thing name it has that of the stream.
 * @error: %KVS_ERROR_INVALID, naming the property, or an error of %AWS_ERROR about what the
 * environment and the shared files say.
 *
 * Resolves credentials, region and endpoints: by the properties first, then by AWS's usual
 * rules. Nothing is sent, and credentials are not looked for yet.
 *
 * Returns: whether the settings give a way to the service; if so, @self is to be cleared.
 */
gboolean kvs_access_init (
    KvsAccess *self, const KvsSettings *settings, const AwsIotOptions *iot, GError **error);

/**
 * kvs_access_clear:
 * @self: the way to the service, or all zeros.
 */
void kvs_access_clear (KvsAccess *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KvsAccess, kvs_access_clear)

G_END_DECLS
