/** Local time with English names, whatever the locale: log readers match on it. */
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

const two = (value: number): string => String(value).padStart(2, '0');

const timeOfDay = (at: Date): string =>
  `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;

/** `Nov  3 09:05:31` (RFC 3164 section 4.1.2). */
export const syslogTime = (at: Date): string =>
  `${months[at.getMonth()]} ${String(at.getDate()).padStart(2)} ${timeOfDay(at)}`;

/** `Tue Nov  3 09:05:31 2026`, as keepalived writes to its console. */
export const consoleTime = (at: Date): string => `${days[at.getDay()]} ${syslogTime(at)} ${at.getFullYear()}`;
