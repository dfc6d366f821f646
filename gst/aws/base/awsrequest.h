/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An HTTP request before it is signed and sent. */
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
 * AwsRequestPurpose:
 * @AWS_REQUEST_FOR_DATA: a call of a service
 * @AWS_REQUEST_FOR_CREDENTIALS: a call of a service that gives credentials, such as STS: a body that is
 *     not understood is never shown
 * @AWS_REQUEST_TO_CREDENTIALS_SERVER: a call of a server that gives credentials and is no AWS service
 *     with error codes, such as the instance metadata service: likewise, and any 4xx but 429 rejects
 *     the request
 *
 * What a request is for.
 */
typedef enum {
  AWS_REQUEST_FOR_DATA,
  AWS_REQUEST_FOR_CREDENTIALS,
  AWS_REQUEST_TO_CREDENTIALS_SERVER,
} AwsRequestPurpose;

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
 * @secrets: (nullable) (array zero-terminated=1): the secrets in @body and @headers, which are
 *     removed from the texts of the reply; #AwsClient adds the credentials that it signs with
 * @purpose: what the request is for
 * @attempt: the number of the attempt, from 1, for the debug log; 0 is unknown
 * @max_attempts: how many attempts there may be, for the debug log; 0 is any number
 * @hides_path: the path of @uri is secret, and must not be in the debug log
 *
 * A request. Everything in it belongs to the caller and must not change while the request is used.
 */
typedef struct {
  const char *method;
  GUri *uri;
  const char *service;
  const char *content_type;
  GBytes *body;
  const AwsHeader *headers;
  gsize n_headers;
  const char *const *secrets;
  AwsRequestPurpose purpose;
  guint attempt;
  guint max_attempts;
  gboolean hides_path;
} AwsRequest;

G_END_DECLS
