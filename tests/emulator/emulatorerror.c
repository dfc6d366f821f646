/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of errors. Statuses and names are those of the botocore models of 2026 and of AWS's
 * page "Common Errors". */
#include "emulatorerror.h"

#include <libsoup/soup.h>

/* libsoup has no name for it. */
#define TOO_MANY_REQUESTS 429

typedef struct {
  guint status;
  const char *name;
  const char *query_name; /* where STS has another one */
} Rejection;

static const Rejection rejections[] = {
    [EMULATOR_ERROR_INVALID_ARGUMENT] = {SOUP_STATUS_BAD_REQUEST, "InvalidArgumentException",
        "ValidationError"},
    [EMULATOR_ERROR_RESOURCE_NOT_FOUND] = {SOUP_STATUS_NOT_FOUND, "ResourceNotFoundException"},
    [EMULATOR_ERROR_CLIENT_LIMIT_EXCEEDED] = {SOUP_STATUS_BAD_REQUEST,
        "ClientLimitExceededException", "Throttling"},
    [EMULATOR_ERROR_NO_DATA_RETENTION] = {SOUP_STATUS_BAD_REQUEST, "NoDataRetentionException"},
    [EMULATOR_ERROR_SERIALIZATION] = {SOUP_STATUS_BAD_REQUEST, "SerializationException"},
    [EMULATOR_ERROR_MISSING_AUTHENTICATION_TOKEN] = {SOUP_STATUS_FORBIDDEN,
        "MissingAuthenticationTokenException", "MissingAuthenticationToken"},
    [EMULATOR_ERROR_INCOMPLETE_SIGNATURE] = {SOUP_STATUS_BAD_REQUEST,
        "IncompleteSignatureException", "IncompleteSignature"},
    [EMULATOR_ERROR_INVALID_SIGNATURE] = {SOUP_STATUS_FORBIDDEN, "InvalidSignatureException",
        "SignatureDoesNotMatch"},
    [EMULATOR_ERROR_UNRECOGNIZED_CLIENT] = {SOUP_STATUS_FORBIDDEN, "UnrecognizedClientException",
        "InvalidClientTokenId"},
    [EMULATOR_ERROR_EXPIRED_TOKEN] = {SOUP_STATUS_FORBIDDEN, "ExpiredTokenException",
        "ExpiredToken"},
    [EMULATOR_ERROR_ACCESS_DENIED] = {SOUP_STATUS_FORBIDDEN, "AccessDeniedException",
        "AccessDenied"},
    [EMULATOR_ERROR_INVALID_IDENTITY_TOKEN] = {SOUP_STATUS_BAD_REQUEST, "InvalidIdentityToken"},
    [EMULATOR_ERROR_INVALID_ACTION] = {SOUP_STATUS_BAD_REQUEST, "InvalidAction"},
    /* A 200, as the regional host answers operations it does not have. */
    [EMULATOR_ERROR_UNKNOWN_OPERATION] = {SOUP_STATUS_OK, "UnknownOperationException"},
    [EMULATOR_ERROR_UNKNOWN_PAGE] = {SOUP_STATUS_NOT_FOUND, "UnknownOperationException"},
    [EMULATOR_ERROR_INTERNAL] = {SOUP_STATUS_INTERNAL_SERVER_ERROR, "InternalFailure"},
};

/* The name that stands for a status when a fault gives only that. */
static const struct {
  guint status;
  const char *name;
} common_names[] = {
    {SOUP_STATUS_UNAUTHORIZED, "NotAuthorizedException"},
    {SOUP_STATUS_FORBIDDEN, "AccessDeniedException"},
    {SOUP_STATUS_NOT_FOUND, "ResourceNotFoundException"},
    {TOO_MANY_REQUESTS, "TooManyRequestsException"},
    {SOUP_STATUS_INTERNAL_SERVER_ERROR, "InternalFailure"},
    {SOUP_STATUS_SERVICE_UNAVAILABLE, "ServiceUnavailable"},
};

GQuark
emulator_error_quark (void)
{
  return g_quark_from_static_string ("emulator-error-quark");
}

guint
emulator_error_get_status (EmulatorError code)
{
  return rejections[code].status;
}

const char *
emulator_error_get_name (EmulatorError code, EmulatorProtocol protocol)
{
  const Rejection *rejection = &rejections[code];

  if (protocol == EMULATOR_PROTOCOL_QUERY && rejection->query_name != NULL)
    return rejection->query_name;
  return rejection->name;
}

guint
emulator_error_find_status (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rejections); i++) {
    if (g_str_equal (rejections[i].name, name))
      return rejections[i].status;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (common_names); i++) {
    if (g_str_equal (common_names[i].name, name))
      return common_names[i].status;
  }
  return SOUP_STATUS_BAD_REQUEST;
}

const char *
emulator_error_find_name (guint status)
{
  for (gsize i = 0; i < G_N_ELEMENTS (common_names); i++) {
    if (common_names[i].status == status)
      return common_names[i].name;
  }
  return status < SOUP_STATUS_INTERNAL_SERVER_ERROR ? "InvalidArgumentException"
                                                    : "InternalFailure";
}
