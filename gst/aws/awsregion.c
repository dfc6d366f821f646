/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A region that was not checked would end up in a host's name, where "x.example.com#" sends the
 * request, and the session token with it, somewhere else. */
#include "awsregion.h"

gboolean
aws_region_is_valid (const char *region)
{
  return region != NULL && g_regex_match_simple ("^(?![0-9]+$)(?!-)[a-zA-Z0-9-]{1,63}(?<!-)$",
                               region, G_REGEX_DOLLAR_ENDONLY, 0);
}
