/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signature Version 4: proves the identity, and that the request was not changed. This is the computation
 * alone, without I/O. */
#pragma once

#include "awscredentials.h"
#include "awsrequest.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * AwsSignerRequest:
 * @method: the HTTP method
 * @uri: the URI, path and query still percent-encoded (%SOUP_HTTP_URI_FLAGS)
 * @headers: (array length=n_headers): the headers that will be sent; a name may occur repeatedly
 * @n_headers: how many there are
 * @body: (nullable): exactly the bytes that will be sent
 * @keep_path: whether the path keeps its dot segments and empty ones, as S3 wants it
 * @sign_body_header: whether `X-Amz-Content-SHA256` is sent, and signed
 * @omit_session_token: whether the session token is added after signing, as a few services want it
 *
 * What is to be signed. Headers that an HTTP stack or a proxy may change are left out of the
 * signature, and `X-Amz-Date`, `X-Amz-Security-Token` and `Authorization` are the signer's own.
 * `Host` is added where @headers have none.
 */
typedef struct {
  const char *method;
  GUri *uri;
  const AwsHeader *headers;
  gsize n_headers;
  GBytes *body;
  gboolean keep_path;
  gboolean sign_body_header;
  gboolean omit_session_token;
} AwsSignerRequest;

/**
 * AwsSigner:
 * @credentials: the credentials that sign
 * @region: the region the signature is good for
 * @service: the service's signing name, such as `kinesisvideo`
 *
 * The credentials that sign, and the scope of the signature.
 */
typedef struct {
  AwsCredentials *credentials;
  const char *region;
  const char *service;
} AwsSigner;

/** The size of a SHA-256 in hexadecimal digits, with the NUL. */
#define AWS_SIGNATURE_HEX_SIZE 65

/**
 * AwsSignature:
 * @canonical_request: the request in canonical form; holds the session token
 * @string_to_sign: the text that is signed
 * @signed_headers: the names of the signed headers, as `a;b;c`
 * @authorization: the value of the header `Authorization`
 * @date: the value of the header `X-Amz-Date`
 * @body_hash: the value of the header `X-Amz-Content-SHA256`, where that is sent
 *
 * A signature and the texts that it is computed from. To send it, set `Authorization`, `X-Amz-Date` and, when the
 * credentials have a session token, `X-Amz-Security-Token`.
 */
typedef struct {
  char *canonical_request;
  char *string_to_sign;
  char *signed_headers;
  char *authorization;
  char *date;
  char body_hash[AWS_SIGNATURE_HEX_SIZE];
} AwsSignature;

/**
 * aws_signer_sign:
 * @signer: the identity and the scope
 * @request: what is signed
 * @time: when, in seconds since the epoch; the service accepts a few minutes around its own time
 *
 * Signs @request in its headers, by "Create a signed AWS API request" of the IAM user guide.
 *
 * Returns: (transfer full) (nullable): the signature, or %NULL with %AWS_ERROR_SETTINGS when the
 *     region or the service cannot be one, or OpenSSL is configured without SHA-256 or HMAC
 */
AwsSignature *aws_signer_sign (
    const AwsSigner *signer, const AwsSignerRequest *request, gint64 time, GError **error);

/**
 * aws_signature_free:
 * @signature: (transfer full): a signature
 *
 * Wipes @signature and frees it.
 */
void aws_signature_free (AwsSignature *signature);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AwsSignature, aws_signature_free)

G_END_DECLS
