# SPDX-License-Identifier: LGPL-2.1-or-later
"""A cluster of Slurm on this machine: a controller and nodes that run tasks, on the loopback interface, in a folder of
its own and without systemd. Each daemon has a namespace of processes, so that all that it has started ends with it."""

import os
import pathlib
import re
import signal
import socket
import subprocess
import time
from typing import NamedTuple

CONFIGURATION = '''
ClusterName=kvs
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={directory}/munge.socket,cred_expire=5
StateSaveLocation={directory}/state
SlurmdSpoolDir={directory}/%n
SlurmctldPidFile={directory}/slurmctld.pid
SlurmdPidFile={directory}/%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/filetxt
JobCompLoc={directory}/completed
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1,sched_min_interval=100000,bf_interval=1
SlurmdParameters=config_overrides
SlurmdTimeout={node_timeout}
KillWait=10
UnkillableStepTimeout=30
ReturnToService=2
MaxArraySize=10001
MaxJobCount=20000
'''

NODE = 'NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs={n_cpus}\n'
PARTITION = 'PartitionName=all Nodes=ALL Default=YES State=UP\n'

# The longest that a daemon or a command may take, in seconds.
TIMEOUT = 60


def _find_free_ports(n):
    listeners = [socket.create_server(('127.0.0.1', 0)) for _ in range(n)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


def _read_version():
    """Slurm's year. From 23.11 on it does without control groups only if told so, and before it need not be told."""
    output = subprocess.run(['slurmd', '-V'], check=True, capture_output=True, text=True).stdout
    return int(re.search(r'(\d+)\.', output)[1])


def find_unshare():
    """The start of a command with processes of its own, which ends with its parent. In a chroot the root folder is no
    mount whose propagation could change."""
    private = ['setpriv', '--pdeathsig=KILL', 'unshare', '--pid', '--fork', '--kill-child', '--mount-proc']
    end = subprocess.run([*private, 'true'], check=False, capture_output=True)
    return private if end.returncode == 0 else [*private, '--propagation', 'unchanged']


def wait_for(condition, what):
    """Waits until a condition holds."""
    end = time.monotonic() + TIMEOUT
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f'{what} within {TIMEOUT} s')
        time.sleep(0.1)


class Task(NamedTuple):
    """A task that has not ended, and the node that it is on, if any."""

    state: str
    node: str


class Daemon:
    """A process and all that it starts."""

    def __init__(self, name, log, command, environment):
        self.name = name
        self._log = log
        with log.open('ab') as file:
            self._process = subprocess.Popen([*find_unshare(), *command], env=environment, stdout=file,
                                             stderr=file, stdin=subprocess.DEVNULL, process_group=0)

    def check(self):
        """Raises an error if it has ended."""
        if self._process.poll() is not None:
            raise RuntimeError(f'{self.name} has ended: {self._log.read_text()[-2000:]}')

    def kill(self):
        """Ends it as a crash does. With the first process of a namespace all others end, and then unshare does."""
        if self._process.poll() is None:
            pid = self._process.pid
            for child in pathlib.Path(f'/proc/{pid}/task/{pid}/children').read_text().split():
                os.kill(int(child), signal.SIGKILL)
            self._process.wait()


