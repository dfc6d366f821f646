/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Patterns of the service model (botocore, kinesisvideo and kinesis-video-archived-media of
 * 2017-09-30) that several operations share. */
#pragma once

#define EMULATOR_STREAM_NAME_PATTERN "[a-zA-Z0-9_.-]+"
#define EMULATOR_STREAM_ARN_PATTERN                                                                \
  "arn:[a-z\\d-]+:kinesisvideo:[a-z0-9-]+:[0-9]+:[a-z]+/[a-zA-Z0-9_.-]+/[0-9]+"

/* Members by which every operation names its stream, for a table of #EmulatorMember. */
#define EMULATOR_STREAM_MEMBERS                                                                    \
  {.name = "StreamName",                                                                           \
      .type = EMULATOR_MEMBER_STRING,                                                              \
      .min = 1,                                                                                    \
      .max = 256,                                                                                  \
      .pattern = EMULATOR_STREAM_NAME_PATTERN},                                                    \
  {                                                                                                \
    .name = "StreamARN", .type = EMULATOR_MEMBER_STRING, .min = 1, .max = 1024,                    \
    .pattern = EMULATOR_STREAM_ARN_PATTERN                                                         \
  }

/* The member by which operations with pages go on, for a table of #EmulatorMember. */
#define EMULATOR_TOKEN_MEMBER                                                                      \
  {                                                                                                \
    .name = "NextToken", .type = EMULATOR_MEMBER_STRING, .min = 1, .max = 4096,                    \
    .pattern = "[a-zA-Z0-9+/]+={0,2}"                                                              \
  }

/* Whose clock a range is on. */
#define EMULATOR_SELECTOR_VALUES                                                                   \
  ((const char *const[]){"PRODUCER_TIMESTAMP", "SERVER_TIMESTAMP", NULL})
