/** keepalived.data of the VRRP process: sections in upstream's order. In: a report. Out: the text. */
import type { NotifyScripts } from '../../ipc/messages.ts';
import { socketSection, syncGroupSection, trackGroupSection } from './groups.ts';
import { type InstanceDump, instanceSection } from './instances.ts';
import { interfaceSection, paceSection, type Settings, staticSections } from './interfaces.ts';
import { bfdSection, fileSection, processSection, scriptSection } from './trackers.ts';

export interface VrrpDump extends InstanceDump, Settings {
  /** Scripts of sync groups. */
  readonly groupNotify: Readonly<Record<string, NotifyScripts>>;
}

export function vrrpDataText(dump: VrrpDump): string {
  const { report, facts } = dump;
  return [
    ...facts.globals,
    ...paceSection(report),
    ...staticSections(report),
    ...trackGroupSection(facts),
    ...instanceSection(dump),
    ...socketSection(report),
    ...syncGroupSection(report, facts, dump.groupNotify),
    ...scriptSection(report, facts),
    ...fileSection(report, facts),
    ...processSection(report, facts),
    ...bfdSection(report, facts),
    ...interfaceSection(report, dump),
  ]
    .map((line) => `${line}\n`)
    .join('');
}
