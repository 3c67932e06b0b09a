import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  compareAddresses,
  formatAddress,
  ipv4,
  ipv6,
  isLinkLocal6,
  isMulticast,
  sameAddress,
} from './address.ts';

/** Groups on the left, RFC 5952 §4 on the right. */
const rfc5952: readonly (readonly [groups: string, text: string])[] = [
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:0db8:0000:0000:0000:0000:0002:0001', '2001:db8::2:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['0:0:0:0:0:0:0:0', '::'],
  ['0:0:0:0:0:0:0:1', '::1'],
  ['fe80:0:0:0:0:0:0:0', 'fe80::'],
  ['0:1:0:1:0:1:0:1', '0:1:0:1:0:1:0:1'],
  ['1:0:0:2:3:4:0:0', '1::2:3:4:0:0'],
  ['0:0:2:3:4:5:6:7', '::2:3:4:5:6:7'],
  ['1:2:3:4:5:6:0:0', '1:2:3:4:5:6::'],
  ['2001:DB8:AAAA:BBBB:CCCC:DDDD:EEEE:AA', '2001:db8:aaaa:bbbb:cccc:dddd:eeee:aa'],
];

for (const [groups, text] of rfc5952) {
  test(`${groups} is written ${text}`, () => {
    assert.equal(formatAddress(ipv6(groups)), text);
    assert.deepEqual(ipv6(text), ipv6(groups));
  });
}

test('any address survives being written and read', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(0, 0, 1, 0xffff, 0x0a00), { minLength: 8, maxLength: 8 }),
      (groups) => {
        const bytes = new Uint8Array(groups.flatMap((group) => [group >> 8, group & 0xff]));
        const text = formatAddress(bytes);
        assert.deepEqual(ipv6(text), bytes);
        assert.ok((text.match(/::/g) ?? []).length <= 1);
      },
    ),
  );
});

test('IPv4 is written as four decimals and read strictly', () => {
  assert.equal(formatAddress(ipv4('10.0.255.1')), '10.0.255.1');
  for (const text of ['10.0.0', '10.0.0.256', '10.0.0.0.1', '10.0.0.x', '']) {
    assert.throws(() => ipv4(text));
  }
  assert.throws(() => ipv6('1:2:3'));
});

test('addresses compare as unsigned numbers in network order', () => {
  assert.ok(compareAddresses(ipv4('10.0.0.9'), ipv4('10.0.0.10')) < 0);
  assert.ok(compareAddresses(ipv4('9.255.255.255'), ipv4('10.0.0.0')) < 0);
  assert.ok(compareAddresses(ipv4('192.0.2.1'), ipv4('127.0.0.1')) > 0);
  assert.ok(compareAddresses(ipv6('fe80::2'), ipv6('fe80::1:0')) < 0);
  assert.ok(sameAddress(ipv6('fe80::1'), ipv6('fe80:0:0::1')));
  assert.ok(!sameAddress(ipv4('0.0.0.0'), ipv6('::')));
});

test('link-local is fe80::/10, multicast 224.0.0.0/4 and ff00::/8', () => {
  assert.ok(isLinkLocal6(ipv6('fe80::1')) && isLinkLocal6(ipv6('febf::1')));
  assert.ok(
    !isLinkLocal6(ipv6('fec0::1')) && !isLinkLocal6(ipv6('fe7f::1')) && !isLinkLocal6(ipv4('169.254.0.1')),
  );
  assert.ok(
    isMulticast(ipv4('224.0.0.18')) && isMulticast(ipv4('239.255.255.255')) && isMulticast(ipv6('ff02::12')),
  );
  assert.ok(
    !isMulticast(ipv4('223.255.255.255')) && !isMulticast(ipv4('240.0.0.1')) && !isMulticast(ipv6('fe80::1')),
  );
});
