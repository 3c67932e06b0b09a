import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { us } from '../../src/units.ts';
import { parseAddress, parseIpv4, parseIpv6, printAddress } from './address.ts';
import { boolean } from './codec.ts';
import { interfaceName } from './names.ts';
import { decimalSeconds, int, secondsOrFraction, uint } from './numbers.ts';
import { parseScriptLine, printCommand } from './script.ts';
import { readTrackWeight } from './weight.ts';

const testing = { testing: true };
const running = { testing: false };

describe('integers', () => {
  const priority = uint(1, 255, 'strict');
  const cases: readonly (readonly [string, number | undefined, string | undefined])[] = [
    ['100', 100, undefined],
    ['+100', 100, undefined],
    ['0100', 100, undefined],
    [' 100', 100, undefined],
    ['100 ', undefined, "invalid number '100 '"],
    ['', undefined, "number '' outside range [1, 255]"],
    ['+', undefined, "invalid number '+'"],
    ['0x10', undefined, "invalid number '0x10'"],
    ['-1', undefined, "negative number '-1'"],
    ['- 5', undefined, "negative number '- 5'"],
    ['300', undefined, "number '300' outside range [1, 255]"],
    ['4294967296', undefined, "number '4294967296' outside unsigned integer range"],
  ];
  for (const [word, value, complaint] of cases) {
    it(JSON.stringify(word), () => {
      const parsed = priority.parse(word, testing);
      assert.equal(parsed.value, value);
      assert.equal(parsed.complaint, complaint);
    });
  }
  it('are repaired by lenient readers of a running daemon only', () => {
    const lenient = uint(0, 50, 'lenient');
    assert.deepEqual(lenient.parse('10s', running), {
      value: 10,
      complaint: "WARNING - invalid number '10s'",
    });
    assert.deepEqual(lenient.parse('10s', testing), { complaint: "invalid number '10s'" });
    assert.deepEqual(lenient.parse('99x', running), { complaint: "WARNING - invalid number '99x'" });
    assert.deepEqual(priority.parse('10s', running), { complaint: "invalid number '10s'" });
  });
  it('have a range of their own when signed', () => {
    assert.equal(
      int(2, 3, 'lenient').parse('2147483648', testing).complaint,
      "number '2147483648' outside integer range",
    );
    assert.equal(int(-20, 19, 'lenient').parse('-20', testing).value, -20);
  });
});

describe('decimal seconds', () => {
  const interval = decimalSeconds(0.01, 255);
  const cases: readonly (readonly [string, number | undefined, string | undefined])[] = [
    ['.5', 500_000, undefined],
    ['1.', 1_000_000, undefined],
    ['00.50', 500_000, undefined],
    ['1.1234567', 1_123_457, "number '1.1234567' has too many decimal places"],
    ['.', undefined, "number '.' outside range [0.010000, 255.000000]"],
    ['1,5', undefined, "invalid number '1,5'"],
    ['5s', undefined, "invalid number '5s'"],
    ['-0.5', undefined, "negative number '-0.5'"],
    ['256', undefined, "number '256' outside range [0.010000, 255.000000]"],
    ['99999999999999999999', undefined, "number '99999999999999999999' outside unsigned decimal range"],
  ];
  for (const [word, value, complaint] of cases) {
    it(JSON.stringify(word), () => {
      const parsed = interval.parse(word, testing);
      assert.equal(parsed.value, value);
      assert.equal(parsed.complaint, complaint);
    });
  }
  it('read digits before junk as the smallest unit, as upstream does', () => {
    assert.deepEqual(decimalSeconds(0, 1000).parse('5s', testing), {
      value: us(5),
      complaint: "invalid number '5s'",
    });
  });
  it('stay seconds where whole numbers used to be read', () => {
    const script = secondsOrFraction(0, 4294);
    assert.equal(script.parse('5', testing).value, 5_000_000);
    assert.equal(script.parse('0.5', testing).value, 500_000);
    assert.equal(script.parse('5s', testing).value, undefined);
    assert.equal(script.parse('5s', running).value, 5_000_000);
  });
  it('print what parses to the same value', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10_000, max: 255_000_000 }), (value) => {
        assert.equal(interval.parse(interval.print(us(value)), testing).value, value);
      }),
    );
  });
});

