import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AddressSpec } from '../ports/kernel.ts';
import { u32Bytes } from './bytes.ts';
import { attribute, type Message, message, messages } from './message.ts';
import { createMirror } from './mirror.ts';
import { writeNewAddress } from './rtnl-addr.ts';
import { written } from './testing/packets.ts';

function one(datagram: Uint8Array, type: number): Message {
  const [first] = messages(datagram);
  assert.ok(first);
  return { ...first, type };
}

const link = (gone: boolean, index: number, name: string): Message =>
  one(
    message({ type: 16, flags: 0, seq: 0 }, [
      Uint8Array.of(0, 0, 1, 0, ...u32Bytes(index, 0x41, 0)),
      attribute(3, new TextEncoder().encode(`${name}\0`)),
    ]),
    gone ? 17 : 16,
  );

function address(gone: boolean, changes: Partial<AddressSpec> = {}): Message {
  const spec = {
    ifindex: 2,
    family: 4,
    address: Uint8Array.of(10, 0, 0, 1),
    prefix: 24,
    scope: 0,
    flags: 0,
  } as const;
  return one(
    written((to) => writeNewAddress(to, { ...spec, ...changes }, 0)),
    gone ? 21 : 20,
  );
}

describe('mirror', () => {
  it('says nothing of what it knows', () => {
    const mirror = createMirror();
    assert.deepEqual(
      mirror.take(link(false, 2, 'eth0')).map(({ event }) => event),
      ['link'],
    );
    assert.deepEqual(mirror.take(link(false, 2, 'eth0')), []);
    assert.deepEqual(
      mirror.take(address(false)).map(({ event }) => event),
      ['address'],
    );
    assert.deepEqual(mirror.take(address(false)), []);
    assert.deepEqual(
      mirror.take(address(true)).map(({ event }) => event),
      ['addressGone'],
    );
    assert.deepEqual(mirror.take(address(true)), []);
    assert.deepEqual(mirror.take(link(true, 3, 'eth1')), []);
  });

  it('follows names through renames and swaps', () => {
    const mirror = createMirror();
    mirror.take(link(false, 2, 'a'));
    mirror.take(link(false, 3, 'b'));
    mirror.take(link(false, 2, 'tmp'));
    mirror.take(link(false, 3, 'a'));
    mirror.take(link(false, 2, 'b'));
    assert.equal(mirror.linkByName('a')?.index, 3);
    assert.equal(mirror.linkByName('b')?.index, 2);
    assert.equal(mirror.linkByName('tmp'), undefined);
  });

  it('keeps a name that another interface took before the old one was removed', () => {
    const mirror = createMirror();
    mirror.take(link(false, 2, 'a'));
    mirror.take(link(false, 3, 'a'));
    mirror.take(link(true, 2, 'a'));
    assert.equal(mirror.linkByName('a')?.index, 3);
  });

  it('holds the same address apart by prefix and peer', () => {
    const mirror = createMirror();
    mirror.take(link(false, 2, 'eth0'));
    mirror.take(address(false));
    mirror.take(address(false, { prefix: 32 }));
    mirror.take(address(false, { peer: Uint8Array.of(10, 0, 0, 9) }));
    assert.equal(mirror.addresses(2).length, 3);
    mirror.take(address(true, { prefix: 32 }));
    assert.deepEqual(
      mirror.addresses(2).map(({ prefix }) => prefix),
      [24, 24],
    );
  });

  it('reports the addresses of an interface that goes, before the interface', () => {
    const mirror = createMirror();
    mirror.take(link(false, 2, 'eth0'));
    mirror.take(address(false));
    const events = mirror.take(link(true, 2, 'eth0')).map(({ event }) => event);
    assert.deepEqual(events, ['addressGone', 'linkGone']);
    assert.deepEqual(mirror.addresses(2), []);
    assert.deepEqual(mirror.links(), []);
  });
});
