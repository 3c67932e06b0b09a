/** Where dumps go and what they are called. */
import { statSync } from 'node:fs';
import { constants } from 'node:os';
import { isAbsolute, join, parse } from 'node:path';
import type { Model } from '../../grammar/model.ts';
import type { DumpNaming } from '../ipc/dump-facts.ts';
import type { Logger } from '../out/logger.ts';
import { errnoText } from '../out/message.ts';
import { writeFileAtomically } from '../runtime/files.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** TMPDIR when it is an absolute path of a folder, as upstream reads it. */
export function dumpFolder(env: Environment): string {
  const { TMPDIR: folder = '' } = env;
  return folder.startsWith('/') && statSync(folder, { throwIfNoEntry: false })?.isDirectory()
    ? folder
    : '/tmp';
}

/** state_dump_file and data_use_instance, as 2.3.3 was seen using them. */
export function dumpNaming({ root, globals }: Model): DumpNaming {
  const { state_dump_file: file, data_use_instance: labelled } = globals.values;
  const names = [root.net_namespace, root.instance].filter((name) => name !== undefined);
  return {
    ...(file === undefined ? {} : { file }),
    ...(labelled && names.length > 0 ? { label: names.join('_') } : {}),
  };
}

/**
 * The data file of a process: its part of the name comes before the label, and both before the ending. A path
 * that ends in a slash only names the folder; one that starts with none is below the folder of dumps.
 */
export function dataFile(env: Environment, { file = '', label }: DumpNaming, part: string): string {
  const folderOnly = file === '' || file.endsWith('/');
  const path = folderOnly ? `${file}keepalived.data` : file;
  const { dir, name, ext } = parse(isAbsolute(path) ? path : join(dumpFolder(env), path));
  return join(dir, `${name}${part}${label === undefined ? '' : `.${label}`}${ext}`);
}

/** As keepalived has it, `21: Is a directory`, in parentheses of the message. */
function numberOf(code: string): string {
  const errno = (constants.errno as Readonly<Record<string, number>>)[code];
  return errno === undefined ? code : `${errno}: ${errnoText(errno)}`;
}

/** Private and as a whole; a folder that cannot be written to costs a line in the log. */
export function writeDump(file: string, text: string, logger: Logger): void {
  const written = writeFileAtomically(file, text);
  if (!written.ok) logger.log('cannot-write-dump', file, numberOf(written.error.code));
}
