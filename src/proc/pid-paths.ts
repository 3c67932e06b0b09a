/**
 * Where pid files are, and the folders made for them: several daemons on one machine are told apart by
 * `instance` and by network namespace (both seen with 2.2.7). The folders go when they are empty.
 */
import { chmodSync, mkdirSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Model } from '../../grammar/model.ts';
import type { DaemonOptions } from '../cli/options.ts';
import type { ChildName } from '../ipc/messages.ts';

const RUN = '/run';
const OWN = `${RUN}/keepalived`;
const FOLDER_MODE = 0o755;

export type PidPaths = Readonly<Record<ChildName | 'parent', string>>;

type PidOptions = Pick<
  DaemonOptions,
  'namespace' | 'pidFile' | 'vrrpPidFile' | 'checkerPidFile' | 'bfdPidFile'
>;

/** The namespace of the command line counts more than that of the file. */
export const namespaceOf = (options: Pick<DaemonOptions, 'namespace'>, root: Model['root']) =>
  options.namespace ?? root.net_namespace;

export function pidPaths(options: PidOptions, root: Model['root']): PidPaths {
  const namespace = namespaceOf(options, root);
  const own = root.use_pid_dir === true || root.instance !== undefined || namespace !== undefined;
  const folder = !own ? RUN : namespace === undefined ? OWN : `${OWN}/${namespace}`;
  const suffix = root.instance === undefined ? '' : `_${root.instance}`;
  return {
    parent: options.pidFile ?? `${folder}/keepalived${suffix}.pid`,
    vrrp: options.vrrpPidFile ?? `${folder}/vrrp${suffix}.pid`,
    checker: options.checkerPidFile ?? `${folder}/checkers${suffix}.pid`,
    bfd: options.bfdPidFile ?? `${folder}/bfd${suffix}.pid`,
  };
}

/** `reload_file` without a path. */
export function reloadFile(options: PidOptions, root: Model['root']): string {
  const { parent } = pidPaths({ ...options, pidFile: undefined }, root);
  return parent.replace(/\.pid$/, '.reload');
}

/** The folders of ours among those that the paths are in, the outer one first. */
function ownFolders(paths: PidPaths): string[] {
  const folders = new Set(Object.values(paths).map((path) => dirname(path)));
  const inside = [...folders].filter((folder) => folder.startsWith(`${OWN}/`));
  return inside.length > 0 || folders.has(OWN) ? [OWN, ...inside] : [];
}

/** A folder that cannot be made shows when the pid file is written. */
export function makePidFolders(paths: PidPaths): void {
  for (const folder of ownFolders(paths)) {
    try {
      mkdirSync(folder, FOLDER_MODE);
      // The umask is for what the daemon writes, and others look for pid files.
      chmodSync(folder, FOLDER_MODE);
    } catch {
      // Mostly it is there already.
    }
  }
}

export function removePidFolders(paths: PidPaths): void {
  for (const folder of ownFolders(paths).reverse()) {
    try {
      rmdirSync(folder);
    } catch {
      // Another daemon has its files there.
    }
  }
}
