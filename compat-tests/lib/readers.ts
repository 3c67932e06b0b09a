/**
 * Readers of dumps as the tools around keepalived have them: the exporter for Prometheus in its JSON and text
 * modes, VyOS, and one-liners of shells. In: the text of a file. Out: what the tool makes of it; it throws
 * where the tool would give up.
 */
import assert from 'node:assert/strict';

const STATS_FIELDS = [
  'advert_rcvd',
  'advert_sent',
  'become_master',
  'release_master',
  'packet_len_err',
  'advert_interval_err',
  'ip_ttl_err',
  'invalid_type_rcvd',
  'addr_list_err',
  'invalid_authtype',
  'authtype_mismatch',
  'auth_failure',
  'pri_zero_rcvd',
  'pri_zero_sent',
];

interface JsonInstance {
  readonly data: Readonly<Record<string, unknown>>;
  readonly stats: Readonly<Record<string, unknown>>;
}

function integer(value: unknown, what: string): number {
  assert.ok(Number.isInteger(value), `${what} is ${value}, no integer`);
  return value as number;
}

/** mehdy/keepalived-exporter, JSON mode: addresses are the first and third word of three at least. */
export function exporterJson(text: string): string[] {
  const instances = JSON.parse(text) as JsonInstance[];
  assert.ok(Array.isArray(instances), 'the top level is no array');
  return instances.flatMap(({ data, stats }) => {
    for (const field of STATS_FIELDS) integer(stats[field], field);
    const { iname, ifp_ifname: link } = data;
    const numbers = ['state', 'wantstate', 'garp_delay', 'vrid'].map(
      (field) => `${field}=${integer(data[field], field)}`,
    );
    const addresses = [...list(data.vips), ...list(data.evips)].map((vip) => {
      const words = vip.split(/\s+/);
      assert.ok(words.length >= 3, `address '${vip}' has too few words`);
      return `${words[0]}@${words[2]}`;
    });
    return [`${iname} on ${link}: ${numbers.join(' ')} ${addresses.join(' ')}`];
  });
}

const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** VyOS and gen2brain's exporter: the time is a float, the rest as it stands. */
export const vyosJson = (text: string): string[] =>
  (JSON.parse(text) as JsonInstance[]).map(({ data }) => {
    assert.equal(typeof data.last_transition, 'number');
    const names = ['iname', 'ifp_ifname', 'vrid', 'state', 'effective_priority'];
    return names.map((name) => data[name]).join(' ');
  });

/** The same exporter without JSON: an instance begins with one blank, its fields have three. */
export function exporterText(text: string): string[] {
  const found: string[] = [];
  let own: string[] | undefined;
  let addresses = false;
  for (const line of text.split('\n')) {
    const instance = /^ VRRP Instance = (.+)$/.exec(line);
    const script = /^ VRRP Script = (.+)$/.exec(line);
    const address = /^ {5}(\S.*)$/.exec(line);
    const [, key = '', value = ''] = /^ {3}([^ ].*?) = (.*)$/.exec(line) ?? [];
    if (line.startsWith('------<')) own = undefined;
    else if (instance !== null || script !== null) {
      own = [line.trim()];
      found.push('');
    } else if (own === undefined) continue;
    else if (/^ {3}Virtual IP( \(\d+\):| Excluded :)/.test(line)) addresses = true;
    else if (addresses && address !== null) own.push(address[1]?.split(' ')[0] ?? '');
    else {
      addresses = false;
      if (/^(State|Wantstate|Interface|Status)$/.test(key)) own.push(`${key}=${value}`);
      if (/^(Gratuitous ARP delay|Virtual Router ID)$/.test(key)) {
        own.push(`${key}=${integer(Number(value.split(' ')[0]), key)}`);
      }
    }
    if (own !== undefined) found[found.length - 1] = own.join(' ');
  }
  return found;
}

/** keepalived.stats in the same exporter: every value an integer, or the scrape fails. */
export function exporterStats(text: string): string[] {
  const found: string[] = [];
  let instance = '';
  let section = '';
  for (const line of text.split('\n')) {
    const named = /^VRRP Instance: (.+)$/.exec(line);
    const titled = /^ {2}(\S[^:]*):$/.exec(line);
    const field = /^ +(\S[^:]*): (.*)$/.exec(line);
    if (named !== null) instance = named[1] ?? '';
    else if (titled !== null) section = titled[1] ?? '';
    else if (field !== null) {
      const [, name = '', value = ''] = field;
      integer(Number(value), name);
      const top = line.startsWith('  ') && !line.startsWith('   ');
      found.push(`${instance} / ${top ? '' : section} / ${name}`);
    }
  }
  return found;
}
