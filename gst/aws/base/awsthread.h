/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Threads of this library. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * aws_thread_new:
 * @name: the name of the thread
 * @func: what it runs
 * @data: for @func
 *
 * Starts a thread whose debug log goes where that of the calling thread goes. The thread holds a
 * reference to that sink until @func has returned, so the sink may end in this thread.
 *
 * Returns: (transfer full): the thread, to be joined
 */
GThread *aws_thread_new (const char *name, GThreadFunc func, gpointer data);

G_END_DECLS
