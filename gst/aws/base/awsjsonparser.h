/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads JSON (RFC 8259) as it arrives, in pieces of any size, and holds none of it. Text that departs from
 * the RFC is rejected, and so is a NUL in a key or string, which the RFC allows. All JSON from outside is
 * read by this parser. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** How deep a document may nest; deeper than anything AWS's services send. */
#define AWS_JSON_MAX_DEPTH 32

/** The longest key, number or word that is read; the longest string has no limit here. */
#define AWS_JSON_MAX_TOKEN 256

typedef enum {
  AWS_JSON_OBJECT,
  AWS_JSON_ARRAY,
  AWS_JSON_STRING,
  AWS_JSON_NUMBER,
  AWS_JSON_TRUE,
  AWS_JSON_FALSE,
  AWS_JSON_NULL,
} AwsJsonType;

/**
 * AwsJsonHandler:
 * @value: a value begins. @key is the member's name inside of an object and %NULL elsewhere.
 * @number is the text of a number, and %NULL for other types. Returning %FALSE stops the parser
 * with the error that was set.
 * @string: the next piece of a string that @value announced, with its escapes resolved.
 * @end: an object, array or string ends.
 * @verbatim: (nullable): called before @string with a piece that has not been checked. Returns whether it was taken,
 * which it may only be where none of its bytes is a backslash, a control character or a NUL.
 *
 * The callbacks for the parts of a document.
 */
typedef struct {
  gboolean (*value) (
      gpointer user_data, const char *key, AwsJsonType type, const char *number, GError **error);
  gboolean (*string) (gpointer user_data, const char *text, gsize length, GError **error);
  gboolean (*end) (gpointer user_data, AwsJsonType type, GError **error);
  gboolean (*verbatim) (gpointer user_data, const char *text, gsize length);
} AwsJsonHandler;

typedef struct _AwsJsonParser AwsJsonParser;

/**
 * aws_json_parser_new:
 * @handler: (transfer none): the functions to call; it must outlive the parser.
 *
 * Returns: (transfer full): a parser at the beginning of a document.
 */
AwsJsonParser *aws_json_parser_new (const AwsJsonHandler *handler, gpointer user_data);

void aws_json_parser_free (AwsJsonParser *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AwsJsonParser, aws_json_parser_free)

/**
 * aws_json_parser_feed:
 * @text: the next piece of the document.
 * @length: how many bytes @text has.
 * @error: %AWS_ERROR_BAD_REPLY with the place when it is not JSON, or what the handler set.
 *
 * After an error the parser must not be fed again.
 *
 * Returns: whether the document is well-formed so far.
 */
gboolean aws_json_parser_feed (AwsJsonParser *self, const char *text, gsize length, GError **error);

/**
 * aws_json_parser_end:
 * @error: %AWS_ERROR_CUT_OFF when the document is not complete.
 *
 * Returns: whether what was fed is one whole document.
 */
gboolean aws_json_parser_end (AwsJsonParser *self, GError **error);

/**
 * aws_json_is_number:
 * Returns: whether @text is a number by RFC 8259 section 6, unlike strtod(), which accepts more.
 */
gboolean aws_json_is_number (const char *text);

G_END_DECLS
