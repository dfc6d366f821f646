/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stillstar.h"

#include "stillsfile.h"
#include "stillsname.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* A header of POSIX.1-1988, as the fields follow each other. */
typedef struct {
  char name[100];
  char mode[8];
  char uid[8];
  char gid[8];
  char size[12];
  char mtime[12];
  char checksum[8];
  char type;
  char linkname[100];
  char magic[6];
  char version[2];
  char unused[247];
} Header;

G_STATIC_ASSERT (sizeof (Header) == STILLS_TAR_BLOCK);

struct _StillsTar {
  char *folder;
  char *key;
  guint n_per_shard;
  StillsTarPlace place;
  char *part;
  gint fd;
};

static guint
sum (const guint8 *bytes)
{
  guint total = 0;

  for (guint i = 0; i < STILLS_TAR_BLOCK; i++)
    total += bytes[i];
  return total;
}

void
stills_tar_write_header (
    guint8 bytes[STILLS_TAR_BLOCK], const char *name, guint64 size, gint64 time_s)
{
  Header header = {.type = '0', .magic = "ustar", .version = {'0', '0'}};

  g_strlcpy (header.name, name, sizeof header.name);
  g_strlcpy (header.mode, "0000644", sizeof header.mode);
  g_strlcpy (header.uid, "0000000", sizeof header.uid);
  g_strlcpy (header.gid, "0000000", sizeof header.gid);
  g_snprintf (header.size, sizeof header.size, "%011" G_GINT64_MODIFIER "o", size);
  g_snprintf (header.mtime, sizeof header.mtime, "%011" G_GINT64_MODIFIER "o", time_s);
  /* The sum is that of the header with blanks in the place of the sum. */
  memset (header.checksum, ' ', sizeof header.checksum);
  memcpy (bytes, &header, sizeof header);
  g_snprintf (header.checksum, sizeof header.checksum - 1, "%06o", sum (bytes));
  memcpy (bytes, &header, sizeof header);
}

static char *
make_part (const char *folder, const char *shard)
{
  return g_strdup_printf ("%s/.%s.part", folder, shard);
}

/* Where the shard of this number ends up. */
static char *
get_path (StillsTar *self)
{
  g_autofree char *name = stills_name_shard (self->key, self->place.shard);

  return g_build_filename (self->folder, name, NULL);
}

/* A shard that has got its name already is taken back if there is more to come, or less to be believed. */
static gboolean
open_shard (StillsTar *self, GError **error)
{
  g_autofree char *name = stills_name_shard (self->key, self->place.shard);
  g_autofree char *path = get_path (self);

  g_free (self->part);
  self->part = make_part (self->folder, name);
  if (self->place.size > 0 && g_access (self->part, F_OK) != 0)
    (void)g_rename (path, self->part);
  else
    g_unlink (path);
  self->fd = g_open (self->part, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  if (self->fd < 0 || ftruncate (self->fd, (off_t)self->place.size) != 0)
    return stills_file_set_error (error, self->part, errno);
  return TRUE;
}

static void
close_shard (StillsTar *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

StillsTar *
stills_tar_open (const char *folder, const char *key, guint n_per_shard,
    const StillsTarPlace *place, GError **error)
{
  g_autoptr (StillsTar) self = g_new0 (StillsTar, 1);

  self->folder = g_strdup (folder);
  self->key = g_strdup (key);
  self->n_per_shard = n_per_shard;
  self->place = *place;
  self->fd = -1;
  if (!open_shard (self, error) || !stills_tar_end_full (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* How long a shard is, whether it has got its name yet or not. */
static guint64
get_shard_size (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *part = make_part (folder, name);
  GStatBuf status;

  if (g_stat (part, &status) != 0 && g_stat (path, &status) != 0)
    return 0;
  return (guint64)status.st_size;
}

gboolean
stills_tar_pass (const char *folder, const char *key, guint n_per_shard, const StillsEntry *entry,
    StillsTarPlace *place)
{
  g_autofree char *name = NULL;
  guint64 end;

  if (entry->offset == STILLS_ENTRY_NONE)
    return FALSE;
  if (place->n_stills == n_per_shard)
    *place = (StillsTarPlace){.shard = place->shard + 1};
  name = stills_name_shard (key, place->shard);
  end = STILLS_TAR_ROUND ((guint64)entry->offset + entry->bytes);
  if (!g_str_equal (entry->file, name) || get_shard_size (folder, name) < end)
    return FALSE;
  place->n_stills++;
  place->size = end;
  return TRUE;
}

static gboolean
write_zeros (StillsTar *self, gsize size, GError **error)
{
  static const guint8 zeros[STILLS_TAR_END];

  return stills_file_write (self->fd, self->part, zeros, size, error);
}

/* A file of the archive. */
static gboolean
write_member (StillsTar *self, const char *stem, const char *extension, gint64 time_ms,
    gconstpointer data, gsize size, GError **error)
{
  g_autofree char *name = g_strconcat (stem, ".", extension, NULL);
  guint8 header[STILLS_TAR_BLOCK];

  stills_tar_write_header (header, name, size, time_ms / 1000);
  return stills_file_write (self->fd, self->part, header, sizeof header, error) &&
         stills_file_write (self->fd, self->part, data, size, error) &&
         write_zeros (self, STILLS_TAR_ROUND (size) - size, error);
}

gboolean
stills_tar_add (StillsTar *self, const char *stream, const char *extension, StillsEntry *entry,
    gconstpointer image, GError **error)
{
  g_autofree char *stem = stills_name_sample (entry->time_ms);
  g_autofree char *json = stills_entry_write_sample (entry, stream);
  gsize json_size = strlen (json);

  if (!write_member (self, stem, "json", entry->time_ms, json, json_size, error) ||
      !write_member (self, stem, extension, entry->time_ms, image, entry->bytes, error)) {
    (void)!ftruncate (self->fd, (off_t)self->place.size);
    return FALSE;
  }
  entry->file = stills_name_shard (self->key, self->place.shard);
  entry->offset = (gint64)(self->place.size + 2 * STILLS_TAR_BLOCK + STILLS_TAR_ROUND (json_size));
  self->place.size = (guint64)entry->offset + STILLS_TAR_ROUND (entry->bytes);
  self->place.n_stills++;
  return TRUE;
}

static gboolean
end_shard (StillsTar *self, GError **error)
{
  g_autofree char *path = get_path (self);

  if (!write_zeros (self, STILLS_TAR_END, error)) {
    (void)!ftruncate (self->fd, (off_t)self->place.size);
    return FALSE;
  }
  close_shard (self);
  return g_rename (self->part, path) == 0 || stills_file_set_error (error, path, errno);
}

gboolean
stills_tar_end_full (StillsTar *self, GError **error)
{
  if (self->place.n_stills < self->n_per_shard)
    return TRUE;
  if (!end_shard (self, error))
    return FALSE;
  self->place = (StillsTarPlace){.shard = self->place.shard + 1};
  return open_shard (self, error);
}

gboolean
stills_tar_end (StillsTar *self, GError **error)
{
  if (self->place.n_stills > 0)
    return end_shard (self, error);
  close_shard (self);
  g_unlink (self->part);
  return TRUE;
}

void
stills_tar_close (StillsTar *self)
{
  close_shard (self);
  g_free (self->part);
  g_free (self->folder);
  g_free (self->key);
  g_free (self);
}
