import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseIpv4, printAddress, readIpv4 } from './address.ts';
import { parseBytes } from './hex-bytes.ts';
import { familyOf, hostAddress, isLinkLocalHost, printHost, readHost } from './host.ts';

describe('hosts', () => {
  it('are numbers for IPv4 and canonical text for IPv6', () => {
    assert.equal(readHost('10.0.0.1'), 0x0a000001);
    assert.equal(readHost('192.168.1.2'), 0xc0a80102 | 0);
    assert.equal(readHost('0:0::1'), '::1');
    assert.equal(familyOf(readHost('fe80::1') ?? 0), 6);
  });
  it('leave out a range or a prefix', () => {
    for (const word of ['10.0.0.1-6', '10.0.0.1/24', '10.0.0.1-', '10.0.0.1-5/24']) {
      assert.equal(readHost(word), 0x0a000001, word);
    }
    assert.equal(readHost('10.0.0.1/24-5'), undefined);
  });
  it('refuse what inet_pton refuses', () => {
    const bad = [
      '',
      '10.1',
      '010.0.0.1',
      '10.0.0.256',
      '10.0.0.1.',
      '.10.0.0.1',
      '10..0.1',
      '10.0.0.1:80',
      'x',
      '+1.2.3.4',
    ];
    for (const word of bad) assert.equal(readHost(word), undefined, word);
  });
  it('read IPv4 as the other reader does, and print it back', () => {
    const byte = fc.integer({ min: 0, max: 300 }).map(String);
    fc.assert(
      fc.property(fc.array(byte, { minLength: 3, maxLength: 5 }), (parts) => {
        const text = parts.join('.');
        const value = readIpv4(text);
        const bytes = parseIpv4(text);
        assert.equal(value === undefined, bytes === undefined, text);
        if (value === undefined || !bytes) return;
        assert.deepEqual(hostAddress(value).bytes, bytes);
        assert.equal(printHost(value), printAddress(bytes));
      }),
    );
  });
  it('know link-local addresses', () => {
    assert.deepEqual(
      ['fe80::1', 'feb0::', 'fec0::1', 'fe8::1', '10.0.0.1'].map((word) =>
        isLinkLocalHost(readHost(word) ?? 0),
      ),
      [true, true, false, false, false],
    );
  });
});

describe('hex bytes', () => {
  const bytes = (words: readonly string[], wild = false) => parseBytes(words, wild)?.bytes.join();
  it('take two digits, or one that stands alone', () => {
    assert.equal(bytes(['0011', '2', 'ff']), '0,17,2,255');
    assert.equal(bytes(['123']), '18,3');
    assert.equal(bytes(['0  1 ']), '0,1');
  });
  it('refuse other characters and nothing at all', () => {
    for (const word of ['', '0x11', '0g', 'XX', '+1']) assert.equal(bytes([word]), undefined, word);
  });
  it('have wild digits in patterns only', () => {
    const pattern = parseBytes(['1X', 'xx', 'X'], true);
    assert.deepEqual([...(pattern?.bytes ?? [])], [0x10, 0, 0]);
    assert.deepEqual([...(pattern?.mask ?? [])], [0xf0, 0, 0xf0]);
  });
});
