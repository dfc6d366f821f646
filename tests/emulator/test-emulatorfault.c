/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the grammar of fault rules, and which calls they apply to. */
#include "emulatorfault.h"

#define SEED 1

static GPtrArray *
make_rules (const char *first, const char *second)
{
  GPtrArray *rules = g_ptr_array_new_with_free_func ((GDestroyNotify)emulator_fault_rule_unref);
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (rules, emulator_fault_rule_new (first, &error));
  g_assert_no_error (error);
  if (second != NULL)
    g_ptr_array_add (rules, emulator_fault_rule_new (second, &error));
  g_assert_no_error (error);
  return rules;
}

/* Which of ten calls of GetImages, a tenth of a second apart, a rule for them applies to. */
static char *
match_ten (const char *calls, guint32 seed)
{
  g_autofree char *text = g_strdup_printf ("GetImages:%s:status=503", calls);
  g_autoptr (GPtrArray) rules = make_rules (text, NULL);
  GString *matched = g_string_new (NULL);

  for (guint i = 0; i < 10; i++) {
    g_autoptr (EmulatorFault) fault =
        emulator_fault_rules_match (rules, "GetImages", seed, 100 * i);

    g_string_append_c (matched, fault->status == 503 ? 'x' : '.');
  }
  return g_string_free (matched, FALSE);
}

