/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "soakmeasure.h"

#include <malloc.h>
#include <stdio.h>
#include <unistd.h>

#define MAX_ROWS 12

/* What may come and go: threads of GLib's pools and connections that are kept open. */
#define HEAP_TOLERANCE_KIB 512
#define RESIDENT_TOLERANCE_KIB 4096
#define THREADS_TOLERANCE 4
#define DESCRIPTORS_TOLERANCE 8

static guint64
count_entries (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint64 n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static guint64
read_resident_kib (void)
{
  g_autofree char *text = NULL;
  unsigned long pages = 0;

  g_file_get_contents ("/proc/self/statm", &text, NULL, NULL);
  if (text != NULL)
    sscanf (text, "%*u %lu", &pages);
  return pages * (guint64)sysconf (_SC_PAGESIZE) / 1024;
}

void
soak_measure_init (SoakMeasure *self, double seconds)
{
  struct mallinfo2 heap = mallinfo2 ();

  self->seconds = seconds;
  self->heap_kib = (heap.uordblks + heap.hblkhd) / 1024;
  self->resident_kib = read_resident_kib ();
  self->threads = count_entries ("/proc/self/task");
  self->descriptors = count_entries ("/proc/self/fd");
}

/* Growth */

typedef struct {
  const char *name;
  gsize offset;
  guint64 tolerance;
} Column;

static const Column columns[] = {
    {"KiB of the heap", G_STRUCT_OFFSET (SoakMeasure, heap_kib), HEAP_TOLERANCE_KIB},
    {"KiB of resident memory", G_STRUCT_OFFSET (SoakMeasure, resident_kib), RESIDENT_TOLERANCE_KIB},
    {"threads", G_STRUCT_OFFSET (SoakMeasure, threads), THREADS_TOLERANCE},
    {"descriptors", G_STRUCT_OFFSET (SoakMeasure, descriptors), DESCRIPTORS_TOLERANCE},
};

static gint
compare (gconstpointer a, gconstpointer b)
{
  const guint64 first = *(const guint64 *)a, second = *(const guint64 *)b;

  return (first > second) - (first < second);
}

static guint64
find_median (GArray *measures, const Column *column, guint begin, guint end)
{
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint i = begin; i < end; i++)
    g_array_append_vals (
        values, (char *)&g_array_index (measures, SoakMeasure, i) + column->offset, 1);
  g_array_sort (values, compare);
  return g_array_index (values, guint64, values->len / 2);
}

char *
soak_measures_find_growth (GArray *measures)
{
  guint third = MAX (measures->len / 3, 1);

  for (guint i = 0; i < G_N_ELEMENTS (columns) && measures->len >= 2; i++) {
    guint64 first = find_median (measures, &columns[i], 0, third);
    guint64 last = find_median (measures, &columns[i], measures->len - third, measures->len);

    if (last > first + columns[i].tolerance)
      return g_strdup_printf (
          "from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT " %s", first, last, columns[i].name);
  }
  return NULL;
}

void
soak_measures_print (GArray *measures)
{
  guint n_rows = MIN (measures->len, MAX_ROWS);

  printf (
      "| minute | heap (KiB) | resident (KiB) | threads | descriptors |\n|---|---|---|---|---|\n");
  for (guint i = 0; i < n_rows; i++) {
    guint row = n_rows == 1 ? 0 : i * (measures->len - 1) / (n_rows - 1);
    const SoakMeasure *measure = &g_array_index (measures, SoakMeasure, row);

    printf ("| %.1f | %" G_GUINT64_FORMAT " | %" G_GUINT64_FORMAT " | %" G_GUINT64_FORMAT
            " | %" G_GUINT64_FORMAT " |\n",
        measure->seconds / 60, measure->heap_kib, measure->resident_kib, measure->threads,
        measure->descriptors);
  }
}
