/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsbudget.h"

void
kvs_budget_init (KvsBudget *self, guint64 max_bytes)
{
  *self = (KvsBudget){.max_bytes = max_bytes != 0 ? max_bytes : G_MAXUINT64};
}

void
kvs_budget_share (KvsBudget *self, gsize *all)
{
  self->all = all;
}

/* Adds to what is held or reserved, or takes off. */
static void
change (KvsBudget *self, guint64 *part, gint64 bytes)
{
  *part += (guint64)bytes;
  if (self->all != NULL)
    g_atomic_pointer_add (self->all, (gssize)bytes);
}

void
kvs_budget_clear (KvsBudget *self)
{
  change (self, &self->held, -(gint64)self->held);
  change (self, &self->reserved, -(gint64)self->reserved);
}

gsize
kvs_budget_get_image_bytes (const KvsBudget *self)
{
  return self->largest > 0 ? self->largest : KVS_BUDGET_LIKELY_IMAGE_BYTES;
}

guint64
kvs_budget_get_max_images (const KvsBudget *self)
{
  return MAX (self->max_bytes / kvs_budget_get_image_bytes (self), 1);
}

static gboolean
has_bytes (const KvsBudget *self, guint64 bytes)
{
  return self->held + self->reserved + bytes <= self->max_bytes;
}

/* What all budgets that share the sum may have together, by the rule of this one. */
static guint64
get_max_of_all (const KvsBudget *self)
{
  return MAX (self->max_bytes / 2, KVS_BUDGET_ALL_BYTES);
}

guint64
kvs_budget_get_max_images_ahead (const KvsBudget *self)
{
  /* Where there is no image yet there may be none at all, which takes no bytes. */
  if (self->all == NULL || self->largest == 0)
    return kvs_budget_get_max_images (self);
  return MAX (MIN (self->max_bytes, get_max_of_all (self)) / self->largest, 1);
}

gboolean
kvs_budget_may_go_ahead (const KvsBudget *self, guint64 bytes)
{
  return self->all == NULL ||
         (gsize)g_atomic_pointer_get (self->all) + bytes <= get_max_of_all (self);
}

gboolean
kvs_budget_reserve (KvsBudget *self, guint64 *reservation, guint n_images, gboolean keeps_spare)
{
  guint64 bytes = (guint64)kvs_budget_get_image_bytes (self) * n_images;

  if (bytes <= *reservation)
    return TRUE;
  if (!has_bytes (self, bytes - *reservation + (keeps_spare ? bytes : 0)))
    return FALSE;
  change (self, &self->reserved, (gint64)(bytes - *reservation));
  *reservation = bytes;
  return TRUE;
}

void
kvs_budget_extend (KvsBudget *self, guint64 *reservation, gsize bytes)
{
  if (bytes <= *reservation)
    return;
  change (self, &self->reserved, (gint64)(bytes - *reservation));
  *reservation = bytes;
}

void
kvs_budget_cancel (KvsBudget *self, guint64 *reservation)
{
  change (self, &self->reserved, -(gint64)*reservation);
  *reservation = 0;
}

gboolean
kvs_budget_has_space (const KvsBudget *self, guint64 reservation, gsize bytes)
{
  return bytes <= reservation || has_bytes (self, bytes - reservation);
}

void
kvs_budget_hold (KvsBudget *self, guint64 *reservation, gsize bytes)
{
  guint64 reserved = MIN (*reservation, bytes);

  *reservation -= reserved;
  change (self, &self->reserved, -(gint64)reserved);
  change (self, &self->held, (gint64)bytes);
  self->largest = MAX (self->largest, bytes);
}

void
kvs_budget_release (KvsBudget *self, gsize bytes)
{
  change (self, &self->held, -(gint64)bytes);
}
