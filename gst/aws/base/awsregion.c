/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An unchecked region would become a part of a host's name, where "x.example.com#" sends the request, and the
 * session token with it, to another host. */
#include "awsregion.h"

#include <string.h>

gboolean
aws_region_is_valid (const char *region)
{
  gsize length = region != NULL ? strspn (region, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-") : 0;

  return length >= 1 && length <= 63 && region[length] == '\0' && region[0] != '-' &&
         region[length - 1] != '-' && strspn (region, G_CSET_DIGITS) < length;
}

/* "aws" comes last: it matches every region. */
static const AwsPartition partitions[] = {
    {
        .id = "aws-cn",
        .dns_suffix = "amazonaws.com.cn",
        .dualstack_dns_suffix = "api.amazonwebservices.com.cn",
        .region_pattern = "^cn-\\w+-\\d+$",
        .pseudo_region = "aws-cn-global",
    },
    {
        .id = "aws-us-gov",
        .dns_suffix = "amazonaws.com",
        .dualstack_dns_suffix = "api.aws",
        .region_pattern = "^us-gov-\\w+-\\d+$",
        .pseudo_region = "aws-us-gov-global",
    },
    {
        .id = "aws-eusc",
        .dns_suffix = "amazonaws.eu",
        .dualstack_dns_suffix = "api.amazonwebservices.eu",
        .region_pattern = "^eusc-de-\\w+-\\d+$",
    },
    {
        .id = "aws-iso",
        .dns_suffix = "c2s.ic.gov",
        .dualstack_dns_suffix = "api.aws.ic.gov",
        .region_pattern = "^us-iso-\\w+-\\d+$",
        .pseudo_region = "aws-iso-global",
    },
    {
        .id = "aws-iso-b",
        .dns_suffix = "sc2s.sgov.gov",
        .dualstack_dns_suffix = "api.aws.scloud",
        .region_pattern = "^us-isob-\\w+-\\d+$",
        .pseudo_region = "aws-iso-b-global",
    },
    {
        .id = "aws-iso-e",
        .dns_suffix = "cloud.adc-e.uk",
        .dualstack_dns_suffix = "api.cloud-aws.adc-e.uk",
        .region_pattern = "^eu-isoe-\\w+-\\d+$",
        .pseudo_region = "aws-iso-e-global",
    },
    {
        .id = "aws-iso-f",
        .dns_suffix = "csp.hci.ic.gov",
        .dualstack_dns_suffix = "api.aws.hci.ic.gov",
        .region_pattern = "^us-isof-\\w+-\\d+$",
        .pseudo_region = "aws-iso-f-global",
    },
    {
        .id = "aws",
        .dns_suffix = "amazonaws.com",
        .dualstack_dns_suffix = "api.aws",
        .region_pattern = "",
        .pseudo_region = "aws-global",
    },
};

const AwsPartition *
aws_region_get_partition (const char *region)
{
  gsize i = 0;

  while (g_strcmp0 (region, partitions[i].pseudo_region) != 0 &&
         !g_regex_match_simple (partitions[i].region_pattern, region, G_REGEX_DOLLAR_ENDONLY, 0))
    i++;
  return &partitions[i];
}
