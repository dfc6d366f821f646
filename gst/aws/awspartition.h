/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The partitions of AWS: groups of regions that are worlds of their own, with domains of their own. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

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
 * aws_partition_find:
 * @region: the name of a region, which need not be known
 *
 * The table is botocore's partitions.json. A name that fits nowhere belongs to the partition `aws`, so
 * that new regions just work.
 *
 * Returns: (transfer none): the partition of @region
 */
const AwsPartition *aws_partition_find (const char *region);

G_END_DECLS
