import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok } from '../../result.ts';
import { seconds } from '../../units.ts';
import { ipv6 } from '../../wire/address.ts';
import { CONNECT, PlayedProbe, TIMING } from '../testing/played.ts';
import { type HttpCheck, httpProbe, type Page, requestText } from './http.ts';

const OK = 'HTTP/1.0 200 OK\r\nServer: x\r\n\r\n';
const page = (more: Partial<Page> = {}): Page => ({
  path: '/',
  status: [{ first: 200, last: 299 }],
  ...more,
});

const check = (pages: readonly Page[], more: Partial<HttpCheck> = {}): HttpCheck => ({
  type: 'HTTP_GET',
  timing: TIMING,
  alpha: false,
  connect: CONNECT,
  pages,
  protocol: '1.0',
  fastRecovery: false,
  sni: undefined,
  ...more,
});

function ask(one: Page, more: Partial<HttpCheck> = {}, ports = {}): PlayedProbe<HttpCheck> {
  const played = new PlayedProbe(httpProbe, check([one], more), 0, ports);
  played.stream?.connected();
  return played;
}

function judged(one: Page, answer: string, more: Partial<HttpCheck> = {}, ports = {}): string | undefined {
  const played = ask(one, more, ports).says(answer);
  played.stream?.ended();
  return played.verdict;
}

