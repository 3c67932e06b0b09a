/** Drafts of what stands beside instances -> model. */
import { spanOf } from './cst.ts';
import type { InstanceDraft, Scope } from './drafts.ts';
import { authHmacRows, type HmacKey } from './keywords/auth-hmac.ts';
import { bfdInstanceRows } from './keywords/bfd-instance.ts';
import { trackFileRows, trackProcessRows, type WeightOption } from './keywords/trackers.ts';
import type { RouteDraft, RuleDraft } from './lines/route-draft.ts';
import type * as parts from './model-parts.ts';
import { withDefaults } from './resolve-values.ts';
import type { BfdDraft, GarpGroupDraft, TrackerDraft, TrackGroupDraft } from './vrrp-drafts.ts';

const spanOfScope = ({ line }: Scope) =>
  line ? spanOf(line.place) : { file: '', line: 0, column: 0, start: 0, end: 0 };

export function resolveRoute(draft: RouteDraft): parts.RouteModel {
  const { line, destinationWord: _, family, ...rest } = draft;
  return { ...rest, family: family ?? 4, span: spanOf(line.place) };
}

export function resolveRule(draft: RuleDraft): parts.RuleModel {
  const { line, family, action = 'table', priority = 0, ...rest } = draft;
  return { ...rest, family: family ?? 4, action, priority, span: spanOf(line.place) };
}

const weightOf = (values: { readonly weight?: WeightOption | undefined }, unset: number): WeightOption =>
  values.weight ?? { weight: unset, reverse: false };

export function resolveTrackFile(draft: TrackerDraft): parts.TrackFileModel {
  const values = withDefaults(trackFileRows, draft.values) as parts.TrackFileValues;
  const { name } = draft;
  return { name, span: spanOfScope(draft), values, path: values.file ?? '', ...weightOf(values, 1) };
}

export function resolveTrackProcess(draft: TrackerDraft): parts.TrackProcessModel {
  const values = withDefaults(trackProcessRows, draft.values) as parts.TrackProcessValues;
  const command = values.process ?? [];
  const both = values.delay ?? 0;
  // Parameters, or a way to compare them, mean the whole command line.
  const match = values.param_match ?? (command.length > 1 ? 'exact' : undefined);
  return {
    name: draft.name,
    span: spanOfScope(draft),
    values,
    command,
    match,
    fullCommand: values.full_command || match !== undefined,
    ...weightOf(values, 0),
    quorum: values.quorum ?? 1,
    quorumMax: values.quorum_max ?? Number.POSITIVE_INFINITY,
    terminateDelayUs: values.terminate_delay ?? both,
    forkDelayUs: values.fork_delay ?? both,
  };
}

/** `tracked`: as the VRRP process read the block. */
export function resolveBfd(draft: BfdDraft, tracked?: BfdDraft): parts.BfdModel {
  const values = withDefaults(bfdInstanceRows, draft.values) as parts.BfdValues;
  const neighbor = values.neighbor_ip;
  const both = values.vrrp === values.checker;
  return {
    name: draft.name,
    span: spanOfScope(draft),
    values,
    neighbor: neighbor?.bytes ?? new Uint8Array(4),
    ...(values.source_ip ? { source: values.source_ip.bytes } : {}),
    ttl: values.ttl ?? (neighbor?.family === 6 ? 64 : 255),
    weight: (tracked?.values as parts.BfdValues | undefined)?.weight?.weight ?? 0,
    reverse: (tracked?.values as parts.BfdValues | undefined)?.weight?.reverse ?? false,
    tellsVrrp: both || values.vrrp,
    tellsChecker: both || values.checker,
  };
}

export function resolveTrackGroup(
  draft: TrackGroupDraft,
  instances: ReadonlyMap<string, InstanceDraft>,
): parts.TrackGroupModel {
  const members = [...new Set(draft.members)].filter((member) => instances.has(member));
  return { name: draft.name, span: spanOfScope(draft), members };
}

export function resolveGarpGroup({ interfaces, values }: GarpGroupDraft): parts.GarpGroupModel {
  const us = (keyword: string): number => Number(values[keyword] ?? 0);
  return { interfaces, garpIntervalUs: us('garp_interval'), gnaIntervalUs: us('gna_interval') };
}

const LEAST_WINDOW = 5;
const MOST_WINDOW = 300;

/** Three advert intervals, between 5 and 300 seconds, unless a window is given. */
export function resolveHmac(instance: InstanceDraft): parts.HmacModel | undefined {
  const { hmac } = instance;
  if (!hmac) return undefined;
  const values = withDefaults(authHmacRows, hmac) as parts.HmacValues;
  const threeAdverts = Math.ceil((3 * Number(instance.values.advert_int ?? 1_000_000)) / 1_000_000);
  return {
    keys: (values.key ?? []) as readonly HmacKey[],
    activeKey: values.active_key ?? 0,
    timeWindowSeconds: values.time_window ?? Math.min(MOST_WINDOW, Math.max(LEAST_WINDOW, threeAdverts)),
    values,
  };
}
