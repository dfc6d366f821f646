/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The plugin: nothing but its description and the registration of its element. */
#include <gstkvsimagesrc.h>

#include <gst/gst.h>

static gboolean
plugin_init (GstPlugin *plugin)
{
  return GST_ELEMENT_REGISTER (kvsimagesrc, plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, kvsimagesrc,
    "Stills from Amazon Kinesis Video Streams", plugin_init, PACKAGE_VERSION, "LGPL", PACKAGE,
    "https://docs.aws.amazon.com/kinesisvideostreams/")
