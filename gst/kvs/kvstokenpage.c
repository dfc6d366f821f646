/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvstokenpage.h"

#include "kvschain.h"

/* Takes @entry if it is for the sample behind the last one, and says whether it does. */
static gboolean
take (GQueue *entries, guint64 *first, gint place, KvsEntry **entry)
{
  if (place < 0)
    return TRUE;
  if (entries->length == 0)
    *first = (guint64)place;
  if ((guint64)place != *first + entries->length)
    return FALSE;
  g_queue_push_tail (entries, g_steal_pointer (entry));
  return TRUE;
}

/* Reads the pages up to the first that has entries. */
static KvsChainStep
read_page (
    KvsChain *chain, GQueue *entries, guint64 *first, GCancellable *cancellable, GError **error)
{
  gboolean is_in_order = TRUE;
  KvsChainStep step;

  do {
    g_autoptr (KvsEntry) entry = NULL;
    gint place;

    step = kvs_chain_next (chain, cancellable, &place, &entry, error);
    if (step == KVS_CHAIN_ENTRY && is_in_order)
      is_in_order = take (entries, first, place, &entry);
  } while (step == KVS_CHAIN_ENTRY || (step == KVS_CHAIN_PAGE && entries->length == 0));
  return step;
}

gboolean
kvs_token_page_read (KvsImageService *service, const KvsRange *range, guint max_results,
    const char *token, GQueue *entries, guint64 *first, GCancellable *cancellable, GError **error)
{
  const KvsWindow window = {.start_ms = range->start_ms,
      .interval_ms = range->interval_ms,
      .count = (guint)kvs_range_get_n_samples (range),
      .end_ms = range->end_ms};
  g_autoptr (KvsImageCall) call = kvs_image_call_new (service);

  *first = window.count;
  for (;;) {
    g_autoptr (KvsChain) chain = kvs_chain_new (service, &window, max_results, token, 0);
    g_autoptr (GError) failure = NULL;
    KvsChainStep step = read_page (chain, entries, first, cancellable, &failure);

    /* What comes behind a page that broke off is asked for by its time. */
    if (step == KVS_CHAIN_PAGE || step == KVS_CHAIN_END || entries->length > 0)
      return TRUE;
    if (step != KVS_CHAIN_BROKEN) {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
    if (!kvs_image_call_again (call, failure, cancellable, error))
      return FALSE;
  }
}
