/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A cache of encoded stills: clients request the same frames of a looped video again and again, and encoding
 * takes most of the time. */
#pragma once

#include "emulatorencoder.h"

G_BEGIN_DECLS

#define EMULATOR_TYPE_CACHE (emulator_cache_get_type ())
G_DECLARE_FINAL_TYPE (EmulatorCache, emulator_cache, EMULATOR, CACHE, GObject)

/**
 * emulator_cache_new:
 * @max_bytes: the most bytes of stills it keeps
 *
 * Makes an empty cache. It may be used by any thread.
 *
 * Returns: (transfer full): the cache
 */
EmulatorCache *emulator_cache_new (gsize max_bytes);

/**
 * emulator_cache_lookup:
 * @self: a cache
 * @frame: the number of the frame in its video
 * @spec: what was made of it
 *
 * Finds a still, which then counts as the one used last.
 *
 * Returns: (transfer full) (nullable): its bytes, or NULL when it is not kept
 */
GBytes *emulator_cache_lookup (EmulatorCache *self, guint frame, const EmulatorImageSpec *spec);

/**
 * emulator_cache_insert:
 * @self: a cache
 * @frame: the number of the frame in its video
 * @spec: what was made of it
 * @still: its bytes
 *
 * Keeps a still and lets go of those not used for longest while there are too many bytes. A still
 * larger than the whole cache is not kept.
 */
void emulator_cache_insert (
    EmulatorCache *self, guint frame, const EmulatorImageSpec *spec, GBytes *still);

/**
 * emulator_cache_get_size:
 * @self: a cache
 *
 * Returns: the bytes of all stills it keeps now
 */
gsize emulator_cache_get_size (EmulatorCache *self);

G_END_DECLS
