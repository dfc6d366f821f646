/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "faultrule.h"

#include <awserror.h>
#include <kvserror.h>
#include <string.h>

/* By the reader's clock: four delays of 15 s at most, or 20 s without credentials, and the attempts that bring a part. */
#define DEADLINE_US (30 * (gint64)G_USEC_PER_SEC)

/* What a fault means for the caller, wherever it comes.
 * - HARMLESS: nothing;
 * - TRANSIENT: another attempt may succeed;
 * - PARTIAL: likewise, and a part of the page has come;
 * - FINAL: it will not;
 * - RENEWABLE: it will with other credentials;
 * - REJECTION: the service does not accept a parameter, or has no media for it;
 * - ABSENCE: the service does not have what is asked for;
 * - IMAGE, CUT_IMAGE, TOKEN: as the emulator's effects. */
typedef enum {
  HARMLESS,
  TRANSIENT,
  PARTIAL,
  FINAL,
  RENEWABLE,
  REJECTION,
  ABSENCE,
  IMAGE,
  CUT_IMAGE,
  TOKEN,
} Kind;

/* The first one that an effect begins with holds. */
static const struct {
  const char *effect;
  Kind kind;
  const char *error;
} meanings[] = {
    {"latency=", HARMLESS, NULL},
    {"byte-latency=", HARMLESS, NULL},
    {"status=302", FINAL, "OPEN_READ"},
    {"status=400", REJECTION, "SETTINGS"},
    {"status=403", FINAL, "NOT_AUTHORIZED"},
    {"status=404", ABSENCE, "NOT_FOUND"},
    {"status=413", REJECTION, "SETTINGS"},
    {"status=429", TRANSIENT, "BUSY"},
    {"status=500", TRANSIENT, "READ"},
    {"status=503", TRANSIENT, "READ"},
    {"code=AccessDeniedException", FINAL, "NOT_AUTHORIZED"},
    {"code=ClientLimitExceededException", TRANSIENT, "BUSY"},
    {"code=ExpiredTokenException", RENEWABLE, "NOT_AUTHORIZED"},
    {"code=InvalidArgumentException", REJECTION, "SETTINGS"},
    {"code=InvalidSignatureException", FINAL, "NOT_AUTHORIZED"},
    {"code=NoDataRetentionException", FINAL, "OPEN_READ"},
    {"code=NotAuthorizedException", FINAL, "NOT_AUTHORIZED"},
    {"code=ResourceNotFoundException", ABSENCE, "NOT_FOUND"},
    {"code=ThrottlingException", TRANSIENT, "BUSY"},
    {"code=UnrecognizedClientException", RENEWABLE, "NOT_AUTHORIZED"},
    {"reset=body@1", TRANSIENT, "READ"},
    {"cut=body@1", TRANSIENT, "READ"},
    {"stall=body@1", TRANSIENT, "READ"},
    {"reset=body", PARTIAL, "READ"},
    {"cut=body", PARTIAL, "READ"},
    {"stall=body", PARTIAL, "READ"},
    {"reset=", TRANSIENT, "READ"},
    {"cut=", TRANSIENT, "READ"},
    {"stall=", TRANSIENT, "READ"},
    {"garbage=", TRANSIENT, "READ"},
    {"image=truncated", CUT_IMAGE, NULL},
    {"image=", IMAGE, "DECODE"},
    {"token=", TOKEN, NULL},
};

static const FaultExpectation exact = {FAULT_END_EXACT, NULL};

static FaultExpectation
end_with (const char *error)
{
  return (FaultExpectation){FAULT_END_ERROR, error};
}

static gboolean
is_of_credentials (FaultPoint point)
{
  return point == FAULT_POINT_CREDENTIALS || point == FAULT_POINT_REFRESH;
}

/* A server that gives credentials is no AWS service: whatever it refuses, there are no credentials. */
static FaultExpectation
expect_of_credentials (const char *effect, Kind kind, FaultTimes times, const char *error)
{
  switch (kind) {
    case TRANSIENT:
      if (g_str_equal (effect, "garbage=html,status=404"))
        return end_with ("NOT_AUTHORIZED");
      return times == FAULT_FOR_EVER ? end_with (error) : exact;
    case PARTIAL:
      return times == FAULT_FOR_EVER ? end_with (error) : exact;
    case FINAL:
      return end_with (g_str_equal (effect, "status=302") ? error : "NOT_AUTHORIZED");
    case RENEWABLE:
    case REJECTION:
    case ABSENCE:
      return end_with ("NOT_AUTHORIZED");
    default:
      return exact;
  }
}

