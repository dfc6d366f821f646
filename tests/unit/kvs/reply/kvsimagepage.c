/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests every form that a reply of GetImages may have, because none is documented exactly, in pieces of any
 * size, and that other replies are rejected. */
#include "kvsimagepage.h"

#include "kvserror.h"
#include <awsjsonparser.h>

#include <string.h>

/* Bodies are written with ' in place of ", which makes them legible in C. */
static char *
requote (const char *body)
{
  return g_strdelimit (g_strdup (body), "'", '"');
}

/* "time error image", each "-" when there is none; an image is shown as the text that it decodes
 * to, or as "bad". */
static void
describe_entry (GString *text, KvsEntry *entry)
{
  gsize size;
  const char *image = entry->image ? g_bytes_get_data (entry->image, &size) : NULL;

  if (entry->has_time)
    g_string_append_printf (text, "%" G_GINT64_FORMAT, entry->time_ms);
  else
    g_string_append_c (text, '-');
  g_string_append_printf (text, " %s ", entry->error ? entry->error : "-");
  if (image)
    g_string_append_len (text, image, (gssize)size);
  else
    g_string_append (text, entry->has_image ? "bad" : "-");
  g_string_append (text, "; ");
}

static void
take_entries (KvsImagePage *reply, GString *text)
{
  KvsEntry *next;

  while ((next = kvs_image_page_pop (reply))) {
    g_autoptr (KvsEntry) entry = next;

    describe_entry (text, entry);
  }
}

/* Reads a reply, the first @first bytes of @body in one piece and the rest in pieces of @piece. */
static char *
read_in_pieces (const char *body, gsize length, gsize first, gsize piece, GError **error)
{
  g_autoptr (KvsImagePage) reply = kvs_image_page_new (first);
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean good = kvs_image_page_feed (reply, body, first, error);

  for (gsize done = first; good && done < length; done += piece) {
    take_entries (reply, text);
    good = kvs_image_page_feed (reply, body + done, MIN (piece, length - done), error);
  }
  take_entries (reply, text);
  if (!good || !kvs_image_page_end (reply, error))
    return NULL;
  if (kvs_image_page_get_next_token (reply))
    g_string_append_printf (text, "> %s", kvs_image_page_get_next_token (reply));
  return g_strdup (text->str);
}

