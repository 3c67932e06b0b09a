/**
 * Who may open sockets for ICMP echo (net.ipv4.ping_group_range, for IPv6 as well): usually nobody, not even
 * root. In: a group. Out: what puts the range back as it was.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const SETTING = '/proc/sys/net/ipv4/ping_group_range';

/** Where the setting cannot be changed a check says that it cannot send. */
export function allowPing(group: number): () => void {
  try {
    const before = readFileSync(SETTING, 'utf8');
    const [first = 1, last = 0] = before.trim().split(/\s+/).map(Number);
    if (first <= group && group <= last) return () => undefined;
    writeFileSync(SETTING, `${group}\t${group}\n`);
    return () => {
      try {
        writeFileSync(SETTING, before);
      } catch {
        // The namespace is on its way out.
      }
    };
  } catch {
    return () => undefined;
  }
}
