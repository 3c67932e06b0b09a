/** D-Bus from the grammar's model. */
import type { Model } from '../../grammar/model.ts';
import type { DbusSetup } from '../ports/dbus.ts';

/** Nothing where nobody asks for it. */
export function dbusSetup({ globals: { values: v } }: Model): { readonly dbus?: DbusSetup } {
  if (v.enable_dbus !== true) return {};
  const { dbus_service_name: name, dbus_no_interface_name: withoutInterface = 'none' } = v;
  return { dbus: { name, withoutInterface } };
}
