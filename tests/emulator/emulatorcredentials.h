/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Temporary credentials, in the forms of containers and of STS. */
#pragma once

#include "emulatorcall.h"

G_BEGIN_DECLS

/**
 * emulator_credentials_answer_container:
 * @call: a call of the container's credentials endpoint
 * @error: return location for an #EmulatorError
 *
 * Hands out credentials as ECS and EKS Pod Identity do; an #EmulatorAnswerFunc.
 *
 * Returns: (transfer full): JSON; %NULL with EMULATOR_ERROR_ACCESS_DENIED for a wrong Authorization
 */
GBytes *emulator_credentials_answer_container (EmulatorCall *call, GError **error);

/**
 * emulator_credentials_answer_assume_role:
 * @call: a call of AssumeRole
 * @error: return location for an #EmulatorError
 *
 * Hands out credentials as STS does to a signed request; an #EmulatorAnswerFunc.
 *
 * Returns: (transfer full): XML; %NULL with EMULATOR_ERROR_INVALID_ARGUMENT for a parameter that is
 *   missing or beyond its limits, EMULATOR_ERROR_ACCESS_DENIED for a wrong ExternalId
 */
GBytes *emulator_credentials_answer_assume_role (EmulatorCall *call, GError **error);

/**
 * emulator_credentials_answer_web_identity:
 * @call: a call of AssumeRoleWithWebIdentity
 * @error: return location for an #EmulatorError
 *
 * Hands out credentials as STS does for a token of an identity provider; an #EmulatorAnswerFunc.
 *
 * Returns: (transfer full): XML; %NULL with EMULATOR_ERROR_INVALID_ARGUMENT for a parameter that is
 *   missing or beyond its limits, EMULATOR_ERROR_INVALID_IDENTITY_TOKEN for a wrong token
 */
GBytes *emulator_credentials_answer_web_identity (EmulatorCall *call, GError **error);

G_END_DECLS