static FaultExpectation
expect_of_endpoint (Kind kind, FaultTimes times, const char *error)
{
  switch (kind) {
    case TRANSIENT:
    case PARTIAL:
      return times == FAULT_FOR_EVER ? end_with (error) : exact;
    case RENEWABLE:
      return times == FAULT_ONCE ? exact : end_with (error);
    case FINAL:
    case REJECTION:
    case ABSENCE:
      return end_with (error);
    default:
      return exact;
  }
}

/* Whatever is wrong with a token, and whether the service accepts one, is answered by a request without one. */
static gboolean
has_other_way (FaultPoint point, FaultTimes times)
{
  return point == FAULT_POINT_LATER_PAGE ||
         (point == FAULT_POINT_BETWEEN_PAGES && times == FAULT_ONCE);
}

/* The rejection of a window means that there is nothing in it, unless the service accepts it with fewer parameters. At the
 * live edge, media may still arrive. */
static FaultExpectation
expect_of_rejection (Kind kind, FaultPoint point, FaultTimes times, const char *error)
{
  if (has_other_way (point, times))
    return exact;
  if (point == FAULT_POINT_LIVE_EDGE && times != FAULT_FOR_EVER)
    return exact;
  if (kind == REJECTION && point == FAULT_POINT_FIRST_PAGE && times == FAULT_ONCE)
    return end_with (error);
  return (FaultExpectation){FAULT_END_GAPS, NULL};
}

/* At the live edge an outage is waited for. */
static FaultExpectation
expect_of_failure (Kind kind, FaultPoint point, FaultTimes times, const char *error)
{
  gboolean is_complete_in_parts =
      kind == PARTIAL && (point == FAULT_POINT_FIRST_PAGE || point == FAULT_POINT_LATER_PAGE);

  if (times != FAULT_FOR_EVER || point == FAULT_POINT_LIVE_EDGE || is_complete_in_parts)
    return exact;
  return end_with (error);
}

/* A run without any image is an error, a bad one between others a gap. */
static FaultExpectation
expect_of_image (FaultPoint point, FaultTimes times, const char *error)
{
  if (point == FAULT_POINT_FIRST_PAGE || point == FAULT_POINT_LOOKBACK)
    return end_with (error);
  if (times == FAULT_ONCE || point == FAULT_POINT_LATER_PAGE)
    return exact;
  return (FaultExpectation){FAULT_END_BAD_IMAGES, NULL};
}

static FaultExpectation
expect_of_images (
    const char *effect, Kind kind, FaultPoint point, FaultTimes times, const char *error)
{
  switch (kind) {
    case TRANSIENT:
    case PARTIAL:
      return expect_of_failure (kind, point, times, error);
    case RENEWABLE:
      return times == FAULT_ONCE ? exact : end_with (error);
    case REJECTION:
    case ABSENCE:
      return expect_of_rejection (kind, point, times, error);
    case FINAL:
      if (g_str_equal (effect, "code=NoDataRetentionException") && has_other_way (point, times))
        return exact;
      return end_with (error);
    case IMAGE:
      return expect_of_image (point, times, error);
    case CUT_IMAGE:
      return (FaultExpectation){FAULT_END_AS_SENT, NULL};
    default:
      return exact;
  }
}

static FaultExpectation
expect (const char *effect, Kind kind, FaultPoint point, FaultTimes times, const char *error)
{
  if (is_of_credentials (point))
    return expect_of_credentials (effect, kind, times, error);
  if (point == FAULT_POINT_ENDPOINT)
    return expect_of_endpoint (kind, times, error);
  if (fault_point_has_images (point))
    return expect_of_images (effect, kind, point, times, error);
  return exact; /* without ListFragments, all windows are asked for */
}

gboolean
fault_rule_find (
    const char *effect, FaultPoint point, FaultTimes times, FaultExpectation *expectation)
{
  for (gsize i = 0; i < G_N_ELEMENTS (meanings); i++) {
    if (g_str_has_prefix (effect, meanings[i].effect)) {
      *expectation = expect (effect, meanings[i].kind, point, times, meanings[i].error);
      return TRUE;
    }
  }
  return FALSE;
}

