import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimProcesses } from '../sim/tracked.ts';
import { Process, World } from '../sim/world.ts';
import { seconds, us } from '../units.ts';
import { isMeant, type TrackedProcessConfig } from './process-match.ts';
import { ProcessTracker } from './process-tracker.ts';

const tp: TrackedProcessConfig = {
  name: 'tp',
  command: ['haproxy'],
  fullCommand: false,
  quorum: 1,
  terminateDelayUs: us(0),
  forkDelayUs: us(0),
};

interface Bench {
  readonly world: World;
  readonly processes: SimProcesses;
  readonly tracker: ProcessTracker;
  /** Logs without the confirmation, which every subscription brings. */
  readonly seen: string[];
}

function bench(): Bench {
  const world = new World();
  const processes = new SimProcesses();
  const seen: string[] = [];
  const tracker = new ProcessTracker(new Process(world), processes, {
    changed: (name) => seen.push(`changed ${name} at ${world.nowUs / 1e6}`),
    log: (id) => {
      if (id !== 'process-events-confirmed') seen.push(id);
    },
  });
  return { world, processes, tracker, seen };
}

test('the name, or the command line with parameters compared in four ways', () => {
  const meant = (more: Partial<TrackedProcessConfig>, ...argv: string[]) =>
    isMeant({ ...tp, ...more }, { name: argv[0]?.split('/').at(-1) ?? '', argv });
  assert.deepEqual([meant({}, '/usr/sbin/haproxy', '-d'), meant({}, 'nginx')], [true, false]);
  const full = { fullCommand: true, command: ['/a/x'] };
  assert.deepEqual([meant(full, '/a/x', 'any'), meant(full, 'x')], [true, false]);
  const lines = [['/a/x', '10'], ['/a/x', '100'], ['/a/x', '10', '2'], ['/a/x']] as const;
  const verdicts = (match: TrackedProcessConfig['match'], ...words: string[]) =>
    lines.map((argv) =>
      meant({ ...full, ...(match ? { match } : {}), command: ['/a/x', ...words] }, ...argv),
    );
  assert.deepEqual(verdicts('exact', '10'), [true, false, false, false]);
  assert.deepEqual(verdicts('partial', '10'), [true, false, true, false]);
  assert.deepEqual(verdicts('initial', '10'), [true, true, true, false]);
  assert.deepEqual(verdicts('exact'), [false, false, false, true]);
});

test('processes that run already count at the start, without a word', () => {
  const { processes, tracker, seen } = bench();
  processes.start('haproxy');
  tracker.configure([tp, { ...tp, name: 'two', quorum: 2 }]);
  assert.deepEqual([tracker.hasQuorum('tp'), tracker.hasQuorum('two'), seen], [true, false, []]);
});

test('start, fork and end move the count; the quorum has both bounds', () => {
  const { processes, tracker, seen } = bench();
  tracker.configure([{ ...tp, quorum: 2, quorumMax: 3 }]);
  const first = processes.start('haproxy');
  assert.equal(tracker.hasQuorum('tp'), false);
  const forks = [processes.fork(first), processes.fork(first)];
  assert.equal(tracker.hasQuorum('tp'), true);
  processes.fork(first);
  assert.equal(tracker.hasQuorum('tp'), false);
  processes.end(forks[0] ?? 0);
  processes.rename(forks[1] ?? 0, 'other');
  assert.equal(tracker.hasQuorum('tp'), true);
  processes.rename(first, 'other');
  assert.equal(tracker.hasQuorum('tp'), false);
  const told = seen.filter((line) => !line.startsWith('changed'));
  const [gained, lost] = ['process-quorum-gained', 'process-quorum-lost'];
  assert.deepEqual(told, [gained, lost, gained, lost]);
});

test('a fork costs no look at /proc', () => {
  const { processes, tracker } = bench();
  tracker.configure([tp]);
  const pid = processes.start('haproxy');
  const before = processes.looks;
  for (let n = 0; n < 100; n++) processes.fork(pid);
  assert.equal(processes.looks, before);
});

test('a change shorter than its delay is none; a longer one counts when the delay is over', () => {
  const { world, processes, tracker, seen } = bench();
  tracker.configure([{ ...tp, forkDelayUs: us(500_000), terminateDelayUs: seconds(1) }]);
  let pid = processes.start('haproxy');
  world.run(us(499_999));
  assert.deepEqual(seen, []);
  world.run(us(500_000));
  assert.deepEqual(seen.splice(0), ['process-quorum-gained', 'changed tp at 0.5']);
  processes.end(pid);
  world.run(us(1_000_000));
  pid = processes.start('haproxy');
  world.run(us(4_000_000));
  assert.deepEqual(seen, []);
  processes.end(pid);
  world.run(us(6_000_000));
  assert.deepEqual(seen, ['process-quorum-lost', 'changed tp at 5']);
});

test('lost events are made good by a look at all processes', () => {
  const { processes, tracker, seen } = bench();
  tracker.configure([tp]);
  processes.loseEvents(() => processes.start('haproxy'));
  assert.deepEqual([tracker.hasQuorum('tp'), seen], [true, ['process-quorum-gained', 'changed tp at 0']]);
});

test('where the kernel sends no events, processes are looked for every second', () => {
  const { world, processes, tracker, seen } = bench();
  processes.deaf = true;
  tracker.configure([tp]);
  assert.deepEqual(seen.splice(0), ['process-events-refused']);
  const pid = processes.start('haproxy');
  world.run(us(999_999));
  assert.deepEqual(seen, []);
  world.run(us(1_500_000));
  processes.end(pid);
  world.run(us(2_500_000));
  assert.deepEqual(seen, [
    'process-quorum-gained',
    'changed tp at 1',
    'process-quorum-lost',
    'changed tp at 2',
  ]);
  tracker.configure([]);
  processes.start('haproxy');
  world.run(us(9_000_000));
  assert.equal(seen.length, 4);
});

test('a reload keeps the count of what means the same and starts anew with what does not', () => {
  const { processes, tracker, seen } = bench();
  tracker.configure([tp]);
  processes.start('haproxy');
  seen.splice(0);
  tracker.configure([{ ...tp, quorum: 2 }]);
  assert.deepEqual(seen.splice(0), ['process-quorum-lost', 'changed tp at 0']);
  tracker.configure([{ ...tp, command: ['nginx'] }]);
  assert.deepEqual([tracker.hasQuorum('tp'), seen, processes.listeners], [false, [], 1]);
  tracker.configure([]);
  assert.deepEqual([tracker.hasQuorum('tp'), processes.listeners], [undefined, 0]);
});
