/** Signed adverts (auth_hmac, since 2.4.0): no legacy password beside them, and the key in use must exist. */
import type { HmacKey } from '../keywords/auth-hmac.ts';
import { type InstanceRule, isStrict, say } from './rule.ts';

export const hmacReplacesAuthentication: InstanceRule = {
  name: 'hmac-replaces-authentication',
  check: (instance, session) => {
    if (!instance.hmac || instance.auth?.auth_type === undefined) return undefined;
    say(instance, session, 'auth_hmac cannot be combined with authentication, dropping legacy auth');
    instance.auth = undefined;
    return undefined;
  },
};

export const hmacKeys: InstanceRule = {
  name: 'hmac-keys',
  check: (instance, session) => {
    const { hmac } = instance;
    if (!hmac) return undefined;
    const keys = (hmac.key ?? []) as readonly HmacKey[];
    const active = Number(hmac.active_key ?? 0);
    if (!keys.some(({ id }) => id === active)) {
      say(instance, session, `auth_hmac active_key ${active} is not defined, disabling extension`);
      instance.hmac = undefined;
    } else if (isStrict(instance, session)) {
      // Strict mode accepts no advert without a signature.
      hmac.mode = 'enforce';
    }
    return undefined;
  },
};
