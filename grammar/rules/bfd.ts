/** Checks of the BFD process after its pass, in the order in which upstream's messages come. */
import type { SessionRule } from './rule.ts';

export const bfdRules: readonly SessionRule[] = [];
