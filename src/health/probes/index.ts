/** All kinds of checks that are repeated, by their keyword. */
import type { Probe, ProbeKind, ProbeOutcome, ProbePorts, ProbeSubject } from './probe.ts';
import { type TcpCheck, tcpProbe } from './tcp.ts';

export type CheckConfig = TcpCheck;

type Kinds = { readonly [Type in CheckConfig['type']]: ProbeKind<Extract<CheckConfig, { type: Type }>> };

const kinds: Kinds = {
  TCP_CHECK: tcpProbe,
};

/** The table holds for each type the kind that takes its configuration, which the compiler cannot follow. */
const kindOf = ({ type }: CheckConfig): ProbeKind<CheckConfig> => kinds[type];

export const checkIdentity = (config: CheckConfig): string =>
  `${config.type} ${kindOf(config).identity(config)}`;

export const startProbe = (
  ports: ProbePorts,
  subject: ProbeSubject<CheckConfig>,
  done: (outcome: ProbeOutcome) => void,
): Probe => kindOf(subject.config).start(ports, subject, done);
