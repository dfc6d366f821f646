/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the TimeStamp of an image may mean, and which samples the image can be for then. */
#pragma once

#include "kvswindow.h"

G_BEGIN_DECLS

/** None: before every index, and adjacent to none. The index -1 is that of the sample before the request. */
#define KVS_NO_INDEX (-2)

/** What the TimeStamp of an image may mean. */
typedef enum {
  KVS_MEANING_SAMPLE_TIME,   /* the sample's own time */
  KVS_MEANING_LAST_FRAME,    /* that of the last frame up to the sample, */
  KVS_MEANING_NEAREST_FRAME, /* of the nearest one, */
  KVS_MEANING_NEXT_FRAME,    /* or of the first one from the sample on */
  KVS_MEANING_NONE,          /* nothing but an order */
} KvsMeaning;

/** How many meanings there are, without %KVS_MEANING_NONE, which is behind them. */
#define KVS_N_MEANINGS KVS_MEANING_NONE

/**
 * KvsSense:
 * @meaning: what TimeStamps mean.
 * @cut_ms: how much the service cuts off StartTimestamp.
 *
 * An assumption about the service.
 */
typedef struct {
  KvsMeaning meaning;
  gint64 cut_ms;
} KvsSense;

/**
 * KvsIndexedImage:
 * @index: the index of the sample that the image is for, or is assumed to be for; %KVS_NO_INDEX if there is no image.
 * @time_ms: its TimeStamp.
 */
typedef struct {
  gint64 index;
  gint64 time_ms;
} KvsIndexedImage;

/**
 * kvs_sense_is_exact:
 * Returns: whether an image can only be for the sample of its TimeStamp.
 */
gboolean kvs_sense_is_exact (KvsSense self);

/**
 * kvs_sense_get_time:
 * Returns: the time that the service answers for at @index.
 */
gint64 kvs_sense_get_time (KvsSense self, const KvsWindow *window, gint64 index);

/**
 * kvs_sense_find_index_up_to:
 * Returns: the last index that is not behind @time_ms.
 */
gint64 kvs_sense_find_index_up_to (KvsSense self, const KvsWindow *window, gint64 time_ms);

/**
 * kvs_sense_find_index_from:
 * Returns: the first index that is not before @time_ms.
 */
gint64 kvs_sense_find_index_from (KvsSense self, const KvsWindow *window, gint64 time_ms);

/**
 * kvs_sense_find_last_index:
 * Returns: the index of the last sample that the frame at @frame_ms may be the next one or the nearest one to.
 */
gint64 kvs_sense_find_last_index (KvsSense self, const KvsWindow *window, gint64 frame_ms);

/**
 * kvs_sense_fits:
 * @spacing_ms: the longest time from one frame to the next one that is known.
 * @before: the image before @image, if there is one.
 *
 * Nothing is known of other frames. Where media ends, its last frame is also the next one. Media may end between samples
 * that are apart.
 *
 * Returns: whether the sample of @image can show its frame.
 */
gboolean kvs_sense_fits (KvsSense self, const KvsWindow *window, gint64 spacing_ms,
    KvsIndexedImage before, KvsIndexedImage image);

G_END_DECLS
