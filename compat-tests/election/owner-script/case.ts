/** Address owners that wait for a script are master with its first success, without a time as BACKUP. */
import { block, instance, script } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const more = block('track_script', ['good']);
const text = [
  script('good', '/usr/bin/true'),
  instance({ name: 'SAID', state: 'MASTER', priority: 255, more }),
  instance({ name: 'OWNER', vrid: 52, version: 2, advert: 1, priority: 255, vips: ['10.0.0.101/24'], more }),
].join('\n');

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.notifyInAnyOrder = true;
  await scene.phase('start');
  await a.start(text);
  await a.enters('MASTER', ['SAID', 'OWNER']);
  await a.sees(/Sending gratuitous ARP on eth0 for 10.0.0.101/);
  await scene.moreAdverts(a, 3);
  await scene.phase('stop');
  await a.stop();
});
