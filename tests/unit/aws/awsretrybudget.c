/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that tokens are neither made nor lost, from one thread and from many. */
#include "awsretrybudget.h"

#define THREADS 8
#define ROUNDS 10000

static void
test_limits (void)
{
  g_autoptr (AwsRetryBudget) budget = aws_retry_budget_new ();

  g_assert_cmpuint (aws_retry_budget_get_tokens (budget), ==, 500);
  aws_retry_budget_give (budget, 1);
  g_assert_cmpuint (aws_retry_budget_get_tokens (budget), ==, 500);
  g_assert_true (aws_retry_budget_take (budget, 497));
  g_assert_false (aws_retry_budget_take (budget, 5));
  g_assert_cmpuint (aws_retry_budget_get_tokens (budget), ==, 3);
  g_assert_true (aws_retry_budget_take (budget, 3));
  g_assert_false (aws_retry_budget_take (budget, 1));
  aws_retry_budget_give (budget, 5);
  g_assert_cmpuint (aws_retry_budget_get_tokens (budget), ==, 5);
  aws_retry_budget_give (budget, 1000);
  g_assert_cmpuint (aws_retry_budget_get_tokens (budget), ==, 500);
}

static gpointer
take_and_give_cb (gpointer user_data)
{
  for (int i = 0; i < ROUNDS; i++) {
    if (aws_retry_budget_take (user_data, 70))
      aws_retry_budget_give (user_data, 70);
  }
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (AwsRetryBudget) budget = aws_retry_budget_new ();
  GThread *threads[THREADS];

  for (int i = 0; i < THREADS; i++)
    threads[i] = g_thread_new ("budget", take_and_give_cb, budget);
  for (int i = 0; i < THREADS; i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (aws_retry_budget_get_tokens (budget), ==, 500);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awsretrybudget/limits", test_limits);
  g_test_add_func ("/awsretrybudget/threads", test_threads);
  return g_test_run ();
}
