/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any reply to GetDataEndpoint: what comes out is an endpoint, and https. */
#include "fuzzreply.h"

#include <awsendpoint.h>
#include <kvsdataendpoint.h>

void
fuzz_run (FuzzInput *input)
{
  g_autoptr (GBytes) body = fuzz_take_rest (input);
  g_autoptr (AwsReply) reply = fuzz_reply_new (NULL, body);
  GError *error = NULL;
  g_autoptr (GUri) endpoint = kvs_data_endpoint_read (reply, FALSE, NULL, &error);
  g_autofree char *authority = NULL;

  fuzz_check_secret_error (endpoint != NULL, error);
  if (endpoint == NULL)
    return;
  g_assert_cmpstr (g_uri_get_scheme (endpoint), ==, "https");
  g_assert_null (g_uri_get_userinfo (endpoint));
  authority = aws_endpoint_get_authority (endpoint);
  fuzz_check_message (authority);
}
