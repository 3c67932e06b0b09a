/**
 * A line of unicast_peer: `IPADDR [min_ttl N] [max_ttl N]`. Texts observed on 2.2.7, duplicates as in
 * 2.4.3.
 */
import { parseAddress, sameBytes } from '../codecs/address.ts';
import { readInteger } from '../codecs/numbers.ts';
import type { Line } from '../cst.ts';
import type { InstanceDraft, PeerDraft, Session } from '../drafts.ts';

export const peerOptions: Readonly<Record<string, 'minTtl' | 'maxTtl'>> = {
  min_ttl: 'minTtl',
  max_ttl: 'maxTtl',
};

export function readPeerLine(line: Line, instance: InstanceDraft, session: Session): PeerDraft | undefined {
  const [word = '', ...options] = line.words;
  const { name } = instance;
  const say = (text: string): void => session.report(text, line);
  // A prefix length is accepted and means nothing (observed on 2.2.7).
  const address = parseAddress(word.split('/', 1)[0] ?? '');
  if (!address) {
    say(`Configuration error: VRRP instance[${name}] malformed unicast peer address[${word}]. Skipping...`);
    return undefined;
  }
  instance.family ??= address.family;
  if (address.family !== instance.family) {
    const pair = `VRRP instance[${name}] and unicast peer address[${word}]`;
    say(`Configuration error: ${pair} MUST be of the same family !!! Skipping...`);
    return undefined;
  }
  if (instance.peers.some((peer) => sameBytes(peer.address.bytes, address.bytes))) {
    // 2.2.7 sends every advert twice instead.
    say(`(${name}) ${word} - duplicate unicast_peer`);
    return undefined;
  }
  const peer: PeerDraft = { address, line, minTtl: 0, maxTtl: 255 };
  readTtls(peer, options, name, say);
  if (peer.minTtl > peer.maxTtl) {
    say(`(${name}) min_ttl ${peer.minTtl} > max_ttl ${peer.maxTtl} - all packets will be discarded`);
  }
  instance.peers.push(peer);
  return peer;
}

function readTtls(
  peer: PeerDraft,
  words: readonly string[],
  name: string,
  say: (text: string) => void,
): void {
  for (let at = 0; at < words.length; at += 2) {
    const keyword = words[at] ?? '';
    const value = words[at + 1];
    if (value === undefined) {
      say(`(${name}) ${keyword} is missing a value`);
      return;
    }
    // Upstream reads the number before it looks at the keyword.
    const ttl = readInteger(value, { min: 0, max: 255 }, { testing: true });
    if (ttl.complaint !== undefined) say(ttl.complaint);
    if (ttl.value === undefined) continue;
    const option = Object.hasOwn(peerOptions, keyword) ? peerOptions[keyword] : undefined;
    if (option) peer[option] = ttl.value;
    else say(`(${name}) unknown unicast_peer option ${keyword}`);
  }
}
