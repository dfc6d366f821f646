/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The commands of the program `probe`: each puts one question to one part of the element, without
 * the rest of it. A command is a file of its own here and a line in probe.c. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ProbeCommand:
 * @input: what came on standard input, whole
 * @error: return location for an error
 *
 * Answers one question. That the rules refuse what was asked is an answer too.
 *
 * Returns: (transfer full) (nullable): what goes to standard output, or %NULL with an error of any
 *     domain when @input is not a question at all
 */
typedef char *(*ProbeCommand) (GBytes *input, GError **error);

/**
 * probe_sign:
 * @input: a request, a key and a time, as a JSON object, or an array of such objects
 * @error: return location for an error
 *
 * What Signature Version 4 makes of a request: `method`, `url`, `headers` (pairs of name and value),
 * `body`, `access_key`, `secret_key`, `session_token`, `region`, `service`, `timestamp`
 * (`20150830T123600Z`), `normalize_path`, `sign_body_header`, `omit_session_token`. The path
 * is signed as it stands in `url`, encoded once: of a space there it makes `%20`, of `%20` it makes
 * `%2520`. AWS's published test suite and botocore agree on that.
 *
 * Returns: `canonical_request`, `string_to_sign`, `authorization` and `signed_headers`, or `error`,
 *     in an object, or in an array of objects where @input is one
 */
char *probe_sign (GBytes *input, GError **error);

/**
 * probe_credentials:
 * @input: what is set, as a JSON object: `profile`, `region`, `use_fips_endpoint`,
 *     `use_dualstack_endpoint`, `proxy`, `ca_file`, `access_key`, `secret_key`, `session_token`,
 *     `credential_path`, `iot_certificate` (an object with what #AwsIotOptions has), `role_arn`,
 *     `external_id`; and `now`, a time of RFC 3339, to which the clock is set
 * @error: return location for an error
 *
 * Which credentials are found, by what is set, the environment and the files of this machine.
 *
 * Returns: an object with `access_key`, `secret_key`, `session_token` and `expiration` (RFC 3339, UTC),
 *     those there are, or with `error`; and `source`: which source gave the credentials or failed,
 *     `none` where none is configured, `properties` where a setting is wrong, `profile`
 *     where the configuration of this machine is: its shared files, or what goes with them
 */
char *probe_credentials (GBytes *input, GError **error);

/**
 * probe_endpoint:
 * @input: what is wanted, as a JSON object: `service` (`kinesisvideo`,
 *     `kinesis-video-archived-media`, `sts`, `sso` or `ssooidc`), and where they are set, `region`,
 *     `fips`, `dualstack` and `endpoint`; or an array of such objects
 * @error: return location for an error
 *
 * Where a service is, by what @input sets, the environment and AWS's shared files.
 *
 * Returns: an object with `url`, which ends after the authority where the path is empty, and
 *     `signing_region`, which is `null` where there is none; or with the `error`. Or an array of such
 *     objects where @input is one
 */
char *probe_endpoint (GBytes *input, GError **error);

/**
 * probe_error:
 * @input: a reply as a JSON object: `status`, `headers` (an object) and `body`
 * @error: return location for an error
 *
 * What a reply that is not a success is taken for.
 *
 * Returns: an object with `code`, the status where the reply names none, `message`, `request_id`,
 *     and `class`: `throttling`, `transient`, `auth`, `skew` or `final`; `null` is what the reply
 *     does not say
 */
char *probe_error (GBytes *input, GError **error);

/**
 * probe_profiles:
 * @input: the texts of AWS's shared files as a JSON object: `config` and `credentials`, both optional;
 *     or an array of such objects
 * @error: return location for an error
 *
 * What is read in the shared files.
 *
 * Returns: an object with `profiles`, `sso_sessions` and `services`, each an object of sections by
 *     name, which are objects of values by key, and what is nested in a key an object again; or with
 *     the `error` and its `line`. Or an array of such objects where @input is one
 */
char *probe_profiles (GBytes *input, GError **error);

/**
 * probe_reply:
 * @input: the body of a reply to GetImages
 * @error: never set
 *
 * What is read in a page of images.
 *
 * Returns: a line for each entry, an object with `time_ms`, and `size` and `sha256` of the image or
 *     an `error`, which is `BAD_IMAGE` where the image is not base64 and `NO_MEDIA` where there is
 *     neither an image nor an error; and a last line with `next_token`, or with the `error` that ended
 *     the reading
 */
char *probe_reply (GBytes *input, GError **error);

G_END_DECLS
