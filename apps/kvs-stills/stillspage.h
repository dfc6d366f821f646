/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One HTML page of an output, which loads nothing. */
#pragma once

#include "stillssurvey.h"

G_BEGIN_DECLS

/**
 * StillsPictureFunc:
 * @stream: a stream of the survey.
 * @entry: a still of it.
 * @user_data: of the caller.
 *
 * Returns: (transfer full) (nullable): a URL of its picture.
 */
typedef char *(*StillsPictureFunc) (
    const StillsSurveyStream *stream, const StillsEntry *entry, gpointer user_data);

/**
 * stills_page_write:
 * @survey: what is in the output.
 * @title: the name of the page.
 * @n_pictures: how many stills of each stream to show, spread over all that it has.
 * @picture_func: gives them.
 *
 * Returns: (transfer full): the page: totals, and for each stream a time line with the gaps, the gaps as a table, and
 *     a contact sheet. All numbers are those of the indexes; those of a stream stand in elements with the attribute
 *     data-field.
 */
char *stills_page_write (const StillsSurvey *survey, const char *title, guint n_pictures,
    StillsPictureFunc picture_func, gpointer user_data);

G_END_DECLS
