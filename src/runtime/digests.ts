/** The Digests port on the OpenSSL that Node carries. */
import { createHmac } from 'node:crypto';
import type { Digests } from '../ports/digests.ts';

export const digests: Digests = {
  hmac: (name, key, bytes) => new Uint8Array(createHmac(name, key).update(bytes).digest()),
};
