/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cleans text from the network for messages and logs. Every such text passes through here. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * aws_foreign_text_clean:
 * @text: a text of a server, in any encoding
 * @length: its length in bytes, or -1 if it ends with a NUL
 * @secrets: (nullable) (array zero-terminated=1): the secrets of the request
 *
 * Takes the first paragraph of @text as one line of at most 1024 bytes: a complaint about a signature
 * continues with a copy of the request. White space becomes single spaces, and other
 * control characters and invalid bytes are escaped. "…" replaces each of @secrets that has at least four
 * characters, its parts between slashes that have at least six, and any 16 of its characters in a row, all of them in
 * upper or lower case and also percent-encoded or escaped as in JSON; and the values of an Authorization header.
 *
 * Returns: (transfer full): the line, valid UTF-8, possibly empty
 */
char *aws_foreign_text_clean (const char *text, gssize length, const char *const *secrets);

/**
 * aws_foreign_text_has_secret:
 * @text: a text of a server
 * @secrets: (nullable) (array zero-terminated=1): the secrets of the request
 *
 * Returns: whether one of @secrets is in @text, or a part of one that aws_foreign_text_clean() would replace
 */
gboolean aws_foreign_text_has_secret (const char *text, const char *const *secrets);

/**
 * aws_foreign_text_has_run:
 * @text: a text of a server
 * @secrets: (nullable) (array zero-terminated=1): the secrets of the request
 *
 * For text that is used unchanged: the secrets of an emulator are short words, which may occur in
 * any text.
 *
 * Returns: whether @text has 16 characters in a row of one of @secrets
 */
gboolean aws_foreign_text_has_run (const char *text, const char *const *secrets);

/**
 * aws_foreign_text_check_name:
 * @name: (transfer full) (nullable): what a server gives as the name of something, such as an error or a request
 * @secrets: (nullable) (array zero-terminated=1): the secrets of the request
 *
 * Returns: (transfer full) (nullable): @name, or %NULL if one of @secrets is in it
 */
char *aws_foreign_text_check_name (char *name, const char *const *secrets);

G_END_DECLS
