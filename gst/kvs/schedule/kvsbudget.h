/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How many bytes of images may be held ahead of downstream. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** What the budgets that share a sum may use together before each has to keep to the request that it waits for. Those with
 * more than twice as much go on up to half of what they have. */
#define KVS_BUDGET_ALL_BYTES (16 * 1024 * 1024)

/** How many bytes an image is taken to have before there is one: those of a large JPEG. */
#define KVS_BUDGET_LIKELY_IMAGE_BYTES (256 * 1024)

/**
 * KvsBudget:
 * @max_bytes: the most bytes; %G_MAXUINT64 is no limit.
 * @held: bytes of images that have arrived and have not been pulled.
 * @reserved: bytes of images that have been asked for.
 * @largest: the largest image so far.
 * @all: (nullable): the sum of what all budgets that share it hold and have reserved, changed atomically.
 *
 * A request reserves what it is likely to bring before it is sent, so that it can be received without a
 * wait. The request that brings the next sample to pull needs no reservation: nothing else can go on before
 * it. One image may always be held.
 */
typedef struct {
  guint64 max_bytes;
  guint64 held;
  guint64 reserved;
  gsize largest;
  gsize *all;
} KvsBudget;

/**
 * kvs_budget_init:
 * @self: (out): nothing held.
 * @max_bytes: the most bytes; 0 is no limit.
 */
void kvs_budget_init (KvsBudget *self, guint64 max_bytes);

/**
 * kvs_budget_share:
 * @self: a budget that holds nothing.
 * @all: the sum.
 */
void kvs_budget_share (KvsBudget *self, gsize *all);

/**
 * kvs_budget_clear:
 * Forgets what is held and reserved.
 */
void kvs_budget_clear (KvsBudget *self);

/**
 * kvs_budget_get_image_bytes:
 * Returns: the size that the next image is likely not to exceed, in bytes.
 */
gsize kvs_budget_get_image_bytes (const KvsBudget *self);

/**
 * kvs_budget_get_max_images:
 * Returns: how many images of that size may be held, at least 1.
 */
guint64 kvs_budget_get_max_images (const KvsBudget *self);

/**
 * kvs_budget_get_max_images_ahead:
 * Returns: how many images of the largest size kvs_budget_may_go_ahead() allows if no other budget has any, at least 1;
 *     before there is an image, what kvs_budget_get_max_images() returns.
 */
guint64 kvs_budget_get_max_images_ahead (const KvsBudget *self);

/**
 * kvs_budget_may_go_ahead:
 * @bytes: what a request is likely to bring that is not the one that brings the next sample.
 *
 * Returns: whether the budgets that share a sum have so much left together. So each holds less ahead, the more of
 *     them are busy, and none stops.
 */
gboolean kvs_budget_may_go_ahead (const KvsBudget *self, guint64 bytes);

/**
 * kvs_budget_reserve:
 * @reservation: (inout): what the request has reserved, in bytes.
 * @n_images: for how many images in all.
 * @keeps_spare: whether as much must stay free for the request that brings the next sample.
 *
 * Returns: whether there was space.
 */
gboolean kvs_budget_reserve (
    KvsBudget *self, guint64 *reservation, guint n_images, gboolean keeps_spare);

/**
 * kvs_budget_extend:
 * @reservation: (inout): what the request has reserved.
 * @bytes: the size of an image that is arriving.
 *
 * Reserves as much as that, whether or not there is space.
 */
void kvs_budget_extend (KvsBudget *self, guint64 *reservation, gsize bytes);

/**
 * kvs_budget_cancel:
 * @reservation: (inout): what is not needed any more; 0 afterwards.
 */
void kvs_budget_cancel (KvsBudget *self, guint64 *reservation);

/**
 * kvs_budget_has_space:
 * Returns: whether an image of @bytes fits, out of @reservation as far as that goes.
 */
gboolean kvs_budget_has_space (const KvsBudget *self, guint64 reservation, gsize bytes);

/**
 * kvs_budget_hold:
 * @reservation: (inout): what it is taken out of, as far as that goes.
 * @bytes: the size of an image that has arrived.
 */
void kvs_budget_hold (KvsBudget *self, guint64 *reservation, gsize bytes);

/**
 * kvs_budget_release:
 * @bytes: the size of an image that is not held any more.
 */
void kvs_budget_release (KvsBudget *self, gsize bytes);

G_END_DECLS
