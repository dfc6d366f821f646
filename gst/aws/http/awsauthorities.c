/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsauthorities.h"

#include "awserror.h"

#include <glib/gstdio.h>
#include <string.h>

/* The properties of a file by which a change is detected. */
typedef struct {
  guint64 device;
  guint64 inode;
  gint64 size;
  gint64 modified_s;
  gint64 modified_ns;
} Stamp;

/* A valid file. */
typedef struct {
  Stamp stamp;
  GWeakRef database;
} File;

static GMutex lock;       /* guards what follows */
static GHashTable *files; /* path → File */

static gboolean
refuse (const char *name, const char *path, const char *why, GError **error)
{
  g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
      "%s is '%s', which cannot be used: %s; it has to be a PEM file with certificates",
      name != NULL ? name : "The CA file", path, why);
  return FALSE;
}

/* Some TLS libraries accept a file without any certificate. */
static gboolean
read_file (const char *name, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) cause = NULL;

  /* Reading something else, such as a pipe, might never end. */
  if (g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return refuse (name, path, "it is not a file", error);
  if (!g_file_get_contents (path, &text, NULL, &cause))
    return refuse (name, path, cause->message, error);
  if (strstr (text, "-----BEGIN CERTIFICATE-----") == NULL)
    return refuse (name, path, "it has no certificate in it", error);
  return TRUE;
}

/* All 0 if there is no file. */
static Stamp
get_stamp (const char *path)
{
  GStatBuf is;

  if (g_stat (path, &is) != 0)
    return (Stamp){0};
  return (Stamp){.device = is.st_dev,
      .inode = is.st_ino,
      .size = is.st_size,
      .modified_s = is.st_mtim.tv_sec,
      .modified_ns = is.st_mtim.tv_nsec};
}

static void
file_free (gpointer data)
{
  File *file = data;

  g_weak_ref_clear (&file->database);
  g_free (file);
}

/* Called with the lock held. */
static void
add_file (const char *path, const Stamp *stamp)
{
  File *file = g_new0 (File, 1);

  file->stamp = *stamp;
  g_weak_ref_init (&file->database, NULL);
  if (files == NULL)
    files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, file_free);
  g_hash_table_replace (files, g_strdup (path), file);
}

/* The file, read if it is new or has changed; or NULL. Called with the lock held. */
static File *
find_file (const char *name, const char *path, GError **error)
{
  /* If the file changes while it is read, it is read again the next time. */
  const Stamp stamp = get_stamp (path);
  File *file = files != NULL ? g_hash_table_lookup (files, path) : NULL;

  if (file != NULL && memcmp (&file->stamp, &stamp, sizeof stamp) == 0)
    return file;
  if (!read_file (name, path, error))
    return NULL;
  add_file (path, &stamp);
  return g_hash_table_lookup (files, path);
}

gboolean
aws_authorities_check (const char *name, const char *path, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);

  return find_file (name, path, error) != NULL;
}

GTlsDatabase *
aws_authorities_get (const char *name, const char *path, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);
  File *file = find_file (name, path, error);
  GTlsDatabase *database = file != NULL ? g_weak_ref_get (&file->database) : NULL;
  g_autoptr (GError) cause = NULL;

  if (file == NULL || database != NULL)
    return database;
  database = g_tls_file_database_new (path, &cause);
  if (database == NULL)
    refuse (name, path, cause->message, error);
  else
    g_weak_ref_set (&file->database, database);
  return database;
}