const char *
fault_rule_explain_absence (const char *effect, FaultPoint point)
{
  if (fault_point_has_images (point))
    return NULL;
  if (g_str_has_prefix (effect, "image="))
    return "the reply has no images";
  if (g_str_has_prefix (effect, "token=") && point != FAULT_POINT_LIST)
    return "the reply has no NextToken";
  return NULL;
}

const char *
fault_expectation_get_name (const FaultExpectation *self)
{
  switch (self->end) {
    case FAULT_END_EXACT:
      return "=";
    case FAULT_END_GAPS:
      return "gaps";
    case FAULT_END_BAD_IMAGES:
      return "bad";
    case FAULT_END_AS_SENT:
      return "sent";
    default:
      return self->error;
  }
}

char *
fault_expectation_join_names (const char *const *names)
{
  if (g_str_equal (names[0], names[1]) && g_str_equal (names[0], names[2]))
    return g_strdup (names[0]);
  return g_strdup_printf ("%s, %s, %s", names[0], names[1], names[2]);
}

const char *
fault_times_get_name (FaultTimes self)
{
  static const char *const times[FAULT_N_TIMES] = {"1", "3", "all"};

  return times[self];
}

const char *
fault_rule_get_error_name (const GError *error)
{
  static const char *const names[] = {
      [AWS_ERROR_SETTINGS] = "SETTINGS",
      [AWS_ERROR_NO_CREDENTIALS] = "NOT_AUTHORIZED",
      [AWS_ERROR_INVALID_REQUEST] = "SETTINGS",
      [AWS_ERROR_NOT_AUTHORIZED] = "NOT_AUTHORIZED",
      [AWS_ERROR_NOT_FOUND] = "NOT_FOUND",
      [AWS_ERROR_THROTTLED] = "BUSY",
      [AWS_ERROR_SERVER] = "READ",
      [AWS_ERROR_HOST_NOT_FOUND] = "NOT_FOUND",
      [AWS_ERROR_CONNECT] = "OPEN_READ",
      [AWS_ERROR_TLS] = "OPEN_READ",
      [AWS_ERROR_REDIRECT] = "OPEN_READ",
      [AWS_ERROR_TIMEOUT] = "READ",
      [AWS_ERROR_CUT_OFF] = "READ",
      [AWS_ERROR_BAD_REPLY] = "READ",
  };

  if (g_error_matches (error, KVS_ERROR, KVS_ERROR_WRONG_FORMAT))
    return "DECODE";
  if (g_error_matches (error, AWS_ERROR, AWS_ERROR_INVALID_REQUEST) &&
      g_strcmp0 (aws_error_get_code (error), "NoDataRetentionException") == 0)
    return "OPEN_READ";
  return error->domain == AWS_ERROR ? names[error->code] : "unknown";
}

static char *
check_error (const FaultExpectation *self, const FaultOutcome *outcome)
{
  const char *name;

  if (outcome->error == NULL)
    return g_strdup_printf ("there is no error, which should be %s", self->error);
  name = fault_rule_get_error_name (outcome->error);
  if (!g_str_equal (name, self->error))
    return g_strdup_printf (
        "the error is %s and not %s: %s", name, self->error, outcome->error->message);
  if (outcome->error_us > DEADLINE_US)
    return g_strdup_printf ("the error comes after %d s: %s",
        (int)(outcome->error_us / G_USEC_PER_SEC), outcome->error->message);
  return NULL;
}

static char *
check_samples (const FaultExpectation *self, const FaultOutcome *outcome)
{
  if (outcome->error != NULL)
    return g_strdup_printf ("there is an error: %s", outcome->error->message);
  if ((outcome->n_missing > 0) != (self->end == FAULT_END_GAPS))
    return g_strdup_printf ("%u samples are NO_MEDIA that are there", outcome->n_missing);
  if ((outcome->n_bad > 0) != (self->end == FAULT_END_BAD_IMAGES))
    return g_strdup_printf ("%u samples are BAD_IMAGE", outcome->n_bad);
  if ((outcome->n_cut > 0) != (self->end == FAULT_END_AS_SENT))
    return g_strdup_printf ("%u images are broken off", outcome->n_cut);
  return NULL;
}

char *
fault_expectation_check (const FaultExpectation *self, const FaultOutcome *outcome)
{
  if (outcome->wrong != NULL)
    return g_strdup (outcome->wrong);
  if (outcome->n_faults == 0)
    return g_strdup ("there is no such request");
  if (self->end == FAULT_END_ERROR)
    return check_error (self, outcome);
  return check_samples (self, outcome);
}
