/** `node scripts/write-man.ts`: writes man/keepalived.conf.5 from the keyword table. */
import { writeFileSync } from 'node:fs';
import { configPage } from './lib/config-page.ts';

writeFileSync(new URL('../man/keepalived.conf.5', import.meta.url), configPage());
