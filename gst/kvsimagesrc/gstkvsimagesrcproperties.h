/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The properties that a user sets, and their values. */
#pragma once

#include <awsiotsource.h>
#include <kvssettings.h>

#include <gst/gst.h>

G_BEGIN_DECLS

/** The first property id that is free for the element's other properties. */
#define GST_KVS_IMAGE_SRC_FIRST_OTHER_PROPERTY 100

/**
 * GstKvsImageSrcSettings:
 * @kvs: the settings that `gst/kvs` knows.
 * @iot_certificate: (nullable): the property of this name.
 *
 * The values of the properties. A URI sets other properties, and is not kept itself.
 */
typedef struct {
  KvsSettings kvs;
  GstStructure *iot_certificate;
} GstKvsImageSrcSettings;

/**
 * gst_kvs_image_src_settings_init:
 * @self: settings to give their defaults.
 */
void gst_kvs_image_src_settings_init (GstKvsImageSrcSettings *self);

/**
 * gst_kvs_image_src_settings_copy:
 * @self: settings.
 * @copy: (out): where to copy them to.
 */
void gst_kvs_image_src_settings_copy (
    const GstKvsImageSrcSettings *self, GstKvsImageSrcSettings *copy);

/**
 * gst_kvs_image_src_settings_clear:
 * @self: settings whose strings are to be wiped and freed.
 */
void gst_kvs_image_src_settings_clear (GstKvsImageSrcSettings *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstKvsImageSrcSettings, gst_kvs_image_src_settings_clear)

/**
 * gst_kvs_image_src_settings_read_device:
 * @self: settings with an iot-certificate.
 * @device: (out): what it says; the strings belong to @self.
 * @error: %AWS_ERROR_SETTINGS, naming the field and what is accepted.
 *
 * Returns: whether iot-certificate is complete and has nothing in it that is not understood.
 */
gboolean gst_kvs_image_src_settings_read_device (
    const GstKvsImageSrcSettings *self, AwsIotOptions *device, GError **error);

/**
 * gst_kvs_image_src_properties_install:
 * @klass: the class of the element.
 *
 * Installs the properties, with ids below %GST_KVS_IMAGE_SRC_FIRST_OTHER_PROPERTY.
 */
void gst_kvs_image_src_properties_install (GObjectClass *klass);

/**
 * gst_kvs_image_src_properties_find:
 * @name: the name of one of the properties, which have been installed.
 *
 * Returns: (transfer none): the property.
 */
GParamSpec *gst_kvs_image_src_properties_find (const char *name);

/**
 * gst_kvs_image_src_properties_set:
 * @settings: the settings.
 * @pspec: one of the properties.
 * @value: its new value.
 *
 * A uri that cannot be used is refused by kvs_settings_make_query(), until another one or %NULL is set; %NULL changes
 * nothing else. The old value of a string is wiped.
 */
void gst_kvs_image_src_properties_set (
    GstKvsImageSrcSettings *settings, GParamSpec *pspec, const GValue *value);

/**
 * gst_kvs_image_src_properties_set_text:
 * @settings: the settings.
 * @name: the name of one of the properties.
 * @text: its new value; text is taken as it is, where GStreamer would look for quotes and types in it.
 * @error: %KVS_ERROR_INVALID, with what is accepted.
 *
 * Returns: whether the property can have this value.
 */
gboolean gst_kvs_image_src_properties_set_text (
    GstKvsImageSrcSettings *settings, const char *name, const char *text, GError **error);

/**
 * gst_kvs_image_src_properties_get:
 * @settings: the settings.
 * @pspec: one of the properties.
 * @value: (inout): where to put its value, without the user and password of a URL.
 */
void gst_kvs_image_src_properties_get (
    const GstKvsImageSrcSettings *settings, GParamSpec *pspec, GValue *value);

/**
 * gst_kvs_image_src_properties_describe:
 * @settings: the settings.
 *
 * Returns: (transfer full): for the debug log: the settings that the URI does not have, as far as they are not the
 *     defaults. Secrets and the access key id are left out.
 */
char *gst_kvs_image_src_properties_describe (const GstKvsImageSrcSettings *settings);

G_END_DECLS
