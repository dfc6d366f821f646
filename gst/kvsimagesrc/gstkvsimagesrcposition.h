/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a run through a range is, and with which token it can be taken up again there. */
#pragma once

#include "gstkvsimagesrcsettings.h"

#include <kvsrange.h>
#include <kvstraversal.h>

G_BEGIN_DECLS

/**
 * GstKvsImageSrcPosition:
 * @stream: the name of the stream.
 * @selector: whose clock the times are on.
 * @starting_token: (nullable): what the run was begun with, until it is used up.
 * @range: the range, once it is known.
 * @is_known: whether it is.
 * @traversal: which samples leave, and in which order, since the last seek.
 * @has_left: whether one has left since then.
 * @last: the one that has left last, if any.
 * @n_left: how many have left since the run began.
 *
 * All zeros is no run. A run stays where it is when it has ended, until the next one begins.
 */
typedef struct {
  /*< private >*/
  char *stream;
  KvsImageSelector selector;
  char *starting_token;
  KvsRange range;
  gboolean is_known;
  KvsTraversal traversal;
  gboolean has_left;
  guint64 last;
  guint64 n_left;
} GstKvsImageSrcPosition;

/**
 * GstKvsImageSrcPlace:
 * @is_known: whether @offset and @unix_time are known.
 * @offset: number of a sample.
 * @unix_time: the time of that sample, in ns since the epoch.
 * @next_token: (nullable): where the run can be taken up again.
 *
 * What a message says of where a run is.
 */
typedef struct {
  gboolean is_known;
  guint64 offset;
  guint64 unix_time;
  char *next_token;
} GstKvsImageSrcPlace;

/**
 * gst_kvs_image_src_place_clear:
 * @self: a place, or all zeros.
 */
void gst_kvs_image_src_place_clear (GstKvsImageSrcPlace *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstKvsImageSrcPlace, gst_kvs_image_src_place_clear)

/**
 * gst_kvs_image_src_position_begin:
 * @self: where the last run ended, or all zeros.
 * @settings: settings that make a query.
 *
 * Begins a run whose range is not known yet.
 */
void gst_kvs_image_src_position_begin (
    GstKvsImageSrcPosition *self, const GstKvsImageSrcSettings *settings);

/**
 * gst_kvs_image_src_position_clear:
 * @self: a run, which is none afterwards.
 */
void gst_kvs_image_src_position_clear (GstKvsImageSrcPosition *self);

/**
 * gst_kvs_image_src_position_learn:
 * @self: a run.
 * @range: its range.
 */
void gst_kvs_image_src_position_learn (GstKvsImageSrcPosition *self, const KvsRange *range);

/**
 * gst_kvs_image_src_position_traverse:
 * @self: a run.
 * @traversal: which samples leave from now on.
 */
void gst_kvs_image_src_position_traverse (
    GstKvsImageSrcPosition *self, const KvsTraversal *traversal);

/**
 * gst_kvs_image_src_position_leave:
 * @self: a run whose range is known.
 * @number: the sample that has left.
 */
void gst_kvs_image_src_position_leave (GstKvsImageSrcPosition *self, guint64 number);

/**
 * gst_kvs_image_src_position_use_up:
 * @self: a run.
 *
 * Notes that what the run was begun with does not say any more where it is: it has been sought
 * elsewhere.
 */
void gst_kvs_image_src_position_use_up (GstKvsImageSrcPosition *self);

/**
 * gst_kvs_image_src_position_end:
 * @self: a run whose range is known.
 *
 * Notes that no more samples come. What the run was begun with has led to none if none has left.
 */
void gst_kvs_image_src_position_end (GstKvsImageSrcPosition *self);

/**
 * gst_kvs_image_src_position_get_next:
 * @self: a run whose range is known.
 * @number: (out): the sample that leaves next.
 *
 * Returns: whether there is one.
 */
gboolean gst_kvs_image_src_position_get_next (const GstKvsImageSrcPosition *self, guint64 *number);

/**
 * gst_kvs_image_src_position_get_duration:
 * @self: a run.
 *
 * Returns: the duration of the range, which is a whole number of intervals, in ns;
 * %GST_CLOCK_TIME_NONE without an end and as long as it is not known.
 */
GstClockTime gst_kvs_image_src_position_get_duration (const GstKvsImageSrcPosition *self);

/**
 * gst_kvs_image_src_position_get_start_time:
 * @self: a run.
 *
 * Returns: the start of the range, in ns since the epoch; %GST_CLOCK_TIME_NONE as long as it is not known.
 */
GstClockTime gst_kvs_image_src_position_get_start_time (const GstKvsImageSrcPosition *self);

/**
 * gst_kvs_image_src_position_get_end_time:
 * @self: a run.
 *
 * Returns: the end of the range, in ns since the epoch; %GST_CLOCK_TIME_NONE without an end and as long as
 * it is not known.
 */
GstClockTime gst_kvs_image_src_position_get_end_time (const GstKvsImageSrcPosition *self);

/**
 * gst_kvs_image_src_position_get_unix_time:
 * @self: a run whose range is known.
 * @number: a sample.
 *
 * Returns: its time, in ns since the epoch.
 */
GstClockTime gst_kvs_image_src_position_get_unix_time (
    const GstKvsImageSrcPosition *self, guint64 number);

/**
 * gst_kvs_image_src_position_get_place:
 * @self: a run, or none.
 * @place: (out): the sample that leaves next, if there is one, and the token for it. Which sample a
 * NextToken of the service leads to is not known before it has left.
 */
void gst_kvs_image_src_position_get_place (
    const GstKvsImageSrcPosition *self, GstKvsImageSrcPlace *place);

/**
 * gst_kvs_image_src_position_make_token:
 * @self: a run, or none.
 *
 * A run is taken up again forwards from the sample that would have left next, whatever the traversal
 * was.
 *
 * Returns: (transfer full) (nullable): the token; what the run was begun with as long as no sample has
 * left; %NULL before the range is known and when there is nothing left of it.
 */
char *gst_kvs_image_src_position_make_token (const GstKvsImageSrcPosition *self);

G_END_DECLS
