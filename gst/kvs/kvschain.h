/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The pages of one request, each of which leads to the next by its NextToken. */
#pragma once

#include "kvsentry.h"
#include "kvsimageservice.h"
#include "kvswindow.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * KvsChain:
 *
 * Used by one thread.
 */
typedef struct _KvsChain KvsChain;

/**
 * KvsChainStep:
 * @KVS_CHAIN_ENTRY: there is an entry.
 * @KVS_CHAIN_PAGE: a page is complete, and another one follows.
 * @KVS_CHAIN_END: there is nothing more.
 * @KVS_CHAIN_BROKEN: the rest cannot be had from this chain, but may be from another one: a page broke
 * off, its token is refused or leads nowhere, nothing tells which moments the next one is for, or there is no
 * room for what is on it.
 * @KVS_CHAIN_REFUSED: the service says that there is nothing in the window.
 * @KVS_CHAIN_FAILED: that was the last attempt.
 *
 * What comes next out of a chain. From %KVS_CHAIN_END on nothing else comes.
 */
typedef enum {
  KVS_CHAIN_ENTRY,
  KVS_CHAIN_PAGE,
  KVS_CHAIN_END,
  KVS_CHAIN_BROKEN,
  KVS_CHAIN_REFUSED,
  KVS_CHAIN_FAILED,
} KvsChainStep;

/**
 * kvs_chain_new:
 * @service: (transfer none): who is asked; it must outlive the chain.
 * @window: which moments.
 * @max_results: MaxResults.
 * @next_token: (nullable): a NextToken to begin with.
 * @image_size: about how many bytes an image has, as a hint.
 *
 * Returns: (transfer full): a chain of which nothing was asked.
 */
KvsChain *kvs_chain_new (KvsImageService *service, const KvsWindow *window, guint max_results,
    const char *next_token, gsize image_size);

/**
 * KvsChainHoldFunc:
 * @bytes: how many bytes the images have that wait for the end of their page, the last one included.
 * @user_data: what was given to kvs_chain_set_hold_func().
 *
 * Returns: whether there is room for them.
 */
typedef gboolean (*KvsChainHoldFunc) (gsize bytes, gpointer user_data);

/**
 * kvs_chain_set_hold_func:
 * @self: a chain of which nothing was asked.
 * @func: who is told when one more image has to wait for the end of its page. When there is no room, the
 * page is broken off.
 * @user_data: for @func.
 */
void kvs_chain_set_hold_func (KvsChain *self, KvsChainHoldFunc func, gpointer user_data);

/**
 * kvs_chain_get_bytes:
 * @self: a chain.
 *
 * Returns: how many bytes the images have that have arrived and are still to come out.
 */
gsize kvs_chain_get_bytes (KvsChain *self);

/**
 * kvs_chain_free:
 * @self: (transfer full): a chain.
 */
void kvs_chain_free (KvsChain *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsChain, kvs_chain_free)

/**
 * kvs_chain_next:
 * @self: a chain.
 * @cancellable: (nullable): ends the wait.
 * @place: (out): the number of the moment in the window that @entry is for, higher with each entry; −1
 * where it is for none.
 * @entry: (out) (transfer full) (nullable): the entry, if there is one.
 * @error: why a chain is broken, refused or failed.
 *
 * Asks for the next page where that is due, by the usual rules of retrying, and waits for its next
 * entry. A page that breaks off after the caller has left it alone for a while costs no attempt.
 *
 * Returns: what comes next.
 */
KvsChainStep kvs_chain_next (
    KvsChain *self, GCancellable *cancellable, gint *place, KvsEntry **entry, GError **error);

/**
 * kvs_chain_count_entries:
 * @self: a chain.
 *
 * Returns: how many entries have come in all
 */
guint kvs_chain_count_entries (KvsChain *self);

/**
 * kvs_chain_is_cut:
 * @self: a chain.
 *
 * Returns: as kvs_placer_is_cut()
 */
gboolean kvs_chain_is_cut (KvsChain *self);

G_END_DECLS
