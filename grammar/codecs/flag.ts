/** Keywords that need no argument: what follows them is ignored, whatever it is. */
import type { Codec } from './codec.ts';

export const flagCodec: Codec<boolean> = {
  name: '',
  parse: () => ({ value: true }),
  print: () => '',
};
