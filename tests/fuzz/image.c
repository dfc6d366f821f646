/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes as an image: nothing behind their end is read, and what is said of them is in bounds. */
#include "fuzz.h"

#include <kvsimage.h>

static void
check_header (GBytes *image, KvsImageFormat format)
{
  KvsImageInfo info = {0};

  if (!kvs_image_read_header (image, format, &info))
    return;
  g_assert_cmpuint (info.width, >=, 1);
  g_assert_cmpuint (info.height, >=, 1);
  if (format != KVS_IMAGE_FORMAT_JPEG)
    return;
  g_assert_cmpuint (info.width, <=, 65535);
  g_assert_cmpuint (info.height, <=, 65535);
  g_assert_cmpuint (info.jpeg.sof, <=, 15);
}

void
fuzz_run (FuzzInput *input)
{
  g_autoptr (GBytes) image = fuzz_take_rest (input);
  g_autofree char *problem = NULL;

  check_header (image, KVS_IMAGE_FORMAT_JPEG);
  check_header (image, KVS_IMAGE_FORMAT_PNG);
  problem = kvs_image_describe_problem (image);
  fuzz_check_message (problem);
}
