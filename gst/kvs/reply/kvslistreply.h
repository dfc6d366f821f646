/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A reply that holds a list of objects and a NextToken, read as it arrives:
 * {"Images":[{…},…],"NextToken":…}. */
#pragma once

#include <awsjsonparser.h>

#include <glib.h>

G_BEGIN_DECLS

/** The longest NextToken that is taken; the service's own limit is 4,096 characters (service
 * model). */
#define KVS_LIST_REPLY_MAX_NEXT_TOKEN (64 * 1024)

/**
 * KvsListReplyHandler:
 * @list: the name of the list.
 * @long_token: the message about a NextToken that is longer than %KVS_LIST_REPLY_MAX_NEXT_TOKEN.
 * @reply_member: (nullable): the reply has a member of this name, whatever it is.
 * @begin_entry: an object of the list begins.
 * @member: a member of the entry begins. @number is the text of a number, and %NULL for other
 * types. What is inside of an object or array is not told.
 * @string: the next piece of the member's string, with its escapes resolved.
 * @end_string: the member's string ends.
 * @end_entry: the entry ends.
 * @verbatim: (nullable): as that of #AwsJsonHandler, for the member's string.
 *
 * The functions that receive the parts of the list. Returning %FALSE stops the parser with the
 * error that was set.
 */
typedef struct {
  const char *list;
  const char *long_token;
  void (*reply_member) (gpointer user_data, const char *key);
  gboolean (*begin_entry) (gpointer user_data, GError **error);
  gboolean (*member) (
      gpointer user_data, const char *key, AwsJsonType type, const char *number, GError **error);
  gboolean (*string) (gpointer user_data, const char *text, gsize length, GError **error);
  gboolean (*end_string) (gpointer user_data, GError **error);
  void (*end_entry) (gpointer user_data);
  gboolean (*verbatim) (gpointer user_data, const char *text, gsize length);
} KvsListReplyHandler;

typedef struct _KvsListReply KvsListReply;

/**
 * kvs_list_reply_new:
 * @handler: (transfer none): the functions to call; it must outlive the reply.
 *
 * Returns: (transfer full): a reply of which nothing has arrived.
 */
KvsListReply *kvs_list_reply_new (const KvsListReplyHandler *handler, gpointer user_data);

void kvs_list_reply_free (KvsListReply *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsListReply, kvs_list_reply_free)

/**
 * kvs_list_reply_feed:
 * @text: the next piece of its body.
 * @length: how many bytes @text has.
 * @error: %KVS_ERROR_BAD_REPLY, or what the handler set.
 *
 * Accepts members in any order, unknown, absent, null and repeated ones. Of a NextToken that is
 * repeated the last one counts; of a list that is, all entries do.
 *
 * Returns: whether it is such a reply so far. After an error nothing may be fed.
 */
gboolean kvs_list_reply_feed (KvsListReply *self, const char *text, gsize length, GError **error);

/**
 * kvs_list_reply_end:
 * @error: %KVS_ERROR_CUT_OFF when the body is not complete, %KVS_ERROR_BAD_REPLY when it is no
 * object.
 *
 * Returns: whether what was fed is a whole object, with the list or without.
 */
gboolean kvs_list_reply_end (KvsListReply *self, GError **error);

/**
 * kvs_list_reply_has_list:
 * @self: a reply that has ended.
 *
 * Returns: whether it has the list; null is one, too.
 */
gboolean kvs_list_reply_has_list (KvsListReply *self);

/**
 * kvs_list_reply_get_next_token:
 * @self: a reply that has ended.
 *
 * Returns: (nullable): the NextToken, or %NULL when it is absent, null or empty.
 */
const char *kvs_list_reply_get_next_token (KvsListReply *self);

/**
 * kvs_list_reply_read_ms:
 * @number: a text.
 * @factor: how many ms one of it is.
 * @ms: (out): what it says, to the nearest ms: the double next to 1705489836.421 lies just below it.
 *
 * Returns: whether it is a number, and one that a time or length can be.
 */
gboolean kvs_list_reply_read_ms (const char *number, double factor, gint64 *ms);

/**
 * kvs_list_reply_read_time:
 * @text: seconds since the epoch, as the service sends them, or RFC 3339, as another serializer would: AWS clients
 *   read both.
 * @ms: (out): the time, since the epoch.
 *
 * Returns: whether it is a time.
 */
gboolean kvs_list_reply_read_time (const char *text, gint64 *ms);

/**
 * kvs_list_reply_expect:
 * @member: the name of a member.
 * @type: the type that it has.
 * @wanted: the type that is documented.
 * @error: %KVS_ERROR_BAD_REPLY, naming @member.
 *
 * Returns: whether @type is @wanted, or null.
 */
gboolean kvs_list_reply_expect (
    const char *member, AwsJsonType type, AwsJsonType wanted, GError **error);

/**
 * kvs_list_reply_fail:
 * @error: (out): %KVS_ERROR_BAD_REPLY.
 * @what: what is wrong with the reply.
 *
 * Returns: %FALSE.
 */
gboolean kvs_list_reply_fail (GError **error, const char *what);

G_END_DECLS
