/** Which interfaces the VRRP child polls. In: model and instances as they run. Out: plain data. */
import type { Model } from '../../grammar/model.ts';
import type { VrrpChildConfig } from '../ipc/messages.ts';
import type { InstanceConfig } from '../vrrp/config.ts';
import type { PolledLink } from '../vrrp/polled-kernel.ts';

/** Those that a block, the whole file or, the old way, an instance asks to poll. */
export function linkbeats(model: Model, instances: readonly InstanceConfig[]): VrrpChildConfig['linkbeats'] {
  const used = new Set(
    instances.flatMap((one) => [one.interface, ...one.trackInterfaces.map(({ name }) => name)]),
  );
  const polled = new Map<string, PolledLink>();
  for (const { interface: name, method } of model.linkbeats) {
    polled.set(name, { interface: name, ...(method === undefined ? {} : { method }) });
  }
  const more = model.root.linkbeat_use_polling
    ? [...used]
    : model.instances.flatMap(({ values }) => (values.linkbeat_use_polling ? values.interface : []));
  for (const name of more) if (!polled.has(name)) polled.set(name, { interface: name });
  const named = [...polled.keys()];
  return {
    polled: named.filter((name) => used.has(name)).flatMap((name) => polled.get(name) ?? []),
    unused: named.filter((name) => !used.has(name)),
  };
}
