/** Interface names: 15 characters at most, since the kernel's IFNAMSIZ counts the terminating NUL. */
import type { Codec } from './codec.ts';

export const MAX_INTERFACE_NAME = 15;

export const interfaceName: Codec<string> = {
  name: 'IFNAME',
  parse: (word) =>
    word.length > MAX_INTERFACE_NAME
      ? { complaint: `Interface name '${word}' too long - ignoring` }
      : { value: word },
  print: (value) => value,
};
