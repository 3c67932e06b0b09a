/** keepalived.data, keepalived_parent.data and keepalived.json as lines that two daemons can agree on. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './poll.ts';
import type { Router } from './router.ts';

/** What 2.3 and 2.4 added, what is ours, and the version of a library that we do not have. */
const ADDED =
  /^ *(thread_|sands_|fd_out \d|fd_in = |send error|libnftnl version|Use VRRPv2 checksum|json_version|Causes of the fault|Last advert sent|Group = )/;

async function fresh(router: Router, name: string, signal: NodeJS.Signals | number): Promise<string> {
  const file = join(router.daemon.dir, name);
  rmSync(file, { force: true });
  router.daemon.signal(signal);
  // Upstream writes into the file itself, so the text has to have come to rest.
  let before = '';
  await until(
    () => {
      const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
      const still = text !== '' && text === before;
      before = text;
      return still;
    },
    5_000,
    name,
  );
  return before;
}

const tidy = (line: string, dir: string): string =>
  line
    .replaceAll(dir, 'DIR')
    .replace(/\d+\.\d{6} \([^)]*\)/g, 'TIME')
    .replace(/fd_in \d+/, 'fd_in N')
    .replace(/fd_out (= )?\d+/, 'fd_out N')
    .replace(/local discriminator = .*/, 'local discriminator = N')
    .replace(/Password = .*/, 'Password = SECRET')
    .replace(/Router ID = .*/, 'Router ID = ID');

/**
 * Lines of a data file, by section and object. The causes of faults, which are only ours, stand in lines of
 * five blanks.
 */
export async function dataOf(
  router: Router,
  name = 'keepalived.data',
): Promise<Record<string, readonly string[]>> {
  const text = await fresh(router, name, 'SIGUSR1');
  const lines = text
    .replace(/ {3}Causes of the fault :\n( {5}.*\n)*/g, '')
    .split('\n')
    .filter((line) => line !== '' && !ADDED.test(line))
    .map((line) => tidy(line, router.daemon.dir));
  const sections: Record<string, string[]> = {};
  let section = '';
  let object = '';
  for (const line of lines) {
    if (line.startsWith('---')) [section, object] = [line, ''];
    if (/^ (VRRP \w+|BFD Instance|Name) = /.test(line)) object = line;
    const key = `${section.replaceAll(/[-<>]/g, '').trim()}${object}`;
    sections[key] = [...(sections[key] ?? []), line];
  }
  return sections;
}

const NUMBER_OF_2_4 = /^auth_ext_/;

/** One line a field: `INSTANCE.data.vrid 51`. */
export async function jsonOf(router: Router): Promise<string[]> {
  const instances = JSON.parse(await fresh(router, 'keepalived.json', 36)) as {
    readonly data: Record<string, unknown>;
    readonly stats: Record<string, unknown>;
  }[];
  const lines = instances.flatMap(({ data, stats }) =>
    Object.entries({ data, stats }).flatMap(([part, fields]) =>
      Object.entries(fields)
        .filter(([field]) => !NUMBER_OF_2_4.test(field))
        .map(([field, value]) => {
          const shown = field === 'last_transition' ? typeof value : JSON.stringify(value);
          return `${data.iname}.${part}.${field} ${field === 'auth_data' ? 'SECRET' : shown}`;
        }),
    ),
  );
  // How many adverts have been sent by now is chance, and `track_process` came with 2.3.
  return lines.filter((line) => !/\.(advert_sent|track_process) /.test(line));
}
