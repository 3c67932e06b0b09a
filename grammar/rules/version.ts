/**
 * Family and version of an instance: IPv6 runs version 3 unless told otherwise, strict mode insists on it.
 */
import { type InstanceRule, isStrict, say } from './rule.ts';

export const familyAndVersion: InstanceRule = {
  name: 'family-and-version',
  check: (instance, session) => {
    instance.family ??= 4;
    const configured = session.globals.values.vrrp_version;
    instance.version ??= instance.family === 6 || configured === 3 ? 3 : 2;
    if (instance.family === 6 && instance.version === 2 && isStrict(instance, session)) {
      say(instance, session, 'cannot use IPv6 with VRRP version 2; setting version 3');
      instance.version = 3;
    }
    return undefined;
  },
};