class Cluster:
    """A cluster that runs for as long as the context lasts. Its nodes are node0, node1 ..."""

    def __init__(self, directory, n_nodes=2, n_cpus=4, node_timeout=10):
        self._directory = pathlib.Path(directory)
        self._host = socket.gethostname().partition('.')[0]
        self._daemons = {}
        self.nodes = [f'node{i}' for i in range(n_nodes)]
        self._n_cpus = n_cpus
        self._node_timeout = node_timeout
        self.environment = {**os.environ, 'SLURM_CONF': str(self._directory / 'slurm.conf')}

    def _write_configuration(self):
        port, *ports = _find_free_ports(1 + len(self.nodes))
        text = CONFIGURATION.format(host=self._host, port=port, directory=self._directory, user='root',
                                    node_timeout=self._node_timeout)
        text += ''.join(NODE.format(name=name, host=self._host, port=port, n_cpus=self._n_cpus)
                        for name, port in zip(self.nodes, ports))
        (self._directory / 'slurm.conf').write_text(text + PARTITION)
        # A container may have no control groups.
        if _read_version() >= 23:
            (self._directory / 'cgroup.conf').write_text('CgroupPlugin=disabled\n')
        (self._directory / 'state').mkdir()
        key = self._directory / 'munge.key'
        key.write_bytes(os.urandom(1024))
        key.chmod(0o600)

    def _start(self, name, *command):
        self._daemons[name] = Daemon(name, self._directory / f'{name}.log', command, self.environment)

    def _start_munged(self):
        # --force: the folder of a test is not open to all users.
        self._start('munged', 'munged', '--foreground', '--force', *(
            f'--{option}={self._directory}/munge.{suffix}' for option, suffix in (
                ('socket', 'socket'), ('key-file', 'key'), ('pid-file', 'pid'), ('seed-file', 'seed'),
                ('log-file', 'log'))))
        wait_for((self._directory / 'munge.socket').exists, 'munged does not listen')

    def start_node(self, name):
        """Starts the slurmd of a node."""
        self._start(name, 'slurmd', '-D', '-N', name)

    def kill_node(self, name):
        """Has a node, with all that it runs, end as a crash does. The controller finds out by itself, in half a minute."""
        self._daemons.pop(name).kill()

    def report_down(self, name):
        """Tells the controller of a node that has ended."""
        self.call('scontrol', 'update', f'NodeName={name}', 'State=DOWN', 'Reason=killed')

    def __enter__(self):
        try:
            self._write_configuration()
            self._start_munged()
            self._start('slurmctld', 'slurmctld', '-D')
            for name in self.nodes:
                self.start_node(name)
            wait_for(self._is_idle, 'the nodes are not idle')
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for daemon in reversed(self._daemons.values()):
            daemon.kill()
        self._daemons = {}

    def _is_idle(self):
        for daemon in self._daemons.values():
            daemon.check()
        end = self._run('sinfo', '--noheader', '--Node', '--format=%T')
        return end.returncode == 0 and end.stdout.split() == ['idle'] * len(self.nodes)

    def _run(self, *command):
        return subprocess.run(command, env=self.environment, check=False, text=True, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=TIMEOUT)

    def call(self, *command):
        """The output of a command of Slurm."""
        end = self._run(*command)
        if end.returncode != 0:
            raise RuntimeError(f'{command[0]} failed: {end.stderr}')
        return end.stdout

    def submit(self, n_tasks, script, *arguments, environment):
        """Submits a script as an array of tasks, and returns the number of the job."""
        end = subprocess.run(
            ['sbatch', '--parsable', f'--array=0-{n_tasks - 1}', f'--output={self._directory}/task-%a.log', script,
             *map(str, arguments)], env={**environment, 'SLURM_CONF': self.environment['SLURM_CONF']}, check=True,
            text=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=TIMEOUT)
        return end.stdout.strip()

    def list_tasks(self, job):
        """The tasks of a job that have not ended, by their numbers."""
        output = self.call('squeue', '--noheader', '--array', f'--jobs={job}', '--format=%K %T %N')
        lines = (line.split(' ') for line in output.splitlines())
        return {int(number): Task(state, node) for number, state, node in lines}

    def requeue(self, job, task):
        """Stops a task, which then begins again. Returns whether it was still running."""
        return self._run('scontrol', 'requeue', f'{job}_{task}').returncode == 0

    def is_down(self, name):
        """Whether the controller misses a node."""
        return 'down' in self.call('sinfo', '--noheader', f'--nodes={name}', '--format=%T')

    def read_log(self, task):
        """What a task has written."""
        return (self._directory / f'task-{task}.log').read_text()

    def read_ends(self):
        """The states in which each task has ended, try by try. Each requeue is an end, too."""
        ends = {}
        for line in (self._directory / 'completed').read_text().splitlines():
            fields = dict(field.partition('=')[::2] for field in line.split())
            ends.setdefault(int(fields['ArrayTaskId']), []).append(fields['JobState'])
        return ends


class Disturbance:
    """Requeues tasks at random, and loses a node when half of them have ended. It may report that to the controller,
    which saves time."""

    def __init__(self, cluster, chance, n_tasks, n_requeues, reports=False):
        self._cluster = cluster
        self._chance = chance
        self._n_tasks = n_tasks
        self._n_requeues = n_requeues
        self._reports = reports
        self._lost_node = None
        self.n_requeued = 0
        self.n_lost = 0

    def _requeue_some(self, job, running):
        n = min(len(running), 2, self._n_requeues - self.n_requeued)
        for task in self._chance.sample(sorted(running), n):
            self.n_requeued += self._cluster.requeue(job, task)

    def _lose_node(self, job):
        """Loses a node, and counts what runs there by the controller, which does not know yet."""
        self._lost_node = self._cluster.nodes[0]
        self._cluster.kill_node(self._lost_node)
        self.n_lost += sum(task.state == 'RUNNING' and task.node == self._lost_node
                           for task in self._cluster.list_tasks(job).values())
        if self._reports:
            self._cluster.report_down(self._lost_node)

    def _bring_back(self):
        self._cluster.start_node(self._lost_node)
        self._lost_node = None

    def disturb(self, job, tasks):
        """Does a little of it, which depends on what has not ended."""
        running = [number for number, task in tasks.items() if task.state == 'RUNNING']
        self._requeue_some(job, running)
        if self._lost_node and self._cluster.is_down(self._lost_node):
            self._bring_back()
        elif not self._lost_node and not self.n_lost and running and len(tasks) <= self._n_tasks / 2:
            self._lose_node(job)
