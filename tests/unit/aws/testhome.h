/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A home folder for a test, with the shared files that the test writes, and no others. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TestHome:
 * @path: the folder
 * @config: the name of `.aws/config` in it
 * @credentials: the name of `.aws/credentials` in it
 *
 * A home folder. Neither of the files is there at first.
 */
typedef struct {
  char *path;
  char *config;
  char *credentials;
} TestHome;

/**
 * test_home_init:
 * @self: a home folder
 *
 * Makes an empty folder the home of this process, and unsets all variables of the environment that
 * AWS's tools look at.
 */
void test_home_init (TestHome *self);

/**
 * test_home_clear:
 * @self: a home folder
 *
 * Removes the folder.
 */
void test_home_clear (TestHome *self);

/**
 * test_home_write:
 * @path: the name of a file
 * @text: what it is to hold
 * @size: its bytes, or -1 for all up to a NUL
 *
 * Writes a file that only its owner may read.
 */
void test_home_write (const char *path, const char *text, gssize size);

G_END_DECLS
