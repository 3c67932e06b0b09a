/** A file whose virtual servers cannot be used, beside one that can, and the other way round. */
import { ipvsTable } from '../../lib/ipvs.ts';
import { CHECKER_FLAGS, saidOfServers, virtualServer } from '../../lib/lvs.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['ip_vs', 'ip_vs_rr'];

const COMMON = ['protocol TCP', 'lb_kind NAT', 'lb_algo rr', 'real_server 127.0.9.1 80 {', '}'];
/** As a template that nobody has filled in. */
const unusable = virtualServer('@ADDRESS@ 80', COMMON);
const usable = virtualServer('10.0.0.100 80', COMMON);

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.endDetail = 'outcome';
  await scene.phase('start', 'outcome');
  await a.start(unusable, { flags: CHECKER_FLAGS });
  const processes = (): string[] =>
    a.daemon.log.map(({ text }) => text.replace(/pid=\d+/, 'pid=N')).filter((text) => / process/.test(text));
  scene.fact('processes', processes());
  scene.fact('said', saidOfServers(a));
  await scene.phase('usable', 'outcome');
  await a.reload(usable);
  await a.sees(/^Gained quorum /, 1, 30_000);
  scene.fact('table', await ipvsTable(a.ns));
  await scene.phase('unusable again', 'outcome');
  await a.reload(unusable);
  await a.sees(/^Removing Virtual Server /, 1, 30_000);
  scene.fact('table of none', await ipvsTable(a.ns));
  await scene.phase('stop', 'outcome');
  await a.stop();
  scene.fact('processes at the end', processes());
});
