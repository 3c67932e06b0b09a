/**
 * Scripts that others may change: refused at the start and at a reload, each with the line that says so; one
 * that becomes unsafe in between runs on until the reload.
 */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { instance, script } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import type { Router } from '../../lib/router.ts';
import { scenario } from '../../lib/scenario.ts';

const text = [
  script('probe', '@DIR@/probe'),
  script('open', '@DIR@/open'),
  script('mode', '@DIR@/mode'),
  script('gone', '@DIR@/gone'),
  instance({ priority: 150, more: ['track_script {', '  probe', '  open', '  mode', '  gone', '}'] }),
].join('\n');

const ABOUT_FILES = /^Unsafe permissions |^Disabling |^WARNING - script |^Script .* cannot be accessed/;

/** What the daemon says about files, from line `from` on. */
const said = (router: Router, from = 0): string[] =>
  router
    .logged(ABOUT_FILES)
    .slice(from)
    .map((line) => line.text.replaceAll(router.dir, 'DIR'));

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.endDetail = 'outcome';
  const ran = (): number => (existsSync(`${a.dir}/ran`) ? readFileSync(`${a.dir}/ran`, 'utf8').length : 0);
  const make = (name: string, mode: number): void => {
    writeFileSync(`${a.dir}/${name}`, `#!/bin/sh\nprintf . >> ${a.dir}/ran\n`);
    chmodSync(`${a.dir}/${name}`, mode);
  };
  make('probe', 0o755);
  make('open', 0o757);
  make('mode', 0o644);
  await scene.phase('start', 'outcome');
  await a.start(text);
  await scene.master(a);
  const atStart = said(a);
  scene.fact('said at the start', atStart);
  await scene.phase('unsafe', 'outcome');
  chmodSync(`${a.dir}/probe`, 0o757);
  const before = ran();
  await until(() => ran() >= before + 2, 5_000, 'the script to run on');
  await scene.phase('reload', 'outcome');
  await a.reload();
  const after = ran();
  await scene.moreAdverts(a, 3);
  scene.fact('said at the reload', said(a, atStart.length));
  // A run that had begun may end after the reload.
  scene.fact('runs after the reload', ran() <= after + 1);
});
