/**
 * The process tree, read from /proc. A crash is simulated by freezing the whole tree before killing it:
 * a child that outlives its parent by a millisecond would still send priority 0 and remove the addresses.
 */
import { readdirSync, readFileSync } from 'node:fs';

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return stateOf(pid) !== 'Z';
  } catch {
    return false;
  }
}

function stat(pid: number): { readonly state: string; readonly parent: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name is in parentheses and may hold anything, so fields are counted after the last one.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', parent: Number(fields[1]) };
  } catch {
    return undefined;
  }
}

const stateOf = (pid: number): string | undefined => stat(pid)?.state;

const allPids = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

/** The process and all its descendants, the root first. */
export function tree(root: number): number[] {
  const found = [root];
  for (const pid of found) found.push(...(childrenOf(pid) ?? []));
  if (childrenOf(process.pid) !== undefined) return found;
  return treeByParents(root);
}

/** The kernel's own list of children, where it was built with one. */
function childrenOf(pid: number): number[] | undefined {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const lists = threads.map((tid) => readFileSync(`/proc/${pid}/task/${tid}/children`, 'utf8'));
    return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
  } catch {
    return undefined;
  }
}

function treeByParents(root: number): number[] {
  const parents = new Map<number, number>();
  for (const pid of allPids()) {
    const facts = stat(pid);
    if (facts !== undefined && facts.state !== 'Z') parents.set(pid, facts.parent);
  }
  const found = [root];
  for (const pid of found) {
    for (const [child, parent] of parents) if (parent === pid) found.push(child);
  }
  return found;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Already gone.
  }
}

/** Freezes the tree until no new member appears, then kills all of it. */
export function crashTree(root: number): void {
  let known = 0;
  for (;;) {
    const pids = tree(root);
    for (const pid of pids) signal(pid, 'SIGSTOP');
    if (pids.length === known) {
      for (const pid of pids) signal(pid, 'SIGKILL');
      return;
    }
    known = pids.length;
  }
}

/** True while one of the processes has `text` in its command line, such as the path of a notify script. */
export function anyCommandWith(pids: readonly number[], text: string): boolean {
  return pids.some((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}
