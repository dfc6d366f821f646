/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Drawing is by rectangles alone: a bar is one, and so is every dot of a letter. */
#include "emulatortestcard.h"

#include <gst/video/video.h>
#include <string.h>

#define GLYPH_WIDTH 5
#define GLYPH_HEIGHT 7
/* A letter with the space after it and the space below it, in dots. */
#define CELL_WIDTH (GLYPH_WIDTH + 1)
#define LINE_HEIGHT (GLYPH_HEIGHT + 2)
/* The longer of the two lines: hh:mm:ss.mmmZ */
#define LINE_LETTERS 13
#define TEXT_LINES 2
#define MARGIN 1

#define MARKER_PERIOD_MS (60 * 1000)

/* Short of the extremes, between which GStreamer's jpegdec, at its default idct-method, overflows
 * and shows one as the other. */
#define WHITE 0xe0e0e0
#define BLACK 0x202020

/* Seven rows of a letter from the top, each five dots, the leftmost the highest bit. */
typedef struct {
  char letter;
  guint8 rows[GLYPH_HEIGHT];
} Glyph;

static const Glyph glyphs[] = {
    {'0', {0x0e, 0x11, 0x13, 0x15, 0x19, 0x11, 0x0e}},
    {'1', {0x04, 0x0c, 0x04, 0x04, 0x04, 0x04, 0x0e}},
    {'2', {0x0e, 0x11, 0x01, 0x02, 0x04, 0x08, 0x1f}},
    {'3', {0x1f, 0x02, 0x04, 0x02, 0x01, 0x11, 0x0e}},
    {'4', {0x02, 0x06, 0x0a, 0x12, 0x1f, 0x02, 0x02}},
    {'5', {0x1f, 0x10, 0x1e, 0x01, 0x01, 0x11, 0x0e}},
    {'6', {0x06, 0x08, 0x10, 0x1e, 0x11, 0x11, 0x0e}},
    {'7', {0x1f, 0x01, 0x02, 0x04, 0x08, 0x08, 0x08}},
    {'8', {0x0e, 0x11, 0x11, 0x0e, 0x11, 0x11, 0x0e}},
    {'9', {0x0e, 0x11, 0x11, 0x0f, 0x01, 0x02, 0x0c}},
    {'-', {0x00, 0x00, 0x00, 0x1f, 0x00, 0x00, 0x00}},
    {':', {0x00, 0x0c, 0x0c, 0x00, 0x0c, 0x0c, 0x00}},
    {'.', {0x00, 0x00, 0x00, 0x00, 0x00, 0x0c, 0x0c}},
    {'Z', {0x1f, 0x01, 0x02, 0x04, 0x08, 0x10, 0x1f}},
};

/* White, yellow, cyan, green, magenta, red, blue, as on the cards of television. */
static const guint32 bars[] = {
    0xbfbfbf, 0xbfbf00, 0x00bfbf, 0x00bf00, 0xbf00bf, 0xbf0000, 0x0000bf};

/* Fills the part of a rectangle that lies on the card with a colour, 0xrrggbb. */
static void
fill (GstVideoFrame *card, guint x, guint y, guint width, guint height, guint32 colour)
{
  guint right = MIN (x + width, (guint)GST_VIDEO_FRAME_WIDTH (card));
  guint bottom = MIN (y + height, (guint)GST_VIDEO_FRAME_HEIGHT (card));

  for (guint row = y; row < bottom; row++) {
    guint8 *pixels = GST_VIDEO_FRAME_PLANE_DATA (card, 0);

    pixels += (gsize)row * GST_VIDEO_FRAME_PLANE_STRIDE (card, 0);
    for (guint column = x; column < right; column++)
      GST_WRITE_UINT24_BE (pixels + 3 * column, colour);
  }
}

