/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awstransporterror.h"

#include "awserror.h"
#include "awsforeigntext.h"

#include <libsoup/soup.h>

/* Measured with GIO and libsoup 3.2.3. */
static AwsError
classify_io_error (int code)
{
  switch (code) {
    case G_IO_ERROR_TIMED_OUT:
      return AWS_ERROR_TIMEOUT;
    case G_IO_ERROR_PARTIAL_INPUT:
    case G_IO_ERROR_CONNECTION_CLOSED:
    case G_IO_ERROR_FAILED: /* a stream of HTTP/2 that the server gave up */
      return AWS_ERROR_CUT_OFF;
    case G_IO_ERROR_INVALID_DATA:
      return AWS_ERROR_BAD_REPLY;
    default:
      return AWS_ERROR_CONNECT;
  }
}

/* G_TLS_ERROR_NOT_TLS stands for a handshake that ended before it was one. */
static AwsError
classify_tls_error (int code)
{
  return code == G_TLS_ERROR_EOF || code == G_TLS_ERROR_NOT_TLS ? AWS_ERROR_CUT_OFF : AWS_ERROR_TLS;
}

static AwsError
classify_transport (const GError *cause)
{
  if (cause->domain == G_IO_ERROR)
    return classify_io_error (cause->code);
  if (cause->domain == G_RESOLVER_ERROR)
    return AWS_ERROR_HOST_NOT_FOUND;
  if (cause->domain == G_TLS_ERROR)
    return classify_tls_error (cause->code);
  return AWS_ERROR_BAD_REPLY;
}

static const char *
describe_transport (AwsError code)
{
  switch (code) {
    case AWS_ERROR_HOST_NOT_FOUND:
      return "has no address; check the region, the endpoint and the network";
    case AWS_ERROR_TLS:
      return "does not complete a TLS handshake; check the endpoint and the proxy";
    case AWS_ERROR_TIMEOUT:
      return "did not answer in time; check the network, or allow more time";
    case AWS_ERROR_CUT_OFF:
      return "ended the connection too early; check the network, or try again later";
    case AWS_ERROR_BAD_REPLY:
      return "sent something other than an HTTP reply; check the endpoint";
    default:
      return "cannot be reached; check the endpoint, the network and the proxy, if there is one";
  }
}

static GError *
make_transport_error (AwsError code, const char *host, const GError *cause)
{
  g_autofree char *words = aws_foreign_text_clean (cause->message, -1, NULL);

  return g_error_new (AWS_ERROR, (int)code, "%s %s (%s)", host, describe_transport (code), words);
}

GError *
aws_transport_error_new (const GError *cause, const char *host)
{
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (cause);
  return make_transport_error (classify_transport (cause), host, cause);
}

GError *
aws_transport_error_new_for_body (const GError *cause, const char *host)
{
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (cause);
  return make_transport_error (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_TIMED_OUT)
                                   ? AWS_ERROR_TIMEOUT
                                   : AWS_ERROR_CUT_OFF,
      host, cause);
}
