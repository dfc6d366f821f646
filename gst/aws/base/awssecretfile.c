/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awssecretfile.h"

#include "awserror.h"
#include "awssecret.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void
set_error (GError **error, const char *path, const char *why)
{
  g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS, "The file %s cannot be read: %s", path, why);
}

/* Fills @buffer as far as the file goes. */
static gssize
read_all (int fd, char *buffer, gsize size)
{
  gsize used = 0;
  gssize n;

  do {
    n = read (fd, buffer + used, size - used);
    if (n < 0 && errno != EINTR)
      return -1;
    used += (gsize)MAX (n, 0);
  } while (n != 0 && used < size);
  return (gssize)used;
}

static GBytes *
read_file (int fd, const char *path, gsize max, GError **error)
{
  /* One byte more than allowed shows that the file is too large; another is for the NUL. */
  char *buffer = g_malloc (max + 2);
  gssize size = read_all (fd, buffer, max + 1);
  int why = errno;
  g_autoptr (GBytes) text = aws_secret_bytes_new_take (buffer, (gsize)MAX (size, 0));

  if (size < 0) {
    set_error (error, path, g_strerror (why));
    return NULL;
  }
  if ((gsize)size > max) {
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "The file %s has more than the %" G_GSIZE_FORMAT " bytes that it may have", path, max);
    return NULL;
  }
  buffer[size] = '\0';
  return g_steal_pointer (&text);
}

GBytes *
aws_secret_file_read (const char *path, gsize max, gboolean *others_may_read, GError **error)
{
  /* A pipe without a writer would block. */
  int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
  GBytes *text = NULL;
  struct stat status;

  if (fd < 0) {
    set_error (error, path, g_strerror (errno));
    return NULL;
  }
  if (fstat (fd, &status) != 0)
    set_error (error, path, g_strerror (errno));
  else if (!S_ISREG (status.st_mode))
    set_error (error, path, "it is not a regular file");
  else
    text = read_file (fd, path, max, error);
  g_close (fd, NULL);

  if (text != NULL && others_may_read != NULL)
    *others_may_read = (status.st_mode & (S_IRGRP | S_IROTH)) != 0;
  return text;
}
