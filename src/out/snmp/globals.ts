/** KEEPALIVED-MIB, global definitions: what the file says, the same from every process. */
import type { SnmpGlobals, SnmpSetup, Switch } from '../../ports/snmp.ts';
import { GLOBALS } from './names.ts';
import { type Branches, branches, scalars } from './tree.ts';
import { familyType, gauge, integer, octets, some, text, truth } from './values.ts';

/** enabled(1), disabled(2), as the wider one says(3). */
const switched = (value: Switch) => integer(value === undefined ? 3 : value ? 1 : 2);
const FLUSH: Readonly<Record<SnmpGlobals['lvsFlushOnStop'], number>> = { all: 1, no: 2, VS: 3 };
const NETLINK = 1;

export function globalObjects(setup: () => SnmpSetup, moment: () => number): Branches[] {
  const of = (): SnmpGlobals => setup().globals;
  const mail = (): SnmpGlobals['smtp'] => of().smtp;
  const plain = scalars(GLOBALS, {
    1: () => text(of().version),
    2: () => text(of().routerId),
    4: () => truth(setup().traps),
    5: () => integer(NETLINK),
    6: () => truth(of().lvsFlush),
    7: () => truth(true),
    8: () => text(of().namespace),
    9: () => truth(of().allowInterfaceChanges),
    10: () => truth(of().dynamicInterfaces),
    11: () => integer(FLUSH[of().lvsFlushOnStop]),
  });
  const smtp = scalars([...GLOBALS, 3], {
    1: () => some(mail().address, familyType),
    2: () => some(mail().address, octets),
    3: () => gauge(mail().timeoutSeconds),
    4: () => text(mail().from),
    6: () => gauge(mail().port),
    7: () => truth(mail().faults),
    8: () => switched(mail().alert),
    9: () => switched(mail().alertVrrp),
    10: () => switched(mail().alertChecker),
  });
  const receivers = {
    oid: [...GLOBALS, 3, 5, 1],
    rows: () => mail().to.map((row, at) => ({ index: [at + 1], row })),
    columns: { 2: text },
  };
  return [branches(plain, moment), branches(smtp, moment), branches(receivers, moment)];
}
