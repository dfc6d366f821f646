/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The encoder element is linked to two pads of ours only: the encoded picture arrives on the second pad
 * before the push to the first one returns. */
#include "emulatorencoder.h"

#include <gst/video/video.h>

/* JFIF's colours: BT.601 over the full range, whatever the size of the picture. */
#define JPEG_COLORIMETRY "1:4:0:0"

/* With a template, because a pad without one accepts only the caps it has already. */
static GstStaticPadTemplate output_template =
    GST_STATIC_PAD_TEMPLATE ("output", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

struct _EmulatorEncoder {
  GObject parent;

  EmulatorFormat format;
  GstElement *element;
  GstPad *input;
  GstPad *output;
  GstBuffer *encoded; /* what the element has put out during the push */

  /* The last conversion, kept because pictures come in runs of one kind. */
  GstVideoConverter *converter;
  GstVideoInfo from;
  GstVideoInfo to;
};

GQuark
emulator_encoder_error_quark (void)
{
  return g_quark_from_static_string ("emulator-encoder-error-quark");
}
G_DEFINE_FINAL_TYPE (EmulatorEncoder, emulator_encoder, G_TYPE_OBJECT)

static void
emulator_encoder_finalize (GObject *object)
{
  EmulatorEncoder *self = EMULATOR_ENCODER (object);

  if (self->element != NULL)
    gst_element_set_state (self->element, GST_STATE_NULL);
  g_clear_pointer (&self->converter, gst_video_converter_free);
  gst_clear_buffer (&self->encoded);
  gst_clear_object (&self->input);
  gst_clear_object (&self->output);
  gst_clear_object (&self->element);
  G_OBJECT_CLASS (emulator_encoder_parent_class)->finalize (object);
}

static void
emulator_encoder_class_init (EmulatorEncoderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = emulator_encoder_finalize;
}

static void
emulator_encoder_init (EmulatorEncoder *self)
{
  gst_video_info_init (&self->from);
  gst_video_info_init (&self->to);
}

static GstFlowReturn
take_encoded_cb (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  EmulatorEncoder *self = gst_pad_get_element_private (pad);

  gst_clear_buffer (&self->encoded);
  self->encoded = buffer;
  return GST_FLOW_OK;
}

static void
connect_pads (EmulatorEncoder *self)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (self->element, "sink");
  g_autoptr (GstPad) src = gst_element_get_static_pad (self->element, "src");

  self->input = gst_object_ref_sink (gst_pad_new ("input", GST_PAD_SRC));
  self->output =
      gst_object_ref_sink (gst_pad_new_from_static_template (&output_template, "output"));
  gst_pad_set_chain_function (self->output, take_encoded_cb);
  gst_pad_set_element_private (self->output, self);
  gst_pad_link (self->input, sink);
  gst_pad_link (src, self->output);
}

static void
start (EmulatorEncoder *self)
{
  gst_pad_set_active (self->output, TRUE);
  gst_element_set_state (self->element, GST_STATE_PLAYING);
  gst_pad_set_active (self->input, TRUE);
  gst_pad_push_event (self->input, gst_event_new_stream_start ("emulator"));
}

EmulatorEncoder *
emulator_encoder_new (EmulatorFormat format, GError **error)
{
  g_autoptr (EmulatorEncoder) self = g_object_new (EMULATOR_TYPE_ENCODER, NULL);
  const char *factory = format == EMULATOR_FORMAT_JPEG ? "jpegenc" : "pngenc";

  self->format = format;
  self->element = gst_element_factory_make (factory, NULL);
  if (self->element == NULL) {
    g_set_error (error, EMULATOR_ENCODER_ERROR, EMULATOR_ENCODER_ERROR_MISSING,
        "GStreamer's element %s is not installed", factory);
    return NULL;
  }
  gst_object_ref_sink (self->element);
  connect_pads (self);
  start (self);
  return g_steal_pointer (&self);
}