static void
draw_bars (GstVideoFrame *card)
{
  guint width = GST_VIDEO_FRAME_WIDTH (card), height = GST_VIDEO_FRAME_HEIGHT (card);

  for (guint i = 0; i < G_N_ELEMENTS (bars); i++) {
    guint left = i * width / G_N_ELEMENTS (bars);
    guint right = (i + 1) * width / G_N_ELEMENTS (bars);

    fill (card, left, 0, right - left, height, bars[i]);
  }
}

static const Glyph *
find_glyph (char letter)
{
  const Glyph *glyph = glyphs;

  while (glyph->letter != letter)
    glyph++;
  return glyph;
}

static void
draw_letter (GstVideoFrame *card, guint x, guint y, guint dot, char letter)
{
  const Glyph *glyph = find_glyph (letter);

  for (guint row = 0; row < GLYPH_HEIGHT; row++) {
    for (guint column = 0; column < GLYPH_WIDTH; column++) {
      if (glyph->rows[row] & (0x10 >> column))
        fill (card, x + column * dot, y + row * dot, dot, dot, WHITE);
    }
  }
}

static void
draw_line (GstVideoFrame *card, guint y, guint dot, const char *line)
{
  for (guint i = 0; line[i] != '\0'; i++)
    draw_letter (card, (MARGIN + i * CELL_WIDTH) * dot, y, dot, line[i]);
}

static void
draw_time (GstVideoFrame *card, gint64 unix_ms)
{
  gint64 seconds = unix_ms / 1000 - (unix_ms % 1000 < 0);
  g_autoptr (GDateTime) second = g_date_time_new_from_unix_utc (seconds);
  g_autofree char *date = g_date_time_format (second, "%Y-%m-%d");
  g_autofree char *hms = g_date_time_format (second, "%H:%M:%S");
  g_autofree char *time = g_strdup_printf ("%s.%03dZ", hms, (gint)(unix_ms - seconds * 1000));
  guint columns = LINE_LETTERS * CELL_WIDTH + 2 * MARGIN;
  guint dot = MAX (1, GST_VIDEO_FRAME_WIDTH (card) / columns);

  fill (card, 0, 0, columns * dot, (TEXT_LINES * LINE_HEIGHT + MARGIN) * dot, BLACK);
  draw_line (card, MARGIN * dot, dot, date);
  draw_line (card, (MARGIN + LINE_HEIGHT) * dot, dot, time);
}

static void
draw_marker (GstVideoFrame *card, gint64 unix_ms)
{
  guint width = GST_VIDEO_FRAME_WIDTH (card), height = GST_VIDEO_FRAME_HEIGHT (card);
  guint side = MAX (1, height / 16);
  guint64 elapsed = (unix_ms % MARKER_PERIOD_MS + MARKER_PERIOD_MS) % MARKER_PERIOD_MS;

  fill (card, elapsed * width / MARKER_PERIOD_MS, height - side, side, side, WHITE);
}

static GstSample *
draw (guint width, guint height, const gint64 *unix_ms)
{
  g_autoptr (GstBuffer) buffer = NULL;
  g_autoptr (GstCaps) caps = NULL;
  GstVideoInfo info;
  GstVideoFrame card;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_RGB, width, height);
  caps = gst_video_info_to_caps (&info);
  buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  gst_video_frame_map (&card, &info, buffer, GST_MAP_READWRITE);
  draw_bars (&card);
  if (unix_ms != NULL) {
    draw_time (&card, *unix_ms);
    draw_marker (&card, *unix_ms);
  }
  gst_video_frame_unmap (&card);
  return gst_sample_new (buffer, caps, NULL, NULL);
}

GstSample *
emulator_test_card_new (guint width, guint height)
{
  g_return_val_if_fail (width > 0 && height > 0, NULL);

  return draw (width, height, NULL);
}

GstSample *
emulator_test_card_new_with_time (guint width, guint height, gint64 unix_ms)
{
  g_return_val_if_fail (width > 0 && height > 0, NULL);

  return draw (width, height, &unix_ms);
}
