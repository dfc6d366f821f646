/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which device asks for credentials, field by field as kvssink's `iot-certificate` has it. */
#pragma once

#include "awsiotsource.h"

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * aws_iot_options_set:
 * @self: (inout): the device
 * @field: the name of a field
 * @value: what it says; a string belongs to @value afterwards as well
 * @error: %AWS_ERROR_SETTINGS, naming the field and what is accepted
 *
 * Returns: whether there is such a field, and it may say this
 */
gboolean aws_iot_options_set (
    AwsIotOptions *self, const char *field, const GValue *value, GError **error);

/**
 * aws_iot_options_check:
 * @self: the device, all of whose fields have been set
 * @error: %AWS_ERROR_SETTINGS, naming the field and what is accepted
 *
 * Returns: whether nothing is missing
 */
gboolean aws_iot_options_check (const AwsIotOptions *self, GError **error);

G_END_DECLS
