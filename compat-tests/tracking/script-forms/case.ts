/**
 * What a tracked script may be besides a program: a redirection for the shell, a file without an interpreter,
 * a redirection that nothing understands; and of two with one name the first.
 */
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { block, instance, script } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

const more = ['interval 1', 'weight 2'];

const text = [
  script('readable', '</etc/passwd', more),
  script('status', '</etc/passwd; exit 5', more),
  script('unknown', "</etc/passwd && 'a b' $HOME", more),
  script('missing', '</nonexistent/file', more),
  script('relative', '<etc/passwd x', more),
  script('apart', '< /etc/passwd', more),
  script('plain', '@DIR@/plain', more),
  script('twice', '@DIR@/first', more),
  script('twice', '@DIR@/second', more),
  instance({
    priority: 150,
    more: block('track_script', [
      'readable',
      'status',
      'unknown',
      'missing',
      'plain',
      'twice',
      'relative',
      'apart',
    ]),
  }),
].join('\n');

export const run = scenario(async (scene) => {
  const { a } = scene;
  const write = (name: string, body: string): void => {
    writeFileSync(`${a.dir}/${name}`, body);
    chmodSync(`${a.dir}/${name}`, 0o755);
  };
  write('plain', `touch ${a.dir}/plain-ran\nexit 3\n`);
  for (const name of ['first', 'second']) write(name, `#!/bin/sh\ntouch ${a.dir}/${name}-ran\n`);
  // The results come in any order.
  await scene.phase('start', 'outcome');
  await a.start(text);
  await scene.master(a);
  await until(() => existsSync(`${a.dir}/first-ran`), 5_000, 'the script to run');
  const about = /VRRP_Script|now returning|cannot be accessed|Cannot find|Disabling|is not used/;
  const seen = a.logged(about).map((line) => line.text.replaceAll(a.dir, 'DIR'));
  scene.fact('said', [...new Set(seen)].sort());
  scene.fact(
    'ran',
    ['plain', 'first', 'second'].filter((name) => existsSync(`${a.dir}/${name}-ran`)),
  );
});
