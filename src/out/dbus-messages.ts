/** What the log says of D-Bus, in the wording of 2.2.7. */
import { type Message, plain } from './message.ts';

export const dbusMessages = {
  'dbus-bus': plain((name) => `Acquired DBus bus ${name}`),
  'dbus-name': plain((name) => `Acquired the name ${name} on the session bus`),
  'dbus-name-lost': plain((name) => `Lost the name ${name} on the session bus`),
  'dbus-released': plain(() => 'Released DBus'),
  'dbus-deleted': plain((name) => `Deleted DBus object for instance ${name}`),
  'dbus-garps': plain((name) => `Sending garps on ${name} on DBus request`),
  'dbus-data': plain(() => 'Printing VRRP data on DBus request'),
  'dbus-stats': plain(() => 'Printing VRRP stats on DBus request'),
  'dbus-stats-clear': plain(() => 'Printing and clearing VRRP stats on DBus request'),
} as const satisfies Readonly<Record<string, Message>>;
