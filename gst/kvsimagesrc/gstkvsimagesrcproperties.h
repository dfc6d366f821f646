/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The properties that a user sets, one for each member of GstKvsImageSrcSettings. */
#pragma once

#include "gstkvsimagesrcsettings.h"

#include <glib-object.h>

G_BEGIN_DECLS

/** The first property id that is free for the element's other properties. */
#define GST_KVS_IMAGE_SRC_FIRST_OTHER_PROPERTY 100

/**
 * gst_kvs_image_src_properties_install:
 * @klass: the class of the element.
 *
 * Installs the properties, with ids below %GST_KVS_IMAGE_SRC_FIRST_OTHER_PROPERTY.
 */
void gst_kvs_image_src_properties_install (GObjectClass *klass);

/**
 * gst_kvs_image_src_properties_set:
 * @settings: the settings.
 * @property: the id of one of the properties.
 * @value: its new value.
 *
 * What a secret was before is wiped.
 */
void gst_kvs_image_src_properties_set (
    GstKvsImageSrcSettings *settings, guint property, const GValue *value);

/**
 * gst_kvs_image_src_properties_get:
 * @settings: the settings.
 * @property: the id of one of the properties that can be read.
 * @value: (inout): where to put its value.
 *
 * A user and password in a URL do not read back.
 */
void gst_kvs_image_src_properties_get (
    const GstKvsImageSrcSettings *settings, guint property, GValue *value);

G_END_DECLS
