/** The demo's picture of the laboratory as lines of text. Pure: in, what is known now; out, lines. */
import type { Verdict } from './probe-record.ts';

export interface RouterView {
  readonly name: string;
  readonly priority: number;
  readonly power: 'on' | 'off' | 'crashed';
  /** As the router's log says it last. */
  readonly state: string | undefined;
  readonly holdsAddress: boolean;
  readonly advert: { readonly priority: number; readonly ageMs: number } | undefined;
}

export interface PanelView {
  readonly elapsedMs: number;
  readonly address: string;
  readonly caption: string;
  readonly routers: readonly RouterView[];
  readonly probes: readonly Verdict[];
  readonly sent: number;
  readonly lost: number;
  readonly events: readonly string[];
}

export type Paint = (style: Style, text: string) => string;
export type Style = 'bold' | 'dim' | 'good' | 'bad' | 'wait';

const CODES: Readonly<Record<Style, string>> = { bold: '1', dim: '2', good: '32', bad: '31', wait: '33' };
const MARKS: Readonly<Record<Verdict, readonly [Style, string]>> = {
  ok: ['good', '|'],
  lost: ['bad', 'x'],
  open: ['dim', '.'],
};
/** An advert glows for this long, so that the eye sees it pass. */
const FRESH_MS = 250;

export const plain: Paint = (_, text) => text;
export const coloured: Paint = (style, text) => `\x1b[${CODES[style]}m${text}\x1b[0m`;

export const seconds = (ms: number, digits = 2): string => `${(ms / 1000).toFixed(digits)} s`;

export function panel(view: PanelView, paint: Paint): string[] {
  const clock = seconds(view.elapsedMs, 1).padStart(7);
  return [
    `${paint('bold', 'alived')}  two routers, one address, one client ${paint('dim', clock)}`,
    '',
    `  ${paint('bold', view.caption)}`,
    '',
    ...view.routers.map((router) => routerLine(router, view.address, paint)),
    `  client     ${view.probes.map((verdict) => paint(...MARKS[verdict])).join('')}`,
    `             ${probeCount(view.sent, view.lost)}`,
    '',
    ...view.events.map((event) => `  ${paint('dim', event)}`),
  ];
}

export const probeCount = (sent: number, lost: number): string =>
  `${sent} probes, one every 50 ms: ${sent - lost} answered, ${lost} lost`;

function routerLine(router: RouterView, address: string, paint: Paint): string {
  const state = stateWord(router).padEnd(7);
  const style: Style = router.power !== 'on' ? 'bad' : router.state === 'MASTER' ? 'good' : 'wait';
  const held = (router.holdsAddress && router.power === 'on' ? address : '').padEnd(address.length);
  return `  router ${router.name}   ${paint(style, state)}  ${held}  ${advertText(router, paint)}`;
}

function stateWord(router: RouterView): string {
  if (router.power !== 'on') return router.power === 'off' ? 'off' : 'CRASHED';
  return router.state ?? 'start';
}

function advertText(router: RouterView, paint: Paint): string {
  const { advert } = router;
  if (advert === undefined) return paint('dim', `priority ${router.priority}, no advert yet`);
  const text = `advert, priority ${advert.priority}, ${seconds(advert.ageMs, 1)} ago`;
  return advert.ageMs < FRESH_MS ? paint('bold', `${text}  <<<`) : paint('dim', text);
}
