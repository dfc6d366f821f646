/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The error codes of AWS's services that say more than the HTTP status they come with. */
#pragma once

#include "awserror.h"

G_BEGIN_DECLS

/* Advice that follows from a status, too. */
#define AWS_ADVICE_ASK_LESS "ask for less at a time, or have the quota raised"
#define AWS_ADVICE_TRY_LATER "try again later"

/**
 * AwsErrorCode:
 * @code: the code, such as `AccessDeniedException`
 * @error: the kind of failure
 * @error_class: what it means for a retry; %AWS_ERROR_CLASS_FINAL leaves that to the HTTP status
 * @advice: (nullable): what the user can do
 */
typedef struct {
  const char *code;
  AwsError error;
  AwsErrorClass error_class;
  const char *advice;
} AwsErrorCode;

/**
 * aws_error_code_find:
 * @code: (nullable): the code of a reply
 *
 * Returns: (nullable) (transfer none): what is known of @code, if anything
 */
const AwsErrorCode *aws_error_code_find (const char *code);

G_END_DECLS
