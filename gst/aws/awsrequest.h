/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A HTTP request before anybody has signed or sent it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AwsHeader:
 * @name: the name, in any case
 * @value: the value, as it is sent
 *
 * A header of a request.
 */
typedef struct {
  const char *name;
  const char *value;
} AwsHeader;

/**
 * AwsRequest:
 * @method: the HTTP method
 * @uri: the URI, path and query still percent-encoded (%SOUP_HTTP_URI_FLAGS)
 * @service: (nullable): the service's signing name, such as `kinesisvideo`; needed where the request
 *     is signed
 * @content_type: (nullable): the media type of @body; needed where there is one
 * @body: (nullable): exactly the bytes to send
 * @headers: (array length=n_headers): further headers; a name may occur repeatedly
 * @n_headers: how many there are
 * @secret: (nullable): a secret in @body or @headers that must not be shown where the reply repeats
 *     it; of a request that is signed, the session token is, and not this
 *
 * What to send. Everything belongs to the caller and stays as it is while the request is used.
 */
typedef struct {
  const char *method;
  GUri *uri;
  const char *service;
  const char *content_type;
  GBytes *body;
  const AwsHeader *headers;
  gsize n_headers;
  const char *secret;
} AwsRequest;

G_END_DECLS
