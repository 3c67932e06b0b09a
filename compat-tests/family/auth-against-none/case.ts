/** A password on one side only. */
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const more = ['authentication {', '  auth_type PASS', '  auth_pass secret', '}'];
const common = { version: 2, advert: 1 } as const;

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await scene.phase('with password');
  await a.start(instance({ ...common, priority: 150, more }));
  await scene.master(a);
  await scene.phase('without password', 'outcome');
  await b.start(instance({ ...common, priority: 100 }));
  await scene.master(b);
  scene.endDetail = 'outcome';
  // Refused adverts still restart upstream's advert timer, so one of the two may fall silent from here on.
  await a.sees(/expecting [01]!/);
  for (const router of scene.routers) {
    const lines = router.logged(/auth.* expecting/).map((line) => line.text);
    scene.fact(`what ${router.name} says`, [...new Set(lines)]);
  }
});
