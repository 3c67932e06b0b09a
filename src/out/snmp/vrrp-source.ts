/** Where the objects of the VRRP process get their values, and what its tables share. */
import type { DumpFacts } from '../../ipc/dump-facts.ts';
import type { NotifyScripts } from '../../ipc/messages.ts';
import type { SnmpSetup } from '../../ports/snmp.ts';
import type { Us } from '../../units.ts';
import type { StateName } from '../../vrrp/events.ts';
import type { LinkReport, VrrpReport } from '../../vrrp/report.ts';
import type { InstanceStatus } from '../../vrrp/running.ts';
import type { Oid } from '../../wire/agentx.ts';
import type { IndexedRow } from './tree.ts';

export interface VrrpSnmpSource {
  /** Another number whenever the report is another one. */
  moment(): number;
  report(): VrrpReport;
  setup(): SnmpSetup;
  facts(): DumpFacts;
  notify(): Readonly<Record<string, NotifyScripts>>;
  groupNotify(): Readonly<Record<string, NotifyScripts>>;
  /** Of the last advert that was refused for one: vrrpv3StatisticsProtoErrReason, 0 = none. */
  protocolError(instance: string): number;
  /** Adverts for a VRID that no instance has. */
  unknownVrids(): number;
  /** When it last began to speak, as BACKUP or MASTER. */
  upSince(instance: string): Us;
  /** Whose state the synchronisation daemon of IPVS follows, and on which interface it speaks. */
  syncInstance(): string | undefined;
  syncInterface(): string | undefined;
  /** As if the configuration had said so; the change is logged. */
  setBasePriority(instance: string, priority: number): void;
  setPreempt(instance: string, preempt: boolean): void;
}

/** States of KEEPALIVED-MIB. */
export const STATES: Readonly<Record<StateName, number>> = {
  INIT: 0,
  BACKUP: 1,
  MASTER: 2,
  FAULT: 3,
  STOP: 5,
};

/** States in which it takes part. */
export const SPEAKS: ReadonlySet<StateName> = new Set(['MASTER', 'BACKUP']);

/** Rows counted from one, as the configuration has them; `above` is the index of whoever they belong to. */
export const counted = <T>(list: readonly T[], above: Oid = []): IndexedRow<T>[] =>
  list.map((row, at) => ({ index: [...above, at + 1], row }));

/** The rows of all owners, which count from one themselves. */
export const nested = <O, T>(owners: readonly O[], of: (owner: O) => readonly T[]): IndexedRow<T>[] =>
  owners.flatMap((owner, at) => counted(of(owner), [at + 1]));

export const linkNamed = (report: VrrpReport, name: string | undefined): LinkReport | undefined =>
  report.links.find(({ link }) => link.name === name);

/** Of its own where it has one, else the configured one. */
export const ownInterface = ({ config }: InstanceStatus): string => config.ownLinks?.main ?? config.interface;
