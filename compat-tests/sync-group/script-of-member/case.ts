/** A script without weight that one member tracks: all wait for its first result, and all fail with it. */
import { script } from '../../lib/config.ts';
import { failAndRecover, pair } from '../../lib/groups.ts';
import { scenario } from '../../lib/scenario.ts';

const text = [
  script('probe', '/usr/bin/test ! -f @DIR@/bad'),
  pair({ priority: 200, two: { more: ['track_script {', '  probe', '}'] } }),
].join('\n');

export const run = scenario((scene) => failAndRecover(scene, text));
