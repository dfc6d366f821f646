/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE
#include "stillsfile.h"

#include "stillserror.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *
get_advice (gint number)
{
  switch (number) {
    case ENOSPC:
    case EDQUOT:
      return "Free some space, and run the same command again";
    case EACCES:
    case EPERM:
    case EROFS:
    case ENOTDIR:
    case EISDIR:
    case EEXIST:
      return "Choose another folder with --output";
    default:
      return "Run the same command again when that is mended";
  }
}

gboolean
stills_file_set_error (GError **error, const char *path, gint number)
{
  g_set_error (error, STILLS_ERROR, STILLS_EXIT_OUTPUT, "%s cannot be written: %s. %s.", path,
      g_strerror (number), get_advice (number));
  return FALSE;
}

gboolean
stills_file_make_folder (const char *path, GError **error)
{
  return g_mkdir_with_parents (path, 0777) == 0 || stills_file_set_error (error, path, errno);
}

gboolean
stills_file_write (gint fd, const char *path, gconstpointer data, gsize size, GError **error)
{
  const guint8 *p = data;

  while (size > 0) {
    gssize n = write (fd, p, size);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return stills_file_set_error (error, path, errno);
    p += n;
    size -= (gsize)n;
  }
  return TRUE;
}

static char *
get_part (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);

  return g_strdup_printf ("%s/.%s.part", folder, name);
}

/* The folder of a file is made when it is found missing, which for stills is once a day. */
static gint
open_part (const char *part, GError **error)
{
  const gint flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
  gint fd = g_open (part, flags, 0666);

  if (fd < 0 && errno == ENOENT) {
    g_autofree char *folder = g_path_get_dirname (part);

    if (!stills_file_make_folder (folder, error))
      return -1;
    fd = g_open (part, flags, 0666);
  }
  if (fd < 0)
    stills_file_set_error (error, part, errno);
  return fd;
}

static gboolean
write_part (const char *part, const char *path, gconstpointer data, gsize size, gboolean is_durable,
    GError **error)
{
  gint fd = open_part (part, error);

  if (fd < 0)
    return FALSE;
  if (!stills_file_write (fd, path, data, size, error)) {
    close (fd);
    return FALSE;
  }
  if (is_durable && fsync (fd) != 0) {
    stills_file_set_error (error, path, errno);
    close (fd);
    return FALSE;
  }
  return close (fd) == 0 || stills_file_set_error (error, path, errno);
}

/* Whether @path is a device, a pipe or a socket, such as /dev/stdout. A file in its place would be no way for what is
 * written, and root would take it from all other programs. */
static gboolean
is_special (const char *path)
{
  GStatBuf status;

  return g_stat (path, &status) == 0 && !S_ISREG (status.st_mode) && !S_ISDIR (status.st_mode);
}

static gboolean
write_special (const char *path, gconstpointer data, gsize size, GError **error)
{
  gint fd = g_open (path, O_WRONLY | O_CLOEXEC, 0);
  gboolean is_written = fd >= 0 ? stills_file_write (fd, path, data, size, error)
                                : stills_file_set_error (error, path, errno);

  if (fd >= 0)
    close (fd);
  return is_written;
}

static gboolean
rename_part (const char *part, const char *path, GError **error)
{
  return g_rename (part, path) == 0 || stills_file_set_error (error, path, errno);
}

gboolean
stills_file_replace (
    const char *path, gconstpointer data, gsize size, gboolean is_durable, GError **error)
{
  g_autofree char *part = get_part (path);

  if (is_special (path))
    return write_special (path, data, size, error);
  if (write_part (part, path, data, size, is_durable, error) && rename_part (part, path, error))
    return TRUE;
  g_unlink (part);
  return FALSE;
}

void
stills_file_remove (const char *path)
{
  g_autofree char *part = get_part (path);

  g_unlink (part);
  g_unlink (path);
}

char **
stills_file_read_lines (const char *path, GError **error)
{
  static const char mark[] = "\xef\xbb\xbf";
  g_autofree char *text = NULL;
  char **lines;
  gsize size;

  if (!g_file_get_contents (path, &text, &size, error))
    return NULL;
  if (strlen (text) != size) {
    g_set_error_literal (error, STILLS_ERROR, STILLS_EXIT_USAGE,
        "It has a NUL character in it, as text in UTF-16 has: save it as UTF-8");
    return NULL;
  }
  lines = g_strsplit (text + (g_str_has_prefix (text, mark) ? strlen (mark) : 0), "\n", -1);
  for (guint i = 0; lines[i]; i++)
    g_strstrip (lines[i]);
  return lines;
}

gboolean
stills_file_sync_all (const char *path, GError **error)
{
  gint fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  gboolean is_synced = fd >= 0 && syncfs (fd) == 0;

  if (!is_synced)
    stills_file_set_error (error, path, errno);
  if (fd >= 0)
    close (fd);
  return is_synced;
}
