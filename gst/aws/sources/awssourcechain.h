/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Several sources in the order in which they are asked, as one. */
#pragma once

#include "awscredentialsource.h"

G_BEGIN_DECLS

#define AWS_TYPE_SOURCE_CHAIN (aws_source_chain_get_type ())

/**
 * AwsSourceChain:
 * A source that goes through others until one of them is configured. That one alone counts, also when
 * it fails: a server that is down must not lead to another identity. Once it has given credentials
 * it is the only one that is ever asked again.
 */
G_DECLARE_FINAL_TYPE (AwsSourceChain, aws_source_chain, AWS, SOURCE_CHAIN, GObject)

/**
 * aws_source_chain_new:
 * A chain fails with %AWS_ERROR_NO_CREDENTIALS where none of its sources is configured; the message
 * lists each of them by name, and why it was not used. Its aws_credential_source_get_name() is
 * `none` as long as no source has given credentials or failed.
 *
 * Returns: (transfer full): an empty chain
 */
AwsSourceChain *aws_source_chain_new (void);

/**
 * aws_source_chain_add:
 * @self: a chain that was not asked yet
 * @source: (transfer full): what to ask after those that are there already
 *
 * Appends @source.
 */
void aws_source_chain_add (AwsSourceChain *self, AwsCredentialSource *source);

/**
 * aws_source_chain_set_advice:
 * @self: a chain that was not asked yet
 * @advice: (transfer none): a sentence without its period, static, that says what to set first
 *
 * Appends @advice to the message that none of the sources is configured.
 */
void aws_source_chain_set_advice (AwsSourceChain *self, const char *advice);

G_END_DECLS