describe('HTTP_GET', () => {
  it('asks in the words of 2.2.7', () => {
    const asked = (more: Partial<HttpCheck>, one: Page) => requestText(check([one], more), one);
    assert.equal(
      asked({}, page({ path: '/a' })),
      'GET /a HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nHost: 10.0.0.1:80\r\n\r\n',
    );
    assert.equal(
      asked({ protocol: '1.1' }, page({ virtualhost: 'vh' })),
      'GET / HTTP/1.1\r\nUser-Agent: KeepAliveClient\r\nConnection: close\r\nHost: vh\r\n\r\n',
    );
    const six = { ...CONNECT, address: ipv6('fd00::1') };
    assert.match(asked({ connect: six }, page()), /^Host: \[fd00::1\]:80\r$/m);
  });

  it('judges status, digest and text, in this order', () => {
    const digest = page({ digest: 'md5(hello)' });
    assert.equal(judged(page(), OK), 'up');
    assert.equal(judged(page(), 'HTTP/1.1 301 Moved\r\n\r\n'), 'http-status-error');
    assert.equal(judged(page({ status: [{ first: 300, last: 301 }] }), 'HTTP/1.1 301 Moved\n\n'), 'up');
    assert.equal(judged(digest, `${OK}hello`), 'up');
    assert.equal(judged(digest, `${OK}hello\n`), 'http-digest-error');
    assert.equal(judged(digest, 'HTTP/1.0 404 No\r\n\r\nhello'), 'http-status-error');
  });

  it('looks for an expression in the body, and takes none that cannot be used for a match', () => {
    const regex = { source: 'x', options: [], unwanted: false, minOffset: 0, maxOffset: 99 };
    const found = (matches: boolean | undefined) => ({
      patterns: { compile: () => ({ ok: true, value: { matches: () => matches } }) },
    });
    assert.equal(judged(page({ regex }), OK, {}, found(true)), 'up');
    assert.equal(judged(page({ regex: { ...regex } }), OK, {}, found(false)), 'http-regex-error');
    assert.equal(judged(page({ regex: { ...regex, unwanted: true } }), OK, {}, found(false)), 'up');
    assert.equal(judged(page({ regex: { ...regex } }), OK, {}, found(undefined)), 'http-regex-too-long');
    const unusable = { patterns: { compile: () => ({ ok: false, error: 'possessive quantifier' }) } };
    assert.equal(judged(page({ regex: { ...regex } }), OK, {}, unusable), 'http-regex-unusable');
  });

  it('searches a body that comes behind its header alone, and may begin anew with every piece', () => {
    const regex = { source: '^b', options: [], unwanted: false, minOffset: 0, maxOffset: 99 };
    const searched: string[] = [];
    const matches = (bytes: Uint8Array) => {
      searched.push(new TextDecoder().decode(bytes));
      return false;
    };
    const patterns = { compile: () => ok({ anchored: true, matches }) };
    const played = (...pieces: string[]) => {
      searched.length = 0;
      const probe = new PlayedProbe(httpProbe, check([page({ regex: { ...regex } })]), 0, { patterns });
      probe.stream?.connected();
      for (const piece of pieces) probe.says(piece);
      probe.stream?.ended();
      return searched;
    };
    assert.deepEqual(played(OK, 'a', 'b'), ['ab', 'b']);
    assert.deepEqual(played(`${OK}a`, 'b'), [`${OK}ab`, 'b']);
  });

  it('takes neither garbage nor half a header for an answer', () => {
    assert.equal(judged(page(), 'garbage garbage'), 'http-no-data');
    assert.equal(judged(page(), 'HTTP/1.0 200 OK\r\n'), 'http-no-data');
    assert.equal(judged(page(), 'HTTP/1.0 OK\r\n\r\n'), 'http-status-error');
    assert.equal(judged(page(), '\r\n\r\n'), 'http-status-error');
    assert.equal(ask(page()).says('x'.repeat(70_000)).verdict, 'http-no-data');
  });

  it('reads an answer that comes byte by byte', () => {
    const played = ask(page({ digest: 'md5(hello)' }));
    for (const char of `${OK}hello`) played.says(char);
    played.stream?.ended();
    assert.equal(played.verdict, 'up');
  });

  it('gives every step its time, and an answer without end an end', () => {
    assert.equal(
      new PlayedProbe(httpProbe, check([page()])).after(seconds(2)).verdict,
      'http-timeout-connect',
    );
    assert.equal(ask(page()).after(seconds(2)).verdict, 'http-timeout-web');
    assert.equal(ask(page(), { type: 'SSL_GET' }).after(seconds(2)).verdict, 'http-timeout-ssl');
    const slow = ask(page()).after(seconds(1.9)).says(OK).after(seconds(1.9));
    assert.equal(slow.verdict, undefined);
    assert.equal(slow.after(seconds(0.1)).verdict, 'http-timeout-read');
    assert.ok(slow.closed);
    const endless = ask(page()).says(OK);
    let steps = 0;
    for (; endless.verdict === undefined && steps < 100; steps++) endless.after(seconds(1)).says('x');
    assert.equal(endless.verdict, 'http-timeout-read');
    assert.equal(steps, 40);
  });

  it('tells a connection that was never made from one that broke', () => {
    const refused = new PlayedProbe(httpProbe, check([page()]));
    refused.stream?.failed({ kind: 'broken', errno: 111 });
    assert.equal(refused.verdict, 'http-connect-failed');
    const reset = ask(page());
    reset.stream?.failed({ kind: 'broken', errno: 104 });
    assert.equal(reset.verdict, 'http-read-error');
    const plain = new PlayedProbe(httpProbe, check([page()], { type: 'SSL_GET' }));
    plain.stream?.failed({ kind: 'tls', reason: 'wrong version' });
    assert.equal(plain.verdict, 'http-ssl-error');
  });

  it('names the server in the handshake only when it is to', () => {
    const nameOf = (sni: HttpCheck['sni'], one: Page) => {
      const played = new PlayedProbe(httpProbe, check([one], { type: 'SSL_GET', sni }));
      return played.tls?.serverName;
    };
    assert.deepEqual(
      [
        nameOf(undefined, page({ virtualhost: 'vh' })),
        nameOf('page', page({ virtualhost: 'vh' })),
        nameOf('page', page()),
        nameOf({ name: 'other' }, page({ virtualhost: 'vh' })),
      ],
      [undefined, 'vh', undefined, 'other'],
    );
    assert.equal(new PlayedProbe(httpProbe, check([page()])).tls, undefined);
  });
});
