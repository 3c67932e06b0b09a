/** MD5 on the OpenSSL that Node carries. */
import { createHash } from 'node:crypto';
import type { BeginMd5 } from '../ports/md5.ts';

export const beginMd5: BeginMd5 = () => {
  const hash = createHash('md5');
  return {
    update: (bytes) => {
      hash.update(bytes);
    },
    hex: () => hash.digest('hex'),
  };
};
