/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads JSON (RFC 8259) as it arrives, in pieces of any size, and holds none of it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** How deep a document may nest; a GetImages reply nests three deep. */
#define KVS_JSON_MAX_DEPTH 64

/** The longest key, number or word that is read; the longest string has no limit here. */
#define KVS_JSON_MAX_TOKEN 256

typedef enum {
  KVS_JSON_OBJECT,
  KVS_JSON_ARRAY,
  KVS_JSON_STRING,
  KVS_JSON_NUMBER,
  KVS_JSON_TRUE,
  KVS_JSON_FALSE,
  KVS_JSON_NULL,
} KvsJsonType;

/**
 * KvsJsonHandler:
 * @value: a value begins. @key is the member's name inside of an object and %NULL elsewhere.
 * @number is the text of a number, and %NULL for other types. Returning %FALSE stops the parser
 * with the error that was set.
 * @string: the next piece of a string that @value announced, with its escapes resolved.
 * @end: an object, array or string ends.
 *
 * Who is told what a document holds.
 */
typedef struct {
  gboolean (*value) (
      gpointer user_data, const char *key, KvsJsonType type, const char *number, GError **error);
  gboolean (*string) (gpointer user_data, const char *text, gsize length, GError **error);
  gboolean (*end) (gpointer user_data, KvsJsonType type, GError **error);
} KvsJsonHandler;

typedef struct _KvsJson KvsJson;

/**
 * kvs_json_new:
 * @handler: (transfer none): who is told; it must outlive the parser.
 * @user_data: what its functions get.
 *
 * Returns: (transfer full): a parser at the beginning of a document.
 */
KvsJson *kvs_json_new (const KvsJsonHandler *handler, gpointer user_data);

/**
 * kvs_json_free:
 * @self: a parser.
 */
void kvs_json_free (KvsJson *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsJson, kvs_json_free)

/**
 * kvs_json_feed:
 * @self: a parser.
 * @text: the next piece of the document.
 * @length: how many bytes @text has.
 * @error: %KVS_ERROR_BAD_REPLY with the place when it is not JSON, or what the handler set.
 *
 * After an error the parser must not be fed again.
 *
 * Returns: whether the document is well-formed so far.
 */
gboolean kvs_json_feed (KvsJson *self, const char *text, gsize length, GError **error);

/**
 * kvs_json_end:
 * @self: a parser.
 * @error: %KVS_ERROR_CUT_OFF when the document is not complete.
 *
 * Returns: whether what was fed is one whole document.
 */
gboolean kvs_json_end (KvsJson *self, GError **error);

/**
 * kvs_json_is_number:
 * @text: a text.
 *
 * Returns: whether @text is a number by RFC 8259 section 6, which strtod() is too generous for.
 */
gboolean kvs_json_is_number (const char *text);

G_END_DECLS
