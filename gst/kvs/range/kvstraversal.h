/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which samples of a range are read, and in which order. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * KvsTraversal:
 * @begin: the first sample that may be read.
 * @end: the first one behind those that may be read; one behind the range is taken for the range's
 * end.
 * @stride: from each sample that is read to the next, at least 1.
 * @is_reverse: whether to read from the last to the first.
 * @max_samples: the most samples to read, 0 for all.
 *
 * Forward, the samples @begin, @begin + @stride, … before @end are read. In reverse the same samples are read,
 * from the last to the first.
 */
typedef struct {
  guint64 begin;
  guint64 end;
  guint stride;
  gboolean is_reverse;
  guint64 max_samples;
} KvsTraversal;

/** All samples of a range, in their order. */
#define KVS_TRAVERSAL_ALL ((KvsTraversal){.end = G_MAXUINT64, .stride = 1})

G_END_DECLS
