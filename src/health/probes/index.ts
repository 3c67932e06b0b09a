/** All kinds of checks that are repeated, by their keyword. */
import type { VerdictRules } from '../verdict.ts';
import { type DnsCheck, dnsProbe } from './dns.ts';
import { type HttpCheck, httpProbe } from './http.ts';
import { type MiscCheck, miscProbe } from './misc.ts';
import { type PingCheck, pingProbe } from './ping.ts';
import type { Probe, ProbeKind, ProbeOutcome, ProbePorts, ProbeSubject } from './probe.ts';
import { type SmtpCheck, smtpProbe } from './smtp.ts';
import { type TcpCheck, tcpProbe } from './tcp.ts';
import { type UdpCheck, udpProbe } from './udp.ts';

export type CheckConfig = TcpCheck | HttpCheck | SmtpCheck | MiscCheck | UdpCheck | DnsCheck | PingCheck;

type Kinds = {
  readonly [Type in CheckConfig['type']]: ProbeKind<Extract<CheckConfig, { readonly type: Type }>>;
};

const kinds: Omit<Kinds, HttpCheck['type']> & Readonly<Record<HttpCheck['type'], ProbeKind<HttpCheck>>> = {
  TCP_CHECK: tcpProbe,
  HTTP_GET: httpProbe,
  SSL_GET: httpProbe,
  SMTP_CHECK: smtpProbe,
  MISC_CHECK: miscProbe,
  UDP_CHECK: udpProbe,
  DNS_CHECK: dnsProbe,
  PING_CHECK: pingProbe,
};

/** The table holds for each type the kind that takes its configuration, which the compiler cannot follow. */
const kindOf = ({ type }: CheckConfig): ProbeKind<CheckConfig> =>
  kinds[type] as unknown as ProbeKind<CheckConfig>;

export const checkIdentity = (config: CheckConfig): string =>
  `${config.type} ${kindOf(config).identity(config)}`;

const NO_RULES: VerdictRules = {};

export const checkRules = (config: CheckConfig): VerdictRules => kindOf(config).rules?.(config) ?? NO_RULES;

/** Whether the delay of the loop runs from the beginning of a probe. */
export const startsCount = (config: CheckConfig): boolean => kindOf(config).fromStart === true;

export const startProbe = (
  ports: ProbePorts,
  subject: ProbeSubject<CheckConfig>,
  done: (outcome: ProbeOutcome) => void,
): Probe => kindOf(subject.config).start(ports, subject, done);
