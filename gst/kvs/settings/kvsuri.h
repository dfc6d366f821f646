/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Settings as the text of a URI: kvsimage://REGION/STREAM?start-timestamp=…&sampling-interval=… */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KVS_URI_SCHEME "kvsimage"

/**
 * kvs_uri_parse:
 * @text: a URI.
 * @keys: the names of the settings that may stand behind the question mark.
 * @error: %KVS_ERROR_INVALID, naming the part or the key that is wrong and what is accepted. It has no value, which
 *     may be a secret that was put there by mistake, and no key that is not one of @keys twice.
 *
 * Nothing is guessed: each setting occurs once, and has a value.
 *
 * Returns: (transfer full) (nullable): names of settings, each followed by its value. The region is `aws-region`, and
 *     the stream is `stream-name` or `stream-arn`, one of which is there.
 */
GStrv kvs_uri_parse (const char *text, const char *const *keys, GError **error);

/**
 * kvs_uri_format:
 * @settings: names of settings, each followed by its value, as kvs_uri_parse() returns them.
 *
 * Returns: (transfer full): the URI, with the keys in the same order.
 */
char *kvs_uri_format (const char *const *settings);

/**
 * kvs_uri_make_public:
 * @text: a URI as the user gave it, whether it is one or not.
 *
 * Returns: (transfer full): as much of @text as cannot hold a secret, for a message.
 */
char *kvs_uri_make_public (const char *text);

G_END_DECLS