static void
test_calls (void)
{
  static const struct {
    const char *calls;
    const char *matched;
  } cases[] = {
      {"*", "xxxxxxxxxx"},
      {"1", "x........."},
      {"3", "..x......."},
      {"2-4", ".xxx......"},
      {"8-", ".......xxx"},
      {"every=3", "..x..x..x."},
      {"p=1", "xxxxxxxxxx"},
      {"rate=10", ".........."},
      {"rate=1", ".xxxxxxxxx"},
      {"rate=0.5", ".xxxxxxxxx"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *matched = match_ten (cases[i].calls, SEED);

    g_assert_cmpstr (matched, ==, cases[i].matched);
  }
}

/* Those that the fault matrix is made of (tests/faults). */
static void
test_list_effects (void)
{
  g_auto (GStrv) effects = emulator_fault_list_effects ();

  g_assert_cmpuint (g_strv_length (effects), >, 40);
  for (guint i = 0; effects[i] != NULL; i++) {
    g_autofree char *text = g_strconcat ("*:*:", effects[i], NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (EmulatorFaultRule) rule = emulator_fault_rule_new (text, &error);

    g_assert_no_error (error);
    g_assert_nonnull (rule);
    g_assert_false (g_strv_contains ((const char *const *)effects + i + 1, effects[i]));
  }
}

static void
test_rate_refills (void)
{
  g_autoptr (GPtrArray) rules = make_rules ("*:rate=2:status=503", NULL);
  static const struct {
    gint64 now_ms;
    guint status;
  } calls[] = {{0, 0}, {0, 0}, {0, 503}, {499, 503}, {500, 0}, {500, 503}, {5000, 0}, {5000, 0},
      {5000, 503}};

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++) {
    g_autoptr (EmulatorFault) fault =
        emulator_fault_rules_match (rules, "GetImages", SEED, calls[i].now_ms);

    g_assert_cmpuint (fault->status, ==, calls[i].status);
  }
}

static void
test_chance_follows_the_seed (void)
{
  g_autofree char *first = match_ten ("p=0.5", SEED);
  g_autofree char *again = match_ten ("p=0.5", SEED);
  gboolean differs = FALSE;

  g_assert_cmpstr (first, ==, again);
  for (guint32 seed = SEED + 1; seed < SEED + 10; seed++) {
    g_autofree char *other = match_ten ("p=0.5", seed);

    differs |= !g_str_equal (first, other);
  }
  g_assert_true (differs);
}

static void
test_operations (void)
{
  g_autoptr (GPtrArray) rules = make_rules ("GetImages:2:status=503", NULL);
  g_autoptr (EmulatorFault) first = emulator_fault_rules_match (rules, "GetImages", SEED, 0);
  g_autoptr (EmulatorFault) other = emulator_fault_rules_match (rules, "DescribeStream", SEED, 0);
  g_autoptr (EmulatorFault) second = emulator_fault_rules_match (rules, "GetImages", SEED, 0);

  g_assert_cmpuint (first->status, ==, 0);
  g_assert_null (first->rules);
  g_assert_cmpuint (other->status, ==, 0);
  g_assert_cmpuint (second->status, ==, 503);
  g_assert_cmpstr (second->rules, ==, "GetImages:2:status=503");
}

static void
test_rules_add_up (void)
{
  g_autoptr (GPtrArray) rules =
      make_rules ("*:*:latency=1s,code=First", "*:*:code=Second,reset=body@7");
  g_autoptr (EmulatorFault) fault = emulator_fault_rules_match (rules, "GetImages", SEED, 0);

  g_assert_cmpint (fault->latency_us, ==, G_USEC_PER_SEC);
  g_assert_cmpstr (fault->code, ==, "Second");
  g_assert_cmpint (fault->cut, ==, EMULATOR_BREAK_RESET);
  g_assert_cmpint (fault->cut_place, ==, EMULATOR_BREAK_BODY);
  g_assert_cmpint (fault->cut_offset, ==, 7);
  g_assert_cmpstr (fault->rules, ==, "*:*:latency=1s,code=First *:*:code=Second,reset=body@7");
}

static EmulatorFault *
apply (const char *effects)
{
  g_autofree char *text = g_strconcat ("*:*:", effects, NULL);
  g_autoptr (GPtrArray) rules = make_rules (text, NULL);

  return emulator_fault_rules_match (rules, "GetImages", SEED, 0);
}

static void
test_effects (void)
{
  g_autoptr (EmulatorFault) jitter = apply ("latency=200ms+50ms,byte-latency=1.5us");
  g_autoptr (EmulatorFault) cut = apply ("cut=headers,garbage=html");
  g_autoptr (EmulatorFault) stall = apply ("stall=before,image=base64,token=refused");

  g_assert_cmpint (jitter->latency_us, >=, 200000);
  g_assert_cmpint (jitter->latency_us, <, 250000);
  g_assert_cmpint (jitter->byte_latency_ns, ==, 1500);
  g_assert_cmpint (cut->cut, ==, EMULATOR_BREAK_CUT);
  g_assert_cmpint (cut->cut_place, ==, EMULATOR_BREAK_HEADERS);
  g_assert_cmpint (cut->garbage, ==, EMULATOR_GARBAGE_HTML);
  g_assert_cmpint (stall->cut, ==, EMULATOR_BREAK_STALL);
  g_assert_cmpint (stall->cut_place, ==, EMULATOR_BREAK_BEFORE);
  g_assert_cmpint (stall->image, ==, EMULATOR_IMAGE_FAULT_BASE64);
  g_assert_cmpint (stall->token, ==, EMULATOR_TOKEN_FAULT_REFUSED);
}

static void
test_token_effects (void)
{
  g_autoptr (EmulatorFault) repeated = apply ("token=repeated");
  g_autoptr (EmulatorFault) absent = apply ("token=absent");
  g_autoptr (EmulatorFault) later = apply ("token=absent,token=refused");

  g_assert_cmpint (repeated->token, ==, EMULATOR_TOKEN_FAULT_REPEATED);
  g_assert_cmpint (absent->token, ==, EMULATOR_TOKEN_FAULT_ABSENT);
  g_assert_cmpint (later->token, ==, EMULATOR_TOKEN_FAULT_REFUSED);
}

static void
test_bad_rules (void)
{
  static const struct {
    const char *rule;
    const char *message;
  } cases[] = {
      {"", "A fault is OPERATION:CALLS:EFFECT"},
      {"GetImages", "A fault is OPERATION:CALLS:EFFECT"},
      {"GetImages:1:", "A fault is OPERATION:CALLS:EFFECT"},
      {"GetImages:0:status=503", "The calls of a fault are *, N, N-M, N-"},
      {"GetImages:4-2:status=503", "The calls of a fault are *, N, N-M, N-"},
      {"GetImages::status=503", "The calls of a fault are *, N, N-M, N-"},
      {"GetImages:p=1.5:status=503", "The calls of a fault are *, N, N-M, N-"},
      {"GetImages:every=0:status=503", "The calls of a fault are *, N, N-M, N-"},
      {"GetImages:1:status", "A fault's status is 200 to 599, not ''"},
      {"GetImages:1:status=99", "A fault's status is 200 to 599, not '99'"},
      {"GetImages:1:latency=5", "A fault's latency is TIME or TIME+JITTER"},
      {"GetImages:1:latency=1s+x", "A fault's latency is TIME or TIME+JITTER"},
      {"GetImages:1:reset=nowhere", "A fault's reset is before, headers, body or body@BYTES"},
      {"GetImages:1:cut=before@3", "A fault's cut is before, headers, body or body@BYTES"},
      {"GetImages:1:garbage=x", "A fault's garbage is http, json or html"},
      {"GetImages:1:image=x", "A fault's image is format, truncated, garbage or base64"},
      {"GetImages:1:token=x", "A fault's token is refused, repeated or absent, not 'x'"},
      {"GetImages:1:code=a b", "A fault's code is the name of an error"},
      {"GetImages:1:status=503,", "A fault has no effect ''; it has latency, byte-latency, status"},
      {"GetImages:1:explode=1", "A fault has no effect 'explode=1'; it has latency"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (emulator_fault_rule_new (cases[i].rule, &error));
    g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
    g_test_message ("%s: %s", cases[i].rule, error->message);
    g_assert_true (g_str_has_prefix (error->message, cases[i].message));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fault/calls", test_calls);
  g_test_add_func ("/fault/list-effects", test_list_effects);
  g_test_add_func ("/fault/rate-refills", test_rate_refills);
  g_test_add_func ("/fault/chance-follows-the-seed", test_chance_follows_the_seed);
  g_test_add_func ("/fault/operations", test_operations);
  g_test_add_func ("/fault/rules-add-up", test_rules_add_up);
  g_test_add_func ("/fault/effects", test_effects);
  g_test_add_func ("/fault/token-effects", test_token_effects);
  g_test_add_func ("/fault/bad-rules", test_bad_rules);
  return g_test_run ();
}
