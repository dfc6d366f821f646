/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests what is reported of a list, in pieces of any size, and which replies are none. */
#include "kvslistreply.h"

#include "kvserror.h"

#include <string.h>

/* What was reported, as a text: "<" and ">" are around a member of the reply, "(" and ")" around an entry,
 * "name=" precedes a member's value, "#" precedes a number, strings are in quotes. */

static void
reply_member_cb (gpointer user_data, const char *key)
{
  g_string_append_printf (user_data, "<%s>", key);
}

static gboolean
begin_entry_cb (gpointer user_data, GError **error)
{
  g_string_append_c (user_data, '(');
  return TRUE;
}

static gboolean
member_cb (
    gpointer user_data, const char *key, AwsJsonType type, const char *number, GError **error)
{
  static const char *const names[] = {
      [AWS_JSON_OBJECT] = "{} ",
      [AWS_JSON_ARRAY] = "[] ",
      [AWS_JSON_STRING] = "'",
      [AWS_JSON_NUMBER] = "#",
      [AWS_JSON_TRUE] = "T ",
      [AWS_JSON_FALSE] = "F ",
      [AWS_JSON_NULL] = "N ",
  };

  g_assert_cmpint (number != NULL, ==, type == AWS_JSON_NUMBER);
  if (g_str_equal (key, "stop"))
    return kvs_list_reply_fail (error, "stopped");
  g_string_append_printf (user_data, "%s=%s", key, names[type]);
  if (number != NULL)
    g_string_append_printf (user_data, "%s ", number);
  return TRUE;
}

static gboolean
string_cb (gpointer user_data, const char *text, gsize length, GError **error)
{
  g_string_append_len (user_data, text, (gssize)length);
  return TRUE;
}

static gboolean
end_string_cb (gpointer user_data, GError **error)
{
  g_string_append (user_data, "' ");
  return TRUE;
}

static void
end_entry_cb (gpointer user_data)
{
  g_string_append_c (user_data, ')');
}

static const KvsListReplyHandler handler = {"Things", "a long token", reply_member_cb,
    begin_entry_cb, member_cb, string_cb, end_string_cb, end_entry_cb};

/* Like the other, but without the callback that may be absent. */
static const KvsListReplyHandler short_handler = {"Things", "a long token", NULL, begin_entry_cb,
    member_cb, string_cb, end_string_cb, end_entry_cb};

/* Reads @body, with ' in place of ", in pieces of @piece bytes. What is told is followed by "no
 * list" where there was none, and by the NextToken. */
static char *
read_in_pieces (const KvsListReplyHandler *listener, const char *body, gsize piece, GError **error)
{
  g_autoptr (GString) told = g_string_new (NULL);
  g_autoptr (KvsListReply) reply = kvs_list_reply_new (listener, told);
  g_autofree char *text = g_strdelimit (g_strdup (body), "'", '"');
  gsize length = strlen (text);
  const char *token;

  for (gsize done = 0; done < length; done += piece) {
    if (!kvs_list_reply_feed (reply, text + done, MIN (piece, length - done), error))
      return NULL;
  }
  if (!kvs_list_reply_end (reply, error))
    return NULL;
  token = kvs_list_reply_get_next_token (reply);
  if (!kvs_list_reply_has_list (reply))
    g_string_append (told, "no list");
  if (token != NULL)
    g_string_append_printf (told, ", %s", token);
  return g_string_free (g_steal_pointer (&told), FALSE);
}

static const gsize pieces[] = {1, 2, 3, 7, 1000, 1 << 30};

static void
assert_told_to (const KvsListReplyHandler *listener, const char *body, const char *expected)
{
  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *told = read_in_pieces (listener, body, pieces[i], &error);

    g_assert_no_error (error);
    g_assert_cmpstr (told, ==, expected);
  }
}

static void
assert_told (const char *body, const char *expected)
{
  assert_told_to (&handler, body, expected);
}

static void
assert_refused (const char *body, KvsError code, const char *message)
{
  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (read_in_pieces (&handler, body, pieces[i], &error));
    g_assert_error (error, KVS_ERROR, (gint)code);
    g_assert_cmpstr (error->message, ==, message);
  }
}

static void
test_entries (void)
{
  assert_told ("{'Things':[]}", "<Things>");
  assert_told ("{'Things':[{}]}", "<Things>()");
  assert_told ("{'Things':[{'a':'x'},{'b':1.5E3}],'NextToken':'T'}",
      "<Things>(a='x' )(b=#1.5E3 )<NextToken>, T");
  assert_told (
      " { 'NextToken' : 'T' , 'Things' : [ { 'a' : '' } ] } ", "<NextToken><Things>(a='' ), T");
  assert_told ("{'Things':[{'a':'x\\/y\\u0041'}]}", "<Things>(a='x/yA' )");
}

