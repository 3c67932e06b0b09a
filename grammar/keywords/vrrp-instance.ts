/** `vrrp_instance NAME { … }`: one virtual router. Property names of the model are these keywords. */

import { seconds } from '../../src/units.ts';
import { decimalSeconds, uint, wholeSeconds } from '../codecs/numbers.ts';
import type { Line } from '../cst.ts';
import { type InstanceDraft, newInstance, type Scope, type Session } from '../drafts.ts';
import { readPeerLine } from '../lines/peer-line.ts';
import { readRouteLine } from '../lines/route-line.ts';
import { readRuleLine } from '../lines/rule-line.ts';
import { readTrackInterface, readTrackScript } from '../lines/track-line.ts';
import { authHmac } from './auth-hmac.ts';
import { authentication } from './authentication.ts';
import * as own from './instance-keywords.ts';
import { block, list, scalar } from './row.ts';
import { commandRow } from './scripts.ts';
import { notifySerialize } from './serialize.ts';
import { flag, optionalToggle } from './shortcuts.ts';
import { addressWords, routeWords, ruleWords } from './static-blocks.ts';
import { trackerBlocks, trackLineOptions } from './track-blocks.ts';
import { useIpvlan, useVmac } from './vmac.ts';

const UINT_MAX = 4_294_967_295;

const notify = (doc: string) =>
  commandRow({
    doc,
    owner: 'vrrp',
    again: '({name}) {keyword} script already specified - ignoring {command}',
  });

const repeat = (doc: string, max: number, bad: string) => ({
  doc,
  bad,
  raise: { from: 0, to: 1, text: '({name}): {keyword} must be greater than 0, setting to 1' },
  codec: uint(0, max, 'lenient'),
});

const garpRepeat = (doc: string) => {
  const { codec, ...options } = repeat(doc, UINT_MAX, "({name}): {keyword} '{value}' invalid - ignoring");
  return scalar(codec, options);
};

const garpDelay = (doc: string) =>
  scalar(wholeSeconds(0, 4294), { doc, bad: "({name}): {keyword} '{value}' invalid - ignoring" });

const invalid = '({name}) invalid {keyword} {value} specified';

