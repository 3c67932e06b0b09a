/**
 * Commands of ipvsadm beside the operations that mean the same. fixtures/ipvs/netlink.json has what ipvsadm
 * was seen sending for them; in the kernel lab both are played against a kernel, in this order.
 */
import type { IpvsDestination, IpvsOp, IpvsService, IpvsServiceId } from '../../ports/ipvs.ts';
import { ipv4, ipv6 } from '../../wire/address.ts';

const address = (text: string): Uint8Array => (text.includes(':') ? ipv6(text) : ipv4(text));

function serviceId(protocol: 'tcp' | 'udp', text: string, port: number): IpvsServiceId {
  return { by: 'address', family: text.includes(':') ? 6 : 4, protocol, address: address(text), port };
}

export const HTTP = serviceId('tcp', '10.0.0.100', 80);
export const DNS = serviceId('udp', 'fd00::100', 53);
export const SIP = serviceId('udp', '10.0.0.100', 5060);
export const MARK_7: IpvsServiceId = { by: 'mark', family: 4, mark: 7 };
export const MARK_8: IpvsServiceId = { by: 'mark', family: 6, mark: 8 };

const service = (id: IpvsServiceId, scheduler: string, more: Partial<IpvsService> = {}): IpvsService => ({
  id,
  scheduler,
  schedulerFlags: [],
  onePacket: false,
  ...more,
});

function destination(text: string, port: number, more: Partial<IpvsDestination>): IpvsDestination {
  const id = { family: text.includes(':') ? 6 : 4, address: address(text), port } as const;
  return { id, forwarding: 'masquerade', weight: 1, upperThreshold: 0, lowerThreshold: 0, ...more };
}

const services: readonly (readonly [command: string, service: IpvsService])[] = [
  ['-A -t 10.0.0.100:80 -s rr', service(HTTP, 'rr')],
  [
    '-A -u [fd00::100]:53 -s wlc -p 300 -M 64 -o',
    service(DNS, 'wlc', { persistence: { timeoutSeconds: 300, prefixLength: 64 }, onePacket: true }),
  ],
  [
    '-A -f 7 -s sh -b sh-port,sh-fallback -p 120 -M 255.255.255.0',
    service(MARK_7, 'sh', {
      schedulerFlags: [1, 2],
      persistence: { timeoutSeconds: 120, prefixLength: 24 },
    }),
  ],
  ['-A -f 8 -6 -s mh -b mh-port', service(MARK_8, 'mh', { schedulerFlags: [2] })],
  [
    '-A -u 10.0.0.100:5060 -s wrr -p 60 --pe sip',
    service(SIP, 'wrr', { persistence: { timeoutSeconds: 60, prefixLength: 32, engine: 'sip' } }),
  ],
];

const destinations: readonly (readonly [command: string, IpvsServiceId, IpvsDestination])[] = [
  [
    '-a -t 10.0.0.100:80 -r 10.0.0.201:8080 -m -w 5 -x 100 -y 50',
    HTTP,
    destination('10.0.0.201', 8080, { weight: 5, upperThreshold: 100, lowerThreshold: 50 }),
  ],
  [
    '-a -t 10.0.0.100:80 -r 10.0.0.202:80 -g -w 0',
    HTTP,
    destination('10.0.0.202', 80, { forwarding: 'route', weight: 0 }),
  ],
  [
    '-a -t 10.0.0.100:80 -r 10.0.0.203:80 -i --tun-type gue --tun-port 6080 --tun-remcsum',
    HTTP,
    destination('10.0.0.203', 80, {
      forwarding: 'tunnel',
      tunnel: { type: 'gue', port: 6080, checksum: 'remote' },
    }),
  ],
  [
    '-a -t 10.0.0.100:80 -r 10.0.0.204:80 -i --tun-type gre --tun-csum',
    HTTP,
    destination('10.0.0.204', 80, { forwarding: 'tunnel', tunnel: { type: 'gre', checksum: 'plain' } }),
  ],
  [
    '-a -u [fd00::100]:53 -r [fd00::201]:53 -g -w 3',
    DNS,
    destination('fd00::201', 53, { forwarding: 'route', weight: 3 }),
  ],
];

export const IPVS_COMMANDS: readonly (readonly [command: string, op: IpvsOp])[] = [
  ...services.map(([command, added]) => [command, { op: 'addService', service: added }] as const),
  ['-E -t 10.0.0.100:80 -s wlc', { op: 'changeService', service: service(HTTP, 'wlc') }],
  ...destinations.map(
    ([command, to, added]) => [command, { op: 'addDestination', service: to, destination: added }] as const,
  ),
  [
    '-e -t 10.0.0.100:80 -r 10.0.0.201:8080 -m -w 7',
    { op: 'changeDestination', service: HTTP, destination: destination('10.0.0.201', 8080, { weight: 7 }) },
  ],
  [
    '-d -t 10.0.0.100:80 -r 10.0.0.202:80',
    { op: 'removeDestination', service: HTTP, destination: destination('10.0.0.202', 80, {}).id },
  ],
  ['--set 900 120 300', { op: 'setTimeouts', timeouts: { tcp: 900, tcpFin: 120, udp: 300 } }],
  ['-Z -t 10.0.0.100:80', { op: 'zero', service: HTTP }],
  [
    '--start-daemon backup --mcast-interface eth0 --syncid 5 --sync-maxlen 1000 ' +
      '--mcast-group 224.0.0.99 --mcast-port 9000 --mcast-ttl 3',
    {
      op: 'startDaemon',
      daemon: {
        role: 'backup',
        interface: 'eth0',
        syncId: 5,
        maxLength: 1000,
        group: address('224.0.0.99'),
        port: 9000,
        ttl: 3,
      },
    },
  ],
  [
    '--start-daemon master --mcast-interface eth0 --syncid 5 --mcast-group ff02::99',
    {
      op: 'startDaemon',
      daemon: { role: 'master', interface: 'eth0', syncId: 5, group: address('ff02::99') },
    },
  ],
  ['-D -f 8 -6', { op: 'removeService', service: MARK_8 }],
];
