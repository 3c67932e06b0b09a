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
    // auth_hmac is not run by this version, so nothing can be counted here; readers of 2.4 expect the lines.
    ...section('Authentication Extension Errors', [
      ['Missing', 0],
      ['Malformed', 0],
      ['Unknown Key', 0],
      ['Invalid HMAC', 0],
      ['Stale', 0],
      ['Replay', 0],
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
