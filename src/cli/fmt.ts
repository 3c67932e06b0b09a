/**
 * `alived fmt`: canonical layout on standard output, back into the file with --write, or only a verdict with
 * --check. 0 = done or laid out already, 1 = --check found a difference, 2 = a file was left alone, with the
 * reason.
 */

import { isUtf8 } from 'node:buffer';
import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { formatText } from '../../grammar/format.ts';
import type { Output } from './output.ts';

export interface FormatOptions {
  readonly check: boolean;
  readonly write: boolean;
}

export function runFormat(files: readonly string[], options: FormatOptions, output: Output): 0 | 1 | 2 {
  return files
    .map((file) => formatFile(file, options, output))
    .reduce<0 | 1 | 2>((worst, status) => (status > worst ? status : worst), 0);
}

function formatFile(file: string, { check, write }: FormatOptions, { out, err }: Output): 0 | 1 | 2 {
  const source = readSource(file, err);
  if (source === undefined) return 2;
  const result = formatText(source.text);
  if (!result.ok) {
    err(`${file}:${result.error.line}: ${result.error.text}; the file is left as it is\n`);
    return 2;
  }
  const same = result.value === source.text;
  if (check) {
    if (!same) out(`${file}\n`);
    return same ? 0 : 1;
  }
  if (!write) {
    out(result.value);
    return 0;
  }
  try {
    if (!same) replaceFile(file, Buffer.from(result.value, source.encoding));
    return 0;
  } catch (error) {
    err(`${file}: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
}

interface Source {
  readonly text: string;
  readonly encoding: 'utf8' | 'latin1';
}

/** Bytes that are not UTF-8 are kept one by one. */
function readSource(file: string, err: Output['err']): Source | undefined {
  try {
    const bytes = readFileSync(file);
    const encoding = isUtf8(bytes) ? 'utf8' : 'latin1';
    return { text: bytes.toString(encoding), encoding };
  } catch (error) {
    err(`${file}: ${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
}

/** A daemon that reloads meanwhile sees the old file or the new one, never half of one. */
function replaceFile(file: string, bytes: Uint8Array): void {
  // A link stays a link: what it points to is replaced.
  const target = realpathSync(file);
  const { mode, uid, gid } = statSync(target);
  const fresh = `${target}.alived-fmt`;
  writeFileSync(fresh, bytes, { mode: 0o600, flag: 'wx' });
  try {
    chownSync(fresh, uid, gid);
    chmodSync(fresh, mode & 0o7777);
    const fd = openSync(fresh, 'r');
    fsyncSync(fd);
    closeSync(fd);
    renameSync(fresh, target);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}