describe('addresses', () => {
  it('refuse what inet_pton refuses', () => {
    const bad = [
      '10.1',
      '010.0.0.1',
      '10.0.0.256',
      '10.0.0.1 ',
      'host',
      'fe80::1%eth0',
      '[fe80::1]',
      '1::2::3',
      ':::',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '12345::',
      '1.2.3.4::',
      ':1::',
      '::1:',
    ];
    for (const text of bad) assert.equal(parseAddress(text), undefined, text);
  });
  it('accept what it accepts', () => {
    for (const text of [
      '::',
      '::1',
      '1::',
      'fe80::1',
      '1:2:3:4:5:6:7:8',
      '1:2:3:4:5:6:7::',
      '::ffff:1.2.3.4',
    ]) {
      assert.equal(parseIpv6(text)?.length, 16, text);
    }
    assert.deepEqual(parseIpv4('224.0.0.18'), new Uint8Array([224, 0, 0, 18]));
  });
  it('print as inet_ntop prints', () => {
    const cases = {
      '1:0:0:2:0:0:0:3': '1:0:0:2::3',
      '::ffff:1.2.3.4': '::ffff:1.2.3.4',
      '2001:DB8::0': '2001:db8::',
      '1:2:3:4:5:6:0:8': '1:2:3:4:5:6:0:8',
    };
    for (const [text, printed] of Object.entries(cases)) {
      const bytes = parseIpv6(text);
      assert.ok(bytes);
      assert.equal(printAddress(bytes), printed);
    }
  });
  it('survive printing and parsing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        assert.deepEqual(parseIpv6(printAddress(bytes)), bytes);
      }),
    );
  });
});

describe('small codecs', () => {
  it('know six booleans', () => {
    assert.deepEqual(
      ['on', 'yes', 'true', 'off', 'no', 'false', 'TRUE', '1'].map(
        (word) => boolean.parse(word, testing).value,
      ),
      [true, true, true, false, false, false, undefined, undefined],
    );
  });
  it('limit interface names to 15 characters', () => {
    assert.equal(interfaceName.parse('a'.repeat(15), testing).value, 'a'.repeat(15));
    assert.match(interfaceName.parse('a'.repeat(16), testing).complaint ?? '', /too long - ignoring$/);
  });
  it('read weights up to 254 and use up to 253', () => {
    assert.deepEqual(readTrackWeight('-254', true), { kind: 'clamped', weight: -253 });
    assert.deepEqual(readTrackWeight('7', true), { kind: 'ok', weight: 7 });
    assert.equal(readTrackWeight('255', true).kind, 'refused');
  });
});

describe('script lines', () => {
  it('split the command in two steps and keep user and group apart', () => {
    const line = `notify_master "/usr/bin/printf 'a b\\tc\\x41\\101' \\"q\\"" root wheel`;
    assert.deepEqual(parseScriptLine(line), {
      ok: true,
      value: { argv: ['/usr/bin/printf', 'a b\tcAA', 'q'], user: 'root', group: 'wheel' },
    });
  });
  it('give nothing for nothing and a text for an open quote', () => {
    assert.deepEqual(parseScriptLine('notify'), { ok: true, value: undefined });
    assert.deepEqual(parseScriptLine('notify "/bin/a'), {
      ok: false,
      error: `String 'notify "/bin/a': missing terminating "`,
    });
  });
  it('print every word in quotes', () => assert.equal(printCommand(['/bin/a', 'b c']), "'/bin/a' 'b c'"));
});
