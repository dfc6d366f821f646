/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The region: a part of the signature and of the host's name, so it is checked before it becomes
 * either. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * aws_region_is_valid:
 * @region: (nullable): what a user gave as region
 *
 * A region must be a host label: 1 to 63 letters, digits and hyphens, no hyphen first or last, and
 * not digits alone. There is no list of regions: new ones just work.
 *
 * Returns: whether @region can be part of a host's name
 */
gboolean aws_region_is_valid (const char *region);

G_END_DECLS
