import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { coloured, type PanelView, panel, plain, type RouterView } from './panel.ts';

const running: RouterView = {
  name: 'a',
  priority: 150,
  power: 'on',
  state: 'MASTER',
  holdsAddress: true,
  advert: { priority: 150, ageMs: 100 },
};

function shown(router: Partial<RouterView>, view: Partial<PanelView> = {}): string[] {
  const whole: PanelView = {
    elapsedMs: 4_200,
    address: '10.0.0.100',
    caption: 'Something happens.',
    routers: [{ ...running, ...router }],
    probes: ['ok', 'lost', 'open'],
    sent: 3,
    lost: 1,
    events: ['   1.00 s  an event'],
    ...view,
  };
  return panel(whole, plain);
}

const routerLine = (router: Partial<RouterView>): string | undefined =>
  shown(router).find((line) => line.startsWith('  router'));

describe('panel', () => {
  it('shows the master with its address and a fresh advert', () => {
    assert.equal(routerLine({}), '  router a   MASTER   10.0.0.100  advert, priority 150, 0.1 s ago  <<<');
  });

  it('shows no address and no state on a router that died holding it', () => {
    assert.equal(
      routerLine({ power: 'crashed', advert: { priority: 150, ageMs: 2_000 } }),
      '  router a   CRASHED              advert, priority 150, 2.0 s ago',
    );
  });

  it('shows the configured priority before the first advert', () => {
    assert.match(
      routerLine({ state: 'BACKUP', holdsAddress: false, advert: undefined }) ?? '',
      /BACKUP {15}priority 150, no/,
    );
  });

  it('draws one mark a probe and counts them', () => {
    const lines = shown({});
    assert.ok(lines.includes('  client     |x.'));
    assert.ok(lines.includes('             3 probes, one every 50 ms: 2 answered, 1 lost'));
    assert.ok(lines.includes('     1.00 s  an event'));
  });

  it('has no escape sequence without colours, and closes every one it opens with them', () => {
    assert.ok(shown({}).every((line) => !line.includes('\x1b')));
    assert.equal(coloured('bad', 'x'), '\x1b[31mx\x1b[0m');
  });
});
