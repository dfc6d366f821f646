# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the tasks of a manifest on a cluster of Slurm, with the script of docs/cluster, and holds what is there for
Kubernetes and AWS Batch against the models of these."""

import concurrent.futures
import fnmatch
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import unittest

import botocore.session
from botocore.validate import ParamValidator
import yaml

import e2e
import slurm
import stills

PAGES = e2e.SOURCE_DIR / 'docs' / 'cluster'
SCRIPT = PAGES / 'slurm.sh'
SEED = int(os.environ.get('KVS_TEST_SEED', random.randrange(2**32)))

N_STREAMS, N_HOURS = 10, 5
N_TASKS = N_STREAMS * N_HOURS
N_REQUEUES = 12
START = int(time.time()) // 3600 * 3600 - (N_HOURS + 1) * 3600
# Another try does not help.
FINAL_EXITS = (64, 66, 73, 77)
OPTIONS = ['--interval', '1m', '--page-size', 10]


class SlurmTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        print(f'# KVS_TEST_SEED={SEED}', flush=True)
        cls.streams = [f'camera-{i}' for i in range(N_STREAMS)]
        cls.emulator = cls.enterClassContext(e2e.Emulator(
            *(f'--stream={name}=prepared:9000,start={START},duration={N_HOURS * 3600},gap={600 * i + 900}+120'
              for i, name in enumerate(cls.streams)),
            '--quota=on', '--fault=GetImages:*:latency=100ms+200ms'))

    def setUp(self):
        self.directory = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.manifest = self.directory / 'manifest.jsonl'
        plan = stills.run(self.emulator, 'plan', *self.streams, '--start', START,
                          '--end', START + N_HOURS * 3600)
        self.manifest.write_text(plan.stdout)
        self.assertEqual(len(plan.stdout.splitlines()), N_TASKS)

    def make_reference(self):
        """The output of a run of all tasks that nothing disturbs."""
        directory = self.directory / 'reference'

        def run(task):
            return stills.run(self.emulator, 'get', '--manifest', self.manifest, '--task', task, '--jitter', 0,
                              '--output', directory, *OPTIONS)
        with concurrent.futures.ThreadPoolExecutor(8) as executor:
            for end in executor.map(run, range(N_TASKS)):
                self.assertEqual(end.returncode, 0, end.stderr)
        return stills.read_tree(directory)

    def submit(self, cluster, n_tasks, *arguments):
        path = f'{stills.PROGRAM.parent}:{os.environ["PATH"]}'
        return cluster.submit(n_tasks, SCRIPT, self.manifest, self.directory / 'output', *arguments,
                              environment=self.emulator.get_environment(PATH=path))

    def test_array(self):
        """Tasks are requeued, and a node is lost and comes back. No task fails, and the output is that of a run without
        any of it."""
        reference = self.make_reference()
        with slurm.Cluster(self.enterContext(tempfile.TemporaryDirectory())) as cluster:
            job = self.submit(cluster, N_TASKS, *OPTIONS)
            disturbance = slurm.Disturbance(cluster, random.Random(SEED), N_TASKS, N_REQUEUES,
                                            reports=True)
            while tasks := cluster.list_tasks(job):
                disturbance.disturb(job, tasks)
                time.sleep(0.2)
            ends = cluster.read_ends()
        print(f'# {disturbance.n_requeued} requeued, {disturbance.n_lost} lost with a node')
        self.assertEqual(disturbance.n_requeued, N_REQUEUES)
        self.assertGreater(disturbance.n_lost, 0)
        self.assertEqual({task: states[-1] for task, states in ends.items()},
                         dict.fromkeys(range(N_TASKS), 'COMPLETED'))
        self.assertEqual(set(sum(ends.values(), [])), {'COMPLETED', 'PENDING', 'NODE_FAIL'})
        output = stills.read_tree(self.directory / 'output')
        self.assertEqual(output.keys(), reference.keys())
        self.assertEqual(output, reference)

    def test_setting_that_is_wrong(self):
        """What no other try helps against fails a task at once."""
        with slurm.Cluster(self.enterContext(tempfile.TemporaryDirectory()), n_nodes=1) as cluster:
            job = self.submit(cluster, 1, '--interval', '1y')
            slurm.wait_for(lambda: not cluster.list_tasks(job), 'the task does not end')
            self.assertEqual(cluster.read_ends(), {0: ['FAILED']})
            self.assertIn("--interval is '1y'", cluster.read_log(0))


class KubernetesTest(unittest.TestCase):
    """The Job is one by the model of Kubernetes."""

    @classmethod
    def setUpClass(cls):
        sys.path.append(str(e2e.SOURCE_DIR / 'tests' / 'clients'))
        import javascript
        cls.command = javascript.prepare(str(e2e.SOURCE_DIR / 'tests' / 'clients' / 'js' / 'check-job.mjs'))

    def setUp(self):
        self.job = yaml.safe_load((PAGES / 'kubernetes.yaml').read_text())

    def check(self):
        end = subprocess.run(self.command, input=json.dumps(self.job), capture_output=True, text=True, check=True)
        return end.stdout

    def test_job(self):
        self.assertEqual(self.check(), '')
        spec = self.job['spec']
        self.assertEqual(spec['completionMode'], 'Indexed')
        self.assertEqual(spec['template']['spec']['restartPolicy'], 'Never')
        container, = spec['template']['spec']['containers']
        for rule in spec['podFailurePolicy']['rules']:
            if 'onExitCodes' in rule:
                self.assertEqual(rule['onExitCodes']['containerName'], container['name'])

    def test_job_that_is_wrong(self):
        self.job['spec']['backoffLimitPerIndx'] = 3
        self.job['spec']['completions'] = 'all'
        self.assertEqual(self.check().splitlines(), ['data/spec/completions must be integer',
                                                     'job.spec.backoffLimitPerIndx is unknown'])

    def test_exit_codes(self):
        """Those that stay fail the index, and 75 is tried again."""
        rules = self.job['spec']['podFailurePolicy']['rules']
        fail, = (rule['onExitCodes'] for rule in rules if rule['action'] == 'FailIndex')
        self.assertEqual((fail['operator'], fail['values']), ('In', list(FINAL_EXITS)))


class BatchTest(unittest.TestCase):
    """The job definition and the job are those of AWS Batch by the model in botocore."""

    def setUp(self):
        self.model = botocore.session.get_session().get_service_model('batch')
        self.definition = json.loads((PAGES / 'batch-job-definition.json').read_text())

    def check(self, operation, parameters):
        shape = self.model.operation_model(operation).input_shape
        return ParamValidator().validate(parameters, shape).generate_report()

    def test_job_definition(self):
        self.assertEqual(self.check('RegisterJobDefinition', self.definition), '')
        self.definition['retryStrategy']['atempts'] = 3
        self.assertIn('Unknown parameter in retryStrategy', self.check('RegisterJobDefinition', self.definition))

    def test_job(self):
        job = json.loads((PAGES / 'batch-job.json').read_text())
        self.assertEqual(self.check('SubmitJob', job), '')
        self.assertEqual(job['jobDefinition'], self.definition['jobDefinitionName'])

    def find_action(self, code):
        """What AWS Batch does with an exit code: the first condition that fits says so."""
        for condition in self.definition['retryStrategy']['evaluateOnExit']:
            if fnmatch.fnmatchcase(str(code), condition.get('onExitCode', '*')):
                return condition['action']

    def test_exit_codes(self):
        strategy = self.definition['retryStrategy']
        # The limits of AWS Batch, which are not in the model.
        self.assertLessEqual(strategy['attempts'], 10)
        self.assertLessEqual(len(strategy['evaluateOnExit']), 5)
        self.assertEqual({self.find_action(code) for code in FINAL_EXITS}, {'EXIT'})
        self.assertEqual({self.find_action(code) for code in (75, 137)}, {'RETRY'})


if __name__ == '__main__':
    e2e.main()
