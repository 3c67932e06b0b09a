/** Checks of mail servers, programs and datagrams: dialogues, hostile answers, time limits. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ScriptResult } from '../../ports/scripts.ts';
import { seconds } from '../../units.ts';
import { CONNECT, PlayedProbe, TIMING } from '../testing/played.ts';
import { type DnsCheck, dnsProbe } from './dns.ts';
import { type MiscCheck, miscProbe } from './misc.ts';
import { type PingCheck, pingProbe } from './ping.ts';
import { type SmtpCheck, smtpProbe } from './smtp.ts';
import { type UdpCheck, udpProbe } from './udp.ts';

const common = { timing: TIMING, alpha: false, connect: CONNECT };

describe('SMTP_CHECK', () => {
  const config: SmtpCheck = { ...common, type: 'SMTP_CHECK', heloName: 'me' };
  const dialogue = (...lines: string[]): PlayedProbe<SmtpCheck> => {
    const played = new PlayedProbe(smtpProbe, config);
    played.stream?.connected();
    for (const line of lines) played.says(line);
    return played;
  };

  it('greets, says HELO and QUIT', () => {
    const played = dialogue('220 hi\r\n', '250 ', 'ok\r\n', '500 whatever\r\n');
    assert.deepEqual([played.verdict, played.closed], ['up', true]);
    assert.deepEqual(played.sent, ['HELO me\r\n', 'QUIT\r\n']);
  });

  it('takes what it does not expect for a failure, lines of no end included', () => {
    assert.equal(dialogue('554 go away\r\n').verdict, 'smtp-bad-greeting');
    assert.equal(dialogue('220-more\r\n').verdict, 'smtp-bad-greeting');
    assert.equal(dialogue('220 hi\r\n', '550 no\r\n').verdict, 'smtp-bad-helo');
    assert.equal(dialogue('x'.repeat(1024)).verdict, 'smtp-bad-greeting');
    assert.equal(dialogue('220 hi\r\n').after(seconds(2)).verdict, 'smtp-read-timeout');
    assert.equal(new PlayedProbe(smtpProbe, config).after(seconds(2)).verdict, 'smtp-connect-timeout');
    const gone = dialogue('220 hi\r\n');
    gone.stream?.ended();
    assert.equal(gone.verdict, 'smtp-read-error');
    const quit = dialogue('220 hi\r\n', '250 ok\r\n');
    quit.stream?.ended();
    assert.equal(quit.verdict, 'up');
  });
});

describe('MISC_CHECK', () => {
  const outcomeOf = (result: ScriptResult, dynamic = false) => {
    const script = { argv: ['/bin/x', 'a'], uid: 0, gid: 0 };
    const config: MiscCheck = { ...common, type: 'MISC_CHECK', script, timeoutGiven: false, dynamic };
    let end: (result: ScriptResult) => void = () => undefined;
    const run = (_spec: unknown, done: typeof end) => {
      end = done;
      return { terminate: () => undefined };
    };
    const played = new PlayedProbe(miscProbe, config, 0, { scripts: { run } });
    end(result);
    return played.outcome;
  };

  it('makes a weight of the status only where it is to, counted from the configured one', () => {
    const weights = [0, 1, 2, 12, 255].map((code) => {
      const outcome = outcomeOf({ kind: 'exited', code }, true);
      return [outcome?.succeeded, outcome?.weight];
    });
    // The configured weight is 1.
    assert.deepEqual(weights, [
      [true, undefined],
      [false, undefined],
      [true, -1],
      [true, 9],
      [true, 252],
    ]);
    assert.equal(outcomeOf({ kind: 'exited', code: 2 })?.succeeded, false);
  });

  it('says how the program ended', () => {
    const line = (result: ScriptResult) => outcomeOf(result)?.down?.slice(1);
    assert.deepEqual(line({ kind: 'exited', code: 3 }), ['RS', 'VS', '/bin/x', 'exited with status 3']);
    assert.deepEqual(line({ kind: 'signalled', signal: 'SIGKILL' })?.at(-1), 'signal SIGKILL');
    assert.deepEqual(line({ kind: 'timeout' })?.at(-1), 'timeout');
    assert.deepEqual(line({ kind: 'failed', reason: 'ENOENT' })?.at(-1), 'ENOENT');
  });
});

describe('UDP_CHECK', () => {
  const config = (more: Partial<UdpCheck> = {}): UdpCheck => ({
    ...common,
    type: 'UDP_CHECK',
    minLength: 0,
    maxLength: 255,
    ...more,
  });
  const judged = (more: Partial<UdpCheck>, reply?: number[]): string | undefined => {
    const played = new PlayedProbe(udpProbe, config(more));
    if (reply !== undefined) played.datagram?.received(Uint8Array.from(reply));
    return played.after(seconds(2)).verdict;
  };
  const whatever = { bytes: new Uint8Array(0), mask: new Uint8Array(0) };
  const pattern = { bytes: Uint8Array.of(0x10, 2), mask: Uint8Array.of(0xf0, 0xff) };

  it('sends the text of 2.2.7 or the payload', () => {
    const [text] = new PlayedProbe(udpProbe, config()).bytesSent;
    assert.equal(new TextDecoder().decode(text), 'keepalived check - keepalived ch');
    const payload = Uint8Array.of(1, 2);
    assert.deepEqual(new PlayedProbe(udpProbe, config({ payload })).bytesSent, [payload]);
  });

  it('needs a reply only where one is required, and one that fits', () => {
    assert.equal(judged({}), 'up');
    assert.equal(judged({ reply: whatever }), 'udp-failed');
    assert.equal(judged({ reply: whatever }, []), 'up');
    assert.equal(judged({ reply: whatever, minLength: 3 }, [1, 2]), 'udp-reply-mismatch');
    assert.equal(judged({ reply: pattern }, [0x1f, 2, 3]), 'up');
    assert.equal(judged({ reply: pattern }, [0x1f, 3]), 'udp-reply-mismatch');
    assert.equal(judged({ reply: pattern }, [0x1f]), 'udp-reply-mismatch');
    assert.equal(judged({ reply: whatever, maxLength: 2 }, [1, 2, 3]), 'up');
  });

  it('takes a refusal for a failure', () => {
    const refused = new PlayedProbe(udpProbe, config());
    refused.datagram?.failed({ kind: 'refused', errno: 111 });
    assert.equal(refused.verdict, 'udp-failed');
  });
});

describe('DNS_CHECK', () => {
  const config: DnsCheck = { ...common, type: 'DNS_CHECK', query: 'A', name: 'a.example' };
  const answered = (change: (reply: Uint8Array) => Uint8Array | undefined): string | undefined => {
    const played = new PlayedProbe(dnsProbe, config, 0, { chance: { next: () => 0.5 } });
    const reply = Uint8Array.from(played.bytesSent[0] ?? []);
    reply[2] = (reply[2] ?? 0) | 0x80;
    const bytes = change(reply);
    if (bytes !== undefined) played.datagram?.received(bytes);
    return played.after(seconds(2)).verdict;
  };

  it('asks one question with recursion', () => {
    const [query] = new PlayedProbe(dnsProbe, config, 0, { chance: { next: () => 0.5 } }).bytesSent;
    const expected = `80000100000100000000000001${'61'}07${'6578616d706c65'}0000010001`;
    assert.equal(Buffer.from(query ?? []).toString('hex'), expected);
  });

  it('judges by the code of the reply, and passes over what is none', () => {
    assert.equal(
      answered((reply) => reply),
      'up',
    );
    const coded = (code: number) => (reply: Uint8Array) => reply.with(3, (reply[3] ?? 0) | code);
    assert.equal(answered(coded(3)), 'dns-error-tried');
    for (const change of [
      (reply: Uint8Array) => reply.with(0, 1),
      (reply: Uint8Array) => reply.with(2, 1),
      (reply: Uint8Array) => reply.subarray(0, 11),
      () => new Uint8Array(0),
      () => undefined,
    ]) {
      assert.equal(answered(change), 'dns-timeout-tried');
    }
  });
});

describe('PING_CHECK', () => {
  const config: PingCheck = { ...common, type: 'PING_CHECK' };

  it('waits for the reply to its own echo', () => {
    const asked = () => new PlayedProbe(pingProbe, config);
    const [first] = asked().bytesSent;
    assert.equal(first?.length, 136);
    const second = asked();
    const sequence = second.bytesSent[0]?.[7] ?? 0;
    assert.equal(sequence, (first?.[7] ?? 0) + 1);
    second.datagram?.received(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, sequence - 1));
    assert.equal(second.verdict, undefined);
    second.datagram?.received(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, sequence));
    assert.equal(second.verdict, 'up');
    assert.equal(asked().after(seconds(2)).verdict, 'ping-timeout');
  });
});
