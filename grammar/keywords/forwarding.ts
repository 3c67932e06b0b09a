/** `lvs_method KIND [type TUNNEL …]`: how packets reach the real servers, for each kind of server alike. */
import { readInteger } from '../codecs/numbers.ts';
import type { Line } from '../cst.ts';
import type { Session } from '../drafts.ts';
import type { Forwarding, Method, Tunnel } from '../lvs-drafts.ts';
import { missingParameter } from './read-scalar.ts';

const PLAIN: Readonly<Record<Forwarding, Method>> = {
  NAT: { forwarding: 'NAT' },
  DR: { forwarding: 'DR' },
  TUN: { forwarding: 'TUN' },
};

export const methodArgs = 'NAT|DR|TUN [type ipip|gue|gre] [port PORT] [nocsum|csum|remcsum]';

/** Tunnel options that are wrong leave the plain method behind. */
export function readMethod(
  line: Line,
  session: Session,
  owner: 'virtual' | 'real' | 'sorry',
): Method | undefined {
  const word = line.words[1];
  if (word === undefined) {
    missingParameter(line, session);
    return undefined;
  }
  if (word !== 'NAT' && word !== 'DR' && word !== 'TUN') {
    session.report(`PARSER : unknown [${word}] routing method for ${owner} server.`, line);
    return undefined;
  }
  const plain = PLAIN[word];
  if (line.words.length === 2) return plain;
  const tunnel = readTunnel(line, session, owner);
  if (typeof tunnel === 'string') {
    session.report(tunnel, line);
    return plain;
  }
  return word === 'TUN' && tunnel ? { forwarding: word, tunnel } : plain;
}

interface TunnelDraft {
  type: Tunnel['type'];
  port: number | undefined;
  checksum: Tunnel['checksum'];
}

/** A text is what was wrong. */
function readTunnel(line: Line, session: Session, owner: string): Tunnel | string | undefined {
  const { words } = line;
  const draft: TunnelDraft = { type: 'ipip', port: undefined, checksum: 'nocsum' };
  for (let at = 2; at < words.length; at++) {
    const word = words[at];
    if (word === 'type') {
      const type = words[++at];
      if (type === undefined) return `Missing tunnel type for ${owner} server.`;
      if (type !== 'ipip' && type !== 'gue' && type !== 'gre') {
        return `Unknown tunnel type ${type} for ${owner} server.`;
      }
      draft.type = type;
    } else if (word === 'port') {
      const given = words[++at];
      if (given === undefined) return `Missing port for ${owner} server gue tunnel.`;
      const { value, complaint } = readInteger(given, { min: 1, max: 65_535 }, session.facts);
      if (complaint !== undefined) session.report(complaint, line);
      if (value === undefined) return `Invalid gue tunnel port ${given} for ${owner} server.`;
      draft.port = value;
    } else if (word === 'nocsum' || word === 'csum' || word === 'remcsum') {
      draft.checksum = word;
    } else {
      return `Invalid tunnel option ${word} for ${owner} server.`;
    }
  }
  return checkTunnel(draft);
}

function checkTunnel({ type, port, checksum }: TunnelDraft): Tunnel | string {
  if ((type === 'gue') !== (port !== undefined))
    return 'gue tunnels require port, otherwise cannot have port.';
  if (type === 'ipip' && checksum !== 'nocsum') return 'ipip tunnels do not support checksum option.';
  if (type === 'gre' && checksum === 'remcsum') return 'gre tunnels do not support remote checksum option.';
  return port === undefined ? { type, checksum } : { type, checksum, port };
}
