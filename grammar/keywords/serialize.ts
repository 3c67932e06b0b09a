/** `notify_serialize [SECONDS]`: an extension of alived, in three blocks. */
import { seconds } from '../../src/units.ts';
import { wholeSeconds } from '../codecs/numbers.ts';
import { scalar } from './row.ts';

export const notifySerialize = (whose: string) =>
  scalar(wholeSeconds(1, 86_400), {
    doc: `Run the notify scripts of ${whose} one after another in order, each for SECONDS at most (60).`,
    extension: true,
    process: 'vrrp',
    bare: seconds(60),
    bad: "{keyword} '{value}' must be in [1, 86400] - ignoring",
  });
