/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The device that asks for credentials, field by field as in kvssink's `iot-certificate`. */
#pragma once

#include "awsiotsource.h"

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * aws_iot_options_set:
 * @self: (inout): the device
 * @field: the name of a field
 * @value: its value; a string still belongs to @value afterwards
 * @error: %AWS_ERROR_SETTINGS, naming the field and what is accepted
 *
 * Returns: whether there is such a field, and @value is accepted
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
