/** The Chance port: discriminators that nobody outside can guess (RFC 5880 section 9). */
import { randomInt } from 'node:crypto';
import type { Chance } from '../ports/chance.ts';

const STEPS = 2 ** 32;

export const chance: Chance = { next: () => randomInt(STEPS) / STEPS };
