/**
 * Virtual servers of the configuration that runs, and the text that each was made of. A reload of a hundred
 * thousand servers nearly always changes a few: those whose block is as it was, in a file where nothing has
 * changed outside of such blocks, are taken over as they are. In: entries of the grammar's model. Out: what
 * the checker child runs, as the same objects where nothing is new.
 */
import { type BlockText, sameText } from '../../grammar/block-text.ts';
import type { LvsModel, ServerEntry } from '../../grammar/model-lvs.ts';
import type { CheckedServer, CheckedVirtualServer } from '../health/config.ts';

interface Known {
  readonly text: BlockText;
  readonly server: CheckedVirtualServer;
}

/** Programs depend on files and accounts as well, which may have changed while the text has not. */
function hasProgram({ commands, realServers }: CheckedVirtualServer): boolean {
  const some = (given: object): boolean => Object.keys(given).length > 0;
  const runs = ({ commands: own, checks, lostChecks }: CheckedServer): boolean =>
    some(own) || lostChecks !== undefined || checks.some(({ type }) => type === 'MISC_CHECK');
  return some(commands) || realServers.some(runs);
}

export class KnownServers {
  #outside: string | undefined;
  #known = new Map<string, Known>();

  /** `make` is asked for those that are new. */
  of(
    { entries, outside }: Pick<LvsModel, 'entries' | 'outside'>,
    make: (entry: ServerEntry) => CheckedVirtualServer,
  ): CheckedVirtualServer[] {
    const before = outside === this.#outside ? this.#known : new Map<string, Known>();
    const known = new Map<string, Known>();
    const servers = entries.map((entry) => {
      const { name, text } = entry;
      if (text === undefined) return make(entry);
      const old = before.get(name);
      if (old !== undefined && sameText(old.text, text)) {
        // With the text of today, so that the file of yesterday can go.
        known.set(name, { text, server: old.server });
        return old.server;
      }
      const server = make(entry);
      if (!hasProgram(server)) known.set(name, { text, server });
      return server;
    });
    this.#outside = outside;
    this.#known = known;
    return servers;
  }
}
