/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The operations of the control plane: GetDataEndpoint and DescribeStream. */
#pragma once

#include "emulatorcall.h"

G_BEGIN_DECLS

/**
 * emulator_control_answer_data_endpoint:
 * @call: a call of GetDataEndpoint
 * @error: return location for an #EmulatorError
 *
 * Answers with the address that the client has just used, so that it leads here also through a
 * port that is forwarded; an #EmulatorAnswerFunc.
 *
 * Returns: (transfer full): the body of the reply
 */
GBytes *emulator_control_answer_data_endpoint (EmulatorCall *call, GError **error);

/**
 * emulator_control_answer_describe_stream:
 * @call: a call of DescribeStream
 * @error: return location for an #EmulatorError
 *
 * Answers with what is known of a stream; an #EmulatorAnswerFunc.
 *
 * Returns: (transfer full): the body of the reply
 */
GBytes *emulator_control_answer_describe_stream (EmulatorCall *call, GError **error);

G_END_DECLS