export const vrrpInstanceRows = {
  use_vmac: useVmac,
  use_vmac_addr: flag('Also make VMACs for addresses on other interfaces or of the other family.'),
  vmac_xmit_base: flag('Send and receive adverts on the base interface of the VMAC.'),
  use_ipvlan: useIpvlan,
  unicast_peer: list({
    doc: 'The peers that adverts are sent to.',
    args: 'IPADDR [min_ttl N] [max_ttl N]',
    options: ['IPADDR', 'min_ttl', 'max_ttl'],
    begin: own.marksUnicast,
    item: (line, scope, session) => void readPeerLine(line, scope as InstanceDraft, session),
  }),
  unicast_fault_no_peer: flag('Stay in FAULT when unicast is asked for and no peer is given.'),
  check_unicast_src: own.unicastFlag('Accept adverts from configured peers only.'),
  old_unicast_checksum: own.oldUnicastChecksum,
  native_ipv6: own.nativeIpv6,
  state: own.state,
  interface: own.interfaceRow,
  vrf: own.vrf,
  dont_track_primary: flag("Ignore the state of the instance's own interface."),
  track_interface: list({
    doc: 'More interfaces whose state counts.',
    args: 'IFNAME [weight W [reverse]]',
    options: trackLineOptions('IFNAME'),
    item: (line, scope, session) => void readTrackInterface(line, scope as InstanceDraft, session),
  }),
  track_script: list({
    doc: 'Scripts whose result counts.',
    args: 'SCRIPT [weight W [reverse|noreverse]]',
    options: trackLineOptions('SCRIPT_NAME'),
    item: (line, scope, session) => void readTrackScript(line, scope as InstanceDraft, session),
  }),
  ...trackerBlocks,
  mcast_src_ip: own.sourceAddress('Source address of multicast adverts.', false),
  unicast_src_ip: own.sourceAddress('Source address of unicast adverts.', true),
  mcast_dst_ip: own.multicastDestination,
  track_src_ip: flag('Go to FAULT while the configured source address is missing.'),
  virtual_router_id: scalar(uint(1, 255, 'strict'), {
    doc: 'VRID.',
    bad: "({name}): VRID '{value}' not valid - must be between 1 & 255",
  }),
  unicast_ttl: scalar(uint(0, 255, 'strict'), {
    doc: 'TTL or hop limit of unicast adverts.',
    bad: "({name}): TTL '{value}' not valid - must be between 0 & 255",
  }),
  version: own.version,
  priority: scalar(uint(1, 255, 'strict'), {
    doc: 'Base priority; 255 is the address owner. 100 when absent, 255 with `state MASTER`.',
    bad: '({name}) Priority not valid! must be between 1 & 255. Using default 100',
    onBad: 100,
  }),
  advert_int: scalar(decimalSeconds(0.01, 255), {
    doc: 'Seconds between adverts: whole ones for VRRPv2, steps of 10 ms for VRRPv3.',
    bad: '({name}) Advert interval ({value}) not valid! Must be > 0 - ignoring',
    default: seconds(1),
  }),
  virtual_ipaddress: list({
    doc: 'Addresses the MASTER holds and lists in its adverts.',
    args: own.ADDRESS_LINE,
    options: addressWords('virtual'),
    item: (line, scope, session) => void own.virtualAddress(line, scope, session),
  }),
  virtual_ipaddress_excluded: list({
    doc: 'Addresses the MASTER holds without listing them; any family.',
    args: own.ADDRESS_LINE,
    options: addressWords('virtual'),
    item: (line, scope, session) => void own.excludedAddress(line, scope, session),
  }),
  no_virtual_ipaddress: flag('An instance without addresses is meant.', { since: 'v2.2.8' }),
  promote_secondaries: flag('Set the promote_secondaries sysctl on the interface.'),
  linkbeat_use_polling: flag('Poll the link state of the interface.', {
    deprecated: "({name}) 'linkbeat_use_polling' in vrrp instance deprecated - use linkbeat_interfaces block",
  }),
  v3_checksum_as_v2: optionalToggle('VRRPv3 checksum over IPv4 without the pseudo header.', invalid, {
    since: 'v2.2.8',
  }),
  virtual_routes: list({
    doc: 'Routes present while MASTER.',
    args: '[to] [TYPE] DEST [OPTION]...',
    options: routeWords('virtual'),
    item: (line, scope, session) => {
      const route = readRouteLine(line, session, 'virtual');
      if (route) (scope as InstanceDraft).routes.push(route);
      return undefined;
    },
  }),
  virtual_rules: list({
    doc: 'Policy rules present while MASTER.',
    args: '[SELECTOR]... ACTION',
    options: ruleWords('virtual'),
    item: (line, scope, session) => {
      const rule = readRuleLine(line, session, 'virtual');
      if (rule) (scope as InstanceDraft).rules.push(rule);
      return undefined;
    },
  }),
  accept: own.acceptMode('no_accept', 'Accept packets for the addresses although not their owner.'),
  no_accept: own.acceptMode('accept', 'Drop packets for the addresses unless priority is 255.'),
  skip_check_adv_addr: optionalToggle('Check the address list of one master only once.', invalid),
  strict_mode: optionalToggle('Enforce what the RFCs demand.', invalid),
  preempt: own.preempt,
  nopreempt: flag('Do not take over from a master of lower priority.'),
  preempt_delay: scalar(decimalSeconds(0, 1000), {
    doc: 'Seconds to wait before taking over from a master of lower priority.',
    bad: '({name}) Preempt_delay not valid! must be between 0-1000',
    onBad: seconds(0),
    default: seconds(0),
  }),
  debug: scalar(uint(0, 4, 'lenient'), {
    doc: 'Has no effect.',
    bad: "({name}) Debug value '{value}' not valid; must be between 0-4",
    default: 0,
  }),
  notify_backup: notify('Run on becoming BACKUP.'),
  notify_master: notify('Run on becoming MASTER.'),
  notify_fault: notify('Run on going to FAULT.'),
  notify_stop: notify('Run when the daemon stops.'),
  notify_deleted: own.notifyDeleted,
  notify: notify('Run on every change of state, with INSTANCE, name, state and priority as last arguments.'),
  notify_master_rx_lower_pri: notify('Run when a master hears an advert of lower priority.'),
  notify_serialize: notifySerialize('the instance'),
  smtp_alert: optionalToggle(
    'Send mail on a change of state.',
    'Invalid vrrp_instance smtp_alert parameter {value}',
  ),
  notify_priority_changes: optionalToggle(
    'Write a FIFO line when the priority changes.',
    "({name}) Invalid value '{value}' for notify_priority_changes specified",
  ),
  lvs_sync_daemon_interface: own.lvsSyncDaemonInterface,
  garp_master_delay: garpDelay('Seconds before the second burst of gratuitous ARP; 0 = none.'),
  garp_master_refresh: scalar(wholeSeconds(0, UINT_MAX), {
    doc: 'Seconds between refreshes while MASTER; 0 = none.',
    bad: "({name}): Invalid garp_master_refresh '{value}' - ignoring",
    onBad: seconds(0),
  }),
  garp_master_repeat: garpRepeat('Gratuitous ARPs in a burst.'),
  garp_master_refresh_repeat: garpRepeat('Gratuitous ARPs in a refresh.'),
  garp_lower_prio_delay: garpDelay('Seconds before the second burst after an advert of lower priority.'),
  garp_lower_prio_repeat: scalar(uint(0, 2_147_483_647, 'lenient'), {
    doc: 'Gratuitous ARPs after an advert of lower priority.',
    bad: "({name}): Invalid garp_lower_prio_repeat '{value}'",
  }),
  down_timer_adverts: scalar(uint(1, 100, 'lenient'), {
    doc: 'Advert intervals in the master-down timer.',
    bad: "({name}): Invalid down_timer_adverts [1:100] '{value}'",
  }),
  timer_expired_backup: scalar(uint(1, 254, 'strict'), {
    doc: 'Go back to BACKUP when the process ran so late that another node has taken over.',
    since: 'v2.2.8',
    bare: 254,
    bad: '({name}) timer_expired_backup highest_other_priority not valid! must be between 1 & 254',
  }),
  thread_timer_expired: scalar(uint(1, 254, 'strict'), {
    doc: 'Old name of timer_expired_backup.',
    since: 'v2.3.2',
    bare: 254,
    aliasOf: 'timer_expired_backup',
    deprecated: "({name}) thread_timer_expired - please replace with keyword 'timer_expired_backup'",
  }),
  garp_extra_if: own.garpExtraIf,
  vmac_garp_intvl: own.vmacGarpIntvl,
  lower_prio_no_advert: optionalToggle('No advert in answer to one of lower priority.', invalid),
  higher_prio_send_advert: optionalToggle('One more advert before yielding to a higher priority.', invalid),
  owner_ignore_adverts: optionalToggle('The address owner ignores the adverts of others.', invalid, {
    since: 'v2.3.3',
  }),
  kernel_rx_buf_size: scalar(uint(0, UINT_MAX, 'strict'), {
    doc: 'Receive buffer of the socket in bytes.',
    missing: '({name}) invalid kernel_rx_buf_size specified',
    bad: '({name}) invalid kernel_rx_buf_size specified',
    extra: '({name}) invalid kernel_rx_buf_size specified',
  }),
  authentication,
  auth_hmac: authHmac,
};

