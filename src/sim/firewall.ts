/** Packet filters of a simulated host: it only remembers what is in its tables. */
import type { Firewall, FirewallError, FirewallOp } from '../ports/firewall.ts';
import { ok, type Result } from '../result.ts';
import { formatAddress } from '../wire/address.ts';

export class SimFirewall implements Firewall {
  readonly #elements = new Map<string, Set<string>>();

  apply(ops: readonly FirewallOp[]): Result<void, FirewallError> {
    for (const op of ops) {
      if (op.op === 'removeTable') {
        for (const name of [...this.#elements.keys()]) {
          if (name.startsWith(`${op.table.family} `)) this.#elements.delete(name);
        }
      }
      if (op.op !== 'addElements' && op.op !== 'removeElements') continue;
      const name = `${op.table.family} ${op.set}`;
      const set = this.#elements.get(name) ?? new Set<string>();
      this.#elements.set(name, set);
      for (const { key } of op.elements) {
        if (op.op === 'addElements') set.add(formatAddress(key));
        else set.delete(formatAddress(key));
      }
    }
    return ok(undefined);
  }

  /** Addresses whose packets are dropped, link-local ones aside. */
  dropped(): string[] {
    return [4, 6].flatMap((family) => [...(this.#elements.get(`${family} vips`) ?? [])]);
  }

  clear(): void {
    this.#elements.clear();
  }
}
