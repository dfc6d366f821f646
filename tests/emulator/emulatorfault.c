/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rules: OPERATION:CALLS:EFFECT[,EFFECT…]. Effects are kept as text and parsed for each call
 * that they apply to, so that a call can collect the effects of several rules, and effects can be random. */
#include "emulatorfault.h"

#include "emulatorbucket.h"

#include <math.h>
#include <string.h>

#define HALF (-1)

typedef enum {
  CALLS_BETWEEN,
  CALLS_EVERY,
  CALLS_PROBABLE,
  CALLS_ABOVE_RATE,
} CallsKind;

struct _EmulatorFaultRule {
  char *text;
  char *operation;
  CallsKind kind;
  guint first, last;  /* CALLS_BETWEEN */
  guint every;        /* CALLS_EVERY */
  double probability; /* CALLS_PROBABLE */
  char **effects;

  GMutex lock; /* guards what follows */
  guint n_calls;
  EmulatorBucket bucket; /* CALLS_ABOVE_RATE */
};

/* Effects */

/* @values: one of each kind, each of which has clients do something else, and NULL behind them. */
typedef struct {
  const char *name;
  gboolean (*apply) (EmulatorFault *fault, const char *value, GRand *chance);
  const char *accepted;
  const char *const *values;
} Effect;

