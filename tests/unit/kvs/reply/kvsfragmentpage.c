/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests every form that a reply of ListFragments may have, in pieces of any size, and that other replies are
 * rejected. */
#include "kvsfragmentpage.h"

#include "kvserror.h"
#include "kvsimagepage.h"
#include "kvsrequest.h"

#include <string.h>

#define SERVER KVS_IMAGE_SELECTOR_SERVER_TIMESTAMP
#define PRODUCER KVS_IMAGE_SELECTOR_PRODUCER_TIMESTAMP

/* "start+length start+length, token", with "?" for an unknown length. */
static char *
describe (KvsFragmentPage *page)
{
  const char *token = kvs_fragment_page_get_next_token (page);
  g_autoptr (GString) text = g_string_new (NULL);
  guint n_fragments;
  const KvsFragment *fragments = kvs_fragment_page_get_fragments (page, &n_fragments);

  for (guint i = 0; i < n_fragments; i++) {
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT, i > 0 ? " " : "", fragments[i].start_ms);
    if (fragments[i].length_ms == KVS_FRAGMENT_UNKNOWN_LENGTH)
      g_string_append (text, "+?");
    else
      g_string_append_printf (text, "+%" G_GINT64_FORMAT, fragments[i].length_ms);
  }
  if (token != NULL)
    g_string_append_printf (text, ", %s", token);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Reads @body, with ' in place of ", in pieces of @piece bytes. */
static char *
read_in_pieces (KvsImageSelector selector, const char *body, gsize piece, GError **error)
{
  g_autoptr (KvsFragmentPage) page = kvs_fragment_page_new (selector);
  g_autofree char *text = g_strdelimit (g_strdup (body), "'", '"');
  gsize length = strlen (text);

  for (gsize done = 0; done < length; done += piece) {
    if (!kvs_fragment_page_feed (page, text + done, MIN (piece, length - done), error))
      return NULL;
  }
  return kvs_fragment_page_end (page, error) ? describe (page) : NULL;
}

static void
assert_reads_as (KvsImageSelector selector, const char *body, const char *expected)
{
  static const gsize pieces[] = {1, 2, 3, 7, 64, 100000};

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *text = read_in_pieces (selector, body, pieces[i], &error);

    if (error != NULL)
      g_error ("'%s' was refused: %s", body, error->message);
    g_assert_cmpstr (text, ==, expected);
  }
}

static void
assert_reads (const char *body, const char *expected)
{
  assert_reads_as (SERVER, body, expected);
}

/* A reply as seen from the service: exponents, no order in time, keys in alphabetical order. */
static void
test_seen (void)
{
  static const char body[] =
      "{'Fragments':[{'FragmentLengthInMilliseconds':1960,'FragmentNumber':'91343852333181432392',"
      "'FragmentSizeInBytes':231421,'ProducerTimestamp':1.577156938297E9,"
      "'ServerTimestamp':1.57715696211E9},{'FragmentLengthInMilliseconds':2000,"
      "'FragmentNumber':'91343852333181432391','FragmentSizeInBytes':231421,"
      "'ProducerTimestamp':1.577156936E9,'ServerTimestamp':1.577156960002E9}],'NextToken':null}";

  assert_reads_as (SERVER, body, "1577156962110+1960 1577156960002+2000");
  assert_reads_as (PRODUCER, body, "1577156938297+1960 1577156936000+2000");
}