function open(line: Line, _scope: Scope, session: Session): Scope | undefined {
  const [, name, extra] = line.words;
  if (name === undefined || extra !== undefined) {
    session.report('vrrp_instance must have a name', line);
    return undefined;
  }
  if (session.instanceByName.has(name)) {
    session.report(`vrrp instance ${name} already defined`, line);
    return undefined;
  }
  const instance = newInstance(name, line);
  session.instances.push(instance);
  session.instanceByName.set(name, instance);
  return instance;
}

function close(scope: Scope, session: Session, line: Line | undefined): void {
  const instance = scope as InstanceDraft;
  const { name, peers, values } = instance;
  const vmac = values.use_vmac !== undefined || values.use_ipvlan !== undefined;
  if (instance.unicast && vmac && values.interface === undefined) {
    const text = 'Cannot use VMAC/ipvlan with unicast and no interface - clearing use_vmac';
    session.report(`(${name}): ${text}`, line);
    delete values.use_vmac;
    delete values.use_ipvlan;
  } else if (instance.unicast && vmac && !values.vmac_xmit_base) {
    session.report(`(${name}) unicast with use_vmac requires vmac_xmit_base - setting`, line);
    values.vmac_xmit_base = true;
  }
  if (peers.length > 0 || values.unicast_ttl === undefined) return;
  session.report(`(${name}): Cannot use unicast_ttl without unicast peers - resetting`, line);
  delete values.unicast_ttl;
}

export const vrrpInstance = block({
  doc: 'One virtual router.',
  args: 'NAME',
  process: 'vrrp',
  rows: vrrpInstanceRows,
  open,
  close,
});
