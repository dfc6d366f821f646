/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The region, a part of the signature and of the host's name, so it is checked before it becomes either;
 * and the partition that it belongs to: partitions share no accounts, and each has domains of its own. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * aws_region_is_valid:
 * @region: (nullable): what a user gave as region
 *
 * A region must be a host label: 1 to 63 letters, digits and hyphens, no hyphen first or last, and
 * not digits alone. There is no list of regions, so new ones are accepted.
 *
 * Returns: whether @region can be part of a host's name
 */
gboolean aws_region_is_valid (const char *region);

/**
 * AwsPartition:
 * @id: its name, such as `aws-us-gov`
 * @dns_suffix: what its hosts' names end in
 * @dualstack_dns_suffix: the same for hosts that have IPv4 and IPv6 addresses
 * @region_pattern: a regular expression that its regions' names match
 * @pseudo_region: (nullable): the name that stands for all of the partition where a service is not regional
 *
 * A partition. All of them have FIPS and dual-stack endpoints.
 */
typedef struct {
  const char *id;
  const char *dns_suffix;
  const char *dualstack_dns_suffix;
  const char *region_pattern;
  const char *pseudo_region;
} AwsPartition;

/**
 * aws_region_get_partition:
 * @region: the name of a region, which need not be known
 *
 * The table is botocore's partitions.json. A name that matches no pattern belongs to the partition `aws`, so
 * that new regions are accepted.
 *
 * Returns: (transfer none): the partition of @region
 */
const AwsPartition *aws_region_get_partition (const char *region);

G_END_DECLS
