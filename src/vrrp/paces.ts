/** How far apart announcements leave, for dumps. In: the settings and who has addresses where. */
import type { Link } from '../ports/kernel.ts';
import type { Family, Us } from '../units.ts';
import type { Pace } from './announcer.ts';
import type { VrrpReport } from './report.ts';
import type { InstanceStatus } from './running.ts';

export interface PaceFacts {
  /** Whether we made the interface. */
  readonly owns: (name: string) => boolean;
  readonly link: (name: string) => Link | undefined;
  readonly nextAt: (link: Link, family: Family) => Us | undefined;
}

/** The groups that the configuration names, and the one that every other interface of an instance is in. */
export function pacesOf(
  { groups, intervals }: Pace,
  instances: readonly InstanceStatus[],
  facts: PaceFacts,
): VrrpReport['paces'] {
  const grouped = new Set(groups.flatMap(({ interfaces }) => interfaces));
  const used = instances.flatMap(({ config }) =>
    [...config.vips, ...config.excludedVips].map((vip) => vip.dev ?? config.interface),
  );
  const rest = [...new Set(used)].filter((name) => !grouped.has(name) && !facts.owns(name));
  const usual = { interfaces: rest, garpIntervalUs: intervals[4], gnaIntervalUs: intervals[6] };
  const idle = rest.length === 0 || (intervals[4] === 0 && intervals[6] === 0);
  return (idle ? groups : [...groups, usual]).map((pace) => {
    const links = pace.interfaces.flatMap((name) => facts.link(name) ?? []);
    const next = (family: Family): Us | undefined =>
      links.map((link) => facts.nextAt(link, family)).find((at) => at !== undefined);
    const [garpNextUs, gnaNextUs] = [next(4), next(6)];
    return {
      ...pace,
      ...(garpNextUs === undefined ? {} : { garpNextUs }),
      ...(gnaNextUs === undefined ? {} : { gnaNextUs }),
    };
  });
}
