/** `node scripts/write-man.ts`: writes man/keepalived.conf.5 and the completions from the tables. */
import { writeFileSync } from 'node:fs';
import { bashCompletion, zshCompletion } from './lib/completions.ts';
import { configPage } from './lib/config-page.ts';

const write = (path: string, text: string): void => writeFileSync(new URL(path, import.meta.url), text);
write('../man/keepalived.conf.5', configPage());
write('debian/completion.bash', bashCompletion());
write('debian/completion.zsh', zshCompletion());
