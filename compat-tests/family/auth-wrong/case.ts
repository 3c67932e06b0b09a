/** Different passwords: each refuses the other's adverts, says so, and both end up master. */
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const auth = (password: string) => ['authentication {', '  auth_type PASS', `  auth_pass ${password}`, '}'];
const common = { version: 2, advert: 1 } as const;

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await scene.phase('first is master');
  await a.start(instance({ ...common, priority: 150, more: auth('secret') }));
  await scene.master(a);
  await scene.phase('second with another password', 'outcome');
  await b.start(instance({ ...common, priority: 100, more: auth('other') }));
  await scene.master(b);
  scene.endDetail = 'outcome';
  // Refused adverts still restart upstream's advert timer, so one of the two may fall silent from here on.
  await a.sees(/received an invalid passwd/);
  for (const router of scene.routers) {
    const lines = router.logged(/invalid passwd/).map((line) => line.text);
    scene.fact(`what ${router.name} says`, [...new Set(lines)]);
  }
  scene.fact('first is still', a.state() ?? 'silent');
});
