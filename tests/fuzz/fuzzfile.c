/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE
#include "fuzzfile.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

const char *
fuzz_file_write (FuzzInput *input)
{
  static int fd = -1;
  static char *name;

  if (fd < 0) {
    fd = memfd_create ("input", MFD_CLOEXEC);
    g_assert_cmpint (fchmod (fd, 0600), ==, 0);
    name = g_strdup_printf ("/proc/%d/fd/%d", (int)getpid (), fd);
  }
  g_assert_cmpint (ftruncate (fd, 0), ==, 0);
  g_assert_cmpint (pwrite (fd, input->data, input->size, 0), ==, (gssize)input->size);
  input->size = 0;
  return name;
}
