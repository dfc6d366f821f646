/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any text as a ListFragments reply: read in pieces of any size it is the same, and a list of its fragments is in
 * order. */
#include "fuzz.h"

#include <kvsfragmentlist.h>
#include <kvsfragmentpage.h>

static gboolean
feed_cb (gpointer page, const char *text, gsize length)
{
  GError *error = NULL;
  gboolean is_good = kvs_fragment_page_feed (page, text, length, &error);

  fuzz_check_error (is_good, error);
  return is_good;
}

static KvsFragmentPage *
read_page (const char *text, gsize length, gsize piece_size)
{
  g_autoptr (KvsFragmentPage) page = kvs_fragment_page_new (KVS_IMAGE_SELECTOR_SERVER_TIMESTAMP);
  GError *error = NULL;
  gboolean is_good;

  if (!fuzz_feed (page, feed_cb, text, length, piece_size))
    return NULL;
  is_good = kvs_fragment_page_end (page, &error);
  fuzz_check_error (is_good, error);
  return is_good ? g_steal_pointer (&page) : NULL;
}

static void
check_same (KvsFragmentPage *a, KvsFragmentPage *b)
{
  const KvsFragment *of_a, *of_b;
  guint n_a, n_b;

  g_assert_true ((a != NULL) == (b != NULL));
  if (a == NULL)
    return;
  g_assert_cmpstr (kvs_fragment_page_get_next_token (a), ==, kvs_fragment_page_get_next_token (b));
  of_a = kvs_fragment_page_get_fragments (a, &n_a);
  of_b = kvs_fragment_page_get_fragments (b, &n_b);
  g_assert_cmpuint (n_a, ==, n_b);
  for (guint i = 0; i < n_a; i++) {
    g_assert_cmpint (of_a[i].start_ms, ==, of_b[i].start_ms);
    g_assert_cmpint (of_a[i].length_ms, ==, of_b[i].length_ms);
  }
}

static void
check_list (const KvsFragment *fragments, guint n_fragments)
{
  gint64 from_ms = n_fragments > 0 ? fragments[0].start_ms : 0;
  g_autoptr (KvsFragmentList) list =
      kvs_fragment_list_new (from_ms, from_ms + 3600000, fragments, n_fragments);
  guint n;
  const KvsFragment *sorted = kvs_fragment_list_get_fragments (list, &n);

  g_assert_cmpuint (n, <=, n_fragments);
  for (guint i = 0; i < n; i++) {
    g_assert_cmpint (sorted[i].length_ms, >=, 0);
    if (i > 0) {
      g_assert_cmpint (sorted[i].start_ms, >, sorted[i - 1].start_ms);
      g_assert_cmpint (sorted[i].start_ms + sorted[i].length_ms, >,
          sorted[i - 1].start_ms + sorted[i - 1].length_ms);
    }
    g_assert_true (kvs_fragment_list_has_media (list, sorted[i].start_ms, sorted[i].start_ms, 0));
    g_assert_cmpint (
        kvs_fragment_list_find_start (list, sorted[i].start_ms, 0), ==, sorted[i].start_ms);
  }
}

void
fuzz_run (FuzzInput *input)
{
  const char *text = input->data;
  gsize length = input->size;
  g_autoptr (KvsFragmentPage) whole = read_page (text, length, MAX (length, 1));
  g_autoptr (KvsFragmentPage) bytes = read_page (text, length, 1);
  g_autoptr (KvsFragmentPage) pieces = read_page (text, length, 0);
  const KvsFragment *fragments;
  guint n_fragments;

  check_same (whole, bytes);
  check_same (whole, pieces);
  if (whole == NULL)
    return;
  fragments = kvs_fragment_page_get_fragments (whole, &n_fragments);
  check_list (fragments, n_fragments);
}