/* The one raw format that each encoder gets: what cameras deliver for JPEG, what PNG stores. */
static void
describe_output (const EmulatorImageSpec *spec, GstVideoInfo *info)
{
  if (spec->format == EMULATOR_FORMAT_PNG) {
    gst_video_info_set_format (info, GST_VIDEO_FORMAT_RGB, spec->width, spec->height);
  } else {
    gst_video_info_set_format (info, GST_VIDEO_FORMAT_I420, spec->width, spec->height);
    gst_video_colorimetry_from_string (&info->colorimetry, JPEG_COLORIMETRY);
  }
}

/* A still has neither rate nor fields, and the converter would not change them. */
static gboolean
describe_input (GstSample *picture, GstVideoInfo *info)
{
  if (!gst_video_info_from_caps (info, gst_sample_get_caps (picture)))
    return FALSE;
  info->fps_n = 0;
  info->fps_d = 1;
  info->interlace_mode = GST_VIDEO_INTERLACE_MODE_PROGRESSIVE;
  return TRUE;
}

static void
announce_output (EmulatorEncoder *self)
{
  g_autoptr (GstCaps) caps = gst_video_info_to_caps (&self->to);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (self->input, gst_event_new_caps (caps));
  gst_pad_push_event (self->input, gst_event_new_segment (&segment));
}

/* Makes the conversion from @from to @to the current one, unless it is. */
static gboolean
prepare_conversion (EmulatorEncoder *self, GstVideoInfo *from, GstVideoInfo *to)
{
  gboolean same_output = gst_video_info_is_equal (&self->to, to);

  if (same_output && gst_video_info_is_equal (&self->from, from))
    return TRUE;

  g_clear_pointer (&self->converter, gst_video_converter_free);
  self->converter = gst_video_converter_new (from, to, NULL);
  if (self->converter == NULL)
    return FALSE;
  self->from = *from;
  self->to = *to;
  if (!same_output)
    announce_output (self);
  return TRUE;
}

static GstBuffer *
convert (EmulatorEncoder *self, GstBuffer *picture)
{
  g_autoptr (GstBuffer) converted = gst_buffer_new_allocate (NULL, self->to.size, NULL);
  GstVideoFrame source, target;

  if (!gst_video_frame_map (&source, &self->from, picture, GST_MAP_READ))
    return NULL;
  if (!gst_video_frame_map (&target, &self->to, converted, GST_MAP_WRITE)) {
    gst_video_frame_unmap (&source);
    return NULL;
  }
  gst_video_converter_frame (self->converter, &source, &target);
  gst_video_frame_unmap (&target);
  gst_video_frame_unmap (&source);
  GST_BUFFER_PTS (converted) = 0;
  return g_steal_pointer (&converted);
}

static GBytes *
take_bytes (EmulatorEncoder *self)
{
  gpointer data;
  gsize size;

  gst_buffer_extract_dup (self->encoded, 0, -1, &data, &size);
  gst_clear_buffer (&self->encoded);
  return g_bytes_new_take (data, size);
}

GBytes *
emulator_encoder_encode (
    EmulatorEncoder *self, GstSample *picture, const EmulatorImageSpec *spec, GError **error)
{
  GstVideoInfo from, to;
  GstBuffer *converted;

  g_return_val_if_fail (EMULATOR_IS_ENCODER (self), NULL);
  g_return_val_if_fail (spec->format == self->format, NULL);
  g_return_val_if_fail (spec->width > 0 && spec->height > 0, NULL);

  describe_output (spec, &to);
  if (!describe_input (picture, &from) || !prepare_conversion (self, &from, &to) ||
      (converted = convert (self, gst_sample_get_buffer (picture))) == NULL) {
    g_set_error_literal (error, EMULATOR_ENCODER_ERROR, EMULATOR_ENCODER_ERROR_FAILED,
        "the picture cannot be converted for the encoder");
    return NULL;
  }

  if (self->format == EMULATOR_FORMAT_JPEG)
    g_object_set (self->element, "quality", (gint)spec->quality, NULL);
  if (gst_pad_push (self->input, converted) != GST_FLOW_OK || self->encoded == NULL) {
    g_set_error (error, EMULATOR_ENCODER_ERROR, EMULATOR_ENCODER_ERROR_FAILED,
        "%s cannot encode a picture of %u×%u", GST_OBJECT_NAME (self->element), spec->width,
        spec->height);
    return NULL;
  }
  return take_bytes (self);
}
