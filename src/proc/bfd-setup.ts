/** The grammar's model as the BFD child runs it. In: model. Out: plain data, times in microseconds. */

import type { Model } from '../../grammar/model.ts';
import type { BfdModel } from '../../grammar/model-parts.ts';
import type { BfdSessionConfig } from '../bfd/bfd.ts';
import type { BfdChildConfig } from '../ipc/messages.ts';
import { dumpNaming } from './dump-files.ts';
import { globalLines } from './dump-globals.ts';
import { processOf } from './process-setup.ts';

export function bfdSessionConfig(model: BfdModel): BfdSessionConfig {
  const { values } = model;
  return {
    name: model.name,
    neighbor: model.neighbor,
    ...(model.source === undefined ? {} : { source: model.source }),
    minRxUs: values.min_rx,
    minTxUs: values.min_tx,
    idleTxUs: values.idle_tx,
    multiplier: values.multiplier,
    passive: values.passive === true,
    ttl: model.ttl,
    maxHops: values.max_hops,
    multihop: values.multihop,
    tellsVrrp: model.tellsVrrp,
    tellsChecker: model.tellsChecker,
  };
}

export function bfdChildConfig(model: Model, umask?: number): BfdChildConfig {
  const globals = model.globals.values;
  return {
    sessions: model.bfds.map(bfdSessionConfig),
    process: processOf('bfd', globals, umask),
    dump: { globals: globalLines(model, 'other'), naming: dumpNaming(model) },
  };
}
