/** English names and padded numbers of dates, as logs, mails and dumps have them whatever the locale is. */
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export const two = (value: number): string => String(value).padStart(2, '0');
export const dayName = (date: Date): string => DAYS[date.getDay()] ?? '';
export const monthName = (date: Date): string => MONTHS[date.getMonth()] ?? '';
/** Local time. */
export const clockText = (date: Date): string =>
  [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
