/**
 * keepalived.stats: the counters as monitoring reads them. In: status of the instances. Out: the text of
 * 2.2.7 with the section that 2.4.0 added; every value is an integer, which exporters depend on.
 */
import type { InstanceStatus } from '../vrrp/running.ts';

type Entry = readonly [label: string, value: number];

function section(title: string, entries: readonly Entry[]): string[] {
  return [`  ${title}:`, ...entries.map(([label, value]) => `    ${label}: ${value}`)];
}

function instanceText({ config, stats }: InstanceStatus): string[] {
  return [
    `VRRP Instance: ${config.name}`,
    ...section('Advertisements', [
      ['Received', stats.advertRcvd],
      ['Sent', stats.advertSent],
    ]),
    `  Became master: ${stats.becomeMaster}`,
    `  Released master: ${stats.releaseMaster}`,
    ...section('Packet Errors', [
      ['Length', stats.packetLenErr],
      ['TTL', stats.ipTtlErr],
      ['Invalid Type', stats.invalidTypeRcvd],
      ['Advertisement Interval', stats.advertIntervalErr],
      ['Address List', stats.addrListErr],
    ]),
    ...section('Authentication Errors', [
      ['Invalid Type', stats.invalidAuthtype],
      ['Type Mismatch', stats.authtypeMismatch],
      ['Failure', stats.authFailure],
    ]),
    ...section('Authentication Extension Errors', [
      ['Missing', stats.authExtMissing],
      ['Malformed', stats.authExtMalformed],
      ['Unknown Key', stats.authExtUnknownKey],
      ['Invalid HMAC', stats.authExtInvalidHmac],
      ['Stale', stats.authExtStale],
      ['Replay', stats.authExtReplay],
    ]),
    ...section('Priority Zero', [
      ['Received', stats.priZeroRcvd],
      ['Sent', stats.priZeroSent],
    ]),
  ];
}

export const statsText = (instances: readonly InstanceStatus[]): string =>
  instances
    .flatMap(instanceText)
    .map((line) => `${line}\n`)
    .join('');
