/**
 * Configuration text for the cases. The helper only spares typing: every keyword of a case that matters is
 * visible in the case. `@NOTIFY@`, `@DIR@` and `@CASE@` are replaced when the router writes its file.
 */
export interface InstanceText {
  readonly name?: string;
  readonly interface?: string;
  readonly state?: 'MASTER' | 'BACKUP';
  readonly version?: 2 | 3;
  readonly vrid?: number;
  readonly priority: number;
  /** Seconds. */
  readonly advert?: number;
  readonly vips?: readonly string[];
  /** Further lines of the block. */
  readonly more?: readonly string[];
  /** False leaves out the `notify` line and the long delays of second announcements. */
  readonly usual?: boolean;
}

/** The delayed second announcement would fall into a case or not depending on its speed, so it is put off. */
const LATE_BURST = ['garp_master_delay 60', 'garp_lower_prio_delay 60'];

export function instance(spec: InstanceText): string {
  const usual = spec.usual === false ? [] : [...LATE_BURST, 'notify @NOTIFY@'];
  const lines = [
    `state ${spec.state ?? 'BACKUP'}`,
    `interface ${spec.interface ?? 'eth0'}`,
    `virtual_router_id ${spec.vrid ?? 51}`,
    `priority ${spec.priority}`,
    `version ${spec.version ?? 3}`,
    `advert_int ${spec.advert ?? 0.2}`,
    ...block('virtual_ipaddress', spec.vips ?? ['10.0.0.100/24']),
    ...usual,
    ...(spec.more ?? []),
  ];
  return block(`vrrp_instance ${spec.name ?? 'VI'}`, lines).join('\n');
}

/** One without notify scripts, for cases of several: those that start together end in any order. */
export function silent(spec: InstanceText): string {
  return instance({ ...spec, usual: false, more: ['garp_master_delay 60', ...(spec.more ?? [])] });
}

/** The lines of an instance that sends from an address of its own to these. */
export function unicast(source: string, ...peers: readonly string[]): string[] {
  return [`unicast_src_ip ${source}`, ...block('unicast_peer', peers)];
}

/** Unicast of 10.0.0.`own` without an interface: the kernel, or what `more` says, finds the way. */
export function withoutInterface(
  own: number,
  other: number,
  priority: number,
  more: readonly string[] = [],
): string {
  return block('vrrp_instance VI', [
    ...more,
    'virtual_router_id 51',
    `priority ${priority}`,
    'version 3',
    'advert_int 0.2',
    'garp_master_delay 60',
    'notify @NOTIFY@',
    ...unicast(`10.0.0.${own}`, `10.0.0.${other}`),
    ...block('virtual_ipaddress', ['10.0.0.100/24 dev eth0']),
  ]).join('\n');
}

export interface BfdText {
  readonly name?: string;
  readonly neighbor: string;
  /** Without it the local port would be any. */
  readonly source?: string;
  /** Milliseconds, both ways: with the default of 10 a busy machine loses sessions. */
  readonly interval?: number;
  readonly more?: readonly string[];
}

export function bfdInstance(spec: BfdText): string {
  const interval = spec.interval ?? 100;
  return block(`bfd_instance ${spec.name ?? 'B1'}`, [
    `neighbor_ip ${spec.neighbor}`,
    ...(spec.source === undefined ? [] : [`source_ip ${spec.source}`]),
    `min_rx ${interval}`,
    `min_tx ${interval}`,
    ...(spec.more ?? []),
  ]).join('\n');
}

export function block(head: string, lines: readonly string[]): string[] {
  return [`${head} {`, ...lines.map((line) => `  ${line}`), '}'];
}

export function script(name: string, command: string, more: readonly string[] = ['interval 1']): string {
  return block(`vrrp_script ${name}`, [`script "${command}"`, ...more]).join('\n');
}

/** What every file starts with: scripts run as root and are checked, so no warning depends on the host. */
export function globals(more: readonly string[] = []): string {
  return block('global_defs', ['router_id lab', 'script_user root', 'enable_script_security', ...more]).join(
    '\n',
  );
}

/** Master_Down_Interval in milliseconds (RFC 3768 6.1, RFC 9568 6.1; v3 skew in whole centiseconds). */
export function masterDownMs(spec: Pick<InstanceText, 'priority' | 'advert' | 'version'>): number {
  return 3 * (spec.advert ?? 0.2) * 1000 + skewMs(spec);
}

/** Skew_Time in milliseconds. */
export function skewMs(spec: Pick<InstanceText, 'priority' | 'advert' | 'version'>): number {
  if (spec.version === 2) return ((256 - spec.priority) * 1000) / 256;
  return Math.floor(((256 - spec.priority) * (spec.advert ?? 0.2) * 100) / 256) * 10;
}