static gboolean
parse_time (const char *text, gint64 *ns)
{
  static const struct {
    const char *unit;
    double ns;
  } units[] = {{"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
  char *end;
  double value = g_ascii_strtod (text, &end);

  for (gsize i = 0; i < G_N_ELEMENTS (units) && end != text; i++) {
    if (g_str_equal (end, units[i].unit) && value >= 0 && value < 1e6) {
      *ns = llround (value * units[i].ns);
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
apply_latency (EmulatorFault *fault, const char *value, GRand *chance)
{
  g_auto (GStrv) parts = g_strsplit (value, "+", 2);
  gint64 fixed_ns, jitter_ns = 0;

  if (parts[0] == NULL || !parse_time (parts[0], &fixed_ns) ||
      (parts[1] != NULL && !parse_time (parts[1], &jitter_ns)))
    return FALSE;
  fault->latency_us = (fixed_ns + (gint64)(jitter_ns * g_rand_double (chance))) / 1000;
  return TRUE;
}

static gboolean
apply_byte_latency (EmulatorFault *fault, const char *value, GRand *chance)
{
  return parse_time (value, &fault->byte_latency_ns);
}

static gboolean
apply_status (EmulatorFault *fault, const char *value, GRand *chance)
{
  guint64 status;

  if (!g_ascii_string_to_unsigned (value, 10, 200, 599, &status, NULL))
    return FALSE;
  fault->status = (guint)status;
  return TRUE;
}

static gboolean
apply_code (EmulatorFault *fault, const char *value, GRand *chance)
{
  if (!g_regex_match_simple ("^[A-Za-z0-9._]+$", value, 0, 0))
    return FALSE;
  g_free (fault->code);
  fault->code = g_strdup (value);
  return TRUE;
}

/* The index of @value in @choices, which ends with NULL; -1 when it is not there. */
static int
find_choice (const char *const *choices, const char *value)
{
  for (int i = 0; choices[i] != NULL; i++) {
    if (g_str_equal (choices[i], value))
      return i;
  }
  return -1;
}

static const char *const places[] = {"before", "headers", "body", NULL};

static gboolean
apply_break (EmulatorFault *fault, EmulatorBreak cut, const char *value)
{
  g_auto (GStrv) parts = g_strsplit (value, "@", 2);
  int place = parts[0] == NULL ? -1 : find_choice (places, parts[0]);
  gint64 offset = HALF;

  if (place < 0)
    return FALSE;
  if (parts[1] != NULL && (place != EMULATOR_BREAK_BODY || !g_ascii_string_to_signed (parts[1], 10,
                                                               0, G_MAXINT32, &offset, NULL)))
    return FALSE;
  fault->cut = cut;
  fault->cut_place = place;
  fault->cut_offset = offset;
  return TRUE;
}

static gboolean
apply_reset (EmulatorFault *fault, const char *value, GRand *chance)
{
  return apply_break (fault, EMULATOR_BREAK_RESET, value);
}

static gboolean
apply_cut (EmulatorFault *fault, const char *value, GRand *chance)
{
  return apply_break (fault, EMULATOR_BREAK_CUT, value);
}

static gboolean
apply_stall (EmulatorFault *fault, const char *value, GRand *chance)
{
  return apply_break (fault, EMULATOR_BREAK_STALL, value);
}

static const char *const garbages[] = {"http", "json", "html", NULL};

static gboolean
apply_garbage (EmulatorFault *fault, const char *value, GRand *chance)
{
  int kind = find_choice (garbages, value);

  fault->garbage = EMULATOR_GARBAGE_HTTP + kind;
  return kind >= 0;
}

static const char *const image_faults[] = {"format", "truncated", "garbage", "base64", NULL};

static gboolean
apply_image (EmulatorFault *fault, const char *value, GRand *chance)
{
  int kind = find_choice (image_faults, value);

  fault->image = EMULATOR_IMAGE_FAULT_FORMAT + kind;
  return kind >= 0;
}

static const char *const token_faults[] = {"refused", "repeated", "absent", NULL};

static gboolean
apply_token (EmulatorFault *fault, const char *value, GRand *chance)
{
  int kind = find_choice (token_faults, value);

  fault->token = EMULATOR_TOKEN_FAULT_REFUSED + kind;
  return kind >= 0;
}

#define PLACES "before, headers, body or body@BYTES"
#define VALUES(...) ((const char *const[]){__VA_ARGS__, NULL})

static const Effect effects[] = {
    {"latency", apply_latency, "TIME or TIME+JITTER, such as 200ms+50ms",
        VALUES ("5ms", "1ms+4ms")},
    {"byte-latency", apply_byte_latency, "TIME, such as 2us", VALUES ("2us")},
    {"status", apply_status, "200 to 599",
        VALUES ("302", "400", "403", "404", "413", "429", "500", "503")},
    {"code", apply_code, "the name of an error",
        VALUES ("AccessDeniedException", "ClientLimitExceededException", "ExpiredTokenException",
            "InvalidArgumentException", "InvalidSignatureException", "NoDataRetentionException",
            "NotAuthorizedException", "ResourceNotFoundException", "ThrottlingException",
            "UnrecognizedClientException")},
    {"reset", apply_reset, PLACES, places},
    {"cut", apply_cut, PLACES, places},
    {"stall", apply_stall, PLACES, places},
    {"garbage", apply_garbage, "http, json or html", garbages},
    {"image", apply_image, "format, truncated, garbage or base64", image_faults},
    {"token", apply_token, "refused, repeated or absent", token_faults},
};

/* What means something else than its parts. */
static const char *const combinations[] = {
    "garbage=html,status=404",
    "garbage=html,status=502",
    "cut=body@1",
    "reset=body@1",
    "stall=body@1",
};

char **
emulator_fault_list_effects (void)
{
  GPtrArray *texts = g_ptr_array_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (effects); i++) {
    for (const char *const *value = effects[i].values; *value != NULL; value++)
      g_ptr_array_add (texts, g_strdup_printf ("%s=%s", effects[i].name, *value));
  }
  for (gsize i = 0; i < G_N_ELEMENTS (combinations); i++)
    g_ptr_array_add (texts, g_strdup (combinations[i]));
  g_ptr_array_add (texts, NULL);
  return (char **)(gpointer)g_ptr_array_free (texts, FALSE);
}

static const Effect *
find_effect (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (effects); i++) {
    if (g_str_equal (effects[i].name, name))
      return &effects[i];
  }
  return NULL;
}

static void
set_unknown_effect (GError **error, const char *text)
{
  g_autoptr (GString) names = g_string_new (effects[0].name);

  for (gsize i = 1; i < G_N_ELEMENTS (effects); i++)
    g_string_append_printf (names, ", %s", effects[i].name);
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
      "A fault has no effect '%s'; it has %s", text, names->str);
}

static gboolean
apply_effect (EmulatorFault *fault, const char *text, GRand *chance, GError **error)
{
  g_auto (GStrv) sides = g_strsplit (text, "=", 2);
  const Effect *effect = sides[0] == NULL ? NULL : find_effect (sides[0]);

  if (effect == NULL) {
    set_unknown_effect (error, text);
    return FALSE;
  }
  if (sides[1] == NULL || !effect->apply (fault, sides[1], chance)) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "A fault's %s is %s, not '%s'",
        effect->name, effect->accepted, sides[1] != NULL ? sides[1] : "");
    return FALSE;
  }
  return TRUE;
}

static gboolean
apply_effects (EmulatorFault *fault, char **texts, GRand *chance, GError **error)
{
  for (char **text = texts; *text != NULL; text++) {
    if (!apply_effect (fault, *text, chance, error))
      return FALSE;
  }
  return TRUE;
}

/* Calls */

static gboolean
parse_positive (const char *text, guint *number)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT32, &value, NULL))
    return FALSE;
  *number = (guint)value;
  return TRUE;
}

static gboolean
parse_fraction (const char *text, double max, double *number)
{
  char *end;

  *number = g_ascii_strtod (text, &end);
  return end != text && *end == '\0' && *number > 0 && *number <= max;
}

static gboolean
parse_between (EmulatorFaultRule *self, const char *text)
{
  g_auto (GStrv) ends = g_strsplit (text, "-", 2);

  self->kind = CALLS_BETWEEN;
  self->last = G_MAXUINT;
  if (ends[0] == NULL || !parse_positive (ends[0], &self->first))
    return FALSE;
  if (ends[1] == NULL)
    self->last = self->first;
  else if (*ends[1] != '\0' && !parse_positive (ends[1], &self->last))
    return FALSE;
  return self->first <= self->last;
}

