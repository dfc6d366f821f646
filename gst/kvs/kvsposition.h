/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The position of a session in its range, and the token with which it can be resumed there. A session pulls
 * the range of the settings, from its start to its end. */
#pragma once

#include "kvsrange.h"
#include "kvssettings.h"
#include "kvstraversal.h"

G_BEGIN_DECLS

/** Instead of ns since the epoch. */
#define KVS_TIME_UNKNOWN G_MAXUINT64

/**
 * KvsPosition:
 * @stream: the name of the stream.
 * @interval: the distance of the samples, in ns.
 * @availability_delay_ms: how long after its own time a sample is asked for.
 * @max_items: the most samples that are delivered in the session, 0 for all.
 * @spec: from when to when, as it was asked for.
 * @began_ms: when the session began, by the local clock, in ms since the epoch.
 * @selector: whose clock the times are on.
 * @starting_token: (nullable): the token that the session was begun with, until it is used up.
 * @range: the range, once it is known.
 * @is_known: whether it is.
 * @traversal: which samples are pushed, and in which order, since the last seek.
 * @has_pushed: whether one was pushed since then.
 * @pushed: the one that was pushed last, whether its push has returned OK or not.
 * @has_delivered: whether the push of one has returned OK since then.
 * @last: the last one whose push has returned OK, if any.
 * @n_delivered: how many pushes have returned OK since the session began.
 *
 * All zeros is no session. A position stays as it is when its session has ended.
 */
typedef struct {
  /*< private >*/
  char *stream;
  guint64 interval;
  guint availability_delay_ms;
  guint64 max_items;
  KvsRangeSpec spec;
  gint64 began_ms;
  KvsImageSelector selector;
  char *starting_token;
  KvsRange range;
  gboolean is_known;
  KvsTraversal traversal;
  gboolean has_pushed;
  guint64 pushed;
  gboolean has_delivered;
  guint64 last;
  guint64 n_delivered;
} KvsPosition;

/**
 * KvsBounds:
 * @interval: the distance of the samples, in ns.
 * @n_samples: how many samples there are, %G_MAXUINT64 if that is not known. Without an end, those that may be
 *     asked for now. A range of more than 292 years is taken for as long as that.
 * @end: how long after the start the range ends, in ns, or where the live edge is; %KVS_TIME_UNKNOWN if that is not
 *     known.
 * @is_endless: whether the range has no end, so that @end is the live edge.
 *
 * The range as far as it is known at the time of a seek.
 */
typedef struct {
  guint64 interval;
  guint64 n_samples;
  guint64 end;
  gboolean is_endless;
} KvsBounds;

/**
 * KvsNextSample:
 * @is_known: whether @offset and @unix_time are known.
 * @offset: number of a sample.
 * @unix_time: the time of that sample, in ns since the epoch.
 * @next_token: (nullable): where the session can be resumed.
 *
 * The position of a session, for messages.
 */
typedef struct {
  gboolean is_known;
  guint64 offset;
  guint64 unix_time;
  char *next_token;
} KvsNextSample;

/**
 * kvs_next_sample_clear:
 * @self: a place, or all zeros.
 */
void kvs_next_sample_clear (KvsNextSample *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KvsNextSample, kvs_next_sample_clear)

/**
 * kvs_position_begin:
 * @self: all zeros, or the position of another session.
 * @settings: settings that make a query.
 * @spec: from when to when they ask for samples.
 * @now_ms: what "now" is by the local clock, in ms since the epoch.
 *
 * Begins a session whose range is not known yet.
 */
void kvs_position_begin (
    KvsPosition *self, const KvsSettings *settings, const KvsRangeSpec *spec, gint64 now_ms);

/**
 * kvs_position_clear:
 * @self: a position, which is all zeros afterwards.
 */
void kvs_position_clear (KvsPosition *self);

/**
 * kvs_position_learn:
 * @range: its range.
 */
void kvs_position_learn (KvsPosition *self, const KvsRange *range);

/**
 * kvs_position_traverse:
 * @self: a position.
 * @traversal: which samples are to be delivered from now on.
 *
 * Returns: @traversal, with no more samples than may be delivered in the session.
 */
KvsTraversal kvs_position_traverse (KvsPosition *self, const KvsTraversal *traversal);

/**
 * kvs_position_get_age:
 * @self: a position.
 * @now_ms: a time, in ms since the epoch.
 * @age: (out): how long the range has begun before that, in ns, negative if it begins later; by 73 years at most.
 *
 * Returns: whether that is known.
 */
gboolean kvs_position_get_age (const KvsPosition *self, gint64 now_ms, gint64 *age);

/**
 * kvs_position_get_bounds:
 * @self: a position.
 * @now_ms: what time it is, in ms since the epoch, for a range without an end.
 * @bounds: (out): what is known of the range.
 */
void kvs_position_get_bounds (const KvsPosition *self, gint64 now_ms, KvsBounds *bounds);

/**
 * kvs_position_describe_part:
 * @self: a position.
 *
 * Returns: (transfer full): for people: which part of the range is delivered, of which stream.
 */
char *kvs_position_describe_part (const KvsPosition *self);

/**
 * kvs_position_push:
 * @self: a position whose range is known.
 * @number: the sample that is pushed now.
 */
void kvs_position_push (KvsPosition *self, guint64 number);

/**
 * kvs_position_deliver:
 * @self: a position whose range is known.
 * @number: the sample whose push has returned OK.
 */
void kvs_position_deliver (KvsPosition *self, guint64 number);

/**
 * kvs_position_use_up:
 * Records that the starting token is not the position any more, because of a seek.
 */
void kvs_position_use_up (KvsPosition *self);

/**
 * kvs_position_end:
 * @self: a position whose range is known.
 *
 * Records that there are no more samples. If none was delivered, the starting token had none.
 */
void kvs_position_end (KvsPosition *self);

/**
 * kvs_position_get_next:
 * @self: a position whose range is known.
 * @number: (out): the next sample to push.
 *
 * Returns: whether there is one.
 */
gboolean kvs_position_get_next (const KvsPosition *self, guint64 *number);

/**
 * kvs_position_get_start_time:
 * Returns: the start of the range, in ns since the epoch; %KVS_TIME_UNKNOWN as long as it is not known.
 */
guint64 kvs_position_get_start_time (const KvsPosition *self);

/**
 * kvs_position_get_end_time:
 * Returns: the end of the range, in ns since the epoch; %KVS_TIME_UNKNOWN without an end and as long as
 * it is not known.
 */
guint64 kvs_position_get_end_time (const KvsPosition *self);

/**
 * kvs_position_get_unix_time:
 * @self: a position whose range is known.
 * @number: a sample.
 *
 * Returns: its time, in ns since the epoch.
 */
guint64 kvs_position_get_unix_time (const KvsPosition *self, guint64 number);

/**
 * kvs_position_get_next_sample:
 * @self: a position, or all zeros.
 * @next: (out): the next sample to push, if there is one, and the token for it. Which sample a
 * NextToken of the service leads to is not known until that sample is delivered.
 */
void kvs_position_get_next_sample (const KvsPosition *self, KvsNextSample *next);

/**
 * kvs_position_make_token:
 * @self: a position, or all zeros.
 *
 * A session is resumed forward from the next sample to push, whatever the traversal was.
 *
 * Returns: (transfer full) (nullable): the token; the starting token as long as no sample is
 * delivered; %NULL before the range is known and when there is nothing left of it.
 */
char *kvs_position_make_token (const KvsPosition *self);

G_END_DECLS
