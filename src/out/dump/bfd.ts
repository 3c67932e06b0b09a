/**
 * keepalived_bfd.data: the sessions of a BFD process, as 2.2.7 was seen writing them, without the lines that
 * only show addresses of its memory.
 */
import type { BfdSessionConfig } from '../../bfd/bfd.ts';
import type { SessionState } from '../../bfd/state.ts';
import type { Us } from '../../units.ts';
import { formatAddress } from '../../wire/address.ts';
import { diagnosticText } from '../bfd-messages.ts';
import { dateText, epochText, title } from './text.ts';

export interface BfdReport {
  readonly nowUs: Us;
  readonly wallUs: number;
  readonly sessions: readonly { readonly config: BfdSessionConfig; readonly state: SessionState }[];
}

const yes = (value: boolean): string => (value ? 'Yes' : 'No');
const hex = (value: number): string => `0x${value.toString(16)}`;

function configLines(config: BfdSessionConfig): string[] {
  return [
    ` BFD Instance = ${config.name}`,
    `   Neighbor IP = ${formatAddress(config.neighbor)}`,
    ...(config.source === undefined ? [] : [`   Source IP = ${formatAddress(config.source)}`]),
    `   Required min RX interval = ${config.minRxUs} us`,
    `   Desired min TX interval = ${config.minTxUs} us`,
    `   Desired idle TX interval = ${config.idleTxUs} us`,
    `   Detection multiplier = ${config.multiplier}`,
    `   ${config.neighbor.length === 16 ? 'hoplimit' : 'TTL'} = ${config.ttl}`,
    `   max_hops = ${config.maxHops}`,
    `   passive = ${config.passive}`,
    `   send event to VRRP process = ${yes(config.tellsVrrp)}`,
    `   send event to checker process = ${yes(config.tellsChecker)}`,
  ];
}

function stateLines({ multiplier }: BfdSessionConfig, state: SessionState, report: BfdReport): string[] {
  const { remote } = state;
  const heard = remote.multiplier > 0;
  const seenAt = report.wallUs + state.heardAtUs - report.nowUs;
  return [
    `   local state = ${state.state}`,
    `   remote state = ${remote.state}`,
    `   local discriminator = ${hex(state.discriminator)}`,
    `   remote discriminator = ${hex(remote.discriminator)}`,
    `   local diag = ${diagnosticText(state.diagnostic)}`,
    `   remote diag = ${diagnosticText(remote.diagnostic)}`,
    `   remote min tx intv = ${remote.minTxUs} us`,
    `   remote min rx intv = ${heard ? remote.minRxUs : 0} us`,
    '   local demand = 0',
    `   remote demand = ${remote.demand ? 1 : 0}`,
    `   remote detect multiplier = ${remote.multiplier}`,
    `   ${state.polling ? '' : '!'}poll, !final`,
    `   local tx intv = ${state.txIntervalUs} us`,
    `   remote tx intv = ${state.rxIntervalUs} us`,
    `   local detection time = ${state.detectionUs} us`,
    `   remote detection time = ${heard ? multiplier * state.txIntervalUs : 0} us`,
    state.heardAtUs === 0
      ? '   last_seen = [never]'
      : `   last seen = ${epochText(seenAt)} (${dateText(seenAt)})`,
  ];
}

export function bfdDataText(report: BfdReport, globals: readonly string[]): string {
  const { sessions } = report;
  return [
    ...globals,
    title('BFD Data'),
    ...(sessions.length === 0 ? [] : [title('BFD Topology')]),
    ...sessions.flatMap(({ config, state }) => [
      ...configLines(config),
      ...stateLines(config, state, report),
    ]),
  ]
    .map((line) => `${line}\n`)
    .join('');
}
