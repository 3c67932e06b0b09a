import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as netlink from '../netlink/constants.ts';
import * as ipvs from '../netlink/ipvs-constants.ts';
import * as routing from '../netlink/route-constants.ts';
import * as system from './constants.ts';
import { native } from './native.ts';

describe('constants', () => {
  const written: Readonly<Record<string, number>> = { ...netlink, ...routing, ...ipvs, ...system };

  it('are the same in TypeScript and in the headers, and none is on one side only', () => {
    assert.deepEqual(written, { ...native.constants });
  });

  it('are many enough for the comparison to mean something', () => {
    assert.ok(Object.keys(written).length > 100);
  });
});
