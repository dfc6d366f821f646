/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awserrorcode.h"

#define CHECK_CLOCK "check the system clock"
#define CHECK_KEYS "check the access key, the session token and the region"
#define CHECK_SECRET "check the secret key, the region and the system clock"
#define RENEW "the credentials have expired, get new ones"
#define CHECK_WAY "check the endpoint and what is on the way to it"
#define ALLOW "allow it in the policies of the identity"
#define RETAIN "turn on data retention for the stream"

/* Those of throttling are what the cores of AWS's SDKs agree on, and the one that Kinesis Video
 * Streams sends with a 400. */
static const AwsErrorCode known_codes[] = {
    {"AccessDenied", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_FINAL, ALLOW},
    {"AccessDeniedException", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_FINAL, ALLOW},
    {"AuthFailure", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_SKEW, CHECK_SECRET},
    {"ExpiredToken", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_AUTH, RENEW},
    {"ExpiredTokenException", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_AUTH, RENEW},
    {"IncompleteSignature", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_FINAL, CHECK_WAY},
    {"IncompleteSignatureException", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_FINAL, CHECK_WAY},
    {"InvalidAccessKeyId", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_AUTH, CHECK_KEYS},
    {"InvalidClientTokenId", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_AUTH, CHECK_KEYS},
    {"InvalidSignatureException", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_SKEW, CHECK_SECRET},
    {"InvalidToken", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_AUTH, CHECK_KEYS},
    {"MissingAuthenticationToken", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_FINAL, CHECK_WAY},
    {"MissingAuthenticationTokenException", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_FINAL,
        CHECK_WAY},
    {"NotAuthorizedException", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_FINAL, ALLOW},
    {"RequestExpired", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_SKEW, CHECK_CLOCK},
    {"RequestInTheFuture", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_SKEW, CHECK_CLOCK},
    {"RequestTimeTooSkewed", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_SKEW, CHECK_CLOCK},
    {"SignatureDoesNotMatch", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_SKEW, CHECK_SECRET},
    {"UnrecognizedClient", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_AUTH, CHECK_KEYS},
    {"UnrecognizedClientException", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_AUTH, CHECK_KEYS},

    {"NoDataRetentionException", AWS_ERROR_INVALID_REQUEST, AWS_ERROR_CLASS_FINAL, RETAIN},
    /* The caller knows which resource it is, and gives the advice. */
    {"ResourceNotFoundException", AWS_ERROR_NOT_FOUND, AWS_ERROR_CLASS_FINAL, NULL},

    {"BandwidthLimitExceeded", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING,
        AWS_ADVICE_ASK_LESS},
    {"ClientLimitExceededException", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING,
        AWS_ADVICE_ASK_LESS},
    {"EC2ThrottledException", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING, AWS_ADVICE_ASK_LESS},
    {"LimitExceededException", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING,
        AWS_ADVICE_ASK_LESS},
    {"PriorRequestNotComplete", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING,
        AWS_ADVICE_ASK_LESS},
    {"ProvisionedThroughputExceededException", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING,
        AWS_ADVICE_ASK_LESS},
    {"RequestLimitExceeded", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING, AWS_ADVICE_ASK_LESS},
    {"RequestThrottled", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING, AWS_ADVICE_ASK_LESS},
    {"RequestThrottledException", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING,
        AWS_ADVICE_ASK_LESS},
    {"SlowDown", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING, AWS_ADVICE_ASK_LESS},
    {"ThrottledException", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING, AWS_ADVICE_ASK_LESS},
    {"Throttling", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING, AWS_ADVICE_ASK_LESS},
    {"ThrottlingException", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING, AWS_ADVICE_ASK_LESS},
    {"TooManyRequestsException", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING,
        AWS_ADVICE_ASK_LESS},
    {"TransactionInProgressException", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING,
        AWS_ADVICE_ASK_LESS},

    {"RequestTimeout", AWS_ERROR_TIMEOUT, AWS_ERROR_CLASS_TRANSIENT, AWS_ADVICE_TRY_LATER},
    {"RequestTimeoutException", AWS_ERROR_TIMEOUT, AWS_ERROR_CLASS_TRANSIENT, AWS_ADVICE_TRY_LATER},
    {"IDPCommunicationError", AWS_ERROR_SERVER, AWS_ERROR_CLASS_TRANSIENT, AWS_ADVICE_TRY_LATER},
};

const AwsErrorCode *
aws_error_code_find (const char *code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (known_codes); i++) {
    if (g_strcmp0 (code, known_codes[i].code) == 0)
      return &known_codes[i];
  }
  return NULL;
}
