/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsurl.h"

#include <string.h>

/* A host has no @, and no colon but the one of a port. */
static gboolean
is_public (const char *url)
{
  return strchr (url, '@') == NULL &&
         g_regex_match_simple ("^([a-z][a-z0-9+.-]*://)?[^:]*(:[0-9]{0,5})?(/[^:]*)?$", url,
             G_REGEX_CASELESS | G_REGEX_DOTALL | G_REGEX_DOLLAR_ENDONLY, 0);
}

char *
aws_url_show (const char *url)
{
  g_autofree char *shown = g_strndup (url, strcspn (url, "?#"));

  return is_public (url) ? g_strescape (shown, NULL) : NULL;
}
