/** The Sysctl port on /proc/sys, of the network namespace that this process is in. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Sysctl } from '../ports/sysctl.ts';
import { EIO } from './errno.ts';

const ROOT = '/proc/sys';

const errnoOf = (error: unknown): number => Math.abs((error as NodeJS.ErrnoException).errno ?? EIO);

export const createSysctl = (): Sysctl => ({
  get(path) {
    try {
      const value = Number.parseInt(readFileSync(`${ROOT}/${path}`, 'utf8'), 10);
      return Number.isNaN(value) ? undefined : value;
    } catch {
      return undefined;
    }
  },
  set(path, value) {
    try {
      writeFileSync(`${ROOT}/${path}`, `${value}\n`);
      return 0;
    } catch (error) {
      return errnoOf(error);
    }
  },
});
