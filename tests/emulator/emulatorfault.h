/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Faults on request: rules that say which calls fail, and how. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How a reply ends early. */
typedef enum {
  EMULATOR_BREAK_NONE,
  EMULATOR_BREAK_RESET, /* the connection is reset */
  EMULATOR_BREAK_CUT,   /* the connection is closed in good order */
  EMULATOR_BREAK_STALL, /* nothing more is sent, the connection stays open */
} EmulatorBreak;

/* Where a reply ends early. */
typedef enum {
  EMULATOR_BREAK_BEFORE,  /* before its first byte */
  EMULATOR_BREAK_HEADERS, /* in the middle of its headers */
  EMULATOR_BREAK_BODY,    /* in its body */
} EmulatorBreakPlace;

/* What comes in place of a reply. */
typedef enum {
  EMULATOR_GARBAGE_NONE,
  EMULATOR_GARBAGE_HTTP, /* bytes that are not HTTP */
  EMULATOR_GARBAGE_JSON, /* 200 and application/json, but the body is no JSON */
  EMULATOR_GARBAGE_HTML, /* 200 and a page of HTML */
} EmulatorGarbage;

/* What is wrong with every image of a reply. */
typedef enum {
  EMULATOR_IMAGE_FAULT_NONE,
  EMULATOR_IMAGE_FAULT_FORMAT,    /* it is of the format that was not asked for */
  EMULATOR_IMAGE_FAULT_TRUNCATED, /* its second half is missing */
  EMULATOR_IMAGE_FAULT_GARBAGE,   /* it is no image */
  EMULATOR_IMAGE_FAULT_BASE64,    /* its text is not base64 */
} EmulatorImageFault;

/* What is wrong with NextTokens. */
typedef enum {
  EMULATOR_TOKEN_FAULT_NONE,
  EMULATOR_TOKEN_FAULT_REFUSED,  /* the token of the request is rejected */
  EMULATOR_TOKEN_FAULT_REPEATED, /* the token of the reply leads to the same page again */
  EMULATOR_TOKEN_FAULT_ABSENT,   /* the reply has none */
} EmulatorTokenFault;

/* What goes wrong with one call; all zero when nothing does. */
typedef struct {
  char *rules;            /* the rules that apply, for the log; NULL when none does */
  gint64 latency_us;      /* how long to wait before the reply, jitter included */
  gint64 byte_latency_ns; /* how long each byte of the body takes */
  guint status;           /* the status of an error reply; 0 = as usual for the code */
  char *code;             /* the name of an error reply; NULL = none */
  EmulatorBreak cut;
  EmulatorBreakPlace cut_place;
  gint64 cut_offset; /* bytes of the body that are sent; -1 = half of them */
  EmulatorGarbage garbage;
  EmulatorImageFault image;
  EmulatorTokenFault token;
} EmulatorFault;

typedef struct _EmulatorFaultRule EmulatorFaultRule;

/**
 * emulator_fault_rule_new:
 * @text: OPERATION:CALLS:EFFECT[,EFFECT…], as docs/emulator.md describes it
 * @error: return location for a #GError
 *
 * Returns: (transfer full): the rule; %NULL with %G_OPTION_ERROR_BAD_VALUE, saying what is accepted
 */
EmulatorFaultRule *emulator_fault_rule_new (const char *text, GError **error);

/**
 * emulator_fault_rule_ref:
 *
 * Returns: (transfer full): @rule
 */
EmulatorFaultRule *emulator_fault_rule_ref (EmulatorFaultRule *rule);

/**
 * emulator_fault_rule_unref:
 * @rule: (transfer full): a rule
 */
void emulator_fault_rule_unref (EmulatorFaultRule *rule);

/**
 * emulator_fault_rules_match:
 * @rules: (element-type EmulatorFaultRule): rules, in the order in which they were given
 * @operation: the name of the operation that is called
 * @seed: what chance depends on; the same seed gives the same faults to the same calls
 * @now_ms: the time
 *
 * Counts a call with every rule for its operation, and puts together what goes wrong with it. Where
 * rules disagree the later one holds. Any thread may call it.
 *
 * Returns: (transfer full): the fault
 */
EmulatorFault *emulator_fault_rules_match (
    GPtrArray *rules, const char *operation, guint32 seed, gint64 now_ms);

/**
 * emulator_fault_free:
 * @fault: (transfer full): a fault
 */
void emulator_fault_free (EmulatorFault *fault);

/**
 * emulator_fault_list_effects:
 *
 * Lists what rules can have as EFFECT: each of those that have no parameter, an example of each kind of the others.
 *
 * Returns: (transfer full): texts such as "reset=headers"
 */
char **emulator_fault_list_effects (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EmulatorFaultRule, emulator_fault_rule_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EmulatorFault, emulator_fault_free)

G_END_DECLS
