#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A task of an array job of Slurm is a task of a manifest. README.md says how to submit it.
#
#   sbatch --array=0-LAST%AT_ONCE slurm.sh MANIFEST OUTPUT [OPTION...]
#
# Slurm requeues a task of its own accord when a node fails. SIGTERM comes a minute before the time limit.
#SBATCH --job-name=kvs-stills
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --signal=B:TERM@60
set -eu

most_restarts=20
manifest=$1 output=$2
shift 2

# The shell gets SIGTERM and passes it on: kvs-stills finishes the file at hand, and ends with 75.
kvs-stills get --manifest "$manifest" --output "$output" --json "$@" &
task=$!
trap 'kill -TERM "$task" 2> /dev/null || true' TERM
status=0
wait "$task" || status=$?
# A signal ends the wait, too.
while kill -0 "$task" 2> /dev/null; do
  status=0
  wait "$task" || status=$?
done

# 75 is "the same command goes on later". The other errors stay whatever is tried.
if [ "$status" -eq 75 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt "$most_restarts" ]; then
  scontrol requeue "$SLURM_JOB_ID" || true
fi
exit "$status"
