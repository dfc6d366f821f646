/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The shape of a request as the service model gives it, and the check of a request against it. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum {
  EMULATOR_MEMBER_STRING,
  EMULATOR_MEMBER_INTEGER, /* of 32 bits */
  EMULATOR_MEMBER_LONG,
  EMULATOR_MEMBER_TIMESTAMP, /* a number of seconds since the epoch */
  EMULATOR_MEMBER_MAP,       /* of strings */
  EMULATOR_MEMBER_STRUCTURE,
} EmulatorMemberType;

typedef struct _EmulatorMember EmulatorMember;

/* A member of a request. */
struct _EmulatorMember {
  const char *name;
  EmulatorMemberType type;
  gboolean required;
  gint64 min, max;               /* of a number, of the length of a string, of the size of a map;
                                     both 0 = no limits */
  const char *pattern;           /* a string as a whole matches it; NULL = any */
  const char *const *values;     /* a string is one of these, ends with NULL; NULL = any */
  const EmulatorMember *members; /* of a structure */
  gsize n_members;
};

/**
 * emulator_members_check:
 * @members: (array length=n): the members that a request may have
 * @n: how many there are
 * @request: a request
 * @error: return location for an #EmulatorError
 *
 * Checks types first, then limits, as the service does. A member that is null counts as absent.
 *
 * Returns: %FALSE with EMULATOR_ERROR_SERIALIZATION for a member that is unknown or of another type,
 *   with EMULATOR_ERROR_INVALID_ARGUMENT, which lists all that is wrong, for one beyond its limits
 */
gboolean emulator_members_check (
    const EmulatorMember *members, gsize n, JsonObject *request, GError **error);

/**
 * emulator_member_get:
 *
 * Returns: (transfer none) (nullable): the value of a member; %NULL when it is absent or null
 */
JsonNode *emulator_member_get (JsonObject *request, const char *name);

/**
 * emulator_member_get_string:
 *
 * Returns: (transfer none) (nullable): the value of a member that is a string
 */
const char *emulator_member_get_string (JsonObject *request, const char *name);

/**
 * emulator_member_get_integer:
 * @fallback: what an absent member counts as
 *
 * Returns: the value of a member that is a whole number
 */
gint64 emulator_member_get_integer (JsonObject *request, const char *name, gint64 fallback);

/**
 * emulator_member_get_time:
 *
 * Returns: the value of a member that is a time, in ms since the epoch. Finer parts are cut, as
 *   Smithy's timestamp specification allows
 */
gint64 emulator_member_get_time (JsonObject *request, const char *name);

G_END_DECLS
