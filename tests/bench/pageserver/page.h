/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A page of GetImages: which stills it has, and its text as the service writes it. */
#pragma once

#include "still.h"

G_BEGIN_DECLS

typedef struct {
  const Still *still;
  gboolean has_frame_times; /* whether TimeStamps are those of frames, not of samples */
  char *stream;
  gint64 start_ms;
  gint64 interval_ms;
  guint first; /* samples of the request */
  guint end;
  gboolean is_last;
} Page;

/**
 * page_read:
 * @page: (out): what a request asks for. Free with page_clear() in any case.
 * @body: a request of GetImages. Its format chooses one of @jpeg and @png.
 *
 * Returns: whether the request can be read.
 */
gboolean page_read (Page *page, const char *body, const Still *jpeg, const Still *png);

void page_clear (Page *page);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Page, page_clear)

gsize page_get_length (const Page *page);

void page_write (const Page *page, StillFunc write, gpointer data);

G_END_DECLS
