/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcenums.h"

GType
gst_kvs_image_src_format_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
      {KVS_IMAGE_FORMAT_JPEG, "JPEG", "jpeg"},
      {KVS_IMAGE_FORMAT_PNG, "PNG", "png"},
      {0, NULL, NULL},
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstKvsImageSrcFormat", values));
  return type;
}

GType
gst_kvs_image_src_selector_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
      {KVS_IMAGE_SELECTOR_SERVER_TIMESTAMP, "When the service received the media",
          "server-timestamp"},
      {KVS_IMAGE_SELECTOR_PRODUCER_TIMESTAMP, "When the producer recorded the media",
          "producer-timestamp"},
      {0, NULL, NULL},
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstKvsImageSrcSelector", values));
  return type;
}
