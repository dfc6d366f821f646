/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvstokenpage.h"

#include "kvspager.h"

/* The images of a page. */
typedef struct {
  guint64 max_bytes;
  guint64 bytes;
} Images;

/* One image may always be held. */
static gboolean
admit_cb (gsize bytes, guint n_held, gboolean has_arrived, gpointer user_data)
{
  Images *images = user_data;

  if (n_held > 1 && images->bytes + bytes > images->max_bytes)
    return FALSE;
  if (has_arrived)
    images->bytes += bytes;
  return TRUE;
}

/* Takes @entry if it is for the sample behind the last one, and says whether it does. */
static gboolean
take (GQueue *entries, guint64 *first, gint window_index, KvsEntry **entry)
{
  if (window_index < 0)
    return TRUE;
  if (entries->length == 0)
    *first = (guint64)window_index;
  if ((guint64)window_index != *first + entries->length)
    return FALSE;
  g_queue_push_tail (entries, g_steal_pointer (entry));
  return TRUE;
}

/* Reads the pages up to the first that has entries. */
static KvsPagerStep
read_page (KvsPager *pager, guint64 max_bytes, GQueue *entries, guint64 *first,
    GCancellable *cancellable, GError **error)
{
  Images images = {.max_bytes = max_bytes != 0 ? max_bytes : G_MAXUINT64};
  gboolean is_in_order = TRUE;
  KvsPagerStep step;

  do {
    g_autoptr (KvsEntry) entry = NULL;
    gint window_index;

    step = kvs_pager_next (pager, admit_cb, &images, cancellable, &window_index, &entry, error);
    if (step == KVS_PAGER_ENTRY && is_in_order)
      is_in_order = take (entries, first, window_index, &entry);
    if (step == KVS_PAGER_PAGE)
      images.bytes = 0;
  } while (step == KVS_PAGER_ENTRY || (step == KVS_PAGER_PAGE && entries->length == 0));
  return step;
}

gboolean
kvs_token_page_read (KvsImageService *service, const KvsRange *range, guint max_results,
    const char *token, guint64 max_bytes, GQueue *entries, guint64 *first,
    GCancellable *cancellable, GError **error)
{
  const KvsWindow window = {.start_ms = range->start_ms,
      .interval_ms = range->interval_ms,
      .count = (guint)kvs_range_get_n_samples (range),
      .end_ms = range->end_ms};
  g_autoptr (KvsImageCall) call = kvs_image_call_new (service, KVS_IMAGE_CALL_FULL);

  *first = window.count;
  for (;;) {
    g_autoptr (KvsPager) pager =
        kvs_pager_new (service, &window, max_results, token, KVS_IMAGE_CALL_FULL, 0);
    g_autoptr (GError) failure = NULL;
    KvsPagerStep step = read_page (pager, max_bytes, entries, first, cancellable, &failure);

    /* Samples behind a page that broke off, or was over budget, are requested by their times. */
    if (step == KVS_PAGER_PAGE || step == KVS_PAGER_END || entries->length > 0)
      return TRUE;
    if (step != KVS_PAGER_BROKEN) {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
    if (!kvs_image_call_again (call, failure, cancellable, error))
      return FALSE;
  }
}
