/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Credentials as the Security Token Service writes them: XML, and the only XML that is read here. */
#pragma once

#include "awscredentials.h"

G_BEGIN_DECLS

/**
 * aws_sts_document_read:
 * @text: the body of a reply, which need not end in a NUL
 * @length: how many bytes it has
 * @error: %AWS_ERROR_BAD_REPLY with what is wrong, as a sentence without its subject's name and full
 *     stop ("SecretAccessKey is missing"), and never with a value
 *
 * Reads the element `Credentials` of `AssumeRoleResult` or of any other result: the elements
 * `AccessKeyId`, `SecretAccessKey`, `SessionToken` and `Expiration` in it, whatever their order and
 * their namespace's prefix. Whether the credentials have expired is not looked at. The parser keeps
 * copies of the text that are freed but not wiped.
 *
 * Returns: (transfer full) (nullable): the credentials
 */
AwsCredentials *aws_sts_document_read (const char *text, gsize length, GError **error);

G_END_DECLS