static void
assert_read_once (const char *body, gsize first, gsize piece, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *read = read_in_pieces (body, strlen (body), first, piece, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (read, ==, expected);
}

/* A reply that is cut off is not accepted as a whole one, unless only white space behind the last brace is
 * missing. */
static void
assert_cut_off_everywhere (const char *body)
{
  gsize length = (gsize)(strrchr (body, '}') - body) + 1;

  for (gsize cut = 0; cut < length; cut++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (read_in_pieces (body, cut, cut, 1, &error));
    g_assert_error (error, KVS_ERROR, KVS_ERROR_CUT_OFF);
  }
}

static void
assert_read (const char *quoted, const char *expected)
{
  g_autofree char *body = requote (quoted);
  gsize length = strlen (body);

  g_test_message ("%s", body);
  for (gsize piece = 1; piece < 8; piece++)
    assert_read_once (body, 0, piece, expected);
  for (gsize first = 0; first <= length; first++)
    assert_read_once (body, first, length, expected);
  assert_cut_off_everywhere (body);
}

typedef struct {
  const char *body;
  const char *expected;
} Case;

static void
assert_all_read (const Case *cases, gsize n)
{
  for (gsize i = 0; i < n; i++)
    assert_read (cases[i].body, cases[i].expected);
}

static void
test_shapes (void)
{
  static const Case cases[] = {
      {"{'Images':[]}", ""},
      {"{'Images':null}", ""},
      {"{'Images':[],'NextToken':'AAA='}", "> AAA="},
      {"{'Images':null,'NextToken':null}", ""},
      {"{'Images':[{}]}", "- - -; "},
      {"{'Images':[{},{}]}", "- - -; - - -; "},
      {"{'Images':[{'Error':null,'ImageContent':'TWFu','TimeStamp':1.705489836421E9},"
       "{'Error':'NO_MEDIA','ImageContent':null,'TimeStamp':1.70548983742E9}],'NextToken':null}",
          "1705489836421 - Man; 1705489837420 NO_MEDIA -; "},
      {"{'Images':[{'ImageContent':'TWFu','TimeStamp':1705489836.421},"
       "{'Error':'MEDIA_ERROR','TimeStamp':1705489837}],'NextToken':'A/b+c=='}",
          "1705489836421 - Man; 1705489837000 MEDIA_ERROR -; > A/b+c=="},
  };

  assert_all_read (cases, G_N_ELEMENTS (cases));
}

static void
test_time_stamps (void)
{
  static const Case cases[] = {
      {"{'Images':[{'TimeStamp':0}]}", "0 - -; "},
      {"{'Images':[{'TimeStamp':-0}]}", "0 - -; "},
      {"{'Images':[{'TimeStamp':1705489836}]}", "1705489836000 - -; "},
      {"{'Images':[{'TimeStamp':1705489836.0}]}", "1705489836000 - -; "},
      {"{'Images':[{'TimeStamp':1705489836.4}]}", "1705489836400 - -; "},
      {"{'Images':[{'TimeStamp':1705489836.421}]}", "1705489836421 - -; "},
      {"{'Images':[{'TimeStamp':1705489836.421000}]}", "1705489836421 - -; "},
      {"{'Images':[{'TimeStamp':1705489836.4214}]}", "1705489836421 - -; "},
      {"{'Images':[{'TimeStamp':1705489836.4216}]}", "1705489836422 - -; "},
      {"{'Images':[{'TimeStamp':1.705489836421E9}]}", "1705489836421 - -; "},
      {"{'Images':[{'TimeStamp':1.705489836421e9}]}", "1705489836421 - -; "},
      {"{'Images':[{'TimeStamp':1.705489836421e+09}]}", "1705489836421 - -; "},
      {"{'Images':[{'TimeStamp':1.70548983642E9}]}", "1705489836420 - -; "},
      {"{'Images':[{'TimeStamp':1.7054898364E9}]}", "1705489836400 - -; "},
      {"{'Images':[{'TimeStamp':1.705489836E9}]}", "1705489836000 - -; "},
      {"{'Images':[{'TimeStamp':1.70548983E9}]}", "1705489830000 - -; "},
      {"{'Images':[{'TimeStamp':1.7E9}]}", "1700000000000 - -; "},
      {"{'Images':[{'TimeStamp':17E8}]}", "1700000000000 - -; "},
      {"{'Images':[{'TimeStamp':2E9}]}", "2000000000000 - -; "},
      {"{'Images':[{'TimeStamp':1705489836421e-3}]}", "1705489836421 - -; "},
      {"{'Images':[{'TimeStamp':253402300799.999}]}", "253402300799999 - -; "},
      {"{'Images':[{'TimeStamp':'1705489836'}]}", "1705489836000 - -; "},
      {"{'Images':[{'TimeStamp':'1705489836.421'}]}", "1705489836421 - -; "},
      {"{'Images':[{'TimeStamp':'1.705489836421E9'}]}", "1705489836421 - -; "},
      {"{'Images':[{'TimeStamp':'170548983\\u0036.421'}]}", "1705489836421 - -; "},
      {"{'Images':[{'TimeStamp':'2024-01-17T11:10:36.421Z'}]}", "1705489836421 - -; "},
      {"{'Images':[{'TimeStamp':'2024-01-17T12:10:36+01:00'}]}", "1705489836000 - -; "},
      {"{'Images':[{'TimeStamp':'2024-01-17T11:10:36.421000000Z'}]}", "1705489836421 - -; "},
      {"{'Images':[{'TimeStamp':null}]}", "- - -; "},
      {"{'Images':[{'TimeStamp':''}]}", "- - -; "},
  };

  assert_all_read (cases, G_N_ELEMENTS (cases));
}

/* Every millisecond of a second is read exactly, although its double is not exact. */
static void
test_every_millisecond (void)
{
  for (gint ms = 0; ms < 1000; ms++) {
    g_autofree char *body = g_strdup_printf ("{'Images':[{'TimeStamp':1.705489836%03dE9},"
                                             "{'TimeStamp':1705489836.%03d}]}",
        ms, ms);
    g_autofree char *expected =
        g_strdup_printf ("1705489836%03d - -; 1705489836%03d - -; ", ms, ms);

    g_strdelimit (body, "'", '"');
    assert_read_once (body, 0, strlen (body), expected);
  }
}

static void
test_errors_and_images (void)
{
  static const Case cases[] = {
      {"{'Images':[{'Error':'NO_MEDIA'}]}", "- NO_MEDIA -; "},
      {"{'Images':[{'Error':'MEDIA_ERROR','ImageContent':''}]}", "- MEDIA_ERROR -; "},
      {"{'Images':[{'Error':'NO\\u005fMEDIA'}]}", "- NO_MEDIA -; "},
      {"{'Images':[{'Error':'SOMETHING_NEW','ImageContent':null}]}", "- SOMETHING_NEW -; "},
      {"{'Images':[{'Error':''}]}", "- - -; "},
      {"{'Images':[{'Error':null}]}", "- - -; "},
      {"{'Images':[{'ImageContent':'TQ=='}]}", "- - M; "},
      {"{'Images':[{'ImageContent':'TWE='}]}", "- - Ma; "},
      {"{'Images':[{'ImageContent':''}]}", "- - -; "},
      {"{'Images':[{'ImageContent':null}]}", "- - -; "},
      {"{'Images':[{'ImageContent':'TWFu','Error':''}]}", "- - Man; "},
      {"{'Images':[{'ImageContent':'TWFu','Error':'MEDIA_ERROR'}]}", "- MEDIA_ERROR Man; "},
      {"{'Images':[{'ImageContent':'TWF'}]}", "- - bad; "},
      {"{'Images':[{'ImageContent':'TW=u'}]}", "- - bad; "},
      {"{'Images':[{'ImageContent':'TWF\\nu'}]}", "- - bad; "},
      {"{'Images':[{'ImageContent':'T*Fu'},{'ImageContent':'TWFu'}]}", "- - bad; - - Man; "},
      {"{'Images':[{'ImageContent':'TWFu'},{'ImageContent':''},{'ImageContent':'TQ=='}]}",
          "- - Man; - - -; - - M; "},
  };

  assert_all_read (cases, G_N_ELEMENTS (cases));
}

static void
test_escapes (void)
{
  static const Case cases[] = {
      {"{'Images':[{'ImageContent':'Pz8\\/'}]}", "- - \?\?\?; "},
      {"{'Images':[{'ImageContent':'Pz8\\u002F'}]}", "- - \?\?\?; "},
      {"{'Images':[{'ImageContent':'Pz8\\u002f'}]}", "- - \?\?\?; "},
      {"{'Images':[{'ImageContent':'fn5\\u002B'}]}", "- - ~~~; "},
      {"{'Images':[{'ImageContent':'TQ\\u003d\\u003d'}]}", "- - M; "},
      {"{'Images':[{'ImageContent':'TWE\\u003D'}]}", "- - Ma; "},
      {"{'Images':[{'ImageContent':'\\u0054\\u0057\\u0046\\u0075'}]}", "- - Man; "},
      {"{'Images':[{'ImageContent':'Pz8\\/Pz8\\/Pz8\\/'}]}", "- - \?\?\?\?\?\?\?\?\?; "},
      {"{'\\u0049mages':[{'Image\\u0043ontent':'TWFu'}]}", "- - Man; "},
      {"{'Images':[],'NextToken':'A\\/b\\u002bc\\u003d'}", "> A/b+c="},
  };

  assert_all_read (cases, G_N_ELEMENTS (cases));
}

static void
test_order_of_keys (void)
{
  static const Case cases[] = {
      {"{'NextToken':'T','Images':[{'TimeStamp':1,'Error':null,'ImageContent':'TWFu'}]}",
          "1000 - Man; > T"},
      {"{'NextToken':null,'Images':[{'ImageContent':'TWFu','TimeStamp':1,'Error':null}]}",
          "1000 - Man; "},
      {"{'Images':[{'TimeStamp':1,'ImageContent':null,'Error':'NO_MEDIA'},"
       "{'ImageContent':null,'Error':'NO_MEDIA','TimeStamp':2}],'NextToken':'T'}",
          "1000 NO_MEDIA -; 2000 NO_MEDIA -; > T"},
  };

  assert_all_read (cases, G_N_ELEMENTS (cases));
}

static void
test_unknown_keys (void)
{
  static const Case cases[] = {
      {"{'X':1,'Images':[{'ImageContent':'TWFu'}],'Y':'z'}", "- - Man; "},
      {"{'X':{'Images':[{'ImageContent':'TQ=='}],'NextToken':'no'},'Images':[]}", ""},
      {"{'Images':[],'X':[[],[{}],{'Images':null}],'NextToken':'T'}", "> T"},
      {"{'Images':[{'X':{'TimeStamp':9,'Error':'no','ImageContent':'TQ=='},'TimeStamp':1}]}",
          "1000 - -; "},
      {"{'Images':[{'X':[{'ImageContent':'TQ=='},'TQ==',[1,true,false,null]],'TimeStamp':1}]}",
          "1000 - -; "},
      {"{'Images':[{'NextToken':'no','Images':[{'TimeStamp':9}]}]}", "- - -; "},
      {"{'TimeStamp':1,'Error':'no','ImageContent':'TQ==','Images':[{}]}", "- - -; "},
      {"{'images':[1],'IMAGES':2,'Image':3,'ImagesX':4,'Images':[{'Timestamp':9}]}", "- - -; "},
      {"{'X':'a \\\\ b \\' c } ] , \\u007d','Images':[]}", ""},
      {"{'':'','Images':[{'':[]}]}", "- - -; "},
  };

  assert_all_read (cases, G_N_ELEMENTS (cases));
}

static void
test_white_space (void)
{
  static const Case cases[] = {
      {"\r\n\t { 'Images' : [ { 'TimeStamp' : 1 , 'Error' : null } ,\n{ } ] ,\r\n 'NextToken' : "
       "'T' } \n",
          "1000 - -; - - -; > T"},
      {"{\n\t'Images'\n:\n[\n]\n}\n\n", ""},
  };

  assert_all_read (cases, G_N_ELEMENTS (cases));
}

/* Of a member that occurs twice, the last one counts; of Images, both. */
static void
test_duplicates (void)
{
  static const Case cases[] = {
      {"{'Images':[{'TimeStamp':1,'TimeStamp':2}]}", "2000 - -; "},
      {"{'Images':[{'TimeStamp':1,'TimeStamp':null}]}", "- - -; "},
      {"{'Images':[{'TimeStamp':1,'TimeStamp':''}]}", "- - -; "},
      {"{'Images':[{'Error':'A','Error':'B'}]}", "- B -; "},
      {"{'Images':[{'Error':'A','Error':null}]}", "- - -; "},
      {"{'Images':[{'Error':null,'Error':'A'}]}", "- A -; "},
      {"{'Images':[{'ImageContent':'TWFu','ImageContent':'TQ=='}]}", "- - M; "},
      {"{'Images':[{'ImageContent':'TWFu','ImageContent':null}]}", "- - -; "},
      {"{'Images':[{'ImageContent':'TWF','ImageContent':'TWFu'}]}", "- - Man; "},
      {"{'Images':[],'NextToken':'A','NextToken':'B'}", "> B"},
      {"{'Images':[],'NextToken':'A','NextToken':null}", ""},
      {"{'Images':[{'TimeStamp':1}],'Images':[{'TimeStamp':2}]}", "1000 - -; 2000 - -; "},
      {"{'Images':null,'Images':[{'TimeStamp':2}]}", "2000 - -; "},
  };

  assert_all_read (cases, G_N_ELEMENTS (cases));
}

/* The words after the beginning of the body, which depend on the pieces it came in. */
static const char *
get_cause (const GError *error)
{
  const char *cause = strstr (error->message, "': ");

  g_assert_true (g_str_has_prefix (error->message, "not a GetImages reply, which begins with '"));
  g_assert_nonnull (cause);
  return cause + strlen ("': ");
}

static void
assert_refused_once (const char *body, gsize first, gsize piece, KvsError code, const char *cause)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (read_in_pieces (body, strlen (body), first, piece, &error));
  g_assert_error (error, KVS_ERROR, (gint)code);
  g_assert_cmpstr (get_cause (error), ==, cause);
}

