/** Ports for tests of checks: those that a test does not replace say so when something uses them. */
import type { ProbePorts } from '../probes/probe.ts';

function unused(name: string): () => never {
  return () => {
    throw new Error(`this test has no ${name}`);
  };
}

export const unusedPorts: Omit<ProbePorts, 'clock'> = {
  connector: { connect: unused('connector') },
  streams: { open: unused('streams') },
  datagrams: { send: unused('datagrams') },
  scripts: { run: unused('scripts') },
  md5: unused('md5'),
  patterns: { compile: unused('patterns') },
  chance: { next: () => 0 },
};
