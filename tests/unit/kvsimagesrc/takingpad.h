/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A sink pad that knows which samples it has taken: whose push has returned OK. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * TakingPad:
 * @offsets: (element-type guint64): the numbers of the samples that were taken, stills and gaps, in
 * order.
 * @is_eos: whether EOS has come since taking_pad_new().
 *
 * To be read while nothing streams.
 */
typedef struct {
  GArray *offsets;
  gboolean is_eos;

  /*< private >*/
  GstPad *pad;
  guint until_rejection;
  GMutex lock; /* guards all of it */
  GCond changed;
} TakingPad;

/**
 * test_sink_pad_new:
 * @source: a source pad that is not linked.
 * @chain: takes its buffers; its pad has @data as chaindata.
 * @event: takes its events; its pad has @data as eventdata.
 * @data: what the functions need.
 *
 * Returns: (transfer full): an active pad that @source is linked to.
 */
GstPad *test_sink_pad_new (
    GstPad *source, GstPadChainFunction chain, GstPadEventFunction event, gpointer data);

/**
 * taking_pad_new:
 * @source: a source pad that is not linked.
 *
 * Returns: (transfer full): a pad that @source is linked to.
 */
TakingPad *taking_pad_new (GstPad *source);

/**
 * taking_pad_free:
 * @self: (transfer full): a pad that nothing streams to.
 */
void taking_pad_free (TakingPad *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TakingPad, taking_pad_free)

/**
 * taking_pad_refuse:
 * @self: a pad.
 * @n: how many samples are taken before; then a still gets an error, and a gap is not taken.
 */
void taking_pad_refuse (TakingPad *self, guint n);

/**
 * taking_pad_wait:
 * @self: a pad.
 * @n: how many samples to wait for, or EOS.
 */
void taking_pad_wait (TakingPad *self, guint n);

G_END_DECLS