static void
test_types (void)
{
  assert_told ("{'Things':[{'a':true,'b':false,'c':null,'d':{},'e':[],'f':-0,'g':'s'}]}",
      "<Things>(a=T b=F c=N d={} e=[] f=#-0 g='s' )");
}

static void
test_null (void)
{
  assert_told ("{'Things':null}", "<Things>");
  assert_told ("{'Things':[],'NextToken':null}", "<Things><NextToken>");
  assert_told ("{'Things':[],'NextToken':''}", "<Things><NextToken>");
  assert_told ("{'NextToken':'T'}", "<NextToken>no list, T");
  assert_told ("{}", "no list");
}

static void
test_duplicates (void)
{
  assert_told (
      "{'Things':[{'a':1,'a':'x'}],'Things':[{'b':2}]}", "<Things>(a=#1 a='x' )<Things>(b=#2 )");
  assert_told ("{'Things':[{}],'Things':null}", "<Things>()<Things>");
  assert_told (
      "{'Things':null,'NextToken':'long','NextToken':'T'}", "<Things><NextToken><NextToken>, T");
  assert_told (
      "{'Things':null,'NextToken':'T','NextToken':null}", "<Things><NextToken><NextToken>");
}

/* Members of unknown objects or arrays are not members of the reply. */
static void
test_nesting_elsewhere (void)
{
  assert_told (
      "{'X':{'Things':[{'a':1}],'NextToken':'N'},'Things':[{'b':2}]}", "<X><Things>(b=#2 )");
  assert_told ("{'X':[{'a':'x'},[[]],'Things',{'NextToken':'N'}],'Y':'NextToken','Things':[]}",
      "<X><Y><Things>");
  assert_told ("{'Things':[{'a':{'b':'x','Things':[{}]},'c':['y',{'d':'z'},[{}]],'e':1},{'f':2}]}",
      "<Things>(a={} c=[] e=#1 )(f=#2 )");
  assert_told ("{'Things':[{'Things':[{'a':1}],'NextToken':'N'}],'a':'x'}",
      "<Things>(Things=[] NextToken='N' )<a>");
}

static void
test_no_reply_member (void)
{
  assert_told_to (&short_handler, "{'X':1,'Things':[{'a':1}],'NextToken':'T'}", "(a=#1 ), T");
}

static void
test_refused (void)
{
  static const char no_object[] = "it is not a JSON object";
  static const char list[] = "its Things is not of the documented type";
  static const char entry[] = "its Things hold something that is not an object";
  static const char token[] = "its NextToken is not of the documented type";
  static const struct {
    const char *body;
    const char *message;
  } rows[] = {
      {"null", no_object},
      {"[{'Things':[]}]", no_object},
      {"'Things'", no_object},
      {"{'Things':{}}", list},
      {"{'Things':'x'}", list},
      {"{'Things':0}", list},
      {"{'Things':[null]}", entry},
      {"{'Things':['x']}", entry},
      {"{'Things':[{},[]]}", entry},
      {"{'NextToken':7}", token},
      {"{'NextToken':['T']}", token},
      {"{'NextToken':{'NextToken':'T'}}", token},
      {"{'Things':[{'stop':1}]}", "stopped"},
      {"{'Things':[]}x", "something after the end at byte 13"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_refused (rows[i].body, KVS_ERROR_BAD_REPLY, rows[i].message);
  assert_refused ("{'Things':[", KVS_ERROR_CUT_OFF, "it ends in the middle, after 11 bytes");
  assert_told ("{'X':{'stop':1}}", "<X>no list");
}

static void
test_long_token (void)
{
  g_autofree char *letters = g_strnfill (KVS_LIST_REPLY_MAX_NEXT_TOKEN, 'A');
  g_autofree char *longest = g_strdup_printf ("{'NextToken':'%s'}", letters);
  g_autofree char *twice = g_strdup_printf ("{'NextToken':'%s','NextToken':'T'}", letters);
  g_autofree char *too_long = g_strdup_printf ("{'NextToken':'%sA'}", letters);
  g_autofree char *expected = g_strdup_printf ("<NextToken>no list, %s", letters);

  assert_told (longest, expected);
  assert_told (twice, "<NextToken><NextToken>no list, T");
  assert_refused (too_long, KVS_ERROR_BAD_REPLY, "a long token");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvslistreply/entries", test_entries);
  g_test_add_func ("/kvslistreply/types", test_types);
  g_test_add_func ("/kvslistreply/null", test_null);
  g_test_add_func ("/kvslistreply/duplicates", test_duplicates);
  g_test_add_func ("/kvslistreply/nesting-elsewhere", test_nesting_elsewhere);
  g_test_add_func ("/kvslistreply/no-reply-member", test_no_reply_member);
  g_test_add_func ("/kvslistreply/refused", test_refused);
  g_test_add_func ("/kvslistreply/long-token", test_long_token);
  return g_test_run ();
}
