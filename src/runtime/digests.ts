/** The Digests port on the OpenSSL that Node carries, which is loaded for the first digest: few need one. */
import type { Digests } from '../ports/digests.ts';

export const digests: Digests = {
  hmac: (name, key, bytes) => {
    const { createHmac } = process.getBuiltinModule('node:crypto');
    return new Uint8Array(createHmac(name, key).update(bytes).digest());
  },
};