static void
test_numbers (void)
{
  static const struct {
    const char *number;
    const char *read;
  } rows[] = {
      {"1705489836", "1705489836000"},
      {"1705489836.421", "1705489836421"},
      {"1.705489836421E9", "1705489836421"},
      {"1.705489836421e+09", "1705489836421"},
      {"17054898364.21E-1", "1705489836421"},
      {"1705489836421E-3", "1705489836421"},
      {"'1705489836.421'", "1705489836421"},
      {"'1.705489836421E9'", "1705489836421"},
      {"'2024-01-17T11:10:36.421Z'", "1705489836421"},
      {"'2024-01-17T06:10:36-05:00'", "1705489836000"},
      /* Rounded to the nearest millisecond */
      {"1705489836.42149", "1705489836421"},
      {"1705489836.42151", "1705489836422"},
      {"1705489836.00051", "1705489836001"},
      {"0", "0"},
      {"-0", "0"},
      {"253402300799.999", "253402300799999"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *body =
        g_strdup_printf ("{'Fragments':[{'ServerTimestamp':%s}]}", rows[i].number);
    g_autofree char *expected = g_strdup_printf ("%s+?", rows[i].read);

    assert_reads (body, expected);
  }
}

static void
test_lengths (void)
{
  static const struct {
    const char *number;
    const char *read;
  } rows[] = {
      {"2000", "2000"},
      {"0", "0"},
      {"2E3", "2000"},
      {"1999.6", "2000"},
      {"'2000'", "2000"},
      {"60000", "60000"},
      {"null", "?"},
      {"-1", "?"},
      {"1e300", "?"},
      {"'long'", "?"},
      {"''", "?"},
      {"true", "?"},
      {"[1]", "?"},
      {"{'ms':[1]}", "?"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *body = g_strdup_printf (
        "{'Fragments':[{'FragmentLengthInMilliseconds':%s,'ServerTimestamp':1}]}", rows[i].number);
    g_autofree char *expected = g_strdup_printf ("1000+%s", rows[i].read);

    assert_reads (body, expected);
  }
}

static void
test_forms (void)
{
  assert_reads ("{'Fragments':[]}", "");
  assert_reads ("{'Fragments':null}", "");
  assert_reads ("{'NextToken':'T','Fragments':[]}", ", T");
  assert_reads ("{'Fragments':[],'NextToken':''}", "");
  assert_reads ("{'NextToken':null,'Fragments':[]}", "");
  assert_reads ("{'Fragments':[{'ServerTimestamp':1}],'NextToken':'A\\/b+c=='}", "1000+?, A/b+c==");
  assert_reads (" {\n 'Fragments' : [ { 'ServerTimestamp' : 1 } ] }\n", "1000+?");
  /* Unknown members, whatever is in them */
  assert_reads (
      "{'Later':{'Fragments':[{'ServerTimestamp':9}],'NextToken':'N'},'Fragments':["
      "{'Tags':[{'ServerTimestamp':8}],'ServerTimestamp':1,'Size':{'ServerTimestamp':7}}],"
      "'ServerTimestamp':6}",
      "1000+?");
  /* The last one counts, as in most parsers. */
  assert_reads ("{'Fragments':[{'ServerTimestamp':2,'ServerTimestamp':1}]}", "1000+?");
  assert_reads ("{'Fragments':[{'ServerTimestamp':1,'FragmentLengthInMilliseconds':5,"
                "'FragmentLengthInMilliseconds':null}]}",
      "1000+?");
}

/* Such a fragment is not on the selector's clock. */
static void
test_unusable_times (void)
{
  static const char *const entries[] = {"{}", "{'ServerTimestamp':null}", "{'ServerTimestamp':-1}",
      "{'ServerTimestamp':1e300}", "{'ServerTimestamp':253402300800}", "{'ServerTimestamp':'soon'}",
      "{'ServerTimestamp':''}", "{'ServerTimestamp':'0x10'}", "{'ServerTimestamp':'now'}",
      "{'ServerTimestamp':'2024-01-17'}", "{'ServerTimestamp':false}", "{'ServerTimestamp':[1]}",
      "{'ServerTimestamp':{}}", "{'ProducerTimestamp':1}",
      "{'ServerTimestamp':1,'ServerTimestamp':null}",
      "{'ServerTimestamp':'1000000000000000000000000000000000000000000000000000000000000000000000000'}"};

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++) {
    g_autofree char *body = g_strdup_printf (
        "{'Fragments':[{'ServerTimestamp':1},%s,{'ServerTimestamp':2}]}", entries[i]);
    g_autofree char *alone = g_strdup_printf ("{'Fragments':[%s,%s]}", entries[i], entries[i]);
    g_autoptr (GError) error = NULL;

    assert_reads (body, "1000+? 2000+?");
    g_assert_null (read_in_pieces (SERVER, alone, 1, &error));
    g_assert_error (error, KVS_ERROR, KVS_ERROR_BAD_REPLY);
    g_assert_cmpstr (error->message, ==, "none of its fragments has a usable ServerTimestamp");
  }
}

static void
assert_refused (const char *body, KvsError code, const char *words)
{
  static const gsize pieces[] = {1, 5, 100000};

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (read_in_pieces (SERVER, body, pieces[i], &error));
    g_assert_error (error, KVS_ERROR, (gint)code);
    if (strstr (error->message, words) == NULL)
      g_error ("'%s' is not in '%s'", words, error->message);
  }
}

