/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "takingpad.h"

static gboolean
take (TakingPad *self, guint64 offset)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (self->until_rejection == 0)
    return FALSE;
  self->until_rejection--;
  g_array_append_val (self->offsets, offset);
  g_cond_broadcast (&self->changed);
  return TRUE;
}

static GstFlowReturn
chain_cb (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  guint64 offset = GST_BUFFER_OFFSET (buffer);

  gst_buffer_unref (buffer);
  return take (pad->chaindata, offset) ? GST_FLOW_OK : GST_FLOW_ERROR;
}

static void
note_eos (TakingPad *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->is_eos = TRUE;
  g_cond_broadcast (&self->changed);
}

static gboolean
event_cb (GstPad *pad, GstObject *parent, GstEvent *given)
{
  TakingPad *self = pad->eventdata;
  g_autoptr (GstEvent) event = given;
  guint64 offset;

  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS)
    note_eos (self);
  if (GST_EVENT_TYPE (event) != GST_EVENT_GAP)
    return TRUE;
  g_assert_true (gst_structure_get_uint64 (gst_event_get_structure (event), "offset", &offset));
  return take (self, offset);
}

GstPad *
test_sink_pad_new (
    GstPad *source, GstPadChainFunction chain, GstPadEventFunction event, gpointer data)
{
  GstPad *pad = gst_object_ref_sink (gst_pad_new ("sink", GST_PAD_SINK));

  gst_pad_set_chain_function_full (pad, chain, data, NULL);
  gst_pad_set_event_function_full (pad, event, data, NULL);
  gst_pad_set_active (pad, TRUE);
  g_assert_cmpint (gst_pad_link (source, pad), ==, GST_PAD_LINK_OK);
  return pad;
}

TakingPad *
taking_pad_new (GstPad *source)
{
  TakingPad *self = g_new0 (TakingPad, 1);

  self->offsets = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->until_rejection = G_MAXUINT;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->pad = test_sink_pad_new (source, chain_cb, event_cb, self);
  return self;
}

void
taking_pad_free (TakingPad *self)
{
  g_autoptr (GstPad) source = gst_pad_get_peer (self->pad);

  gst_pad_set_active (self->pad, FALSE);
  gst_pad_unlink (source, self->pad);
  gst_object_unref (self->pad);
  g_array_unref (self->offsets);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

void
taking_pad_refuse (TakingPad *self, guint n)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->until_rejection = n;
}

void
taking_pad_wait (TakingPad *self, guint n)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  while (!self->is_eos && self->offsets->len < n)
    g_cond_wait (&self->changed, &self->lock);
}