static gboolean
parse_calls (EmulatorFaultRule *self, const char *text)
{
  if (g_str_equal (text, "*"))
    return parse_between (self, "1-");
  if (g_str_has_prefix (text, "every=")) {
    self->kind = CALLS_EVERY;
    return parse_positive (text + strlen ("every="), &self->every);
  }
  if (g_str_has_prefix (text, "p=")) {
    self->kind = CALLS_PROBABLE;
    return parse_fraction (text + strlen ("p="), 1, &self->probability);
  }
  if (g_str_has_prefix (text, "rate=")) {
    self->kind = CALLS_ABOVE_RATE;
    return parse_fraction (text + strlen ("rate="), 1e6, &self->bucket.rate);
  }
  return parse_between (self, text);
}

static gboolean
parse_rule (EmulatorFaultRule *self, char **parts, GError **error)
{
  g_autoptr (EmulatorFault) trial = g_new0 (EmulatorFault, 1);
  g_autoptr (GRand) chance = g_rand_new_with_seed (0);

  self->operation = g_strdup (parts[0]);
  if (!parse_calls (self, parts[1])) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "The calls of a fault are *, N, N-M, N-, every=N, p=PROBABILITY or rate=CALLS-A-SECOND, "
        "not '%s'",
        parts[1]);
    return FALSE;
  }
  self->effects = g_strsplit (parts[2], ",", -1);
  return apply_effects (trial, self->effects, chance, error);
}

EmulatorFaultRule *
emulator_fault_rule_new (const char *text, GError **error)
{
  g_autoptr (EmulatorFaultRule) self = g_atomic_rc_box_new0 (EmulatorFaultRule);
  g_auto (GStrv) parts = g_strsplit (text, ":", 3);

  g_mutex_init (&self->lock);
  self->text = g_strdup (text);
  if (g_strv_length (parts) != 3 || *parts[0] == '\0' || *parts[2] == '\0') {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "A fault is OPERATION:CALLS:EFFECT[,EFFECT...], such as GetImages:3:status=503, not '%s'",
        text);
    return NULL;
  }
  if (!parse_rule (self, parts, error))
    return NULL;
  return g_steal_pointer (&self);
}

EmulatorFaultRule *
emulator_fault_rule_ref (EmulatorFaultRule *rule)
{
  return g_atomic_rc_box_acquire (rule);
}

static void
emulator_fault_rule_clear (gpointer data)
{
  EmulatorFaultRule *self = data;

  g_free (self->text);
  g_free (self->operation);
  g_strfreev (self->effects);
  g_mutex_clear (&self->lock);
}

void
emulator_fault_rule_unref (EmulatorFaultRule *rule)
{
  g_atomic_rc_box_release_full (rule, emulator_fault_rule_clear);
}

/* Matching */

/* Called with the lock held. */
static gboolean
applies (EmulatorFaultRule *self, GRand *chance, gint64 now_ms)
{
  switch (self->kind) {
    case CALLS_EVERY:
      return self->n_calls % self->every == 0;
    case CALLS_PROBABLE:
      return g_rand_double (chance) < self->probability;
    case CALLS_ABOVE_RATE:
      return !emulator_bucket_take (&self->bucket, 1, now_ms);
    case CALLS_BETWEEN:
    default:
      return self->first <= self->n_calls && self->n_calls <= self->last;
  }
}

static void
match (EmulatorFaultRule *self, EmulatorFault *fault, guint32 seed, gint64 now_ms)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  const guint32 seeds[] = {seed, g_str_hash (self->text), ++self->n_calls};
  g_autoptr (GRand) chance = g_rand_new_with_seed_array (seeds, G_N_ELEMENTS (seeds));
  char *earlier = fault->rules;

  if (!applies (self, chance, now_ms))
    return;
  apply_effects (fault, self->effects, chance, NULL);
  fault->rules =
      earlier == NULL ? g_strdup (self->text) : g_strjoin (" ", earlier, self->text, NULL);
  g_free (earlier);
}

EmulatorFault *
emulator_fault_rules_match (GPtrArray *rules, const char *operation, guint32 seed, gint64 now_ms)
{
  EmulatorFault *fault = g_new0 (EmulatorFault, 1);

  for (guint i = 0; i < rules->len; i++) {
    EmulatorFaultRule *rule = g_ptr_array_index (rules, i);

    if (g_str_equal (rule->operation, "*") || g_str_equal (rule->operation, operation))
      match (rule, fault, seed, now_ms);
  }
  return fault;
}

void
emulator_fault_free (EmulatorFault *fault)
{
  g_free (fault->rules);
  g_free (fault->code);
  g_free (fault);
}