static void
test_refused (void)
{
  static const struct {
    const char *body;
    KvsError code;
    const char *words;
  } rows[] = {
      {"", KVS_ERROR_CUT_OFF, ""},
      {"{}", KVS_ERROR_BAD_REPLY, "it has no Fragments"},
      {"{'Images':[]}", KVS_ERROR_BAD_REPLY, "it has no Fragments"},
      {"{'fragments':[]}", KVS_ERROR_BAD_REPLY, "it has no Fragments"},
      {"{'Output':{'__type':'com.amazon.coral.service#UnknownOperationException'},"
       "'Version':'1.0'}",
          KVS_ERROR_BAD_REPLY, "it has no Fragments"},
      {"[]", KVS_ERROR_BAD_REPLY, "not a JSON object"},
      {"null", KVS_ERROR_BAD_REPLY, "not a JSON object"},
      {"<html>", KVS_ERROR_BAD_REPLY, ""},
      {"{'Fragments':{}}", KVS_ERROR_BAD_REPLY, "its Fragments"},
      {"{'Fragments':'none'}", KVS_ERROR_BAD_REPLY, "its Fragments"},
      {"{'Fragments':0}", KVS_ERROR_BAD_REPLY, "its Fragments"},
      {"{'Fragments':[1]}", KVS_ERROR_BAD_REPLY, "not an object"},
      {"{'Fragments':[null]}", KVS_ERROR_BAD_REPLY, "not an object"},
      {"{'Fragments':[[]]}", KVS_ERROR_BAD_REPLY, "not an object"},
      {"{'Fragments':[],'NextToken':7}", KVS_ERROR_BAD_REPLY, "its NextToken"},
      {"{'Fragments':[],'NextToken':['T']}", KVS_ERROR_BAD_REPLY, "its NextToken"},
      {"{'Fragments':[{'ServerTimestamp':1}", KVS_ERROR_CUT_OFF, ""},
      {"{'Fragments':[{'ServerTimestamp':1}]", KVS_ERROR_CUT_OFF, ""},
      {"{'Fragments':[{'ServerTimestamp':0x1}]}", KVS_ERROR_BAD_REPLY, ""},
      {"{'Fragments':[]}{}", KVS_ERROR_BAD_REPLY, ""},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_refused (rows[i].body, rows[i].code, rows[i].words);
}

static char *
make_page (guint n_fragments)
{
  GString *body = g_string_new ("{'Fragments':[");

  for (guint i = 0; i < n_fragments; i++)
    g_string_append_printf (body, "%s{'ServerTimestamp':%u}", i > 0 ? "," : "", i);
  g_string_append (body, "]}");
  return g_string_free (body, FALSE);
}

static void
test_limits (void)
{
  g_autofree char *largest = make_page (KVS_MAX_FRAGMENTS_PER_PAGE);
  g_autofree char *larger = make_page (KVS_MAX_FRAGMENTS_PER_PAGE + 1);
  g_autofree char *token = g_strnfill (KVS_LIST_REPLY_MAX_NEXT_TOKEN, 'T');
  g_autofree char *with_token = g_strdup_printf ("{'Fragments':[],'NextToken':'%s'}", token);
  g_autofree char *too_long = g_strdup_printf ("{'Fragments':[],'NextToken':'%sT'}", token);
  g_autofree char *text = NULL, *expected = g_strdup_printf (", %s", token);

  text = read_in_pieces (SERVER, largest, 100, NULL);
  g_assert_true (g_str_has_suffix (text, " 999000+?"));
  assert_refused (larger, KVS_ERROR_BAD_REPLY, "more fragments than a page may have");
  assert_reads (with_token, expected);
  assert_refused (too_long, KVS_ERROR_BAD_REPLY, "NextToken");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsfragmentpage/seen", test_seen);
  g_test_add_func ("/kvsfragmentpage/numbers", test_numbers);
  g_test_add_func ("/kvsfragmentpage/lengths", test_lengths);
  g_test_add_func ("/kvsfragmentpage/forms", test_forms);
  g_test_add_func ("/kvsfragmentpage/unusable-times", test_unusable_times);
  g_test_add_func ("/kvsfragmentpage/refused", test_refused);
  g_test_add_func ("/kvsfragmentpage/limits", test_limits);
  return g_test_run ();
}
