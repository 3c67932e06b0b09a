/** What -v, -h and --signum print. */
import { release, version } from 'node:os';
import { ALIVED_VERSION, KEEPALIVED_VERSION } from '../out/version.ts';
import { daemonOptions } from './options.ts';

/** Signal numbers by the names that --signum takes. */
export const signalNumbers: Readonly<Record<string, number>> = {
  STOP: 15,
  RELOAD: 1,
  DATA: 10,
  STATS: 12,
  STATS_CLEAR: 63,
  JSON: 36,
  TDUMP: 64,
};

/**
 * The first line has upstream's form, which version parsers read; `--enable-json` is what exporters look for.
 */
export function versionText(): string {
  return [
    `Keepalived ${KEEPALIVED_VERSION}`,
    '',
    `alived v${ALIVED_VERSION}, a replacement for keepalived (Apache-2.0)`,
    `Running on Linux ${release()} ${version()}`,
    '',
    'configure options: --enable-json --enable-bfd --enable-regex --enable-sha1',
    '',
    'Config options:  NFTABLES LVS REGEX VRRP VRRP_AUTH VRRP_VMAC JSON BFD SYSTEMD_NOTIFY',
    '',
  ].join('\n');
}

export function helpText(program: string): string {
  const lines = daemonOptions.map(({ long, short, argument }) => {
    const value = argument === 'required' ? '=VALUE' : argument === 'optional' ? '[=VALUE]' : '';
    return `  ${short === undefined ? '    ' : `-${short}, `}--${long}${value}`;
  });
  return [`Usage: ${program} [OPTION...]`, ...lines, ''].join('\n');
}
