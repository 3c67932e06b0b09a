/** Advice on IPVS services. The rules look at lines, so they need nothing of the checker process. */
import { parseIpv4, parseIpv6 } from '../codecs/address.ts';
import type { Line } from '../cst.ts';
import {
  advice,
  argumentOf,
  has,
  inside,
  itemsOf,
  type LintContext,
  type LintRule,
  rootBlocks,
} from './rule.ts';

const CHECKERS = [
  ...['TCP_CHECK', 'HTTP_GET', 'SSL_GET', 'SMTP_CHECK', 'DNS_CHECK', 'MISC_CHECK', 'BFD_CHECK'],
  ...['UDP_CHECK', 'PING_CHECK', 'FILE_CHECK'],
];
const TCP_ONLY = ['TCP_CHECK', 'HTTP_GET', 'SSL_GET', 'SMTP_CHECK'];

const canonical = (word: string): string =>
  (parseIpv4(word.replace(/\/.*/, '')) ?? parseIpv6(word.replace(/\/.*/, '')))?.join('.') ?? word;

const services = (context: LintContext): readonly Line[] => rootBlocks(context, 'virtual_server');
const nameOf = ({ words }: Line): string => words.slice(1).join(' ');

export const addressNotCarried: LintRule = {
  code: 'AV0931',
  check: (context) => {
    const lists = ['virtual_ipaddress', 'virtual_ipaddress_excluded'];
    const instances = rootBlocks(context, 'vrrp_instance');
    // Without instances somebody else carries the addresses.
    if (instances.length === 0) return [];
    const carried = new Set(
      [
        ...instances.flatMap((instance) => itemsOf(instance, ...lists)),
        ...rootBlocks(context, 'static_ipaddress').flatMap(({ block }) => block?.lines ?? []),
      ].map(({ keyword }) => canonical(keyword)),
    );
    return services(context)
      .filter(({ words }) => words[1] !== 'fwmark' && words[1] !== 'group' && words[1] !== undefined)
      .filter(({ words }) => !carried.has(canonical(words[1] ?? '')))
      .map((service) =>
        advice({
          code: 'AV0931',
          text: `No instance carries the address of virtual_server ${nameOf(service)}`,
          span: service.span,
          help: ['Add it to virtual_ipaddress, or the packets go elsewhere.'],
        }),
      );
  },
};

const realServers = (context: LintContext): { readonly service: Line; readonly real: Line }[] =>
  services(context).flatMap((service) => inside(service, 'real_server').map((real) => ({ service, real })));

export const noChecker: LintRule = {
  code: 'AV0932',
  check: (context) =>
    realServers(context)
      .filter(({ real }) => inside(real, ...CHECKERS).length === 0)
      .map(({ real }) =>
        advice({
          code: 'AV0932',
          text: `real_server ${nameOf(real)} has no checker, so it is used even when it is dead`,
          span: real.span,
        }),
      ),
};

export const protocolMismatch: LintRule = {
  code: 'AV0933',
  check: (context) =>
    realServers(context).flatMap(({ service, real }) => {
      if (argumentOf(service, 'protocol')?.toUpperCase() !== 'UDP') return [];
      return inside(real, ...TCP_ONLY)
        .filter((checker) => !has(checker, 'connect_port'))
        .map((checker) =>
          advice({
            code: 'AV0933',
            text: `${checker.keyword} asks over TCP, and the service is UDP`,
            span: checker.span,
            help: ['Use UDP_CHECK, DNS_CHECK or MISC_CHECK, or name a TCP port with connect_port.'],
          }),
        );
    }),
};

export const weightZero: LintRule = {
  code: 'AV0936',
  check: (context) =>
    realServers(context).flatMap(({ real }) =>
      inside(real, 'weight')
        .filter(({ words }) => words[1] === '0')
        .map((line) =>
          advice({
            code: 'AV0936',
            text: `real_server ${nameOf(real)} has weight 0, so it gets no new connections`,
            span: line.span,
          }),
        ),
    ),
};

export const sorryInhibitWithoutServer: LintRule = {
  code: 'AV0937',
  check: (context) =>
    services(context).flatMap((service) =>
      has(service, 'sorry_server')
        ? []
        : inside(service, 'sorry_server_inhibit').map((line) =>
            advice({
              code: 'AV0937',
              text: 'There is no sorry_server that could be inhibited',
              span: line.span,
            }),
          ),
    ),
};

export const maskOfGroup: LintRule = {
  code: 'AV0938',
  check: (context) =>
    services(context)
      .filter(({ words }) => words[1] === 'group')
      .flatMap((service) => inside(service, 'persistence_granularity'))
      .map((line) =>
        advice({
          code: 'AV0938',
          text: 'The services of a group are persistent by whole addresses, whatever the mask',
          span: line.span,
        }),
      ),
};
