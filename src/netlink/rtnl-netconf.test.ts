import assert from 'node:assert/strict';
import { test } from 'node:test';
import { u32Bytes } from './bytes.ts';
import { attribute, message, messages } from './message.ts';
import { parseForwarding } from './rtnl-netconf.ts';

const AF_INET = 2;
const AF_INET6 = 10;

function told(family: number, settings: readonly number[], type = 80): number | undefined {
  const parts = settings.map((setting) => attribute(setting, u32Bytes(setting === 1 ? 7 : 1)));
  const [first] = messages(message({ type, flags: 0, seq: 0 }, [Uint8Array.of(family, 0, 0, 0), ...parts]));
  return first === undefined ? undefined : parseForwarding(first);
}

test('a message about forwarding of IPv6 names its interface', () => {
  assert.equal(told(AF_INET6, [1, 2]), 7);
});

test('other families, settings and messages are no news', () => {
  assert.equal(told(AF_INET, [1, 2]), undefined);
  assert.equal(told(AF_INET6, [1, 4]), undefined);
  assert.equal(told(AF_INET6, [2]), undefined);
  assert.equal(told(AF_INET6, [1, 2], 16), undefined);
});
