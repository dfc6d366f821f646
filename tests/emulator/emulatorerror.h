/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The error replies of the service: an error inside the emulator is a #GError of this domain, which
 * becomes a name and a status on the wire. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * EmulatorError:
 *
 * The errors that a reply can have; the names on the wire and the statuses are those of the service
 * model, of its common errors and of STS.
 */
typedef enum {
  EMULATOR_ERROR_INVALID_ARGUMENT,
  EMULATOR_ERROR_RESOURCE_NOT_FOUND,
  EMULATOR_ERROR_CLIENT_LIMIT_EXCEEDED,
  EMULATOR_ERROR_NO_DATA_RETENTION,
  EMULATOR_ERROR_SERIALIZATION,
  EMULATOR_ERROR_MISSING_AUTHENTICATION_TOKEN,
  EMULATOR_ERROR_INCOMPLETE_SIGNATURE,
  EMULATOR_ERROR_INVALID_SIGNATURE,
  EMULATOR_ERROR_UNRECOGNIZED_CLIENT,
  EMULATOR_ERROR_EXPIRED_TOKEN,
  EMULATOR_ERROR_ACCESS_DENIED,
  EMULATOR_ERROR_INVALID_IDENTITY_TOKEN,
  EMULATOR_ERROR_INVALID_ACTION,
  EMULATOR_ERROR_UNKNOWN_OPERATION,
  EMULATOR_ERROR_UNKNOWN_PAGE,
  EMULATOR_ERROR_INTERNAL,
} EmulatorError;

/**
 * EmulatorProtocol:
 * @EMULATOR_PROTOCOL_REST_JSON: paths and JSON, as Kinesis Video Streams
 * @EMULATOR_PROTOCOL_QUERY: forms and XML, as STS
 * @EMULATOR_PROTOCOL_CONTAINER: a plain GET for JSON, as the credentials of a container
 *
 * The manner in which a client and a service talk, which decides what an error reply looks like.
 */
typedef enum {
  EMULATOR_PROTOCOL_REST_JSON,
  EMULATOR_PROTOCOL_QUERY,
  EMULATOR_PROTOCOL_CONTAINER,
} EmulatorProtocol;

#define EMULATOR_ERROR (emulator_error_quark ())
GQuark emulator_error_quark (void);

/**
 * emulator_error_get_status:
 *
 * Returns: the HTTP status of @code
 */
guint emulator_error_get_status (EmulatorError code);

/**
 * emulator_error_get_name:
 *
 * Returns: the name that a service of @protocol gives to @code
 */
const char *emulator_error_get_name (EmulatorError code, EmulatorProtocol protocol);

/**
 * emulator_error_find_status:
 * @name: the name of an error reply, which need not be one of #EmulatorError
 *
 * Returns: the HTTP status that goes with @name; 400 when the name is unknown
 */
guint emulator_error_find_status (const char *name);

/**
 * emulator_error_find_name:
 * @status: an HTTP status
 *
 * Returns: a name of AWS's common errors that goes with @status
 */
const char *emulator_error_find_name (guint status);

G_END_DECLS
