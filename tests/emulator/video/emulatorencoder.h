/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Turns a decoded picture into the bytes of a JPEG or PNG file with GStreamer's own encoders. It
 * pushes straight through the encoder's pads, so that one call is one picture, without a pipeline,
 * a thread or a queue in between. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The encodings of a still, named as the service's Format. */
typedef enum {
  EMULATOR_FORMAT_JPEG,
  EMULATOR_FORMAT_PNG,
} EmulatorFormat;

/* What a still shall be, once every default is settled. */
typedef struct {
  EmulatorFormat format;
  guint quality; /* JPEG only, 1..100 */
  guint width;   /* pixels, at least 1 */
  guint height;  /* pixels, at least 1 */
} EmulatorImageSpec;

/**
 * EmulatorEncoderError:
 * @EMULATOR_ENCODER_ERROR_MISSING: GStreamer's encoder for the format is not installed
 * @EMULATOR_ENCODER_ERROR_FAILED: the picture could not be read or encoded
 */
typedef enum {
  EMULATOR_ENCODER_ERROR_MISSING,
  EMULATOR_ENCODER_ERROR_FAILED,
} EmulatorEncoderError;

#define EMULATOR_ENCODER_ERROR (emulator_encoder_error_quark ())
GQuark emulator_encoder_error_quark (void);

#define EMULATOR_TYPE_ENCODER (emulator_encoder_get_type ())
G_DECLARE_FINAL_TYPE (EmulatorEncoder, emulator_encoder, EMULATOR, ENCODER, GObject)

/**
 * emulator_encoder_new:
 * @format: the format of everything it will encode
 * @error: return location for an EMULATOR_ENCODER_ERROR
 *
 * Makes an encoder that is ready to use. It may be used by one thread at a time.
 *
 * Returns: (transfer full): the encoder, or NULL
 */
EmulatorEncoder *emulator_encoder_new (EmulatorFormat format, GError **error);

/**
 * emulator_encoder_encode:
 * @self: an encoder
 * @picture: a raw picture with its caps, of any size and raw format
 * @spec: what to make of it; its format is the encoder's
 * @error: return location for an EMULATOR_ENCODER_ERROR
 *
 * Stretches @picture to the size of @spec, without keeping its aspect ratio, as the service does
 * (GetImages, WidthPixels), and encodes it. The same picture and @spec give the same bytes.
 *
 * Returns: (transfer full): a whole file of that format, or NULL
 */
GBytes *emulator_encoder_encode (
    EmulatorEncoder *self, GstSample *picture, const EmulatorImageSpec *spec, GError **error);

G_END_DECLS
