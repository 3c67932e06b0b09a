/** What the log says of SNMP, in the wording of 2.2.7 except where that names the library it uses. */
import { type Message, plain } from './message.ts';

export const snmpMessages = {
  'snmp-starting': plain(() => 'Starting SNMP subagent'),
  'snmp-connected': plain(() => 'AgentX subagent connected'),
  'snmp-no-agent': plain((socket) => `Warning: Failed to connect to the agentx master agent (${socket}): `),
  'snmp-lost': plain((seconds) => `AgentX master disconnected us, reconnecting in ${seconds}`),
  'snmp-refused': plain((error) => `The SNMP agent refused what it was asked for (error ${error})`),
  'snmp-notification': plain((name) => `(${name}) Sending SNMP notification`),
  'snmp-group-notification': plain((name) => `VRRP_Group(${name}): Sending SNMP notification`),
  'snmp-new-master-2787': plain((name) => `(${name}) Sending SNMP notification vrrpTrapNewMaster`),
  'snmp-new-master-6527': plain(
    (name) => `(${name}) Sending SNMP notification vrrpv3NotifyNewMaster, reason 3`,
  ),
  'snmp-auth-failure': plain((name) => `(${name}) Sending SNMP notification vrrpTrapAuthFailure`),
  'snmp-protocol-error': plain((name) => `(${name}) Sending SNMP notification vrrpTrapProtoError`),
  'snmp-priority': plain(
    (name, before, after) => `(${name}) base priority changed from ${before} to ${after} via SNMP.`,
  ),
  'snmp-preempt': plain((name, how) => `(${name}) preemption ${how} with SNMP`),
} as const satisfies Readonly<Record<string, Message>>;