static void
assert_refused (const char *quoted, KvsError code, const char *cause)
{
  g_autofree char *body = requote (quoted);
  gsize length = strlen (body);

  g_test_message ("%s", body);
  assert_refused_once (body, 0, 1, code, cause);
  for (gsize first = 0; first <= length; first++)
    assert_refused_once (body, first, length, code, cause);
}

static void
test_wrong_types (void)
{
  static const char no_object[] = "it is not a JSON object";
  static const char images[] = "its Images is not of the documented type";
  static const char entry[] = "its Images hold something that is not an object";
  static const char token[] = "its NextToken is not of the documented type";
  static const char content[] = "its ImageContent is not of the documented type";
  static const char error[] = "its Error is not of the documented type";
  static const char time_type[] = "its TimeStamp is not of the documented type";
  static const char time_value[] =
      "its TimeStamp is neither a number of seconds since the epoch nor RFC 3339";
  static const struct {
    const char *body;
    const char *cause;
  } cases[] = {
      {"null ", no_object},
      {"[]", no_object},
      {"[{'Images':[]}]", no_object},
      {"'Images'", no_object},
      {"17 ", no_object},
      {"true", no_object},
      {"{'Images':{}}", images},
      {"{'Images':{'0':{}}}", images},
      {"{'Images':'x'}", images},
      {"{'Images':1}", images},
      {"{'Images':true}", images},
      {"{'Images':[null]}", entry},
      {"{'Images':[1]}", entry},
      {"{'Images':['TWFu']}", entry},
      {"{'Images':[[]]}", entry},
      {"{'Images':[{},true]}", entry},
      {"{'Images':[],'NextToken':1}", token},
      {"{'Images':[],'NextToken':false}", token},
      {"{'Images':[],'NextToken':{}}", token},
      {"{'NextToken':['T']}", token},
      {"{'Images':[{'ImageContent':1}]}", content},
      {"{'Images':[{'ImageContent':false}]}", content},
      {"{'Images':[{'ImageContent':['TWFu']}]}", content},
      {"{'Images':[{'ImageContent':{}}]}", content},
      {"{'Images':[{'Error':1}]}", error},
      {"{'Images':[{'Error':true}]}", error},
      {"{'Images':[{'Error':{'Code':'x'}}]}", error},
      {"{'Images':[{'Error':[]}]}", error},
      {"{'Images':[{'TimeStamp':true}]}", time_type},
      {"{'Images':[{'TimeStamp':{}}]}", time_type},
      {"{'Images':[{'TimeStamp':[1]}]}", time_type},
      {"{'Images':[{'TimeStamp':-1}]}", time_value},
      {"{'Images':[{'TimeStamp':1705489836421}]}", time_value},
      {"{'Images':[{'TimeStamp':1e400}]}", time_value},
      {"{'Images':[{'TimeStamp':'2026-11-20T08:00:00'}]}", time_value},
      {"{'Images':[{'TimeStamp':'now'}]}", time_value},
      {"{'Images':[{'TimeStamp':'yesterday'}]}", time_value},
      {"{'Images':[{'TimeStamp':' 1'}]}", time_value},
      {"{'Images':[{'TimeStamp':'1 '}]}", time_value},
      {"{'Images':[{'TimeStamp':'0x10'}]}", time_value},
      {"{'Images':[{'TimeStamp':'nan'}]}", time_value},
      {"{'Images':[{'TimeStamp':'inf'}]}", time_value},
      {"{'Images':[{'TimeStamp':'-1'}]}", time_value},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_refused (cases[i].body, KVS_ERROR_BAD_REPLY, cases[i].cause);
}

static void
test_no_json (void)
{
  static const struct {
    const char *body;
    const char *cause;
  } cases[] = {
      {"<html><body>504 Gateway Time-out</body></html>", "no JSON value at byte 0"},
      {"<?xml version='1.0'?><AccessDeniedException/>", "no JSON value at byte 0"},
      {"%PDF-1.7", "no JSON value at byte 0"},
      {"Service Unavailable", "a word that is not JSON at byte 7"},
      {"{'Images':[]}x", "something after the end at byte 13"},
      {"{'Images':[]}{'Images':[]}", "something after the end at byte 13"},
      {"{'Images':[]}\n<!-- -->", "something after the end at byte 14"},
      {"{'Images':[{}{}]}", "neither a comma nor an end at byte 13"},
      {"{'Images':[{},]}", "no JSON value at byte 14"},
      {"{'Images':[],}", "no key at byte 13"},
      {"{Images:[]}", "no key at byte 1"},
      {"{'Images' []}", "no colon after a key at byte 10"},
      {"{'Images':[{'ImageContent':'TW\\Fu'}]}", "an escape that is not JSON at byte 31"},
      {"{'Images':[{'ImageContent':'TW\\u00zz'}]}", "an escape that is not JSON at byte 34"},
      {"{'Images':[{'TimeStamp':01}]}", "a word that is not JSON at byte 26"},
      {"{'Images':[{'TimeStamp':1.}]}", "a word that is not JSON at byte 26"},
      {"{'Images':[{'TimeStamp':.5}]}", "no JSON value at byte 24"},
      {"{'Images':[{'TimeStamp':+1}]}", "no JSON value at byte 24"},
      {"{'Images':[{'TimeStamp':1e}]}", "a word that is not JSON at byte 26"},
      {"{'Images':[{'TimeStamp':1e+}]}", "a word that is not JSON at byte 27"},
      {"{'Images':[{'TimeStamp':0x10}]}", "a word that is not JSON at byte 28"},
      {"{'Images':[{'TimeStamp':NaN}]}", "a word that is not JSON at byte 27"},
      {"{'Images':[{'TimeStamp':-Infinity}]}", "a word that is not JSON at byte 33"},
      {"{'Images':[{'Error':None}]}", "a word that is not JSON at byte 24"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_refused (cases[i].body, KVS_ERROR_BAD_REPLY, cases[i].cause);
}

static void
assert_message (const char *quoted, KvsError code, const char *message)
{
  g_autofree char *body = requote (quoted);
  gsize length = strlen (body);

  for (gsize first = 0; first <= length; first++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (read_in_pieces (body, length, first, length, &error));
    g_assert_error (error, KVS_ERROR, (gint)code);
    g_assert_cmpstr (error->message, ==, message);
  }
}

/* A 200 without Images is what a regional endpoint answers to GetImages. */
static void
test_no_images (void)
{
#define ELSE "; is the endpoint the stream's own?"
  assert_message ("{'Output':{'__type':'com.amazon.coral.service#UnknownOperationException'},"
                  "'Version':'1.0'}",
      KVS_ERROR_BAD_REPLY,
      "not a GetImages reply: it has no Images, but \"Output\", \"Version\"" ELSE);
  assert_message (
      "{}", KVS_ERROR_BAD_REPLY, "not a GetImages reply: it has no Images, but nothing" ELSE);
  assert_message ("{'NextToken':'T'}", KVS_ERROR_BAD_REPLY,
      "not a GetImages reply: it has no Images, but \"NextToken\"" ELSE);
  assert_message ("{'X':{'Images':[]}}", KVS_ERROR_BAD_REPLY,
      "not a GetImages reply: it has no Images, but \"X\"" ELSE);
  assert_message ("{'a':1,'b':1,'c':1,'d':1,'e':1,'f':1,'g':1,'h':1,'i':1,'j':1}",
      KVS_ERROR_BAD_REPLY,
      "not a GetImages reply: it has no Images, but \"a\", \"b\", \"c\", \"d\", \"e\", \"f\", "
      "\"g\", \"h\"" ELSE);
  assert_message ("{'a\\nb':1}", KVS_ERROR_BAD_REPLY,
      "not a GetImages reply: it has no Images, but \"a\\nb\"" ELSE);
}

static void
test_empty (void)
{
  assert_message ("", KVS_ERROR_CUT_OFF, "the reply is empty");
  assert_refused (" \r\n", KVS_ERROR_CUT_OFF, "it ends in the middle, after 3 bytes");
}

static void
assert_whole_message (const char *body, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (read_in_pieces (body, strlen (body), strlen (body), 1, &error));
  g_assert_cmpstr (error->message, ==, message);
}

/* The error quotes the beginning of the reply, on one line. */
static void
test_what_came (void)
{
  assert_whole_message ("<html>\n<title>Sign in</title>\x01\xff</html>",
      "not a GetImages reply, which begins with "
      "'<html>\\n<title>Sign in</title>\\001\\357\\277\\275</html>': no JSON value at byte 0");
  assert_whole_message (
      "<0123456789012345678901234567890123456789012345678901234567890123456789012345678TOO MUCH",
      "not a GetImages reply, which begins with "
      "'<0123456789012345678901234567890123456789012345678901234567890123456789012345678': "
      "no JSON value at byte 0");
  assert_whole_message ("{\"Images\":[{\"TimeStamp\":",
      "not a GetImages reply, which begins with '{\"Images\":[{\"TimeStamp\":': "
      "it ends in the middle, after 24 bytes");
}

static void
test_depth (void)
{
  g_autoptr (GString) body = g_string_new ("{\"X\":");

  for (guint i = 0; i < AWS_JSON_MAX_DEPTH; i++)
    g_string_append_c (body, '[');
  assert_refused (body->str, KVS_ERROR_BAD_REPLY, "nested too deep at byte 36");
}

static void
test_long_texts (void)
{
  g_autofree char *letters = g_strnfill (KVS_LIST_REPLY_MAX_NEXT_TOKEN, 'A');
  g_autofree char *good = g_strdup_printf ("{\"Images\":[],\"NextToken\":\"%s\"}", letters);
  g_autofree char *expected = g_strdup_printf ("> %s", letters);
  g_autofree char *bad = g_strdup_printf ("{\"Images\":[],\"NextToken\":\"%sA\"}", letters);
  g_autofree char *bad_error = g_strdup_printf ("{\"Images\":[{\"Error\":\"%s\"}]}", letters);
  g_autofree char *unknown = g_strdup_printf ("{\"Images\":[],\"X\":\"%s\"}", letters);

  assert_read_once (good, 0, 1000, expected);
  assert_refused_once (bad, 0, 1000, KVS_ERROR_BAD_REPLY,
      "it holds a text that is longer than any that is documented");
  assert_refused_once (bad_error, 0, 1000, KVS_ERROR_BAD_REPLY,
      "it holds a text that is longer than any that is documented");
  assert_read_once (unknown, 0, 1000, "");
}

static void
test_image_that_never_ends (void)
{
  g_autoptr (KvsImagePage) reply = kvs_image_page_new (0);
  g_autofree char *piece = g_strnfill (1024 * 1024, 'A');
  g_autoptr (GError) error = NULL;
  guint n_pieces = 0;

  g_assert_true (kvs_image_page_feed (reply, "{\"Images\":[{\"ImageContent\":\"", 28, NULL));
  while (kvs_image_page_feed (reply, piece, 1024 * 1024, &error))
    n_pieces++;
  g_assert_cmpuint (n_pieces, ==, KVS_IMAGE_PAGE_MAX_IMAGE_BYTES / (1024 * 1024) * 4 / 3);
  g_assert_error (error, KVS_ERROR, KVS_ERROR_BAD_REPLY);
  g_assert_cmpstr (
      get_cause (error), ==, "it holds an image that is larger than any the service gives");
}

/* An entry is complete with its last brace, and not later. */
static void
test_entry_by_entry (void)
{
  g_autoptr (KvsImagePage) reply = kvs_image_page_new (0);
  g_autofree char *begin = requote ("{'Images':[{'ImageContent':'TWFu','TimeStamp':1");
  g_autoptr (KvsEntry) entry = NULL;

  g_assert_true (kvs_image_page_feed (reply, begin, strlen (begin), NULL));
  g_assert_null (kvs_image_page_pop (reply));
  g_assert_true (kvs_image_page_feed (reply, "}", 1, NULL));
  entry = kvs_image_page_pop (reply);
  g_assert_nonnull (entry);
  g_assert_cmpint (entry->time_ms, ==, 1000);
  g_assert_nonnull (entry->image);
  g_assert_null (kvs_image_page_pop (reply));
}

/* Entries that were complete before an error come out. */
static void
test_entries_before_an_error (void)
{
  g_autofree char *body = requote ("{'Images':[{'TimeStamp':1},{'TimeStamp':2},{'TimeStamp':x");
  g_autoptr (KvsImagePage) reply = kvs_image_page_new (0);
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_true (kvs_image_page_feed (reply, body, strlen (body), NULL));
  g_assert_false (kvs_image_page_feed (reply, "}", 1, NULL));
  take_entries (reply, text);
  g_assert_cmpstr (text->str, ==, "1000 - -; 2000 - -; ");
}

typedef struct {
  GPtrArray *images;
  GString *body;
} LargePage;

static LargePage
make_large_page (guint n_images, gsize size)
{
  LargePage page = {g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref),
      g_string_new ("{\"Images\":[")};

  for (guint i = 0; i < n_images; i++) {
    guint8 *data = g_malloc (size + i);
    g_autofree char *text = NULL;

    for (gsize k = 0; k < size + i; k++)
      data[k] = (guint8)g_test_rand_int_range (0, 256);
    text = g_base64_encode (data, size + i);
    g_string_append_printf (
        page.body, "%s{\"ImageContent\":\"%s\",\"TimeStamp\":%u}", i > 0 ? "," : "", text, i);
    g_ptr_array_add (page.images, g_bytes_new_take (data, size + i));
  }
  g_string_append (page.body, "],\"NextToken\":\"T\"}");
  return page;
}

static void
escape_slashes (GString *body)
{
  g_autofree char *plain = g_strdup (body->str);

  g_string_truncate (body, 0);
  for (const char *c = plain; *c != '\0'; c++) {
    if (*c == '/')
      g_string_append_c (body, '\\');
    g_string_append_c (body, *c);
  }
}

static void
clear_large_page (LargePage *page)
{
  g_ptr_array_unref (page->images);
  g_string_free (page->body, TRUE);
}

static void
assert_images_popped (KvsImagePage *reply, GPtrArray *images, guint *n)
{
  KvsEntry *next;

  while ((next = kvs_image_page_pop (reply))) {
    g_autoptr (KvsEntry) entry = next;

    g_assert_cmpuint (*n, <, images->len);
    g_assert_cmpint (entry->time_ms, ==, *n * 1000);
    g_assert_nonnull (entry->image);
    g_assert_true (g_bytes_equal (entry->image, g_ptr_array_index (images, *n)));
    (*n)++;
  }
}

static void
assert_large_page_read (LargePage *page, gsize piece)
{
  g_autoptr (KvsImagePage) reply = kvs_image_page_new (MIN (piece, 100000));
  g_autoptr (GError) error = NULL;
  guint n = 0;

  for (gsize done = 0; done < page->body->len; done += piece) {
    kvs_image_page_feed (
        reply, page->body->str + done, MIN (piece, page->body->len - done), &error);
    g_assert_no_error (error);
    assert_images_popped (reply, page->images, &n);
  }
  kvs_image_page_end (reply, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, page->images->len);
  g_assert_cmpstr (kvs_image_page_get_next_token (reply), ==, "T");
}

static void
test_large_page (void)
{
  static const gsize pieces[] = {1001, 4096, 65535, 65536, 65537, 1 << 30};
  LargePage page = make_large_page (25, 100000);

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    assert_large_page_read (&page, pieces[i]);
  escape_slashes (page.body);
  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    assert_large_page_read (&page, pieces[i]);
  clear_large_page (&page);
}

/* A reply with one changed byte is accepted or rejected, with the same result in pieces of any size. */
static void
test_soak (void)
{
  g_autofree char *good =
      requote ("{'Images':[{'Error':null,'ImageContent':'TWFu','TimeStamp':1.705489836421E9},"
               "{'Error':'NO\\u005FMEDIA','TimeStamp':'17'}],'NextToken':'A\\/='}");
  gsize length = strlen (good);

  for (guint i = 0; i < 20000; i++) {
    g_autofree char *body = g_strdup (good);
    gsize first = (gsize)g_test_rand_int_range (0, (gint)length);
    g_autofree char *whole = NULL, *split = NULL;
    g_autoptr (GError) error = NULL, split_error = NULL;

    body[g_test_rand_int_range (0, (gint)length)] = (char)g_test_rand_int_range (0, 256);
    whole = read_in_pieces (body, length, length, 1, &error);
    split = read_in_pieces (body, length, first, 5, &split_error);
    g_assert_cmpstr (whole, ==, split);
    g_assert_cmpint (error ? error->code : -1, ==, split_error ? split_error->code : -1);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsimagepage/shapes", test_shapes);
  g_test_add_func ("/kvsimagepage/time-stamps", test_time_stamps);
  g_test_add_func ("/kvsimagepage/every-millisecond", test_every_millisecond);
  g_test_add_func ("/kvsimagepage/errors-and-images", test_errors_and_images);
  g_test_add_func ("/kvsimagepage/escapes", test_escapes);
  g_test_add_func ("/kvsimagepage/order-of-keys", test_order_of_keys);
  g_test_add_func ("/kvsimagepage/unknown-keys", test_unknown_keys);
  g_test_add_func ("/kvsimagepage/white-space", test_white_space);
  g_test_add_func ("/kvsimagepage/duplicates", test_duplicates);
  g_test_add_func ("/kvsimagepage/wrong-types", test_wrong_types);
  g_test_add_func ("/kvsimagepage/no-json", test_no_json);
  g_test_add_func ("/kvsimagepage/no-images", test_no_images);
  g_test_add_func ("/kvsimagepage/empty", test_empty);
  g_test_add_func ("/kvsimagepage/what-came", test_what_came);
  g_test_add_func ("/kvsimagepage/depth", test_depth);
  g_test_add_func ("/kvsimagepage/long-texts", test_long_texts);
  g_test_add_func ("/kvsimagepage/image-that-never-ends", test_image_that_never_ends);
  g_test_add_func ("/kvsimagepage/entry-by-entry", test_entry_by_entry);
  g_test_add_func ("/kvsimagepage/entries-before-an-error", test_entries_before_an_error);
  g_test_add_func ("/kvsimagepage/large-page", test_large_page);
  g_test_add_func ("/kvsimagepage/soak", test_soak);
  return g_test_run ();
}
